"""The one place that writes: answers to stdout, everything else to stderr, as a person or a program reads it."""

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, TextIO, cast

from bothub_cli.clock import to_rfc3339
from bothub_cli.display_text import escape_controls, spell_ascii
from bothub_cli.errors import BothubError, OutputError
from bothub_cli.output.blocks import Block, TextLine, Tone, change_texts
from bothub_cli.output.document import Document, field_names, to_json
from bothub_cli.output.plain import to_json_text, to_plain
from bothub_cli.record import record
from bothub_cli.redaction import Redactor

if TYPE_CHECKING:
    from rich.console import Console

    from bothub_cli.output.documents.note import Note, NotedProgress


@record
class OutputOptions:
    """How the user wants to read: ``verbose`` counts the ``-v``."""

    json: bool = False
    fields: tuple[str, ...] = ()
    quiet: bool = False
    verbose: int = 0


TERMINAL_VARIABLES = ("TERM", "NO_COLOR", "JOURNAL_STREAM", "LC_ALL", "LC_CTYPE", "LANG")  # what a printer asks for


class Printer:
    """Writes documents, notes and errors; ``profile`` names the current profile in hints."""

    def __init__(
        self,
        *,
        stdout: TextIO,
        stderr: TextIO,
        options: OutputOptions,
        terminal: Mapping[str, str],
        redactor: Redactor,
    ) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.options = options
        self.redactor = redactor
        self.profile: str | None = None
        self._terminal = terminal  # TERM and NO_COLOR as the environment has them
        self._logs: list[Callable[[str, str], None]] = []
        self._now: Callable[[], datetime] | None = None
        self._campaign: str | None = None
        self._marks_priority = _is_journal(stderr, terminal.get("JOURNAL_STREAM"))

    @property
    def is_interactive(self) -> bool:
        """True when a person watches: both streams are terminals that can draw."""
        return self._draws_on(self.stdout) and self._draws_on(self.stderr)

    def show(self, answer: Document, *, as_it_is: bool = False) -> None:
        """Print the one answer of a command; ``as_it_is`` for one that is a secret, or a message to be passed on."""
        if self.options.json:
            self._to_json_text(to_json(answer, self.options.fields), pretty=self.stdout.isatty(), as_it_is=as_it_is)
        else:
            self._show_blocks(answer.blocks(), as_it_is=as_it_is)

    def show_text(self, text: str) -> None:
        """Print a text exactly as it is, JSON wanted or not, ended by a line end."""
        self._put(self.stdout, text if text.endswith("\n") else f"{text}\n")

    def show_row(self, answer: Document, *, as_it_is: bool = False) -> None:
        """Print one of many answers: a JSON line with its type, or the document's own lines; see ``show``.

        Rows may be of several kinds: each has those of the chosen fields that it knows, or all when it knows none.
        """
        if self.options.json:
            row = {"type": answer.schema_name} | to_json(answer, self._chosen(answer))
            self._to_json_text(row, pretty=False, as_it_is=as_it_is)
        else:
            self._show_blocks(answer.blocks(), as_it_is=as_it_is)
        self.flush()

    def _chosen(self, answer: Document) -> tuple[str, ...]:
        known = field_names(type(answer))
        return tuple(name for name in self.options.fields if name in known)

    def show_summary(self, answer: Document, *, is_answer: bool = False) -> None:
        """Close a stream of answers: the last JSON line, or a line on stderr for a person.

        A summary that is an answer itself has the chosen fields only.
        """
        if self.options.json:
            fields = self._chosen(answer) if is_answer else ()
            self._to_json_text({"type": "summary"} | to_json(answer, fields), pretty=False)
        elif not self.options.quiet:
            self._write(self.stderr, change_texts(answer.blocks(), self.redactor.mask_values))

    def redraw(self, answer: Document) -> None:
        """Draw an answer over the one before, for a person who watches (ECMA-48: cursor home, erase below)."""
        self._put(self.stdout, "\x1b[H\x1b[2J")
        self._show_blocks(answer.blocks())
        self.flush()

    def show_blocks(self, blocks: Iterable[Block]) -> None:
        """Print blocks that belong to the answer for a person only; a program gets the document."""
        if not self.options.json:
            self._show_blocks(blocks)

    def note(self, text: str, *, log: str | None = None) -> None:
        """Say something beside the answer, unless the user wants quiet; ``log`` is what logs say instead."""
        self._say("note", [TextLine(text, Tone.QUIET)], log=log)

    def note_progress(self, text: str, progress: "NotedProgress") -> None:
        """Say how far it is: the text for a person, and beside it the numbers for a program."""
        if not self.options.json:
            self.note(text)
            return
        self.log("note", text)
        if not self.options.quiet:
            from bothub_cli.output.documents.note import Note  # only JSON has documents of notes

            said = self.redactor.redact(text)
            note = Note(message=said, at=self._moment(), campaign=self._campaign, progress=progress)
            self._put_note("note", to_json(note, (*self._note_fields, "progress")))

    def warn(self, text: str) -> None:
        """Say what deserves attention but stops nothing."""
        mark = "" if self.options.json else "warning: "
        self._say("warning", [TextLine(f"{mark}{text}", Tone.WARNING)], log=escape_controls(text))

    def warn_about(self, notes: Iterable["Note"], blocks: Iterable[Block]) -> None:
        """Say what deserves attention: blocks for a person, the same as data, a note each, for a program."""
        if not self.options.json:
            self._say("warning", blocks)
            return
        if self._logs:
            self.log("warning", to_plain(blocks).strip())
        if not self.options.quiet:
            for note in notes:
                dated = replace(note, at=self._moment(), campaign=self._campaign)
                self._put_note("warning", to_json(dated, dated.given()))

    def trace(self, text: str, level: int = 1) -> None:
        """Say what happens inside, for who asked with ``-v``; always without secrets."""
        if self.options.verbose >= level:
            self._say("trace", [TextLine(line, Tone.QUIET) for line in text.rstrip("\n").split("\n")])

    def add_log(self, write: Callable[[str, str], None]) -> None:
        """From here on give what is said, with its kind, to this log as well."""
        self._logs.append(write)

    def date_lines(self, now: Callable[[], datetime]) -> None:
        """From here on say with each line on stderr when it was said, and of which campaign."""
        self._now = now

    @contextmanager
    def of_campaign(self, name: str) -> Iterator[None]:
        """Say of each line of the block that it is of this campaign."""
        self._campaign = name
        try:
            yield
        finally:
            self._campaign = None

    def log(self, kind: str, text: str) -> None:
        """Say something to the logs alone, however quiet the rest is to be."""
        for write in self._logs:
            write(kind, self.redactor.redact(text))

    def _say(self, kind: str, blocks: Iterable[Block], *, log: str | None = None) -> None:
        """Write to the logs and, unless it is to be quiet, to stderr: drawn, or a JSON line for each line of text."""
        is_quiet = self.options.quiet and kind != "trace"
        if is_quiet and not self._logs:
            return
        blocks = list(change_texts(blocks, self.redactor.redact))
        self.log(kind, to_plain(blocks).strip() if log is None else log)
        if is_quiet:
            return
        if not self.options.json and not self._marks_priority:
            self._write(self.stderr, self._date(blocks))
            return
        if not self.options.json:
            self._put(self.stderr, _with_priority(kind, to_plain(self._date(blocks))))
            return
        from bothub_cli.output.documents.note import Note  # only JSON has documents of notes

        for line in to_plain(blocks).splitlines():
            note = Note(message=line, at=self._moment(), campaign=self._campaign)
            self._put_note(kind, to_json(note, self._note_fields))

    @property
    def _note_fields(self) -> tuple[str, ...]:
        return ("message", "at", "campaign") if self._now is not None else ("message",)

    def _moment(self) -> datetime | None:
        return self._now() if self._now is not None else None

    def _date(self, blocks: list[Block]) -> list[Block]:
        """Begin with the moment, which journald writes itself, and the campaign."""
        moment = self._moment()
        if moment is None or not blocks or not isinstance(first := blocks[0], TextLine):
            return blocks
        when = [] if self._marks_priority else [to_rfc3339(moment.replace(microsecond=0))]
        whose = [f"{self._campaign}:"] if self._campaign is not None else []
        return [TextLine(" ".join([*when, *whose, first.text]), first.tone), *blocks[1:]]

    def _put_note(self, kind: str, said: Mapping[str, Any]) -> None:  # a JSON object
        line = f"{self.redactor.redact(to_json_text({'type': kind, **said}, ascii_only=not _is_utf(self.stderr)))}\n"
        self._put(self.stderr, _with_priority(kind, line) if self._marks_priority else line)

    def fail(self, error: BothubError) -> None:
        """Say an error, in full, whatever the verbosity."""
        from bothub_cli.output.failures import failure_blocks  # with it come all message rules

        blocks = [TextLine(self.redactor.redact(line.text), line.tone) for line in failure_blocks(error, self.profile)]
        self.log("error", to_plain(blocks).strip())
        if self.options.json:
            from bothub_cli.output.documents.error import failure_to_json  # only JSON has a document of errors

            failure = failure_to_json(error, self.profile)
            line = self.redactor.redact(to_json_text(failure, ascii_only=not _is_utf(self.stderr))) + "\n"
            self._put(self.stderr, _with_priority("error", line) if self._marks_priority else line)
        elif self._marks_priority:
            self._put(self.stderr, _with_priority("error", to_plain(blocks)))
        else:
            self._write(self.stderr, blocks)

    def _show_blocks(self, blocks: Iterable[Block], *, as_it_is: bool = False) -> None:
        self._write(self.stdout, blocks if as_it_is else change_texts(blocks, self.redactor.mask_values))

    def _write(self, stream: IO[str], blocks: Iterable[Block]) -> None:
        if stream.isatty():  # without colours too, lines are broken between words
            from bothub_cli.output.terminal import draw  # loads rich

            with _writing_to(stream, is_answer=stream is self.stdout):
                draw(self.console_for(stream), blocks)
        else:
            self._put(stream, to_plain(blocks, ascii_only=self._is_ascii(stream)))

    def _put(self, stream: IO[str], text: str) -> None:
        with _writing_to(stream, is_answer=stream is self.stdout):
            stream.write(_encodable(text, stream))

    def flush(self) -> None:
        """Give the answer to its reader now. Raises BrokenPipeError when there is none, OutputError otherwise."""
        with _writing_to(self.stdout, is_answer=True):
            self.stdout.flush()

    def _to_json_text(self, answer: Mapping[str, Any], *, pretty: bool, as_it_is: bool = False) -> None:
        text = to_json_text(answer, indent=2 if pretty else None, ascii_only=not _is_utf(self.stdout))
        self._put(self.stdout, f"{text if as_it_is else self.redactor.mask_values(text)}\n")

    def _draws_on(self, stream: IO[str]) -> bool:
        return stream.isatty() and self._terminal.get("TERM") != "dumb" and not self._terminal.get("NO_COLOR")

    def _is_ascii(self, stream: IO[str]) -> bool:
        """Tell whether frames are to be drawn in ASCII: the stream cannot say more, or the locale is C by name.

        Python writes UTF-8 in a locale C too (PEP 540), which answers need; a terminal of that locale draws no frames.
        """
        named = next((word for name in ("LC_ALL", "LC_CTYPE", "LANG") if (word := self._terminal.get(name))), "")
        return not _is_utf(stream) or named in {"C", "POSIX"}

    def console_for(self, stream: IO[str]) -> "Console":
        """Return the rich console of stdout or stderr."""
        return self._stdout_console if stream is self.stdout else self._stderr_console

    @cached_property
    def _stdout_console(self) -> "Console":
        from bothub_cli.output.terminal import make_console  # loads rich

        stream = cast("IO[str]", _ConsoleStream(self.stdout))  # it has what a console asks of a stream
        return make_console(stream, ascii_only=self._is_ascii(self.stdout), is_plain=not self._draws_on(self.stdout))

    @cached_property
    def _stderr_console(self) -> "Console":
        from bothub_cli.output.terminal import make_console  # loads rich

        stream = cast("IO[str]", _ExpendableStream(self.stderr))  # as above
        return make_console(stream, ascii_only=self._is_ascii(self.stderr), is_plain=not self._draws_on(self.stderr))


_PRIORITIES = {"error": 3, "warning": 4, "note": 6, "trace": 7}  # sd-daemon(3)


def _is_journal(stream: TextIO, stated: str | None) -> bool:
    """Tell whether systemd reads this stream: it names device and inode of the one that it made (systemd.exec(5))."""
    if stated is None:
        return False
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):  # a stream in memory, or a closed one
        return False
    return stated == f"{found.st_dev}:{found.st_ino}"


def _with_priority(kind: str, text: str) -> str:
    """Mark each line with its priority, which journald takes off again."""
    mark = f"<{_PRIORITIES.get(kind, 6)}>"
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


class _ConsoleStream:
    """What a console asks of a stream: passes on what is drawn, in signs that the stream's encoding has."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:
        return getattr(self._stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, text: str) -> int:
        self._stream.write(_encodable(text, self._stream))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()


class _ExpendableStream(_ConsoleStream):
    """Passes on what is drawn beside the answer; once it cannot be written (a closed terminal), it is lost.

    A live bar draws from a thread and at moments of its own, so each write is guarded, not each call of the printer.
    """

    def write(self, text: str) -> int:
        with _writing_to(self._stream, is_answer=False):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with _writing_to(self._stream, is_answer=False):
            super().flush()


def _is_utf(stream: IO[str]) -> bool:
    """Tell whether a stream can say every character; JSON is UTF-8 (RFC 8259 8.1), and ASCII is that as well."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")


def _encodable(text: str, stream: IO[str]) -> str:
    """Replace what the stream's encoding cannot say, so that a C locale never ends in a traceback."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if encoding.lower().startswith("utf") or text.isascii():
        return text.encode(encoding, "backslashreplace").decode(encoding)
    return spell_ascii(text).encode(encoding, "backslashreplace").decode(encoding)


@contextmanager
def _writing_to(stream: IO[str], *, is_answer: bool) -> Iterator[None]:
    """An answer that cannot be written is an error; a note that cannot is lost, and the work goes on."""
    try:
        yield
    except OSError as error:
        discard(stream)
        if is_answer and isinstance(error, BrokenPipeError):
            raise
        if is_answer and sys.platform == "win32" and error.errno == errno.EINVAL:  # so Windows calls it
            raise BrokenPipeError from error
        if is_answer:
            raise OutputError(reason=error.strerror or str(error)) from error


def discard(stream: IO[str]) -> None:
    """Point a stream at nothing after a write has failed, so that the interpreter's last flush stays silent."""
    try:
        descriptor = stream.fileno()
    except OSError:  # a stream in memory
        return
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, descriptor)
    os.close(devnull)
