"""The answers of ``capability check``."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from bothub_cli.output.blocks import Block, TextLine, Tone
from bothub_cli.output.document import document

_TONES = {"rcs": Tone.GOOD, "not-rcs": Tone.WARNING, "unknown": Tone.QUIET}


@document
class CapabilityLine:
    """Whether one number can get RCS messages from a bot."""

    schema_name: ClassVar[str] = "capability"

    number: str
    verdict: Literal["rcs", "not-rcs", "unknown"]
    origin: Annotated[Literal["asked", "cache", "none"], "asked now, or remembered"]
    asked_at: datetime | None
    age_days: Annotated[int | None, "days since it was asked"]
    capabilities: Annotated[tuple[str, ...], "FNW.11's words; only a check of one number tells them"]

    def blocks(self) -> Iterable[Block]:
        yield TextLine("  ".join((f"{self.verdict:<7}", *self.cells()[1:])).rstrip(), self.tone)

    def cells(self) -> tuple[str, ...]:
        """Return verdict, number, age and capabilities as a person reads them."""
        return (self.verdict, self.number, self._age(), " ".join(self.capabilities))

    @property
    def tone(self) -> Tone:
        """The colour of the row."""
        return _TONES[self.verdict]

    def _age(self) -> str:
        if self.age_days is None:
            return "-"
        if self.origin == "asked":
            return "asked now"
        return "asked today" if self.age_days == 0 else f"{self.age_days} day{'s' * (self.age_days != 1)} ago"


@document
class CapabilitySummary:
    """How many numbers can get RCS."""

    schema_name: ClassVar[str] = "capability-summary"

    total: int
    rcs: int
    not_rcs: int
    unknown: int
    from_cache: Annotated[int, "answers that were remembered, not asked"]

    def blocks(self) -> Iterable[Block]:
        counts = ((self.rcs, "rcs"), (self.not_rcs, "not-rcs"), (self.unknown, "unknown"))
        words = ", ".join(f"{number} {word}" for number, word in counts if number)
        cached = f" ({self.from_cache} from the cache)" if self.from_cache else ""
        numbers = "1 number" if self.total == 1 else f"{self.total} numbers"
        yield TextLine(f"{numbers}: {words}{cached}", Tone.WARNING if self.unknown else Tone.GOOD)
