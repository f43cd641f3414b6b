"""Turns an error into what is said about it to a person."""

from collections.abc import Iterable

from bothub_cli.config.fields import as_flag
from bothub_cli.errors import BothubError, LimitReachedError, UsageError
from bothub_cli.output.blocks import TextLine, Tone

# The domain of messages takes 6 ms to load, which a command that does not fail need not pay.


def hint_for(error: BothubError, profile: str | None) -> str | None:
    """Return the error's hint with the current profile in its commands."""
    return with_profile(error.remedy, profile) if error.remedy else None


def with_profile(hint: str, profile: str | None) -> str:
    """Name the current profile in the commands of a hint."""
    return hint.replace("{profile}", f" --profile {profile}" if profile and profile != "default" else "")


def sentence_of(error: BothubError) -> str:
    """Return what happened as the command line says it: a setting's name is a flag here."""
    match error:
        case UsageError(option=str(name)) | LimitReachedError(option=str(name)) if name.isidentifier():
            return error.message.replace(name, as_flag(name), 1) if name.islower() else error.message
        case _:
            return error.message


def failure_blocks(error: BothubError, profile: str | None) -> Iterable[TextLine]:
    """Say what happened, what helps, and what support needs to find the request."""
    from bothub_cli.messages.check.report import MessageRefusedError  # with it all message rules

    yield TextLine(f"error: {_on_one_line(sentence_of(error))}", Tone.BAD)
    if isinstance(error, MessageRefusedError):
        from bothub_cli.output.findings import finding_lines  # as above

        for finding in error.report.findings:
            yield from finding_lines(finding, line=error.lines.get(finding.pointer))
    is_said_already = isinstance(error, MessageRefusedError) and error.fix is None  # beside its finding
    if (hint := hint_for(error, profile)) and not is_said_already:
        yield TextLine(f"  hint: {_on_one_line(hint)}")
    if error.http and error.http.status:
        request = f", request id {error.http.request_id}" if error.http.request_id else ""
        yield TextLine(f"  HTTP {error.http.status}{request}", Tone.QUIET)


def _on_one_line(text: str) -> str:
    """Return a text without line breaks: the words of a server must not pass for a line of ours."""
    return " ".join(text.split()) if any(sign in text for sign in "\n\r\t\v\f") else text
