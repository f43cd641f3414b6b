"""Cuts a stream of JSON into messages without parsing them, so that a file of any size needs little memory.

A stream is values one after the other (JSON Lines, or documents simply following each other). A list at the top is a
list of messages, cut into its items. Cutting trusts brackets and quotes only; whether a piece is JSON, its parser says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bothub_cli.authoring.json.structure import NEXT_LINE, BreakScan, StructureScan
from bothub_cli.authoring.refusal import MAX_MESSAGE_BYTES, refusal
from bothub_cli.errors import InputRefusedError

_TAKEN_MAX = 64 * 1024  # bytes that were taken and are still kept, before the buffer is cut
_SPACE = re.compile(rb"[ \t\r\n]*+")
_SCALAR = re.compile(rb'[^ \t\r\n,{}\[\]"]*+')


class DocumentEnding(Enum):
    """Why a piece ends where it ends."""

    WHOLE = auto()
    TRUNCATED = auto()
    TOO_LARGE = auto()
    TOO_DEEP = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawValue:
    """The bytes of one message and where they start: line and column from 1, offset in bytes from 0."""

    content: bytes
    ending: DocumentEnding
    line: int
    column: int
    offset: int


def _match_end(pattern: re.Pattern[bytes], buffer: bytearray, start: int) -> int:
    found = pattern.match(buffer, start)
    assert found is not None  # each of these patterns also matches nothing
    return found.end()


class Cursor:
    """A place in the stream. With ``goes_on``, a broken message ends before the next line on which something begins."""

    def __init__(self, chunks: Iterator[bytes], *, goes_on: bool = False) -> None:
        self._chunks = chunks
        self.goes_on = goes_on
        self.is_in_list = False
        self.line = 1
        self.column = 1
        self._offset = 0
        self._buffer = bytearray()
        self._position = 0

    def next_byte(self) -> bytes:
        """Skip white space and return the byte there, without taking it; empty at the end of the input."""
        skipped = 0
        while True:
            end = _match_end(_SPACE, self._buffer, self._position)
            skipped += end - self._position
            self.advance(end - self._position)
            if self._position < len(self._buffer):
                return bytes(self._buffer[self._position : self._position + 1])
            if skipped > MAX_MESSAGE_BYTES:
                raise self.refuse("nothing but white space for 16 MiB", fix=None)
            if not self._refill():
                return b""

    def advance(self, count: int) -> bytes:
        """Take that many bytes, and count lines and columns."""
        taken = bytes(self._buffer[self._position : self._position + count])
        newlines = taken.count(b"\n")
        if newlines:
            self.line += newlines
            self.column = 1
        self.column += len(taken[taken.rfind(b"\n") + 1 :].decode(errors="replace"))
        self._position += len(taken)
        self._offset += len(taken)
        return taken

    def take_value(self) -> RawValue:
        """Take the value that starts here; ``next_byte`` has just seen its first byte."""
        if self._position > _TAKEN_MAX:
            self._drop_taken()
        line, column, offset = self.line, self.column, self._offset
        if self._buffer[self._position] in b'{["':
            end, ending = self._find_end_of_structure()
        else:
            end, ending = self._find_end_of_scalar()
        content = self.advance(end - self._position)
        return RawValue(content=content, ending=ending, line=line, column=column, offset=offset)

    def skip_to_next_message(self, refused: RawValue) -> None:
        """Take everything up to the next line on which something begins; waits for that line.

        A message that is cut off at the end of its line has taken the next line for its rest, and gives it back.
        """
        if refused.ending is DocumentEnding.TRUNCATED and (next_line := NEXT_LINE.search(refused.content)):
            cut = next_line.start()
            self._position -= len(refused.content) - cut
            self._offset -= len(refused.content) - cut
            self.line = refused.line + refused.content.count(b"\n", 0, cut)
        while (found := NEXT_LINE.search(self._buffer, self._position)) is None:
            is_line_open = not self._buffer.endswith(b"\n")
            self.advance(len(self._buffer) - self._position - (0 if is_line_open else 1))
            if not self._refill():
                return
        self.advance(found.end() - self._position)

    def _find_end_of_structure(self) -> tuple[int, DocumentEnding]:
        scan = StructureScan(self._position)
        breaks = BreakScan(self._position) if self.goes_on and not self.is_in_list else None
        while True:
            end = scan.find_end(self._buffer)
            if breaks and (broken := breaks.find(self._buffer, end=end, open_string=scan.open_string)) is not None:
                return broken, DocumentEnding.TRUNCATED
            if end is not None:
                return end, DocumentEnding.TOO_DEEP if scan.is_too_deep else DocumentEnding.WHOLE
            if (stop := self._cannot_grow()) is not None:
                return len(self._buffer), stop

    def _find_end_of_scalar(self) -> tuple[int, DocumentEnding]:
        reached = self._position + 1
        while (reached := _match_end(_SCALAR, self._buffer, reached)) == len(self._buffer):
            if (stop := self._cannot_grow()) is not None:
                return reached, DocumentEnding.WHOLE if stop is DocumentEnding.TRUNCATED else stop
        return reached, DocumentEnding.WHOLE

    def _cannot_grow(self) -> DocumentEnding | None:
        if len(self._buffer) - self._position > MAX_MESSAGE_BYTES:
            return DocumentEnding.TOO_LARGE
        return None if self._grow() else DocumentEnding.TRUNCATED

    def _refill(self) -> bool:
        self._drop_taken()
        return self._grow()

    def _drop_taken(self) -> None:
        del self._buffer[: self._position]
        self._position = 0

    def _grow(self) -> bool:
        chunk = next(self._chunks, b"")
        self._buffer += chunk
        return bool(chunk)

    def refuse(self, problem: str, *, fix: str | None) -> InputRefusedError:
        """Return the refusal for this very place."""
        return refusal(problem, line=self.line, column=self.column, fix=fix)


def split_json(cursor: Cursor) -> Iterator[RawValue]:
    """Yield each message's bytes; raises InputRefusedError where commas or brackets between messages are wrong."""
    while byte := cursor.next_byte():
        if byte == b"[":
            cursor.is_in_list = True
            yield from _split_list(cursor)
            cursor.is_in_list = False
        elif byte == b"," and not cursor.goes_on:
            raise cursor.refuse(
                "a comma between two messages", fix="put all messages into one list [ … ], or leave the comma out"
            )
        else:
            yield cursor.take_value()


def _split_list(cursor: Cursor) -> Iterator[RawValue]:
    opened = cursor.line
    cursor.advance(1)
    if cursor.next_byte() == b"]":
        cursor.advance(1)
        return
    while True:
        if not cursor.next_byte():
            raise _open_list(cursor, opened)
        yield cursor.take_value()
        match cursor.next_byte():
            case b"]":
                cursor.advance(1)
                return
            case b",":
                comma = cursor.refuse("a comma before the closing ]", fix="remove the comma: JSON has no trailing ones")
                cursor.advance(1)
                if cursor.next_byte() == b"]":
                    raise comma
            case b"":
                raise _open_list(cursor, opened)
            case _:
                raise cursor.refuse(
                    "no comma between two messages of a list", fix="put a comma there; JSON has no comments either"
                )


def _open_list(cursor: Cursor, opened: int) -> InputRefusedError:
    return cursor.refuse(
        f"the input ends before the list that was opened in line {opened} is closed",
        fix="the file may be cut off; the list ends with ]",
    )
