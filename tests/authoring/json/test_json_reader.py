"""Reading messages from JSON."""

import io
import itertools
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.authoring.draft import locate
from bothub_cli.authoring.reader import read_messages
from bothub_cli.errors import InputRefusedError
from tests.authoring.mutations import mutate

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)
JSON_OBJECTS = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON_VALUES)


@pytest.mark.parametrize(
    ("content", "where", "problem"),
    [
        ('{"a": 1,}', "m.json, line 1, column 9", "a comma with nothing after it"),
        ('{"a": [1,\n]}', "m.json, line 2, column 1", "a comma with nothing after it"),
        ('[{"a": 1},\n]', "m.json, line 1, column 10", "a comma before the closing ]"),
        ("{'a': 1}", "m.json, line 1, column 2", "a single quote where JSON wants a double one"),
        ("{\"a\": 'b'}", "m.json, line 1, column 7", "a single quote where JSON wants a double one"),
        ('{\n  // hello\n  "a": 1}', "m.json, line 2, column 3", "a comment, which JSON does not have"),
        ('/* hello */ {"a": 1}', "m.json, line 1, column 1", "a comment, which JSON does not have"),
        ('{"a": 1}\n# hello', "m.json, line 2, column 1", "a comment, which JSON does not have"),
        ("{“a”: 1}", "m.json, line 1, column 2", "a typographic quote where JSON wants a straight one"),
        ("{a: 1}", "m.json, line 1, column 2", "a key without double quotes"),
        ('{"a" 1}', "m.json, line 1, column 6", "a colon is missing after the key"),
        ('{"a": 1\n "b": 2}', "m.json, line 2, column 2", "a comma is missing before this"),
        ('{"a": True}', "m.json, line 1, column 7", "True is Python, not JSON"),
        ('{"a": +33612345678}', "m.json, line 1, column 7", "a + outside quotes"),
        ('{"a": hello}', "m.json, line 1, column 7", "no JSON value begins with h"),
        ('{"a": "b\nc"}', "m.json, line 1, column 9", "a line break inside a text"),
        ('{"a": "b\x07c"}', "m.json, line 1, column 9", "the control character U+0007 inside a text"),
        ('{"a": "C:\\dir"}', "m.json, line 1, column 10", "a backslash with nothing that JSON knows after it"),
        ('{"a": {"b": 1}', "m.json, line 1, column 15", "the JSON ends too early"),
        ('{"a": "hello', "m.json, line 1, column 7", "this text has no closing quote"),
        (
            '[{"a": 1}',
            "m.json, line 1, column 10",
            "the input ends before the list that was opened in line 1 is closed",
        ),
        (
            '[{"a": 1},',
            "m.json, line 1, column 11",
            "the input ends before the list that was opened in line 1 is closed",
        ),
        ('[{"a": 1} {"b": 2}]', "m.json, line 1, column 11", "no comma between two messages of a list"),
        ('{"a": 1},\n{"b": 2}', "m.json, line 1, column 9", "a comma between two messages"),
        ("}", "m.json, line 1, column 1", "no JSON value begins with }"),
        ("textMessage: hello", "m.json, line 1, column 1", "no JSON value begins with t"),
    ],
)
def test_a_slip_is_named_with_its_place(refuse: Any, content: str, where: str, problem: str) -> None:
    refused = refuse(content, "m.json")
    assert (refused.where, refused.problem) == (where, problem)
    assert refused.fix


@pytest.mark.parametrize(
    ("content", "where", "problem"),
    [
        ('{"a": {"b": 1,\n"b": 2}}', "m.json, line 2, column 1, /a/b", "this key is there twice"),
        ('{"a/b~": 1, "a/b~": 2}', "m.json, line 1, column 13, /a~1b~0", "this key is there twice"),
        ('{"a": [0, NaN]}', "m.json, line 1, column 11, /a/1", "NaN is no JSON number"),
        ('{"a": -Infinity}', "m.json, line 1, column 2, /a", "-Infinity is no JSON number"),
        ('{"a": 1e999}', "m.json, line 1, column 2, /a", "a number too large to be kept exactly"),
        ('{"a": 9007199254740992}', "m.json, line 1, column 2, /a", "a number too large to be kept exactly"),
        ('{"a": %s}' % ("9" * 5000), "m.json, line 1, column 2, /a", "a number too large to be kept exactly"),
        ('{"a": "x\\ud83d"}', "m.json, line 1, column 2, /a", "half a surrogate pair, which is no character"),
        ('{"\\udc00": 1}', "m.json, line 1, column 2, /\\udc00", "half a surrogate pair, which is no character"),
    ],
)
def test_what_other_readers_would_read_differently_is_refused_with_its_pointer(
    refuse: Any, content: str, where: str, problem: str
) -> None:
    refused = refuse(content, "m.json")
    assert (refused.where, refused.problem) == (where, problem)


def test_a_slip_is_named_before_a_number_that_is_too_large(refuse: Any) -> None:
    refused = refuse(r'{"a": 1e400, "b": "\ud8"}', "m.json")
    assert (refused.where, refused.problem) == (
        "m.json, line 1, column 20",
        "a backslash with nothing that JSON knows after it",
    )


def test_a_control_sequence_in_a_key_does_not_reach_the_terminal(refuse: Any) -> None:
    assert refuse(r'{"\u001b[2J": 1, "\u001b[2J": 2}').where == r"standard input, line 1, column 18, /\x1b[2J"


def test_a_line_of_json_lines_that_is_cut_off_is_blamed_itself_and_not_the_last_one(refuse: Any) -> None:
    lines = '{"a": 1}\n{"a": {"b": 2}\n' + '{"a": 3}\n' * 1000
    refused = refuse(lines, "m.jsonl")
    assert (refused.where, refused.problem) == ("m.jsonl, line 3, column 1", "a comma is missing before this")


def test_bytes_that_are_not_utf8_are_named_by_offset_and_line(refuse: Any) -> None:
    refused = refuse(b'{"a": "ok"}\n{"a": "caf\xe9"}', "m.json")
    assert (refused.where, refused.problem) == ("m.json, line 2, column 11", "byte 22 is not UTF-8")


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_deep_nesting_is_refused_and_not_followed(refuse: Any, opening: str) -> None:
    assert refuse(opening * 100_000).problem == "nested deeper than 64 levels"


def test_sixty_four_levels_are_read(read: Any) -> None:
    assert read('{"a":' * 64 + "1" + "}" * 64)


def test_a_message_over_the_limit_is_refused_before_it_is_read_whole() -> None:
    endless = _Endless(itertools.chain([b'{"a": "'], itertools.repeat(b"x" * 65536)))
    with pytest.raises(InputRefusedError, match="more than 16 MiB"):
        list(read_messages(endless))  # type: ignore[arg-type]  # read is all that a stream needs
    assert endless.given < 64 * 2**20


@pytest.mark.parametrize(
    ("opening", "flood", "problem"),
    [(b"[0.", b"0", "one message of more than 16 MiB"), (b"[", b" ", "nothing but white space for 16 MiB")],
)
def test_a_list_that_goes_on_with_the_same_character_is_given_up(opening: bytes, flood: bytes, problem: str) -> None:
    endless = _Endless(itertools.chain([opening], itertools.repeat(flood * 65536)))
    with pytest.raises(InputRefusedError, match=problem):
        list(read_messages(endless))  # type: ignore[arg-type]  # see above
    assert endless.given < 64 * 2**20


@pytest.mark.parametrize("flood", [b"[", b"{", b'{"a":1', b" \n", b"[1,", b'"a', b"1", b"x: y\n", b"- a\n", b"'"])
def test_a_pipe_that_never_ends_is_given_up(flood: bytes) -> None:
    endless = _Endless(itertools.repeat(flood * (65536 // len(flood))))
    with pytest.raises(InputRefusedError):
        for _draft in read_messages(endless):  # type: ignore[arg-type]  # see above
            pass
    assert endless.given < 64 * 2**20


def test_json_lines_and_lists_are_read_with_bounded_memory() -> None:
    line = json.dumps({"RCSMessage": {"textMessage": "x" * 1000}}).encode()
    for pieces in (
        itertools.repeat((line + b"\n") * 64, 300),
        itertools.chain([b"["], itertools.repeat((line + b",") * 64, 300), [line + b"]"]),
    ):
        tracemalloc.start()
        count = len([None for _ in read_messages(_Endless(pieces))])  # type: ignore[arg-type]  # see above
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count in (19_200, 19_201)
        assert peak < 2 * 2**20


def test_a_message_is_yielded_before_the_next_one_is_there() -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"a": "the first, a little longer"}\n'
        pytest.fail("the second was asked for too early")

    assert next(read_messages(_Endless(pieces()))).payload == {"a": "the first, a little longer"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ('{"n": 0}', [1]),
        ('\ufeff{"n": 0}\r\n', [1]),
        ('{"n": 0}\n{"n": 1}\n\n{"n": 2}\n', [1, 2, 4]),
        ('{"n": 0}{"n": 1}', [1, 1]),
        ('{\n"n": 0\n}\n{\n"n": 1\n}', [1, 4]),
        ('[{"n": 0},\n  {"n": 1}\n]', [1, 2]),
        ('[{"n": 0}]\n[{"n": 1}, {"n": 2}]\n[]\n{"n": 3}', [1, 2, 2, 4]),
    ],
)
def test_one_or_many_messages_come_in_order_with_their_lines(read: Any, content: str, lines: list[int]) -> None:
    drafts = read(content)
    assert [draft.payload for draft in drafts] == [{"n": n} for n in range(len(lines))]
    assert [(draft.location.index, draft.location.line) for draft in drafts] == list(enumerate(lines))


def test_what_is_no_object_is_left_to_the_check(read: Any) -> None:
    assert [draft.payload for draft in read('[1, "x", null, [2]]')] == [1, "x", None, [2]]


def test_a_pointer_leads_to_its_line(read: Any) -> None:
    _, draft = read('{}\n{\n "a": {\n  "b": [\n   1,\n   2\n  ],\n  "c":\n   3\n }\n}')
    lines = {pointer: locate(draft, pointer) for pointer in ("", "/a", "/a/b", "/a/b/1", "/a/c")}
    assert lines == {"": 2, "/a": 3, "/a/b": 4, "/a/b/1": 6, "/a/c": 8}


def test_a_missing_member_is_placed_at_its_nearest_parent(read: Any) -> None:
    (draft,) = read('\n{\n "a": {}\n}')
    assert locate(draft, "/a/b/c") == 3
    assert locate(draft, "/z") == 2


@given(JSON_OBJECTS, st.booleans(), st.sampled_from([None, 1]))
def test_whatever_json_says_is_read_as_it_was_written(
    payload: dict[str, Any], as_ascii: bool, indent: int | None
) -> None:
    written = json.dumps(payload, ensure_ascii=as_ascii, indent=indent).encode()
    assert [draft.payload for draft in read_messages(io.BytesIO(written))] == [payload]


@given(st.lists(JSON_VALUES, min_size=1), st.integers(min_value=1, max_value=9))
def test_a_list_is_cut_into_the_same_items_however_the_bytes_arrive(items: list[Any], size: int) -> None:
    written = json.dumps(items).encode()
    pieces = (written[start : start + size] for start in range(0, len(written), size))
    assert [draft.payload for draft in read_messages(_Endless(pieces))] == items  # type: ignore[arg-type]


@given(JSON_OBJECTS)
def test_every_member_is_found_again(payload: dict[str, Any]) -> None:
    (draft,) = read_messages(io.BytesIO(json.dumps(payload, indent=1).encode()))
    assert all(draft.find_line(pointer) for pointer in _pointers(payload, ""))


MUTATIONS = [
    b"", b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\\ud800", b"NaN", b"'", b"\xff", b"\x00", b"-", b"1e400",
]  # fmt: skip


@given(JSON_OBJECTS, st.data())
def test_mutated_json_is_read_or_refused_and_nothing_else(payload: dict[str, Any], data: st.DataObject) -> None:
    written = mutate(json.dumps(payload, ensure_ascii=False).encode(), data, MUTATIONS)
    _expect_no_surprise(written)


@given(st.binary())
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(content: bytes) -> None:
    for opening in (b"", b"{", b'[{"a": '):
        _expect_no_surprise(opening + content)


def _pointers(value: Any, pointer: str) -> Iterator[str]:
    yield pointer
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in members:
        yield from _pointers(inner, f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}")


def _expect_no_surprise(content: bytes) -> None:
    try:
        payloads = [draft.payload for draft in read_messages(io.BytesIO(content))]
    except InputRefusedError as error:
        refused = error
    else:
        json.dumps(payloads, allow_nan=False, ensure_ascii=False).encode()
        return
    assert refused.message.isprintable()


@pytest.mark.parametrize(
    "broken",
    [b'{"textMessage": "aaa\n', b'{"textMessage": oops}\n', b"oops, no message at all\n", b'{"textMessage": "a"\n{'],
)
def test_a_broken_line_of_a_live_stream_is_told_before_the_next_one_comes(broken: bytes) -> None:
    stream = _Endless([broken, b'{"textMessage": "later"}\n'])
    draft = next(read_messages(stream, goes_on=True))  # type: ignore[arg-type]  # read is all that a stream needs
    assert draft.refusal is not None
    assert draft.location.line == 1
    assert stream.given == len(broken)


class _Endless:
    """A stream made of pieces, which counts what it gave away."""

    def __init__(self, pieces: Any) -> None:
        self._pieces = iter(pieces)
        self.given = 0

    def read(self, _size: int = -1) -> bytes:
        piece: bytes = next(self._pieces, b"")
        self.given += len(piece)
        return piece


@pytest.mark.parametrize("cut", ['{"a": 1, "name":', '{"a": 1, "name": [', '{"a": 1,', '{"a": {"b":'])
def test_a_line_that_is_cut_off_takes_no_other_line_with_it(cut: str) -> None:
    content = f'{{"a": 0}}\n{cut}\n{{"a": 2}}\n{{"a": 3}}\n'.encode()

    drafts = list(read_messages(io.BytesIO(content), goes_on=True))

    assert [(draft.location.line, draft.payload) for draft in drafts] == [
        (1, {"a": 0}),
        (2, None),
        (3, {"a": 2}),
        (4, {"a": 3}),
    ]
