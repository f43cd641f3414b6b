"""What is said beside an answer, for programs that read stderr."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from bothub_cli.output.blocks import Block, TextLine
from bothub_cli.output.document import document


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedProgress:
    """How far a campaign's run is."""

    done: Annotated[int, "rows that this run brought to an end"]
    total: Annotated[int, "rows that this run is for"]
    rate: Annotated[float, "messages a second, just now"]
    eta_seconds: Annotated[float | None, "that it still takes; null while nothing moves"]
    outcomes: Annotated[Mapping[str, int], "rows of this run by outcome"]
    paused: Annotated[str | None, "why nothing is being sent"]


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A line on stderr; its ``type`` is "note", "warning", or "trace" with ``-v``."""

    schema_name: ClassVar[str] = "note"

    message: str
    at: Annotated[datetime | None, "when it was said; only in the lines of a worker"] = None
    campaign: Annotated[str | None, "of which campaign it is said; only in the lines of a worker"] = None
    progress: Annotated[NotedProgress | None, "the same as the message, in numbers; only where there is any"] = None

    def blocks(self) -> Iterable[Block]:
        yield TextLine(self.message)
