"""Shows what the check found in a message."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from bothub_cli.messages import Finding, Severity
from bothub_cli.output.blocks import TextLine, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProblem:
    """One problem of a message."""

    severity: Severity
    rule: Annotated[str, "a stable id"]
    pointer: Annotated[str, "RFC 6901, into what was written; empty for the whole"]
    line: Annotated[int | None, "in the file, from 1"]
    message: str
    limit: str | None
    actual: str | None
    source: Annotated[str, "the document that says so"]
    fix: str | None


def finding_lines(finding: Finding | FoundProblem, *, line: int | None) -> Iterable[TextLine]:
    """Say a finding in one line, and its fix in another; ``line`` is the file's."""
    place = finding.pointer or "the whole message"
    facts = ", ".join(
        f"{name} {value}" for name, value in (("limit", finding.limit), ("found", finding.actual)) if value
    )
    where = f"line {line}, {place}" if line else place
    text = f"  {finding.severity}: {where}: {finding.message}" + (f" ({facts})" if facts else "")
    yield TextLine(text, Tone.BAD if finding.severity == "error" else Tone.WARNING)
    if finding.fix:
        yield TextLine(f"    fix: {finding.fix}", Tone.QUIET)
