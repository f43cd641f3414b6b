"""What is said beside an answer, for programs that read stderr."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from bothub_cli.output.blocks import Block, TextLine
from bothub_cli.output.document import document, field_names

if TYPE_CHECKING:  # a note about something else need not load what messages are
    from bothub_cli.messages import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedProgress:
    """How far a campaign's run is."""

    done: Annotated[int, "rows that this run brought to an end"]
    total: Annotated[int, "rows that this run is for"]
    rate: Annotated[float, "messages a second, just now"]
    eta_seconds: Annotated[float | None, "that it still takes; null while nothing moves, or others send too"]
    outcomes: Annotated[Mapping[str, int], "rows of this run by outcome"]
    paused: Annotated[str | None, "why nothing is being sent"]
    slowed_to: Annotated[float | None, "messages a second at most now, since the API asked for less of late"] = None


@document
class Note:
    """A line on stderr; its ``type`` is "note", "warning", or "trace" with ``-v``.

    Members without a value are left out.
    """

    schema_name: ClassVar[str] = "note"

    message: str
    at: Annotated[datetime | None, "when it was said; only in the lines of a worker"] = None
    campaign: Annotated[str | None, "of which campaign it is said; only in the lines of a worker"] = None
    code: Annotated[
        str | None, "what is warned of, a stable word: the rule of the check, the kind of a row's problem"
    ] = None
    where: Annotated[str | None, "the file and line of the message, the list, or the place in the template"] = None
    pointer: Annotated[str | None, "RFC 6901, into the message; empty for the whole"] = None
    line: Annotated[int | None, "in the file, from 1; of several rows the first"] = None
    column: Annotated[str | None, "of the list"] = None
    rows: Annotated[int | None, "how many rows of the list"] = None
    limit: str | None = None
    actual: str | None = None
    source: Annotated[str | None, "the document that says so"] = None
    fix: Annotated[str | None, "what would help"] = None
    progress: Annotated[NotedProgress | None, "the same as the message, in numbers; only where there is any"] = None

    @classmethod
    def of_finding(cls, finding: "Finding", *, where: str | None, line: int | None) -> "Note":
        """Return what the check found in a message as a note; ``where`` is the message."""
        return cls(
            message=finding.message,
            code=finding.rule,
            where=where,
            pointer=finding.pointer,
            line=line,
            limit=finding.limit,
            actual=finding.actual,
            source=finding.source,
            fix=finding.fix,
        )

    def given(self) -> tuple[str, ...]:
        """Return the members that have a value."""
        return tuple(name for name in field_names(type(self)) if getattr(self, name) is not None)

    def blocks(self) -> Iterable[Block]:
        yield TextLine(self.message)
