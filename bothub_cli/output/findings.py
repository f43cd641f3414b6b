"""Shows what the check found in a message."""

from collections.abc import Callable, Iterable

from bothub_cli.messages import Finding
from bothub_cli.output.blocks import TextLine, Tone


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
