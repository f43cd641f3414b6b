"""What is said of an error, for programs that read stderr."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bothub_cli.output.blocks import Block, TextLine, Tone
from bothub_cli.output.document import document
from bothub_cli.output.documents.message import FoundProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusingAnswer:
    """The answer of a server that is behind an error."""

    status: int | None
    request_id: Annotated[str | None, "the gateway's X-OAPI-Request-Id"]


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLine:
    """A line on stderr whose ``type`` is "error": why the command ended as it did."""

    schema_name: ClassVar[str] = "error"

    code: Annotated[str, "a stable word"]
    exit_code: int
    message: str
    hint: Annotated[str | None, "what would help"]
    http: Annotated[RefusingAnswer | None, "null where no server answered"]
    findings: Annotated[tuple[FoundProblem, ...] | None, "every problem of a message that the check refused"] = None

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"error: {self.message}", Tone.BAD)

    def given(self) -> tuple[str, ...]:
        """Return the members that are written: the findings only of a message."""
        always = ("code", "exit_code", "message", "hint", "http")
        return always if self.findings is None else (*always, "findings")
