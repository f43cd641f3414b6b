"""The answers about the signed assertion and its keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

from bothub_cli.output.blocks import Block, Pairs, Raw, Table, TextLine, Tone
from bothub_cli.output.document import document


@document
class SignedAssertion:
    """A signed assertion, ready for ``POST /bothub/v1/auth``."""

    schema_name: ClassVar[str] = "assertion"

    assertion: str
    expires_at: datetime
    claims: Mapping[str, Any]

    def blocks(self) -> Iterable[Block]:
        yield Raw(self.assertion)


@document
class DecodedJwt:
    """What a JWT says of itself; nobody has checked it."""

    schema_name: ClassVar[str] = "jwt"

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    times: Annotated[Mapping[str, str], "the numeric dates as RFC 3339"]

    def blocks(self) -> Iterable[Block]:
        yield TextLine("header", Tone.STRONG)
        yield Pairs(tuple((name, str(value)) for name, value in self.header.items()))
        yield TextLine("claims", Tone.STRONG)
        yield Pairs(tuple((name, self._with_time(name, value)) for name, value in self.claims.items()))

    def _with_time(self, name: str, value: object) -> str:
        return f"{value}  ({self.times[name]})" if name in self.times else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtCheck:
    """One thing that was checked."""

    name: Annotated[str, "signature, header or a claim"]
    value: str
    ok: bool
    explanation: str


@document
class JwtVerification:
    """Whether BotHub would accept the assertion, point by point."""

    schema_name: ClassVar[str] = "jwt-verification"

    valid: bool
    checks: tuple[JwtCheck, ...]

    def blocks(self) -> Iterable[Block]:
        yield Table(
            columns=("", "what", "value", "why"),
            rows=tuple(("ok" if c.ok else "BAD", c.name, c.value, c.explanation) for c in self.checks),
            tones=tuple(Tone.GOOD if c.ok else Tone.BAD for c in self.checks),
        )
        yield TextLine("valid" if self.valid else "not valid", Tone.GOOD if self.valid else Tone.BAD)


@document
class PublicKeyDocument:
    """The public half of the bot's key."""

    schema_name: ClassVar[str] = "public-key"

    public_key: Annotated[str, "PEM"]

    def blocks(self) -> Iterable[Block]:
        yield Raw(self.public_key)
