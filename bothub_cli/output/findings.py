"""Shows what the check found in a message, to a person and to a program."""

from collections.abc import Callable, Iterable

from bothub_cli.messages import Finding
from bothub_cli.output.blocks import TextLine, Tone
from bothub_cli.output.documents.note import Note


def finding_lines(
    findings: Iterable[Finding], *, find_line: Callable[[str], int | None] = lambda _: None
) -> Iterable[TextLine]:
    """Say each finding in one line, and its fix in another; ``find_line`` tells a pointer's line in the file."""
    for finding in findings:
        line = find_line(finding.pointer)
        place = f"line {line}, {finding.pointer or 'the whole'}" if line else finding.pointer or "the whole message"
        facts = ", ".join(
            f"{name} {value}" for name, value in (("limit", finding.limit), ("found", finding.actual)) if value
        )
        text = f"  {finding.severity}: {place}: {finding.message}" + (f" ({facts})" if facts else "")
        yield TextLine(text, Tone.BAD if finding.severity == "error" else Tone.WARNING)
        if finding.fix:
            yield TextLine(f"    fix: {finding.fix}", Tone.QUIET)


def finding_notes(
    findings: Iterable[Finding], *, where: str | None, find_line: Callable[[str], int | None] = lambda _: None
) -> Iterable[Note]:
    """Return each finding of a message as data; ``where`` is the message, ``find_line`` as above."""
    for finding in findings:
        yield Note(
            message=finding.message,
            code=finding.rule,
            where=where,
            pointer=finding.pointer,
            line=find_line(finding.pointer),
            limit=finding.limit,
            actual=finding.actual,
            source=finding.source,
            fix=finding.fix,
        )
