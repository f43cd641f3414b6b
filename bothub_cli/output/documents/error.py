"""What is said of an error, for programs that read stderr."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bothub_cli.errors import BothubError
from bothub_cli.messages.check.report import MessageRefusedError
from bothub_cli.output.blocks import Block, TextLine, Tone
from bothub_cli.output.document import JsonObject, document, to_json
from bothub_cli.output.failures import hint_for, sentence_of
from bothub_cli.output.findings import FoundProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusingAnswer:
    """The answer of a server that is behind an error."""

    status: int | None
    request_id: Annotated[str | None, "the gateway's X-OAPI-Request-Id"]


@document
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


def failure_to_json(error: BothubError, profile: str | None) -> JsonObject:
    """Return the one-line JSON form of an error."""
    findings = None
    if isinstance(error, MessageRefusedError):
        findings = tuple(
            FoundProblem(**finding.to_payload(), line=error.lines.get(finding.pointer))
            for finding in error.report.findings
        )
    line = ErrorLine(
        code=error.code,
        exit_code=int(error.exit_code),
        message=sentence_of(error),
        hint=hint_for(error, profile),
        http=RefusingAnswer(status=error.http.status, request_id=error.http.request_id) if error.http else None,
        findings=findings,
    )
    return {"type": "error", **to_json(line, line.given())}
