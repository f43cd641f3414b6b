"""Reads who gets a message: CSV, JSON Lines or JSON messages, one row at a time, every bad row with its place."""

import csv
import gzip
import io
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from bothub_cli.authoring.reader import read_messages
from bothub_cli.errors import InputRefusedError
from bothub_cli.messages import is_bare
from bothub_cli.phone_numbers import NumberRefusedError, normalise

if TYPE_CHECKING:
    from _csv import Reader

TO = "to"
SUPPRESSED = "number.suppressed"  # the kind of problem of a row whose number gets nothing
DELIMITERS = ",;\t|"
_NOT_UTF8 = "it is not UTF-8"
_NOT_UTF8_FIX = "save it as CSV UTF-8, or say what it is: --encoding cp1252"
_HEAD = 65536  # bytes that are looked at to find out the format
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and ods are ZIP archives, xls is an OLE2 file
_MESSAGE_MEMBERS = frozenset({"RCSMessage", "messageContact", "msgId"})


class Recipient(NamedTuple):  # made for every row: a frozen dataclass takes three times as long
    """One row: where it stands, the number in E.164, its columns; or a ready-made message in ``payload``."""

    line: int
    number: str
    row: Mapping[str, object]
    payload: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a row gets no message; ``kind`` is a stable word, ``column`` a header or a JSON pointer."""

    line: int
    kind: str
    problem: str
    column: str | None = None
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRules:
    """How rows become recipients.

    ``columns`` maps a template's name to the file's column (``{"to": "phone"}``); ``region`` is the
    country whose national numbers are understood; ``is_suppressed`` knows who must not be written to.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    region: str | None = None
    is_suppressed: Callable[[str], bool] = field(default=lambda number: False)  # noqa: ARG005  nobody is


def read_recipients(
    source: Path | BinaryIO, *, rules: ReadingRules, name: str | None = None
) -> Generator[Recipient | RowProblem, None, None]:
    """Yield every row of a file or a binary stream. The stream is read to its end and closed.

    Raises InputRefusedError for what cannot be read as rows at all."""
    shown = name or (str(source) if isinstance(source, Path) else "standard input")
    try:
        stream = _unpack(source.open("rb") if isinstance(source, Path) else source)
        with stream:
            yield from _read(stream, rules, shown)
    except (OSError, EOFError) as exc:  # gzip reports a cut-off file as EOFError
        raise InputRefusedError(problem=getattr(exc, "strerror", None) or str(exc), where=shown) from exc


def _unpack(raw: BinaryIO) -> io.BufferedReader:
    stream: io.BufferedReader = io.BufferedReader(cast("io.RawIOBase", raw), _HEAD)
    if stream.peek(2)[:2] == b"\x1f\x8b":
        return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=stream)), _HEAD)
    return stream


def _read(stream: io.BufferedReader, rules: ReadingRules, name: str) -> Iterator[Recipient | RowProblem]:
    head = stream.peek(_HEAD)
    is_utf16 = head.startswith(_UTF16_MARKS)
    if head.startswith(_SPREADSHEETS):
        raise InputRefusedError(
            problem="it is a spreadsheet, not text",
            where=name,
            fix='export it: File > Save As > CSV UTF-8 in Excel, "Text CSV" with UTF-8 in LibreOffice',
        )
    if b"\0" in head and not is_utf16:
        raise InputRefusedError(problem="it is no text", where=name, fix="give a CSV, JSON or JSON Lines file")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        yield from _read_json(stream, rules, name)
    else:
        yield from _read_csv(stream, rules, name)


def _read_json(stream: io.BufferedReader, rules: ReadingRules, name: str) -> Iterator[Recipient | RowProblem]:
    for draft in read_messages(stream, name=name, goes_on=True):
        line = draft.location.line
        if draft.refusal is not None:
            yield RowProblem(line=line, kind="row.json", problem=draft.refusal.problem, fix=draft.refusal.fix)
            continue
        if not isinstance(draft.payload, Mapping):
            yield RowProblem(line=line, kind="row.type", problem="a row is an object")
        elif _MESSAGE_MEMBERS & draft.payload.keys() or is_bare(draft.payload):
            yield _receive_message(line, draft.payload, rules)
        else:
            names = {column: wanted for wanted, column in rules.columns.items()}
            yield _receive(line, {names.get(str(key), str(key)): value for key, value in draft.payload.items()}, rules)


def _receive_message(line: int, payload: Mapping[str, object], rules: ReadingRules) -> Recipient | RowProblem:
    """A ready-made message brings its contact, or a ``to`` beside it."""
    contact = payload.get("messageContact")
    raw = contact.get("userContact") if isinstance(contact, Mapping) else payload.get(TO)
    column = "/messageContact/userContact" if isinstance(contact, Mapping) else TO
    message = {key: value for key, value in payload.items() if key != TO}
    body = {"RCSMessage": message} if is_bare(message) else message
    return _address(line, raw, column, {}, body, rules)


def _receive(line: int, row: Mapping[str, object], rules: ReadingRules) -> Recipient | RowProblem:
    return _address(line, row.get(TO), rules.columns.get(TO, TO), row, None, rules)


def _address(
    line: int,
    raw: object,
    column: str,
    row: Mapping[str, object],
    payload: Mapping[str, object] | None,
    rules: ReadingRules,
) -> Recipient | RowProblem:
    try:
        number = read_number(raw, region=rules.region)
    except NumberRefusedError as exc:
        return RowProblem(line=line, kind="number", problem=exc.problem, column=column, fix=exc.fix)
    if rules.is_suppressed(number):
        return RowProblem(line=line, kind=SUPPRESSED, problem="it is on the suppression list", column=column)
    return Recipient(line, number, row, payload)


def read_number(raw: object, *, region: str | None) -> str:
    """Return a cell's or a member's number as an address. Raises NumberRefusedError."""
    if isinstance(raw, str):
        return normalise(raw.strip().removeprefix("'"), region=region)  # the mark by which spreadsheets know a text
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return normalise(str(raw), region=region)
    raise NumberRefusedError(problem="there is no phone number")


def _read_csv(stream: io.BufferedReader, rules: ReadingRules, name: str) -> Iterator[Recipient | RowProblem]:
    head = stream.peek(_HEAD)
    encoding = "utf-8-sig" if rules.encoding.lower() in {"utf-8", "utf8"} else rules.encoding
    if head.startswith(_UTF16_MARKS):  # "Unicode text" of a spreadsheet says by itself what it is
        encoding, head = "utf-16", head.decode("utf-16", "replace").encode()
    delimiter = find_delimiter(head)
    # What is not UTF-8 arrives as lone surrogates, so that the bad row is named and the others go on.
    with io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline="") as text:
        rows = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            names = _read_header(next(rows, []), rules, name)
            yield from _read_rows(rows, names, rules)
        except UnicodeDecodeError as exc:
            raise InputRefusedError(problem=f"it is not {encoding}", where=name, fix="save it as CSV UTF-8") from exc
        except csv.Error as exc:
            place = f"{name}, line {rows.line_num}"
            raise InputRefusedError(problem=f"the rows cannot be told apart: {exc}", where=place) from exc


def _read_rows(rows: "Reader", names: list[str], rules: ReadingRules) -> Iterator[Recipient | RowProblem]:
    width = len(names)
    after = rows.line_num
    for cells in rows:
        line, after = after + 1, rows.line_num
        if len(cells) == width:
            yield _receive(line, dict(zip(names, cells, strict=True)), rules) if _is_text(cells) else _not_utf8(line)
        elif cells:
            problem = f"{len(cells)} cells under {width} columns"
            yield RowProblem(line=line, kind="row.width", problem=problem, fix="quote cells that hold the delimiter")


def _is_text(cells: list[str]) -> bool:
    joined = "".join(cells)
    return joined.isascii() or not any("\udc80" <= character <= "\udcff" for character in joined)


def _not_utf8(line: int) -> RowProblem:
    return RowProblem(line=line, kind="row.encoding", problem=_NOT_UTF8, fix=_NOT_UTF8_FIX)


def _read_header(cells: list[str], rules: ReadingRules, name: str) -> list[str]:
    if not cells:
        raise InputRefusedError(problem="there are no rows", where=name)
    wanted = {column: name for name, column in rules.columns.items()}
    names = [wanted.get(cell.strip(), cell.strip()) for cell in cells]
    where = f"{name}, line 1"
    if not _is_text(cells):
        raise InputRefusedError(problem=_NOT_UTF8, where=where, fix=_NOT_UTF8_FIX)
    if repeated := sorted({each for each in names if names.count(each) > 1}):
        raise InputRefusedError(problem=f"two columns are called {repeated[0]!r}", where=where)
    if missing := sorted(column for column in rules.columns.values() if column not in [cell.strip() for cell in cells]):
        raise InputRefusedError(
            problem=f"no column is called {missing[0]!r}", where=where, fix=f"it has: {', '.join(cells)}"
        )
    if TO not in names:
        looks_like_data = any(_is_number(cell) for cell in cells)
        problem = "the first line does not name the columns" if looks_like_data else "no column is called 'to'"
        columns = ", ".join(names)
        fix = (
            "add a first line such as to,first_name"
            if looks_like_data
            else f"say which one holds the number: --map to=COLUMN; the columns are {columns}"
        )
        raise InputRefusedError(problem=problem, where=where, fix=fix)
    return names


def _is_number(cell: str) -> bool:
    try:
        return bool(normalise(cell))
    except NumberRefusedError:
        return False


def find_delimiter(head: bytes) -> str:
    """Return what separates the header's cells: the one of ``, ; tab |`` that occurs most, outside quotes."""
    header = head.decode("utf-8", "replace").lstrip("\ufeff").splitlines()[:1]
    outside = "".join(header[0].split('"')[::2]) if header else ""
    return max(DELIMITERS, key=outside.count)
