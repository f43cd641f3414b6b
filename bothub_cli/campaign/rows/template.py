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
from bothub_cli.campaign.template import WHEN
from bothub_cli.campaign.template.language import Language, is_number_expression
from bothub_cli.campaign.template.region import Region
from bothub_cli.campaign.template.syntax import ExpressionError, has_tags
from bothub_cli.campaign.template.unwanted_text import ForeignTag, find_foreign_tags, name_damage
from bothub_cli.campaign.template.values import Scope
from bothub_cli.errors import InputRefusedError
from bothub_cli.messages import is_bare

Result = TypeVar("Result")
TAGGED_MAX = 32_768  # characters of all strings with tags; what a phone shows is 3,072
Row = Mapping[str, object]
_WritePart = Callable[[Scope], str]
_Part = str | _WritePart
_Test = Callable[[Scope], bool]
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
# members that are text whatever stands in them: "{{ total | int }}" is read by people there
_TEXTS = frozenset(
    {"textMessage", "displayText", "title", "description", "label", "data", "phoneNumber", "url", "query"}
)
_FOR_PROGRAMS = frozenset({"data", "trafficType", "fileHashAlgorithm"})  # members that nobody reads on a phone


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

    def __init__(self, pointer: str, problem: str, fix: str | None = None) -> None:
        super().__init__(problem)
        self.pointer = pointer
        self.problem = problem
        self.fix = fix


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFinding:
    """Something in the template's own text that people would not want to read; ``tag`` when it is another tool's."""

    where: str
    kind: str
    tag: ForeignTag | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplate:
    """A compiled template: ``names`` are the columns that it needs, ``chains`` those that are written with points."""

    names: frozenset[str]
    chains: frozenset[str] = frozenset()
    findings: tuple[TemplateFinding, ...] = ()
    _parts: Sequence[_Part] = field(repr=False)

    def fill(self, row: Row, *, number: str, doubts: set[tuple[str, str]] | None = None) -> bytes:
        """Return the whole JSON body for one row. Raises RowRefusedError.

        Into ``doubts`` go the columns whose cells people would not want to read, each with what is wrong with it.
        """
        scope = Scope(row, doubts)
        pieces = [part if part.__class__ is str else part(scope) for part in self._parts]  # type: ignore[operator]  # mypy does not follow __class__, which is the cheaper test
        pieces.append(f',"messageContact":{{"userContact":{encode_basestring(number)}}}}}')
        try:
            return "".join(pieces).encode()
        except UnicodeEncodeError as exc:
            raise RowRefusedError("", "the row holds half a surrogate pair, which is no character") from exc


def read_template(path: Path, *, traffic: TrafficType | None = None, region: Region | None = None) -> MessageTemplate:
    """Read and compile a template file that holds one message. Raises InputRefusedError."""
    drafts = list(read_messages(path))
    if len(drafts) != 1:
        raise InputRefusedError(problem=f"a template is one message, this holds {len(drafts)}", where=str(path))
    source = path.read_text("utf-8", "replace")
    return compile_template(drafts[0].payload, name=str(path), traffic=traffic, region=region, source=source)


def compile_template(
    payload: object,
    *,
    name: str,
    traffic: TrafficType | None = None,
    region: Region | None = None,
    source: str = "",
) -> MessageTemplate:
    """Compile a message with blanks. Raises InputRefusedError for what cannot be understood, with its place.

    ``source`` is the text of its file, in which tags are looked for, so that an error names line and column.
    """
    if not isinstance(payload, Mapping):
        raise InputRefusedError(problem="a template is an object", where=name)
    body = {"RCSMessage": payload} if is_bare(payload) else {**payload}
    body.pop("messageContact", None)
    if traffic is not None:
        body = traffic.apply(body)
    compiler = _Compiler(Language(region or Region()), name, source)
    parts = compiler.compile(body, "")
    last = parts[-1]
    assert isinstance(last, str), "an object without a condition ends in a brace"
    parts[-1] = last[:-1]  # the contact comes in before the last brace
    return MessageTemplate(
        names=frozenset(compiler.language.names),
        chains=frozenset(compiler.language.chains),
        findings=tuple(compiler.findings),
        _parts=parts,
    )


class _Compiler:
    """Turns a JSON value into texts and functions whose results, joined, are its JSON."""

    def __init__(self, language: Language, name: str, source: str) -> None:
        self.language = language
        self.findings: list[TemplateFinding] = []
        self._name = name
        self._source = source
        self._tagged = 0  # characters of strings with tags so far

    def compile(self, value: object, pointer: str) -> list[_Part]:
        match value:
            case Mapping():
                members = {key: item for key, item in value.items() if key != WHEN}
                return self._compile_members("{", members.items(), "}", pointer)
            case list():
                return self._compile_members("[", list(enumerate(value)), "]", pointer)
            case str() if has_tags(value):
                return self._compile_text(value, pointer)
            case str():
                self._look_at(value, pointer)
                return [json.dumps(value, ensure_ascii=False)]
            case _:
                return [json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)]

    def _compile_members(self, opening: str, items: object, closing: str, pointer: str) -> list[_Part]:
        members: list[tuple[_Test | None, list[_Part]]] = []
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

    def _condition(self, item: object, pointer: str) -> _Test | None:
        if not isinstance(item, Mapping) or WHEN not in item:
            return None
        text, inside = item[WHEN], f"{pointer}/{WHEN}"
        if not isinstance(text, str):
            raise InputRefusedError(
                problem="a condition is a string", where=f"{self._name}, {inside}", fix="\"vip == 'yes'\""
            )
        self._count(text, inside)
        try:
            holds = self.language.compile_condition(text)
        except ExpressionError as error:
            raise self._refuse(inside, error) from error
        return _guarded(holds, inside)

    def _compile_text(self, text: str, pointer: str) -> list[_Part]:
        self._count(text, pointer)
        try:
            pieces = self.language.compile_text(text)
            is_number = pointer.rpartition("/")[2] not in _TEXTS and is_number_expression(text)
        except ExpressionError as error:
            raise self._refuse(pointer, error) from error
        if is_number:
            [write] = [piece for piece in pieces if not isinstance(piece, str)]
            return [_guarded(_as_number(write), pointer)]
        for piece in pieces:
            if isinstance(piece, str):
                self._look_at(piece, pointer)
        parts: list[_Part] = [
            _escape(piece) if isinstance(piece, str) else _escaped(piece, pointer) for piece in pieces
        ]
        return _merge(['"', *parts, '"'])

    def _count(self, text: str, pointer: str) -> None:
        self._tagged += len(text)
        if self._tagged > TAGGED_MAX:
            raise InputRefusedError(
                problem=f"its strings with {{{{ }}}} have more than {TAGGED_MAX:,} characters",
                where=f"{self._name}, {pointer}",
                fix="a phone shows 3,072 of a text",
            )

    def _look_at(self, text: str, pointer: str) -> None:
        """Note what people would not want to read in the template's own text."""
        if pointer.rpartition("/")[2] in _FOR_PROGRAMS:
            return
        for kind in name_damage(text):
            self.findings.append(TemplateFinding(where=self._place(pointer, ""), kind=kind))
        for tag in find_foreign_tags(text):
            self.findings.append(TemplateFinding(where=self._place(pointer, tag.written), kind="foreign tag", tag=tag))

    def _refuse(self, pointer: str, error: ExpressionError) -> InputRefusedError:
        return InputRefusedError(problem=str(error), where=self._place(pointer, error.tag or ""), fix=error.fix)

    def _place(self, pointer: str, text: str) -> str:
        """Name the place of a tag in the template's file: by line and column, when it stands there as it was read."""
        words = text.split()
        pattern = r"\s+".join(re.escape(word).replace('"', r'\\?"') for word in words)
        for found in re.finditer(pattern, self._source) if words else ():
            before = self._source[: found.start()]
            column = found.start() - before.rfind("\n")
            if not before.rpartition("\n")[2].lstrip().startswith("#"):  # a comment
                return f"{self._name}, line {before.count(chr(10)) + 1}, column {column}, {pointer}"
        return f"{self._name}, {pointer}"


def _escape(text: str) -> str:
    return encode_basestring(text)[1:-1]


def _escaped(write: _WritePart, pointer: str) -> _WritePart:
    """Write what goes into a JSON string."""

    def write_escaped(scope: Scope) -> str:
        try:
            return encode_basestring(write(scope))[1:-1]
        except ExpressionError as error:
            raise RowRefusedError(pointer, str(error), error.fix) from error

    return write_escaped


def _guarded(work: Callable[[Scope], Result], pointer: str) -> Callable[[Scope], Result]:
    def work_guarded(scope: Scope) -> Result:
        try:
            return work(scope)
        except ExpressionError as error:
            raise RowRefusedError(pointer, str(error), error.fix) from error

    return work_guarded


def _as_number(write: _WritePart) -> _WritePart:
    def write_number(scope: Scope) -> str:
        written = write(scope)
        if not _NUMBER.fullmatch(written):
            raise ExpressionError(f"'{written}' is no number of JSON")
        return written

    return write_number


def _join_those_that_apply(members: Sequence[tuple[_Test | None, Sequence[_Part]]]) -> _WritePart:
    def join(scope: Scope) -> str:
        return ",".join(
            "".join(part if isinstance(part, str) else part(scope) for part in parts)
            for condition, parts in members
            if condition is None or condition(scope)
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
