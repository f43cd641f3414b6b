"""The places where a setting may be written, each of which can be asked for a field.

They do something and are no values, so they are plain classes: a dataclass costs half a millisecond at each start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from bothub_cli.config.fields import Field, T
from bothub_cli.config.origin import Origin, Setting, refuse
from bothub_cli.config.paths import expand
from bothub_cli.config.profile import Profile
from bothub_cli.config.toml_file import TomlFile
from bothub_cli.config.values import BadValueError
from bothub_cli.redaction import Secret

# What requests, curl and OpenSSL read, in this order: a machine behind an inspecting proxy has one of them set.
AUTHORITIES_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")

FlagValue = str | float | bool | Secret | None


class SettingSource(Protocol):
    """One place."""

    def find(self, field: Field[T]) -> Setting[T] | None:
        """Return the field's value as written here, or None. Raises our own error when it is wrong."""
        ...


class FlagSource:
    """What was given to the command, or to a program's client: under the long option's name with underscores.

    ``label`` is how an error calls it.
    """

    def __init__(self, flags: Mapping[str, FlagValue], *, cwd: Path, label: Callable[[str], str]) -> None:
        self._flags = flags
        self._cwd = cwd
        self._label = label

    def find(self, field: Field[T]) -> Setting[T] | None:
        value = self._flags.get(field.name)
        if value is None or isinstance(value, Secret):
            return None
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return read_text(field, text, origin=Origin(kind="flag", name=self._label(field.name)), base=self._cwd)


class EnvironmentSource:
    """The ``BOTHUB_…`` variables; an empty one counts as not set, as cron jobs and compose files leave them."""

    def __init__(self, environ: Mapping[str, str], *, cwd: Path) -> None:
        self._environ = environ
        self._cwd = cwd

    def find(self, field: Field[T]) -> Setting[T] | None:
        text = self._environ.get(field.variable)
        if not text:
            return None
        return read_text(field, text, origin=Origin(kind="environment", name=field.variable), base=self._cwd)

    def find_authorities(self) -> Setting[Path] | None:
        """Return the certificates that other programs' variables name for the whole machine, whether they exist or not.

        They come last, below every word that was meant for us, and are missed only where TLS is used.
        """
        for variable in AUTHORITIES_VARIABLES:
            if text := self._environ.get(variable):
                origin = Origin(kind="environment", name=variable)
                return Setting(value=expand(Path(text), base=self._cwd), origin=origin)
        return None


class ProjectSource:
    """The project file; its relative paths hang under its own folder."""

    def __init__(self, file: TomlFile) -> None:
        self._file = file

    def find(self, field: Field[T]) -> Setting[T] | None:
        if field.name not in self._file.content:
            return None
        origin = Origin(kind="project", name=self._file.where(field.name))
        value = self._file.read(field, self._file.content[field.name])
        return Setting(value=_absolute(value, base=self._file.path.parent), origin=origin)


class ProfileSource:
    """The chosen profile."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def find(self, field: Field[T]) -> Setting[T] | None:
        value: T | None = getattr(self._profile, field.name, None)
        if value is None:
            return None
        return Setting(value=value, origin=Origin(kind="profile", name=self._profile.name))


def find_first(field: Field[T], sources: Iterable[SettingSource]) -> Setting[T] | None:
    """Return what the first source that knows the field says."""
    for source in sources:
        if (found := source.find(field)) is not None:
            return found
    return None


def read_text(field: Field[T], text: str, *, origin: Origin, base: Path) -> Setting[T]:
    """Read a flag's or a variable's text. Raises UsageError that names it."""
    try:
        value = field.read(text)
    except BadValueError as exc:
        raise refuse(origin, exc) from exc
    return Setting(value=_absolute(value, base=base), origin=origin)


def _absolute(value: T, *, base: Path) -> T:
    if isinstance(value, Path):
        return expand(value, base=base)  # type: ignore[return-value]  # a Path field gives a Path
    return value
