"""A message with blanks, compiled once into something that a million rows fill quickly.

The template is an ordinary message in YAML or JSON. Any string may hold jinja2 expressions (``{{ first_name }}``), any
object may hold ``"$when": EXPRESSION`` and is left out where that is false. The result is JSON by construction: texts
are escaped piece by piece where they enter it, so no row can add a member or close a string.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from pathlib import Path
from typing import TypeVar

from bothub_cli.authoring.reader import read_messages
from bothub_cli.campaign.rows import template_language as language
from bothub_cli.errors import InputRefusedError
from bothub_cli.messages import is_bare

Result = TypeVar("Result")
WHEN = "$when"
Row = Mapping[str, object]
_Part = str | Callable[[Row], str]
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficType:
    """What kind of traffic a message is: ``always`` beats what the message says, ``otherwise`` fills in."""

    always: str | None = None
    otherwise: str | None = None

    def apply(self, body: Mapping[str, object]) -> dict[str, object]:
        """Return the body with its ``trafficType``."""
        message = body.get("RCSMessage")
        if not isinstance(message, Mapping):
            return dict(body)
        word = self.always or message.get("trafficType") or self.otherwise
        return {**body, "RCSMessage": {**message, "trafficType": word}} if word else dict(body)


class RowRefusedError(Exception):
    """A row does not fill the template; ``pointer`` is the place in the template."""

    def __init__(self, pointer: str, problem: str) -> None:
        super().__init__(problem)
        self.pointer = pointer
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplate:
    """A compiled template: ``names`` are the columns that it needs."""

    names: frozenset[str]
    _parts: Sequence[_Part] = field(repr=False)

    def fill(self, row: Row, *, number: str) -> bytes:
        """Return the whole JSON body for one row. Raises RowRefusedError."""
        pieces = [part if part.__class__ is str else part(row) for part in self._parts]  # type: ignore[operator]  # mypy does not follow __class__, which is the cheaper test
        pieces.append(f',"messageContact":{{"userContact":{encode_basestring(number)}}}}}')
        try:
            return "".join(pieces).encode()
        except UnicodeEncodeError as exc:
            raise RowRefusedError("", "the row holds half a surrogate pair, which is no character") from exc


def read_template(path: Path, *, traffic: TrafficType | None = None) -> MessageTemplate:
    """Read and compile a template file that holds one message. Raises InputRefusedError."""
    drafts = list(read_messages(path))
    if len(drafts) != 1:
        raise InputRefusedError(problem=f"a template is one message, this holds {len(drafts)}", where=str(path))
    return compile_template(drafts[0].payload, name=str(path), traffic=traffic)


def compile_template(payload: object, *, name: str, traffic: TrafficType | None = None) -> MessageTemplate:
    """Compile a message with blanks. Raises InputRefusedError, with a JSON pointer, for what cannot be understood."""
    if not isinstance(payload, Mapping):
        raise InputRefusedError(problem="a template is an object", where=name)
    body = {"RCSMessage": payload} if is_bare(payload) else {**payload}
    body.pop("messageContact", None)
    if traffic is not None:
        body = traffic.apply(body)
    compiler = _Compiler(name)
    parts = compiler.compile(body, "")
    last = parts[-1]
    assert isinstance(last, str), "an object without a condition ends in a brace"
    parts[-1] = last[:-1]  # the contact comes in before the last brace
    return MessageTemplate(names=frozenset(compiler.names), _parts=parts)


class _Compiler:
    """Turns a JSON value into texts and functions whose results, joined, are its JSON."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.names: set[str] = set()

    def compile(self, value: object, pointer: str) -> list[_Part]:
        match value:
            case Mapping():
                members = {key: item for key, item in value.items() if key != WHEN}
                return self._compile_members("{", members.items(), "}", pointer)
            case list():
                return self._compile_members("[", list(enumerate(value)), "]", pointer)
            case str() if language.has_expressions(value):
                return self._compile_text(value, pointer)
            case _:
                return [json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)]

    def _compile_members(self, opening: str, items: object, closing: str, pointer: str) -> list[_Part]:
        members: list[tuple[Callable[[Row], bool] | None, list[_Part]]] = []
        for key, item in items:  # type: ignore[attr-defined]  # pairs of either kind of key
            inner = f"{pointer}/{key}"
            parts = self.compile(item, inner)
            if isinstance(key, str):
                parts = _merge([json.dumps(key, ensure_ascii=False) + ":", *parts])
            members.append((self._condition(item, inner), parts))
        if all(condition is None for condition, _ in members):
            separated = [part for index, (_, parts) in enumerate(members) for part in ([","] if index else []) + parts]
            return _merge([opening, *separated, closing])
        return [opening, _join_those_that_apply(members), closing]

    def _condition(self, item: object, pointer: str) -> Callable[[Row], bool] | None:
        if not isinstance(item, Mapping) or WHEN not in item:
            return None
        text = item[WHEN]
        if not isinstance(text, str):
            raise self._refuse(f"{pointer}/{WHEN}", "a condition is a string such as \"vip == 'yes'\"")
        inside = f"{pointer}/{WHEN}"
        with_braces = text if language.has_expressions(text) else "{{ " + text + " }}"
        try:
            self.names |= language.find_names(with_braces)
            holds = language.compile_condition(text)
        except language.LanguageError as exc:
            raise self._refuse(inside, str(exc)) from exc
        return lambda row: _guard(holds, row, inside)

    def _compile_text(self, text: str, pointer: str) -> list[_Part]:
        try:
            self.names |= language.find_names(text)
            simple = language.split_simple(text)
            if simple is not None:
                pieces = [
                    _escape(piece) if isinstance(piece, str) else _insert(piece.name, pointer) for piece in simple
                ]
                return _merge(['"', *pieces, '"'])
            return [_evaluate(text, pointer)]
        except language.LanguageError as exc:
            raise self._refuse(pointer, str(exc)) from exc

    def _refuse(self, pointer: str, problem: str) -> InputRefusedError:
        return InputRefusedError(problem=problem, where=f"{self._name}, {pointer}")


def _escape(text: str) -> str:
    return encode_basestring(text)[1:-1]


def _insert(name: str, pointer: str) -> Callable[[Row], str]:
    """The common case, a column's bare name, without jinja2: five times as fast."""

    def insert(row: Row) -> str:
        value = row.get(name)
        if value is None:
            raise RowRefusedError(pointer, f"{name!r} is missing")
        return encode_basestring(value if isinstance(value, str) else str(value))[1:-1]

    return insert


def _evaluate(text: str, pointer: str) -> Callable[[Row], str]:
    fill = language.compile_text(text)
    is_number = language.is_number_expression(text)

    def evaluate(row: Row) -> str:
        filled = _guard(fill, row, pointer)
        if not is_number:
            return encode_basestring(filled)
        if not _NUMBER.fullmatch(filled):
            raise RowRefusedError(pointer, f"{filled!r} is no number")
        return filled

    return evaluate


def _guard(function: Callable[[Row], Result], row: Row, pointer: str) -> Result:
    try:
        return function(row)
    except language.LanguageError as exc:
        raise RowRefusedError(pointer, str(exc)) from exc


def _join_those_that_apply(
    members: Sequence[tuple[Callable[[Row], bool] | None, Sequence[_Part]]],
) -> Callable[[Row], str]:
    def join(row: Row) -> str:
        return ",".join(
            "".join(part if isinstance(part, str) else part(row) for part in parts)
            for condition, parts in members
            if condition is None or condition(row)
        )

    return join


def _merge(parts: Sequence[_Part]) -> list[_Part]:
    """Join neighbouring texts, so that filling touches as few parts as there are blanks."""
    merged: list[_Part] = []
    for part in parts:
        if merged and isinstance(part, str) and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return merged
