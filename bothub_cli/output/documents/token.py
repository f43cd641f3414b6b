"""The answers about the two access tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from bothub_cli.clock import to_local
from bothub_cli.output.blocks import Block, Table, TextLine, Tone
from bothub_cli.output.document import document

if TYPE_CHECKING:
    from bothub_cli.auth.chain import ChainStatus
    from bothub_cli.auth.tokens import CachedToken
    from bothub_cli.config.settings import Settings

TokenState = Literal["fresh", "expiring", "expired", "absent"]

_TONES: dict[TokenState, Tone] = {
    "fresh": Tone.GOOD,
    "expiring": Tone.WARNING,
    "expired": Tone.WARNING,
    "absent": Tone.QUIET,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """One of the two tokens as the cache has it."""

    kind: Annotated[Literal["orange_token", "gsma_token"], "which of the two"]
    state: TokenState
    value: Annotated[str | None, "masked; --raw prints the token itself"]
    obtained_at: datetime | None
    expires_at: datetime | None
    expires_in: Annotated[int | None, "seconds; negative once it has expired"]


@document
class TokenStatus:
    """Both tokens of a profile, masked, and where they are kept."""

    schema_name: ClassVar[str] = "token-status"

    profile: Annotated[str | None, "null when the environment holds the credentials"]
    api_base: str
    stored_in: Annotated[str, "the cache file"]
    tokens: tuple[TokenLine, ...]

    @classmethod
    def of(cls, status: "ChainStatus", *, settings: "Settings", now: datetime) -> "TokenStatus":
        """Say what the cache holds at this moment."""
        return cls(
            profile=settings.stored_profile.name if settings.stored_profile else None,
            api_base=settings.api_base.value,
            stored_in=str(status.path),
            tokens=(
                _line("orange_token", status.tokens.orange_token, now),
                _line("gsma_token", status.tokens.gsma_token, now),
            ),
        )

    def blocks(self) -> Iterable[Block]:
        yield Table(
            columns=("token", "state", "value", "obtained", "expires", "left"),
            rows=tuple(_row(token) for token in self.tokens),
            tones=tuple(_TONES[token.state] for token in self.tokens),
        )
        yield TextLine(f"stored in {self.stored_in}", Tone.QUIET)
        if all(token.state == "absent" for token in self.tokens):
            yield TextLine("no token in the cache yet; the first command that needs one gets it: bothub token refresh")


def _line(kind: Literal["orange_token", "gsma_token"], token: "CachedToken | None", now: datetime) -> TokenLine:
    if token is None:
        return TokenLine(kind=kind, state="absent", value=None, obtained_at=None, expires_at=None, expires_in=None)
    state: TokenState = "fresh" if token.is_fresh(now) else "expiring" if now < token.expires_at else "expired"
    return TokenLine(
        kind=kind,
        state=state,
        value=token.value.masked(),
        obtained_at=token.obtained_at,
        expires_at=token.expires_at,
        expires_in=int((token.expires_at - now).total_seconds()),
    )


def _row(token: TokenLine) -> tuple[str, ...]:
    return (
        token.kind,
        token.state,
        token.value or "-",
        _local(token.obtained_at),
        _local(token.expires_at),
        _left(token.expires_in),
    )


def _local(instant: datetime | None) -> str:
    return to_local(instant) if instant else "-"


def _left(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    if seconds < 0:
        return "0 s"
    return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"


@document
class TokensCleared:
    """The cached tokens of a profile are gone."""

    schema_name: ClassVar[str] = "tokens-cleared"

    removed: Annotated[bool, "false when there was nothing in the cache"]
    stored_in: str

    def blocks(self) -> Iterable[Block]:
        yield TextLine("forgot the cached tokens" if self.removed else "there was no cached token", Tone.GOOD)
