"""Keeps profiles: settings in ``config.toml``, secrets apart from them in ``secrets.toml`` and ``keys/``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from bothub_cli.config.fields import DEFAULT_PROFILE, PROFILE_FIELDS, SECRET_NAMES
from bothub_cli.config.profile import Profile, check_profile_name
from bothub_cli.config.toml_file import TomlFile, describe_unknown_keys, read_toml_file
from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.files import sweep_leftovers, write_private
from bothub_cli.files.locks import hold_lock
from bothub_cli.files.owners import check_folder, check_owner, narrow
from bothub_cli.redaction import Secret

_ELSEWHERE = ", or another directory: BOTHUB_CONFIG_DIR=/…"
LOCK_WAIT = 10.0  # seconds; another login writes its files in milliseconds

_CONFIG_NAME, _SECRETS_NAME = "config.toml", "secrets.toml"
_CONFIG_HEAD = "# Settings of bothub. Secrets are kept apart: bothub login writes them.\n"
_SECRETS_HEAD = "# Credentials of bothub, for the eyes of this user alone.\n"
_DEFAULT_KEY = "default_profile"
_OWN_KEYS = frozenset({"stored_key", "key_sha256"})
_SANDBOX_KEY = "from_sandbox"
_PROFILE_KEYS = frozenset(field.name for field in PROFILE_FIELDS) | _OWN_KEYS | {_SANDBOX_KEY}


class StoredProfiles:
    """The profiles as their files hold them; each file is read once, when it is first asked for."""

    def __init__(self, directory: Path, *, read: Callable[[Path], TomlFile | None]) -> None:
        self._directory = directory
        self._read = read

    @cached_property
    def _config(self) -> TomlFile | None:
        return self._read(self._directory / _CONFIG_NAME)

    def names(self) -> tuple[str, ...]:
        """Return the profiles' names, in the order of the file. Raises ConfigurationError."""
        return tuple(_tables(self._config))

    def default_name(self) -> str:
        """Return the profile that is used when none is named; it need not exist. Raises ConfigurationError."""
        file = self._config
        chosen = file.content.get(_DEFAULT_KEY) if file else None
        if file and chosen is not None and not isinstance(chosen, str):
            raise ConfigurationError(
                where=file.where(_DEFAULT_KEY),
                problem="default_profile: expected a profile's name in quotes",
                fix="bothub profile use NAME",
            )
        return chosen or DEFAULT_PROFILE

    def get(self, name: str) -> Profile | None:
        """Return a profile with its secrets, or None. Raises ConfigurationError for a value that is wrong."""
        config = self._config
        table = _tables(config).get(name)
        if config is None or table is None:
            return None
        profile = _read_profile(config, name, table, directory=self._directory)
        return self._with_secrets(profile)

    def describe_unknown(self) -> Iterator[str]:
        """Yield one sentence for each key that nobody knows."""
        return _describe_unknown(self._config) if self._config else iter(())

    def _with_secrets(self, profile: Profile) -> Profile:
        file = self._read(self._directory / _SECRETS_NAME)
        table = file.content.get(profile.name) if file else None
        if file is None or table is None:
            return profile
        if not isinstance(table, dict):
            raise ConfigurationError(where=file.where(profile.name), problem=f"expected a table [{profile.name}]")
        found: dict[str, Secret] = {}
        for key in ("authorization", "private_key_passphrase"):
            match table.get(key):
                case str(value):
                    found[key] = Secret(value)
                case None:
                    continue
                case _:
                    where = file.where(key, table=profile.name)
                    raise ConfigurationError(where=where, problem=f"{key}: expected a text in quotes")
        return replace(
            profile,
            authorization=found.get("authorization"),
            private_key_passphrase=found.get("private_key_passphrase"),
        )


class ProfileStore:
    """The profiles in one directory; every call reads the files anew, and parses them when they have changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._parsed: dict[Path, TomlFile | None] = {}

    def _read(self, path: Path) -> TomlFile | None:
        """Read one of our files; what somebody else could have written there is refused. Raises ConfigurationError."""
        check_folder(self._directory, choice=_ELSEWHERE)
        check_owner(path)
        self._parsed[path] = file = read_toml_file(path, known=self._parsed.get(path))
        return file

    @property
    def config_path(self) -> Path:
        return self._directory / _CONFIG_NAME

    @property
    def secrets_path(self) -> Path:
        return self._directory / _SECRETS_NAME

    def key_path(self, name: str) -> Path:
        """Where the stored private key of a profile lies."""
        return self._directory / "keys" / f"{check_profile_name(name)}.pem"

    def look(self) -> "StoredProfiles":
        """Return what the files hold now: whoever has several questions asks them there."""
        return StoredProfiles(self._directory, read=self._read)

    def names(self) -> tuple[str, ...]:
        """Return the profiles' names, in the order of the file. Raises ConfigurationError."""
        return self.look().names()

    def default_name(self) -> str:
        """Return the profile that is used when none is named; it need not exist. Raises ConfigurationError."""
        return self.look().default_name()

    def get(self, name: str) -> Profile | None:
        """Return a profile with its secrets, or None. Raises ConfigurationError for a value that is wrong."""
        return self.look().get(name)

    def warnings(self, stored: "StoredProfiles | None" = None) -> tuple[str, ...]:
        """Return what is odd and yet no error: keys that nobody knows, files that others may read."""
        stored = stored or self.look()
        keys = (self.key_path(name) for name in stored.names() if _is_stored_name(name))
        open_to_others = [path for path in (self.config_path, self.secrets_path, *keys) if narrow(path)]
        found = (f"{path} could be read by other users; it is yours alone now" for path in open_to_others)
        return (*stored.describe_unknown(), *found)

    def save(self, profile: Profile, *, key_pem: bytes | None = None, may_be_default: bool = True) -> Profile:
        """Write a profile, and with ``key_pem`` our own copy of its key; return the profile as it is kept.

        The first profile becomes the default one, if it may.
        Raises ConfigurationError, and then the old files are as they were.
        """
        check_profile_name(profile.name)
        if key_pem is not None:
            profile = replace(profile, private_key=self.key_path(profile.name), stored_key=True)
        with self._writing():
            first = may_be_default and not self.names()
            self._sweep()
            config = self._edit_config(profile, make_default=first)
            secrets = self._edit_secrets(profile)
            if key_pem is not None:
                write_private(self.key_path(profile.name), key_pem)
            self._write(self.secrets_path, secrets)
            self._write(self.config_path, config)
            if not profile.stored_key:
                self.key_path(profile.name).unlink(missing_ok=True)
        return profile

    def use(self, name: str) -> None:
        """Make a profile the default one. Raises UsageError when there is no such profile."""
        from bothub_cli.config.toml_writer import set_keys  # loads tomlkit

        with self._writing():
            self._require(name)
            self._change(self.config_path, lambda text: set_keys(text, {_DEFAULT_KEY: name}))

    def forget_secrets(self, name: str) -> None:
        """Take away a profile's credentials and our copy of its key, and keep its other settings."""
        from bothub_cli.config.toml_writer import remove_table, set_keys  # loads tomlkit

        with self._writing():
            self._require(name)
            stored = bool(_tables(self._read(self.config_path))[name].get("stored_key"))
            self._sweep()
            self._change(self.secrets_path, lambda text: remove_table(text, table=(name,)))
            if stored:
                self.key_path(name).unlink(missing_ok=True)
                gone = dict.fromkeys(("private_key", *_OWN_KEYS))
                self._change(self.config_path, lambda text: set_keys(text, gone, table=("profiles", name)))

    def remove(self, name: str) -> None:
        """Take away a profile with everything that belongs to it. Raises UsageError when there is no such profile."""
        from bothub_cli.config.toml_writer import remove_table, set_keys  # loads tomlkit

        with self._writing():
            self._require(name)
            self._sweep()
            was_default = self.default_name() == name
            self._change(self.secrets_path, lambda text: remove_table(text, table=(name,)))
            self._change(self.config_path, lambda text: remove_table(text, table=("profiles", name)))
            if was_default:
                self._change(self.config_path, lambda text: set_keys(text, {_DEFAULT_KEY: None}))
            if _is_stored_name(name):
                self.key_path(name).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Take away what a process left that was killed while it wrote secrets."""
        for directory in (self._directory, self._directory / "keys"):
            sweep_leftovers(directory, age=0)

    def secrets(self) -> Iterator[Secret]:
        """Yield the secrets of all profiles, for the redactor to learn. Raises ConfigurationError."""
        file = self._read(self.secrets_path)
        for table in file.content.values() if file else ():
            for value in table.values() if isinstance(table, dict) else ():
                if isinstance(value, str):
                    yield Secret(value)

    def _edit_config(self, profile: Profile, *, make_default: bool) -> str:
        from bothub_cli.config.toml_writer import set_keys  # loads tomlkit

        text = _text_of(self.config_path) or _CONFIG_HEAD
        if make_default:
            text = set_keys(text, {_DEFAULT_KEY: profile.name})
        written = self.get(profile.name)
        changes = {
            field.name: _to_toml(getattr(profile, field.name))
            for field in PROFILE_FIELDS
            if written is None or getattr(profile, field.name) != getattr(written, field.name)
        }
        changes |= {"stored_key": profile.stored_key or None, "key_sha256": profile.key_sha256}
        changes |= {_SANDBOX_KEY: profile.from_sandbox or None}
        return set_keys(text, changes, table=("profiles", profile.name))

    def _edit_secrets(self, profile: Profile) -> str:
        from bothub_cli.config.toml_writer import remove_table, set_keys  # loads tomlkit

        text = _text_of(self.secrets_path) or _SECRETS_HEAD
        if profile.authorization is None and profile.private_key_passphrase is None:
            return remove_table(text, table=(profile.name,))
        changes = {
            "authorization": profile.authorization.reveal() if profile.authorization else None,
            "private_key_passphrase": (
                profile.private_key_passphrase.reveal() if profile.private_key_passphrase else None
            ),
        }
        return set_keys(text, changes, table=(profile.name,))

    def _change(self, path: Path, edit: Callable[[str], str]) -> None:
        text = _text_of(path)
        if text is not None:
            self._write(path, edit(text))

    def _write(self, path: Path, text: str) -> None:
        write_private(path, text.encode())

    def _require(self, name: str) -> None:
        if name not in self.names():
            raise unknown_profile(name, known=self.names(), where=None)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with hold_lock(self._directory / ".lock", wait=LOCK_WAIT, subject=str(self._directory)):
                yield
        except OSError as exc:
            raise ConfigurationError(
                where=str(exc.filename or self._directory),
                problem=f"cannot be written: {exc.strerror or exc}",
                fix="choose another directory: BOTHUB_CONFIG_DIR=/…",
            ) from exc


def unknown_profile(name: str, *, known: tuple[str, ...], where: str | None) -> UsageError:
    """Return the error for a profile that does not exist, with those that do; ``where`` names who asked for it."""
    asked = f"{where}: " if where else ""
    there_are = f"the profiles are: {', '.join(known)}" if known else "there are no profiles yet"
    maker = "bothub sandbox start" if name == "sandbox" else f"bothub login --profile {name}"
    from bothub_cli.misspellings import find_near  # only a misspelt name pays for it

    meant = "".join(f"did you mean {near!r}? " for near in find_near(name, known))
    return UsageError(problem=f"{asked}there is no profile {name!r}; {there_are}", fix=f"{meant}to make it: {maker}")


def _read_profile(file: TomlFile, name: str, table: Mapping[str, Any], *, directory: Path) -> Profile:
    section = f"profiles.{name}"
    for key in table:
        if key in SECRET_NAMES:
            raise ConfigurationError(
                where=file.where(key, table=section),
                problem=f"{key}: a secret does not belong in this file",
                fix=f"take the line out, then: bothub login --profile {name}",
            )
    found = {
        field.name: file.read(field, table[field.name], table=section)
        for field in PROFILE_FIELDS
        if field.name in table
    }
    for key, value in found.items():
        if isinstance(value, Path):
            found[key] = directory / value.expanduser()
    stored, key_sha256 = table.get("stored_key"), table.get("key_sha256")
    return Profile(
        name=name,
        stored_key=stored is True,
        from_sandbox=table.get(_SANDBOX_KEY) is True,
        key_sha256=key_sha256 if isinstance(key_sha256, str) else None,
        **found,
    )


def _tables(file: TomlFile | None) -> dict[str, dict[str, Any]]:
    profiles = file.content.get("profiles", {}) if file else {}
    if file and (not isinstance(profiles, dict) or not all(isinstance(table, dict) for table in profiles.values())):
        raise ConfigurationError(
            where=file.where("profiles"),
            problem="profiles: expected one table for each profile",
            fix="a profile begins with a line like [profiles.default]",
        )
    return dict(profiles)


def _describe_unknown(file: TomlFile) -> Iterator[str]:
    yield from describe_unknown_keys(file, file.content, known=frozenset({_DEFAULT_KEY, "profiles"}))
    for name, table in _tables(file).items():
        yield from describe_unknown_keys(file, table, known=_PROFILE_KEYS | SECRET_NAMES, table=f"profiles.{name}")


def _text_of(path: Path) -> str | None:
    file = read_toml_file(path)
    return file.text if file else None


def _to_toml(value: object) -> str | int | float | bool | None:
    match value:
        case Path():
            return str(value)
        case None | bool() | str() | int() | float():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a settings file")


def _is_stored_name(name: str) -> bool:
    try:
        check_profile_name(name)
    except UsageError:
        return False
    return True
