"""Makes lines of text of a list's bytes: packed or not, in whatever encoding, and says what is no list at all."""

import gzip
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from bothub_cli.amounts import count_words
from bothub_cli.errors import InputRefusedError
from bothub_cli.files import say_unreadable

HEAD = 65536  # bytes that are looked at to find out the format
LINE_MAX = 1024 * 1024  # characters of a line, and of a cell of several: more is no list of people
NOT_UTF8_FIX = "save it as CSV UTF-8, or say what it is: --encoding cp1252"

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_EXPORT = 'export it: File > Save As > CSV UTF-8 in Excel, "Text CSV" with UTF-8 in LibreOffice'
# how a file begins, what it is, and the way out of it
_FORMATS = (
    (rb"\xd0\xcf\x11\xe0", "a spreadsheet, not text", _EXPORT),
    (
        rb"(?s)PK\x03\x04.{0,4000}?(?:\[Content_Types|xl/|mimetypeapplication/vnd)",
        "a spreadsheet, not text",
        _EXPORT,
    ),
    (rb"PK\x03\x04", "a spreadsheet or another zip archive, not text", f"unpack it, or {_EXPORT}"),
    (rb"(?i)\s*<(?:!doctype|html|table|\?xml|head|meta)", "a web page or XML, not a list", f"open it, and {_EXPORT}"),
    (rb"(?i)\s*BEGIN:VCARD", "an address book (vCard)", "export the contacts as CSV, and name the column: --map to=…"),
    (rb"%PDF", "a PDF", "copy the table into a spreadsheet, and save it as CSV UTF-8"),
    (rb"BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!", "a packed file", "unpack it, or pack it with gzip"),
)
_STRAY = re.compile("[\udc80-\udcff]")


@contextmanager
def open_list(source: Path | BinaryIO, *, encoding: str, name: str) -> Iterator[tuple[io.BufferedReader, bytes]]:
    """Give the block the bytes of a list, unpacked where gzip packed them, and how they begin.

    Raises InputRefusedError for what is no list, also from what the block reads of it.
    """
    try:
        with _unpack(source.open("rb") if isinstance(source, Path) else source) as stream:
            head = stream.peek(HEAD)[:HEAD]
            _refuse_other_formats(head, encoding=encoding, name=name)
            yield stream, head
    except (OSError, EOFError) as error:  # gzip reports a cut-off file as EOFError
        raise InputRefusedError(problem=say_unreadable(error), where=name) from error


def _unpack(raw: BinaryIO) -> io.BufferedReader:
    stream: io.BufferedReader = io.BufferedReader(cast("io.RawIOBase", raw), HEAD)
    if stream.peek(2)[:2] == b"\x1f\x8b":
        return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=stream)), HEAD)
    return stream


def _refuse_other_formats(head: bytes, *, encoding: str, name: str) -> None:
    """Say of a spreadsheet, an archive or a web page how to make a list of it. Raises InputRefusedError."""
    for mark, what, fix in _FORMATS:
        if re.match(mark, head.removeprefix(_UTF8_MARK)):
            raise InputRefusedError(problem=f"it is {what}", where=name, fix=fix)
    if not head or is_wide(head, encoding) or head.count(b"\0") * 3 < len(head):
        return  # single NULs are problems of their rows
    if head[1:2] == b"\0" or head[:1] == b"\0":
        order = "le" if head[1:2] == b"\0" else "be"
        raise InputRefusedError(
            problem="it looks like UTF-16 without its mark", where=name, fix=f"say so: --encoding utf-16-{order}"
        )
    raise InputRefusedError(problem="it is no text", where=name, fix="give a CSV, JSON or JSON Lines file")


def is_wide(head: bytes, encoding: str) -> bool:
    """Tell whether a character takes two bytes or four, so that NULs are among them."""
    return head.startswith(_UTF16_MARKS) or encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16"))


def name_encoding(head: bytes, encoding: str) -> str:
    """Return the encoding to read with: a mark at the beginning, or no NUL at all, says more than the user."""
    if head.startswith(_UTF16_MARKS):
        return "utf-16"
    if head.startswith(_UTF8_MARK) or (is_wide(head, encoding) and b"\0" not in head):
        return "utf-8-sig"
    return "utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding


class LineReader:
    """Reads lines with their ends; what cannot be repaired stays as lone surrogates, for the row to be named.

    A single byte of cp1252 in a file that is UTF-8 otherwise is repaired; ``repaired`` are the lines where it was.
    """

    def __init__(self, stream: io.BufferedReader, *, encoding: str, name: str) -> None:
        head = stream.peek(HEAD)[:HEAD]
        self._encoding = name_encoding(head, encoding)
        self._name = name
        self._is_utf8 = self._encoding == "utf-8-sig"
        self._is_mixed = self._is_utf8 and bool(
            head.startswith(_UTF8_MARK) or re.sub(r"[\x00-\x7f]", "", head.decode("utf-8", "ignore"))
        )
        self._text = io.TextIOWrapper(stream, encoding=self._encoding, errors="surrogateescape", newline="")
        self.repaired: list[int] = []

    def __iter__(self) -> Iterator[str]:
        number = 0
        try:
            with self._text as text:
                while line := text.readline(LINE_MAX + 1):
                    number += 1
                    if number == 1:
                        line = line.lstrip("\ufeff")  # a mark that was written twice
                    if len(line) > LINE_MAX:
                        self._refuse_long(number)
                    yield line if line.isascii() or not self._is_utf8 else self._repair(line, number)
        except UnicodeDecodeError as error:
            fix = "save it as CSV UTF-8"
            raise InputRefusedError(problem=f"it is not {self._encoding}", where=self._name, fix=fix) from error

    def _refuse_long(self, number: int) -> None:
        raise InputRefusedError(
            problem=f"the line is longer than {LINE_MAX:,} characters",
            where=f"{self._name}, line {number}",
            fix="is this a list of people, one a line?",
        )

    def _repair(self, line: str, number: int) -> str:
        if not _STRAY.search(line):
            self._is_mixed = True
            return line
        if not self._is_mixed:
            return line
        try:
            mended = _STRAY.sub(lambda stray: bytes([ord(stray[0]) - 0xDC00]).decode("cp1252"), line)
        except UnicodeDecodeError:
            return line
        self.repaired.append(number)
        return mended


def tell_repairs(repaired: list[int], note: Callable[[str], object], *, name: str) -> None:
    """Say how many lines were repaired, and where the first is."""
    if repaired:
        count = count_words(len(repaired), "line")
        note(f"{name}: {count} of this UTF-8 file in cp1252, and read so (first: line {repaired[0]})")
