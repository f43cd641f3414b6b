"""A setting's value, together with where it was said."""

from pathlib import Path
from typing import Generic, Literal

from bothub_cli.config.fields import T_co
from bothub_cli.config.key_source import InlineKey, KeyCommand, KeyFile, show_path
from bothub_cli.config.values import BadValueError, mask_password
from bothub_cli.errors import BothubError, ConfigurationError, UsageError
from bothub_cli.record import record
from bothub_cli.redaction import Secret

OriginKind = Literal["flag", "environment", "project", "profile", "default"]


@record
class Origin:
    """Who said it: ``name`` is the option, the variable, the file's line or the profile."""

    kind: OriginKind
    name: str
    command: str = ""  # of the program that gave the secret

    def __str__(self) -> str:
        return f"profile {self.name}" if self.kind == "profile" else self.name


DEFAULT = Origin(kind="default", name="default")


@record
class Setting(Generic[T_co]):
    """One value and its origin."""

    value: T_co
    origin: Origin = DEFAULT

    @property
    def shown(self) -> str | float | bool | None:
        """The value as it may be printed: secrets and a proxy's password masked."""
        match self.value:
            case Secret() as secret:
                return secret.masked()
            case InlineKey() | KeyFile() | KeyCommand() as place:
                return str(place)
            case Path() as path:
                return show_path(path)
            case None | bool() | int() | float() as plain:
                return plain
            case other:
                text = str(other)
                return mask_password(text) if "@" in text and "://" in text else text


def refuse(origin: Origin, exc: BadValueError) -> BothubError:
    """Return our own error for a bad value: a wrong flag or variable is usage, a wrong file is configuration."""
    match origin.kind:
        case "flag" | "environment" | "default":
            return UsageError(problem=f"{origin.name}: {exc.problem}", fix=exc.fix)
        case "project" | "profile":
            return ConfigurationError(where=str(origin), problem=exc.problem, fix=exc.fix)
