"""The answers about numbers that must not be written to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from bothub_cli.amounts import count_words
from bothub_cli.output.blocks import Block, Table, TextLine, Tone
from bothub_cli.output.columns import one_line
from bothub_cli.output.document import document

if TYPE_CHECKING:
    from bothub_cli.events.store.suppression import Suppression


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressedNumber:
    """One number, and why it is on the list."""

    number: str
    since: datetime
    source: Annotated[str, "user: the user said so; manual: suppression add; import: from a file"]
    word: Annotated[str | None, "what the user said"]
    shared: Annotated[bool | None, "the ledger knows it too; null where no ledger is named"] = None

    @classmethod
    def of(cls, entry: "Suppression", *, shared: bool | None = None) -> Self:
        """Return the document of an entry."""
        return cls(number=entry.number, since=entry.since, source=entry.source, word=entry.word, shared=shared)


def _cells(entry: SuppressedNumber) -> tuple[str, ...]:
    since = f"{entry.since.astimezone():%Y-%m-%d %H:%M}"
    cells = (entry.number, since, entry.source, one_line(entry.word or "-"))
    return cells if entry.shared is None else (*cells, "yes" if entry.shared else "here alone")


@document
class SuppressionEntries:
    """The list of one profile, the oldest first."""

    schema_name: ClassVar[str] = "suppression-list"

    profile: str
    entries: tuple[SuppressedNumber, ...]
    ledger: Annotated[str | None, "the list that several machines share"] = None
    others: Annotated[
        int | None, "people on the ledger's list whose numbers this machine does not know: it holds keyed hashes alone"
    ] = None

    def blocks(self) -> Iterable[Block]:
        if self.entries:
            columns = ("number", "since", "source", "said")
            yield Table(
                columns=columns if self.ledger is None else (*columns, "ledger"), rows=tuple(map(_cells, self.entries))
            )
        else:
            yield TextLine(f"nobody is on the list of profile {self.profile}", Tone.QUIET)
        if self.others:
            yield TextLine(f"{self.others:,} more on the ledger's list, which holds keyed hashes and no numbers")


@document
class SuppressionChanged:
    """Numbers were put on a profile's list, or taken off; or would be, with ``--dry-run``."""

    schema_name: ClassVar[str] = "suppression-changed"

    profile: str
    change: Annotated[str, "added or removed"]
    changed: int
    unchanged: Annotated[int, "were on the list already, or were not on it"]
    dry_run: bool
    shared_changed: Annotated[int | None, "on the list that machines share; null without a ledger"] = None

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"profile {self.profile}: {self._words(self.changed)}", Tone.GOOD)
        if self.shared_changed is not None:
            yield TextLine(f"all machines: {self._words(self.shared_changed)}", Tone.GOOD)

    def _words(self, changed: int) -> str:
        unchanged = self.changed + self.unchanged - changed
        verb = f"would be {self.change}" if self.dry_run else self.change
        were = "was" if unchanged == 1 else "were"
        why = f"{were} on it already" if self.change == "added" else f"{were} not on it"
        rest = f"; {unchanged} {why}" if unchanged else ""
        return f"{count_words(changed, 'number')} {verb}{rest}"
