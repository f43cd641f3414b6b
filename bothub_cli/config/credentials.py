"""Finds the secrets among flags, environment and profile: never on a command line, often in a file of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bothub_cli.command_lines import split_words
from bothub_cli.config import values
from bothub_cli.config.authorization import build_authorization, normalise_authorization
from bothub_cli.config.fields import PRIVATE_KEY, PRIVATE_KEY_COMMAND, PRIVATE_KEY_PASSPHRASE_FILE, as_flag
from bothub_cli.config.key_source import InlineKey, KeyCommand, KeyFile, KeySource, is_there, show_path
from bothub_cli.config.origin import Origin, OriginKind, Setting, refuse
from bothub_cli.config.paths import expand
from bothub_cli.config.profile import Profile
from bothub_cli.config.sources import FlagValue, read_text
from bothub_cli.config.values import BadValueError
from bothub_cli.errors import ConfigurationError, InputRefusedError, SecretCommandError, UsageError
from bothub_cli.files import NO_SUCH_FILE, NOT_UTF8, SECRET_MAX, decode_text, read_secret, say_unreadable
from bothub_cli.files.owners import describe_readers, is_changeable
from bothub_cli.redaction import ProgramSecret, Secret, looks_like_key

AUTHORIZATION = "authorization"
CLIENT_ID = "client_id"
CLIENT_SECRET = "client_secret"  # noqa: S105  # the name of a setting
PASSPHRASE = "private_key_passphrase"  # noqa: S105  # the name of a setting


class GivenCredentials:
    """The secrets that flags and environment hold; it collects a warning for each secret file that others may read."""

    def __init__(
        self,
        flags: Mapping[str, FlagValue],
        environ: Mapping[str, str],
        *,
        cwd: Path,
        label: Callable[[str], str] = as_flag,
    ) -> None:
        self.warnings: list[str] = []
        self.mounted: list[str] = []  # files that others may read and the user cannot change: for doctor to tell
        self._flags = flags
        self._environ = environ
        self._cwd = cwd
        self._label = label

    def authorization(self, kind: OriginKind) -> Setting[Secret] | None:
        """Return the Authorization header from flags or from the environment, whole or joined from its halves."""
        found = self._secret(AUTHORIZATION, kind)
        if found is not None and isinstance(found.value, ProgramSecret):
            return found
        if found is not None:
            try:
                return Setting(value=normalise_authorization(found.value.reveal()), origin=found.origin)
            except BadValueError as exc:
                raise refuse(found.origin, exc) from exc
        return self._joined(kind)

    def passphrase(self, kind: OriginKind) -> Setting[Secret] | None:
        """Return the private key's passphrase from flags or from the environment."""
        return self._secret(PASSPHRASE, kind)

    def private_key(self, kind: OriginKind) -> Setting[KeySource] | None:
        """Return where the private key is, from flags or from the environment, where it may stand itself."""
        if kind == "flag" and isinstance(pem := self._flags.get(PRIVATE_KEY.name), Secret):
            spoken = Origin(kind=kind, name=self._name(PRIVATE_KEY.name, kind))
            where = "standard input" if self._label is as_flag else spoken.name
            return Setting(value=InlineKey(pem=pem, variable=where), origin=spoken)
        text, origin = self._text(PRIVATE_KEY.name, kind)
        command, command_origin = self._text(PRIVATE_KEY_COMMAND.name, kind)
        if command and kind == "environment":
            if text:
                raise UsageError(problem=f"{origin.name} and {command_origin.name} are both set", fix="unset one")
            words = read_text(PRIVATE_KEY_COMMAND, command, origin=command_origin, base=self._cwd).value
            return Setting(value=KeyCommand(command=words, setting=command_origin.name), origin=command_origin)
        if not text:
            return None
        if not is_there(expand(Path(text), base=self._cwd)) and looks_like_key(text):
            if kind == "flag":
                raise UsageError(
                    option=PRIVATE_KEY.name,
                    problem="private_key takes the path of a file, not the key: other users can read command lines",
                    fix=f"save it in a file that only you can read, or put it into {PRIVATE_KEY.variable}",
                )
            return Setting(value=InlineKey(pem=Secret(text), variable=PRIVATE_KEY.variable), origin=origin)
        path = read_text(PRIVATE_KEY, text, origin=origin, base=self._cwd)
        return Setting(value=KeyFile(path=path.value), origin=origin)

    def read_file(self, path: Path, *, origin: Origin) -> Secret:
        """Read a secret's file without the line end that every editor adds. Raises our own error by its origin."""
        return read_secret_file(path, origin=origin, warn=self.warnings.append, note_mounted=self.mounted.append)

    def _joined(self, kind: OriginKind) -> Setting[Secret] | None:
        client_id, id_origin = self._text(CLIENT_ID, kind)
        secret = self._secret(CLIENT_SECRET, kind)
        if kind == "flag" and client_id and secret is None:
            secret = self._secret(CLIENT_SECRET, "environment")
        if not client_id and secret is None:
            return None
        if not client_id or secret is None:
            missing, given = (CLIENT_ID, CLIENT_SECRET) if secret is not None else (CLIENT_SECRET, CLIENT_ID)
            raise UsageError(
                problem=f"{self._name(given, kind)} is given without {self._name(missing, kind)}: it takes both",
                fix=f"give both, or the console's whole value: {self._name(AUTHORIZATION, 'environment')}",
            )
        try:
            return Setting(value=build_authorization(client_id, secret.value), origin=id_origin)
        except BadValueError as exc:
            raise InputRefusedError(where=id_origin.name, problem=exc.problem, fix=exc.fix) from exc

    def _secret(self, name: str, kind: OriginKind) -> Setting[Secret] | None:
        if kind == "flag" and isinstance(value := self._flags.get(name), Secret):
            return Setting(value=value, origin=Origin(kind=kind, name=self._name(name, kind)))
        text = self._environ.get(self._name(name, kind)) if kind == "environment" else None
        path, path_origin = self._text(f"{name}_file", kind)
        command, command_origin = self._text(f"{name}_command", kind)
        if kind != "environment" or name != AUTHORIZATION:
            command = None
        named = (
            (text, self._name(name, kind)),
            (path, path_origin.name),
            (command, command_origin.name),
        )
        said = [place for value, place in named if value]
        if len(said) > 1:
            raise UsageError(problem=f"{' and '.join(said)} are both set", fix="unset one of the two")
        if text:
            return Setting(value=Secret(text), origin=Origin(kind=kind, name=self._name(name, kind)))
        if command:
            return _from_program(command, command_origin)
        if path:
            return Setting(
                value=self.read_file(expand(Path(path), base=self._cwd), origin=path_origin), origin=path_origin
            )
        return None

    def _text(self, name: str, kind: OriginKind) -> tuple[str | None, Origin]:
        origin = Origin(kind=kind, name=self._name(name, kind))
        value = self._flags.get(name) if kind == "flag" else self._environ.get(origin.name)
        return (value if isinstance(value, str) and value else None), origin

    def _name(self, name: str, kind: OriginKind) -> str:
        return self._label(name) if kind == "flag" else "BOTHUB_" + name.upper()


def _from_program(command: str, origin: Origin) -> Setting[Secret]:
    """Return the Authorization value that a program gives once it is asked for."""
    try:
        words = split_words(values.read_command(command))
    except BadValueError as exc:
        raise refuse(origin, exc) from exc
    setting = f"{origin}: authorization_command" if origin.kind == "profile" else origin.name

    def read() -> str:
        from bothub_cli.child_processes import read_from_program  # few profiles have such a program

        try:
            written = decode_text(read_from_program(words, setting=setting))
        except UnicodeDecodeError as exc:
            raise SecretCommandError(setting=setting, reason=f"what it wrote {NOT_UTF8}") from exc
        try:
            return normalise_authorization(written.strip("\r\n")).reveal()
        except BadValueError as exc:
            raise SecretCommandError(setting=setting, reason=exc.problem) from exc

    return Setting(value=ProgramSecret(name=command, read=read), origin=replace(origin, command=command))


def read_secret_file(
    path: Path, *, origin: Origin, warn: Callable[[str], None], note_mounted: Callable[[str], None] = lambda _: None
) -> Secret:
    """Read a secret's file without the line end that every editor adds. Raises our own error by its origin.

    ``warn`` hears of a wide mode that the user can mend, ``note_mounted`` of one that they cannot.
    """
    try:
        content = read_secret(path)
        if said := describe_readers(path):
            (warn if is_changeable(path) else note_mounted)(said)
    except OSError as exc:
        raise refuse(origin, _unreadable(path, exc, origin)) from exc
    try:
        text = decode_text(content).strip("\r\n")
    except UnicodeDecodeError as exc:
        raise refuse(origin, BadValueError(f"{path}: {NOT_UTF8}")) from exc
    if len(content) > SECRET_MAX or not text.strip():
        raise refuse(origin, BadValueError(f"{path}: is {'too large for a secret' if text.strip() else 'empty'}"))
    return Secret(text)


def read_guard_token(
    file: str | None,
    *,
    option: str,
    variable: str | None,
    environ: Mapping[str, str],
    cwd: Path,
    read_stdin: Callable[[str], str],
    warn: Callable[[str], None],
) -> Secret | None:
    """Return the token that guards a server of ours: of the option's file (``-``: standard input), or a variable's.

    None when nobody said one. Raises UsageError for one that is no single line, or whose file cannot be read.
    """
    origin = Origin(kind="flag", name=option) if file else Origin(kind="environment", name=f"{variable}_FILE")
    if file == "-":
        text = read_stdin(option)
    elif path := file or environ.get(origin.name):
        text = read_secret_file(expand(Path(path), base=cwd), origin=origin, warn=warn).reveal()
    elif variable is not None and variable in environ:
        origin, text = Origin(kind="environment", name=variable), environ[variable]
    else:
        return None
    if not text.strip() or not text.strip().isprintable():
        raise UsageError(problem=f"{origin.name} holds no token", fix="one line with the token, nothing else")
    return Secret(text.strip())


def _unreadable(path: Path, error: OSError, origin: Origin) -> BadValueError:
    """Say why a secret's file cannot be read, without its name when what was given may be the secret itself."""
    if origin.kind != "profile" and isinstance(error, FileNotFoundError | NotADirectoryError):
        return BadValueError(NO_SUCH_FILE, fix="it takes the path of a file, not the secret itself")
    return BadValueError(f"{show_path(path)}: {say_unreadable(error)}")


def profile_authorization(profile: Profile) -> Setting[Secret] | None:
    """Return a profile's Authorization header. Raises ConfigurationError when someone damaged it."""
    origin, written = _profile_origin(profile), profile.authorization
    if written is None and profile.authorization_command:
        return _from_program(profile.authorization_command, origin)
    if written is None:
        return None
    try:
        value = normalise_authorization(written.reveal())
    except BadValueError as exc:
        raise ConfigurationError(
            where=f"profile {profile.name}", problem=exc.problem, fix=f"bothub login --profile {profile.name}"
        ) from exc
    return Setting(value=value, origin=origin)


def profile_key(profile: Profile) -> Setting[KeySource] | None:
    """Return where a profile's private key is."""
    source = profile.key_source
    return Setting(value=source, origin=_profile_origin(profile)) if source else None


def profile_passphrase(profile: Profile, given: GivenCredentials) -> Setting[Secret] | None:
    """Return the passphrase that a profile keeps, or that lies in the file it names."""
    origin = _profile_origin(profile)
    if profile.private_key_passphrase is not None:
        return Setting(value=profile.private_key_passphrase, origin=origin)
    path = getattr(profile, PRIVATE_KEY_PASSPHRASE_FILE.name)
    return Setting(value=given.read_file(path, origin=origin), origin=origin) if path else None


def _profile_origin(profile: Profile) -> Origin:
    return Origin(kind="profile", name=profile.name)
