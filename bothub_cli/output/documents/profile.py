"""The answers about profiles, their settings, and logging in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, ClassVar

from bothub_cli.output.blocks import Block, Pairs, Table, TextLine, Tone
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


SETTING_GROUPS: Mapping[str, frozenset[str]] = MappingProxyType(  # as a person looks for them
    {
        "who sends": frozenset(
            {"profile", "bot_id", "authorization", "private_key",
             "private_key_passphrase", "iss_as_array"}
        ),
        "where to": frozenset({"api_base", "auth_base", "ledger", "proxy", "ca_bundle"}),
        "what": frozenset({"traffic_type", "region", "stop_words", "start_words", "ignored_words"}),
        "what it costs": frozenset({"price_basic", "price_single", "price_rich", "price_rich_media", "currency"}),
        "how long": frozenset({"timeout", "connect_timeout", "max_wait"}),
        "what is told and kept": frozenset({"output", "no_input", "log_content", "no_record", "keep_texts"}),
    }
)  # fmt: skip


@document
class ProfileSettings:
    """Every setting as a command would see it, with its origin."""

    schema_name: ClassVar[str] = "profile-settings"

    profile: str | None
    settings: tuple[SettingLine, ...]
    stored_in: str

    def blocks(self) -> Iterable[Block]:
        for title, names in SETTING_GROUPS.items():
            rows = tuple((s.name, f"{s.value or '-'}  ({s.origin})") for s in self.settings if s.name in names)
            if rows:
                yield TextLine(title, Tone.STRONG)
                yield Pairs(rows)
        yield TextLine(f"stored in {self.stored_in}", Tone.QUIET)


@document
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
class ProfileChanged:
    """A profile was changed, chosen, emptied or removed."""

    schema_name: ClassVar[str] = "profile-changed"

    profile: str
    change: Annotated[str, "what was done"]
    stored_in: str

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"profile {self.profile}: {self.change}", Tone.GOOD)
