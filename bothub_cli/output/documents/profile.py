"""The answers about profiles, their settings, and logging in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from bothub_cli.output.blocks import Block, Table, TextLine, Tone
from bothub_cli.output.document import document


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileLine:
    """One profile in the list."""

    name: str
    default: Annotated[bool, "used when no other is named"]
    bot_id: str | None
    api_base: str
    logged_in: Annotated[bool, "an authorization header and a key are stored"]


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileList:
    """All profiles."""

    schema_name: ClassVar[str] = "profile-list"

    profiles: tuple[ProfileLine, ...]
    stored_in: Annotated[str, "the configuration file"]

    def blocks(self) -> Iterable[Block]:
        if not self.profiles:
            yield TextLine("no profile yet: bothub login")
            return
        yield Table(
            columns=("", "profile", "bot", "API", "logged in"),
            rows=tuple(
                ("*" if p.default else "", p.name, p.bot_id or "-", p.api_base, "yes" if p.logged_in else "no")
                for p in self.profiles
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """One setting, and who set it."""

    name: str
    value: Annotated[str | None, "secrets are masked"]
    origin: Annotated[str, "flag, environment variable, project file, profile or default"]


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSettings:
    """Every setting as a command would see it, with its origin."""

    schema_name: ClassVar[str] = "profile-settings"

    profile: str | None
    settings: tuple[SettingLine, ...]
    stored_in: str

    def blocks(self) -> Iterable[Block]:
        yield Table(
            columns=("setting", "value", "from"),
            rows=tuple((s.name, s.value if s.value is not None else "-", s.origin) for s in self.settings),
            tones=tuple(Tone.QUIET if s.origin == "default" else Tone.PLAIN for s in self.settings),
        )
        yield TextLine(f"stored in {self.stored_in}", Tone.QUIET)


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """Credentials are stored; ``verified`` says that both tokens were obtained with them."""

    schema_name: ClassVar[str] = "login"

    profile: str
    bot_id: str
    api_base: str
    verified: bool
    stored_in: str
    tokens_expire_at: datetime | None

    def blocks(self) -> Iterable[Block]:
        proof = "both tokens obtained" if self.verified else "not verified"
        yield TextLine(f"logged in as {self.bot_id} in profile {self.profile} ({proof})", Tone.GOOD)
        yield TextLine(f"stored in {self.stored_in}", Tone.QUIET)


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged:
    """A profile was changed, chosen, emptied or removed."""

    schema_name: ClassVar[str] = "profile-changed"

    profile: str
    change: Annotated[str, "what was done"]
    stored_in: str

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"profile {self.profile}: {self.change}", Tone.GOOD)
