"""Reading messages from YAML."""

import io
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.authoring.draft import locate
from bothub_cli.authoring.reader import read_messages
from bothub_cli.errors import InputRefusedError
from tests.authoring.mutations import mutate

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"))
PAYLOADS = st.dictionaries(
    TEXTS, st.recursive(TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=10), min_size=1
)


@pytest.fixture(params=["libyaml", "pure Python"], autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every promise holds with and without libyaml."""
    if request.param == "pure Python":
        monkeypatch.delattr(yaml, "CSafeLoader")


@pytest.mark.parametrize(
    ("content", "where", "problem"),
    [
        ("a: !!python/object/apply:os.system ['true']", "m.yaml, line 1, column 4, /a", "a tag (!name)"),
        ("a: !!str 1", "m.yaml, line 1, column 4, /a", "a tag (!name)"),
        ("a: &x [1]\nb: *x", "m.yaml, line 1, column 4, /a", "an anchor (&name)"),
        ("a: *x", "m.yaml, line 1, column 4, /a", "an alias (*name)"),
        ("*x : 1", "m.yaml, line 1, column 1", "an alias (*name)"),
        ("a:\n  <<: {b: 1}", "m.yaml, line 2, column 3, /a", "a merge key (<<)"),
        ("a:\n  b: 1\n  b: 2", "m.yaml, line 3, column 3, /a/b", "this key is there twice"),
        ("{a: 1, 'a': 2}", "m.yaml, line 1, column 8, /a", "this key is there twice"),
        ("a: {{name}}", "m.yaml, line 1, column 5, /a", "a key that is a list or an object"),
        ("? [a]\n: 1", "m.yaml, line 1, column 3", "a key that is a list or an object"),
        ("a: 1e999", "m.yaml, line 1, column 4, /a", "a number too large to be kept exactly"),
        ("a: 12345678901234567890", "m.yaml, line 1, column 4, /a", "a number too large to be kept exactly"),
        ("a:\n\tb: 1", "m.yaml, line 2, column 1", "a tab"),
        ("a: 'x\x07'", "m.yaml, line 1, column 6", "the control character U+0007"),
        ("just some text", "m.yaml, line 1", "plain text, not a message"),
        ("---\na: 1\n---\n42", "m.yaml, line 4", "plain text, not a message"),
        ("- {a: 1}\n- hello", "m.yaml, line 2", "plain text, not a message"),
    ],
)
def test_what_is_no_plain_data_is_refused_with_its_place(refuse: Any, content: str, where: str, problem: str) -> None:
    refused = refuse(content, "m.yaml")
    assert (refused.where, refused.problem) == (where, problem)
    assert refused.fix


@pytest.mark.parametrize(
    "content",
    [
        "a: [1",
        "a: 'x",
        "a: b: c",
        "a: @x",
        "%YAML 9.9\n---\na: 1",
        "a: 1\n b: 1",
        "x: y\n---\n[",
        "- a\nb: 1",
        '"\\UFFFFFFFF": 1',
    ],
)
def test_broken_yaml_is_refused(refuse: Any, content: str) -> None:
    refused = refuse(content, "m.yaml")
    assert refused.problem.startswith("not YAML: ")


def test_half_a_surrogate_pair_is_refused(refuse: Any) -> None:
    assert refuse('a: "\\ud800"', "m.yaml").where.startswith("m.yaml, line 1, column")


@pytest.mark.parametrize("content", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000 + "a"])
def test_deep_nesting_is_refused_and_not_followed(refuse: Any, content: str) -> None:
    assert refuse(content, "m.yaml").problem == "nested deeper than 64 levels"


def test_an_alias_bomb_is_refused_at_its_first_anchor(refuse: Any) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{next_}: &{next_} [{','.join([f'*{name}'] * 9)}]\n"
        for name, next_ in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert refuse(bomb, "m.yaml").where == "m.yaml, line 1, column 4, /a"


def test_a_file_over_the_limit_is_refused(refuse: Any) -> None:
    assert refuse(b"# a comment\n" * 400_000, "m.yaml").problem == "more than 4 MiB in one YAML file"


def test_bytes_that_are_not_utf8_are_named_by_offset_and_line(refuse: Any) -> None:
    refused = refuse(b"a: ok\nb: caf\xe9\n", "m.yaml")
    assert (refused.where, refused.problem) == ("m.yaml, line 2", "byte 12 is not UTF-8")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("+33612345678", "+33612345678"),
        ("0612345678", "0612345678"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("on", "on"),
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z"),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        (".nan", ".nan"),
        ("~", "~"),
        ("True", "True"),
        ("1.", "1."),
        ("'12'", "12"),
        ("null", None),
        ("", None),
        ("true", True),
        ("false", False),
        ("12", 12),
        ("-1.5e3", -1500.0),
        ("|\n  two\n  lines", "two\nlines\n"),
        (">-\n  one\n  line", "one line"),
    ],
)
def test_only_what_json_calls_a_number_or_a_word_is_anything_but_text(read: Any, written: str, value: object) -> None:
    (draft,) = read(f"a: {written}\n", "m.yaml")
    assert draft.payload == {"a": value}
    assert type(draft.payload["a"]) is type(value)


def test_keys_are_text(read: Any) -> None:
    assert read("no: 1\n1: 2\nnull: 3", "m.yaml")[0].payload == {"no": 1, "1": 2, "null": 3}


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("n: 0", [1]),
        ("\ufeff# comment\nn: 0", [2]),
        ("---\nn: 0\n---\nn: 1\n---\n", [2, 4]),
        ("- n: 0\n- n: 1\n", [1, 2]),
        ("- n: 0\n---\n- n: 1\n-\n  n: 2\n", [1, 3, 5]),
        ("{n: 0}", [1]),
    ],
)
def test_one_or_many_messages_come_in_order_with_their_lines(read: Any, content: str, lines: list[int]) -> None:
    drafts = read(content, "m.yml")
    assert [draft.payload for draft in drafts] == [{"n": n} for n in range(len(lines))]
    assert [(draft.location.index, draft.location.line) for draft in drafts] == list(enumerate(lines))


def test_a_pointer_leads_to_its_line(read: Any) -> None:
    _, draft = read("- {}\n- a:\n    b:\n      - 1\n      - 2\n    c:\n      text\n", "m.yaml")
    lines = {pointer: locate(draft, pointer) for pointer in ("", "/a", "/a/b", "/a/b/1", "/a/c", "/a/c/x", "/z")}
    assert lines == {"": 2, "/a": 2, "/a/b": 3, "/a/b/1": 5, "/a/c": 6, "/a/c/x": 6, "/z": 2}


def test_yaml_is_found_out_by_its_content_too(read: Any) -> None:
    assert read("# a card\nRCSMessage:\n  textMessage: hi\n")[0].payload == {"RCSMessage": {"textMessage": "hi"}}


@given(PAYLOADS, st.sampled_from(["'", '"']), st.booleans())
def test_what_a_yaml_library_quotes_is_read_back(payload: dict[str, Any], style: str, flow: bool) -> None:
    # A copy through JSON, so that the library finds no equal lists to abbreviate with anchors.
    written = yaml.safe_dump(
        json.loads(json.dumps(payload)), allow_unicode=True, default_style=style, default_flow_style=flow
    )
    assert _read_yaml(b"# YAML\n" + written.encode()) == [payload]


@given(PAYLOADS)
def test_json_is_yaml_too(payload: dict[str, Any]) -> None:
    assert _read_yaml(b"# YAML\n" + json.dumps(payload, ensure_ascii=False).encode()) == [payload]


MUTATIONS = [
    b"", b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"&a ", b"*a ", b"!!x ",
    b"- ", b"? ", b"\n", b"\t", b"|", b">", b"%", b"---", b"\xff", b"\x00", b"<<: ",
]  # fmt: skip


@given(PAYLOADS, st.data())
def test_mutated_yaml_is_read_or_refused_and_nothing_else(payload: dict[str, Any], data: st.DataObject) -> None:
    written = mutate(yaml.safe_dump(payload, allow_unicode=True).encode(), data, MUTATIONS)
    _expect_no_surprise(b"#\n" + written)


@given(st.binary() | TEXTS.map(str.encode))
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(content: bytes) -> None:
    _expect_no_surprise(b"#\n" + content)
    _expect_no_surprise(b"a: " + content)
    _expect_no_surprise(b'"' + content)


def _expect_no_surprise(content: bytes) -> None:
    try:
        payloads = _read_yaml(content)
    except InputRefusedError as error:
        refused = error
    else:
        json.dumps(payloads, allow_nan=False, ensure_ascii=False).encode()
        return
    assert refused.message.isprintable()


def _read_yaml(content: bytes) -> list[object]:
    return [draft.payload for draft in read_messages(io.BytesIO(content))]
