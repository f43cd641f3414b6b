"""Reads messages from YAML in which everything but null, true, false and JSON's numbers is text.

Built on the parser's events rather than on its loader: YAML 1.1's loader makes a number of +33612345678, a date of
2026-11-24 and a boolean of ``no``, and follows aliases that can unfold a small file into gigabytes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from bothub_cli.authoring.draft import Location, MessageDraft
from bothub_cli.authoring.refusal import (
    DUPLICATE_FIX,
    LONE_SURROGATE,
    MAX_DEPTH,
    MAX_YAML_BYTES,
    NOT_UTF8_FIX,
    TOO_DEEP_FIX,
    has_lone_surrogate,
    is_exact,
    refusal,
)
from bothub_cli.errors import InputRefusedError
from bothub_cli.messages.payload import child_pointer

_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
# What YAML 1.1 5.1 does not call printable.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ALIAS_FIX = (
    "write the value out: aliases are not followed, because a few lines of them can unfold into gigabytes; "
    "a text that begins with & or * goes in quotes"
)
_BRACES_FIX = "a key is a word; a text that holds {{…}} goes in quotes"
_QUOTES_FIX = "a text that holds : or # or begins with a sign goes in quotes"
_SURROGATE_FIX = r"write the character itself: YAML, unlike JSON, knows no pairs of \u"
_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
_WORDS: dict[str, object] = {"": None, "null": None, "true": True, "false": False}


def read_yaml(chunks: Iterator[bytes], *, source: str) -> Iterator[MessageDraft]:
    """Yield the message of each document, or each item when a document is a list; empty documents are skipped.

    Raises InputRefusedError, with line and column, for whatever is no plain YAML.
    """
    text = _decode(_read_all(chunks))
    try:
        drafts = list(_read_documents(text, source=source))
    # The pure Python parser lets the errors of chr() and int() through for absurd escapes and directives.
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _explain(error, text) from error
    for draft in drafts:
        if not isinstance(draft.payload, dict | list):
            raise refusal(
                "plain text, not a message",
                line=draft.location.line,
                fix="to send it as a text message: bothub send --text-file FILE",
            )
        yield draft


def _read_all(chunks: Iterator[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MAX_YAML_BYTES:
            raise refusal(
                f"more than {MAX_YAML_BYTES // 2**20} MiB in one YAML file",
                fix="write many messages as JSON Lines: they are read one by one, without a limit",
            )
    return bytes(content)


def _read_documents(text: str, *, source: str) -> Iterator[MessageDraft]:
    # libyaml's parser is twenty times faster; where PyYAML was built without it, the Python one says the same.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(events=yaml.parse(text, Loader=loader))
    index = 0
    for event in builder.events:
        if not isinstance(event, yaml.DocumentStartEvent):
            continue
        builder.lines = {}
        value = builder.build(next(builder.events), "", depth=1)
        for draft in _make_drafts(value, builder.lines, source=source, first_index=index):
            yield draft
            index += 1


def _make_drafts(value: object, lines: Mapping[str, int], *, source: str, first_index: int) -> Iterator[MessageDraft]:
    if value is None:
        return
    messages = [(f"/{n}", item) for n, item in enumerate(value)] if isinstance(value, list) else [("", value)]
    for index, (prefix, payload) in enumerate(messages, start=first_index):
        location = Location(source=source, line=lines[prefix], index=index)
        yield MessageDraft(payload=payload, location=location, find_line=_make_line_finder(lines, prefix))


def _make_line_finder(lines: Mapping[str, int], prefix: str) -> Callable[[str], int | None]:
    return lambda pointer: lines.get(prefix + pointer)


@dataclass(slots=True)
class _Builder:
    """Makes JSON values of events, and notes the line of each."""

    events: "Iterator[yaml.Event]"
    lines: dict[str, int] = field(default_factory=dict)

    def build(self, event: "yaml.Event", pointer: str, *, depth: int) -> object:
        """Return the value that begins with this event."""
        self.lines.setdefault(pointer, _place(event)[0])
        self._refuse_foreign(event, pointer)
        if depth > MAX_DEPTH:
            raise self._refuse(event, _TOO_DEEP, None, TOO_DEEP_FIX)
        match event:
            case yaml.ScalarEvent():
                return self._read_scalar(event, pointer)
            case yaml.SequenceStartEvent():
                return self._build_list(pointer, depth)
            case _:
                return self._build_object(pointer, depth)

    def _build_list(self, pointer: str, depth: int) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.build(event, child_pointer(pointer, len(items)), depth=depth + 1))
        return items

    def _build_object(self, pointer: str, depth: int) -> dict[str, object]:
        members: dict[str, object] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._read_key(event, pointer)
            member = child_pointer(pointer, key)
            if key in members:
                raise self._refuse(event, "this key is there twice", member, DUPLICATE_FIX)
            self.lines[member] = _place(event)[0]
            members[key] = self.build(next(self.events), member, depth=depth + 1)
        return members

    def _read_key(self, event: "yaml.Event", pointer: str) -> str:
        self._refuse_foreign(event, pointer)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refuse(event, "a key that is a list or an object", pointer, _BRACES_FIX)
        if event.value == "<<" and event.implicit[0]:
            raise self._refuse(event, "a merge key (<<)", pointer, "write the members out: nothing is merged here")
        return self._read_text(event, pointer)

    def _read_scalar(self, event: "yaml.ScalarEvent", pointer: str) -> object:
        text = self._read_text(event, pointer)
        if not event.implicit[0]:  # quoted, or a block of text
            return text
        if text in _WORDS:
            return _WORDS[text]
        if (found := _JSON_NUMBER.fullmatch(text)) is None:
            return text
        if not is_exact(text):
            raise self._refuse(event, "a number too large to be kept exactly", pointer, "write it in quotes")
        return float(text) if found[2] or found[3] else int(text)

    def _read_text(self, event: "yaml.ScalarEvent", pointer: str) -> str:
        text = str(event.value)
        if has_lone_surrogate(text):
            raise self._refuse(event, LONE_SURROGATE, pointer, _SURROGATE_FIX)
        return text

    def _refuse_foreign(self, event: "yaml.Event", pointer: str) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self._refuse(event, "an alias (*name)", pointer, _ALIAS_FIX)
        if getattr(event, "anchor", None) is not None:
            raise self._refuse(event, "an anchor (&name)", pointer, _ALIAS_FIX)
        if getattr(event, "tag", None) is not None:
            raise self._refuse(event, "a tag (!name)", pointer, "write the value without it; quotes make it text")

    def _refuse(self, event: "yaml.Event", problem: str, pointer: str | None, fix: str) -> InputRefusedError:
        line, column = _place(event)
        return refusal(problem, line=line, column=column, pointer=pointer, fix=fix)


def _place(event: "yaml.Event") -> tuple[int, int]:
    mark = event.start_mark
    assert mark is not None  # only events that a program makes up have none
    return mark.line + 1, mark.column + 1


def _decode(content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"byte {error.start} is not UTF-8"
        raise refusal(problem, line=line, fix=NOT_UTF8_FIX) from error
    if (found := _UNPRINTABLE.search(text)) is not None:
        before = text[: found.start()]
        raise refusal(
            f"the control character U+{ord(found[0]):04X}",
            line=before.count("\n") + 1,
            column=len(before) - before.rfind("\n"),
            fix="remove it",
        )
    return text


def _explain(error: Exception, text: str) -> InputRefusedError:
    mark = getattr(error, "problem_mark", None)
    if "nesting depth" in str(error):  # libyaml's own limit, met while it looks ahead for a key
        return refusal(_TOO_DEEP, line=mark.line + 1 if mark else None, fix=TOO_DEEP_FIX)
    problem = f"not YAML: {getattr(error, 'problem', None) or 'an escape or a directive that means nothing'}"
    if mark is None:
        return refusal(problem, fix=_QUOTES_FIX)
    rest = text.split("\n")[mark.line : mark.line + 1]
    if rest and rest[0][mark.column : mark.column + 1] == "\t":
        return refusal("a tab", line=mark.line + 1, column=mark.column + 1, fix="indent YAML with spaces")
    return refusal(problem, line=mark.line + 1, column=mark.column + 1, fix=_QUOTES_FIX)
