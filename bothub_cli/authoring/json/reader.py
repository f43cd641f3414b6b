"""Reads messages from JSON: one object, a list, JSON Lines, or documents that follow each other."""

import json
import re
from collections.abc import Iterator

from bothub_cli.authoring.draft import Location, MessageDraft
from bothub_cli.authoring.json.faults import JsonFault, explain_syntax, find_forbidden
from bothub_cli.authoring.json.positions import make_line_finder
from bothub_cli.authoring.json.stream import Cursor, DocumentEnding, RawValue, split_json
from bothub_cli.authoring.refusal import (
    MAX_DEPTH,
    MAX_MESSAGE_BYTES,
    NOT_UTF8_FIX,
    TOO_DEEP_FIX,
    has_lone_surrogate,
    is_exact,
    refusal,
)
from bothub_cli.errors import InputRefusedError
from bothub_cli.strict_json import ForbiddenJsonError, make_decoder

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(chunks: Iterator[bytes], *, source: str, goes_on: bool = False) -> Iterator[MessageDraft]:
    """Yield each message as soon as it is complete; raises InputRefusedError at the first that is not JSON.

    With ``goes_on``, one that is not JSON is yielded as a draft with a ``refusal`` instead, and the reading goes on at
    the next line on which something begins. In a list it goes on behind an item whose end is
    certain; a list whose brackets or commas are wrong ends the reading all the same.
    """
    cursor = Cursor(chunks, goes_on=goes_on)
    for index, raw in enumerate(split_json(cursor)):
        location = Location(source=source, line=raw.line, index=index)
        try:
            payload = _parse(raw)
        except InputRefusedError as refused:
            if not goes_on or (cursor.is_in_list and raw.ending is not DocumentEnding.WHOLE):
                raise
            yield MessageDraft(payload=None, location=location, find_line=lambda _: None, refusal=refused)
            if not cursor.is_in_list:
                cursor.skip_to_next_message(raw)
            continue
        find_line = make_line_finder(raw.content, first_line=raw.line)
        yield MessageDraft(payload=payload, location=location, find_line=find_line)


def _parse(raw: RawValue) -> object:
    text = _decode(raw)
    try:
        payload = parse_strictly(text)
    except json.JSONDecodeError as error:
        raise _refuse_syntax(raw, text, error) from error
    except ForbiddenJsonError as error:
        raise _refuse_forbidden(raw, text) from error
    if raw.ending is DocumentEnding.TOO_LARGE:
        raise _refuse_size(raw)
    return payload


def _refuse_syntax(raw: RawValue, text: str, error: json.JSONDecodeError) -> InputRefusedError:
    fault = explain_syntax(text, error)
    is_cut_here = error.msg.startswith("Unterminated") or not text[fault.position :].strip()
    if is_cut_here and raw.ending in (DocumentEnding.TOO_LARGE, DocumentEnding.TOO_DEEP):
        return _refuse_size(raw)
    return _refuse(raw, text, fault)


def _refuse_forbidden(raw: RawValue, text: str) -> InputRefusedError:
    try:
        _LENIENT_DECODER.decode(text)
    except json.JSONDecodeError as error:  # further on it is no JSON at all, so places cannot be trusted
        return _refuse_syntax(raw, text, error)
    fault = find_forbidden(text)
    assert fault is not None  # the strict parser has just met one
    return _refuse(raw, text, fault)


def parse_strictly(text: str) -> object:
    """Parse RFC 8259 JSON of bounded depth; raises ValueError for what Python alone would let through."""
    payload: object = _decode_strictly(text)
    if _SURROGATE_ESCAPE.search(text) and has_lone_surrogate(json.dumps(payload, ensure_ascii=False)):
        raise ForbiddenJsonError("half a character")
    return payload


def _read_integer(digits: str) -> int:
    if not is_exact(digits):
        raise ForbiddenJsonError(f"the number {digits[:20]} is out of range")
    return int(digits)


_decode_strictly = make_decoder(parse_int=_read_integer)
_LENIENT_DECODER = json.JSONDecoder(parse_int=len)  # int() itself refuses thousands of digits


def _decode(raw: RawValue) -> str:
    try:
        return raw.content.decode()
    except UnicodeDecodeError as error:
        if raw.ending is not DocumentEnding.WHOLE and error.reason == "unexpected end of data":
            return raw.content[: error.start].decode()  # the limit, or the end, fell inside a character
        before = raw.content[: error.start].decode()
        line, column = _place(raw, before)
        problem = f"byte {raw.offset + error.start} is not UTF-8"
        raise refusal(problem, line=line, column=column, fix=NOT_UTF8_FIX) from error


def _refuse(raw: RawValue, text: str, fault: JsonFault) -> InputRefusedError:
    line, column = _place(raw, text[: fault.position])
    return refusal(fault.problem, line=line, column=column, pointer=fault.pointer, fix=fault.fix)


def _refuse_size(raw: RawValue) -> InputRefusedError:
    if raw.ending is DocumentEnding.TOO_DEEP:
        problem, fix = f"nested deeper than {MAX_DEPTH} levels", TOO_DEEP_FIX
    else:
        problem = f"one message of more than {MAX_MESSAGE_BYTES // 2**20} MiB"
        fix = "BotHub takes 250 KB; many messages go one a line (JSON Lines), or into a list"
    return refusal(problem, line=raw.line, column=raw.column, fix=fix)


def _place(raw: RawValue, before: str) -> tuple[int, int]:
    newlines = before.count("\n")
    column = len(before) - before.rfind("\n")  # rfind gives -1 in the first line, so columns count from 1
    return raw.line + newlines, column if newlines else raw.column + len(before)
