"""The quick look at a message's values never passes what the thorough one would report."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.messages.check.report import Findings
from bothub_cli.messages.check.text import is_plain, walk
from bothub_cli.messages.limits import DEPTH_MAX, PAYLOAD_MAX


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "payload",
    [
        {"textMessage": "Hello {{ name }}"},
        {"textMessage": "a\x00b"},
        {"textMessage": "\u202eolleH"},
        {"textMessage": "\ud83d"},
        {"text\nMessage": "a"},
        {1: "a"},
        {"fileSize": 1e400},
        {"fileSize": 2**70},
        {"when": object()},
        {"textMessage": "a" * PAYLOAD_MAX},
        {"textMessage": '"' * (PAYLOAD_MAX // 2)},
        ["a"] * 100_000,
        nested(DEPTH_MAX + 1),
    ],
    ids=lambda payload: str(payload)[:20],
)
def test_what_deserves_a_finding_is_not_plain(payload: object) -> None:
    assert not is_plain(payload)


@pytest.mark.parametrize("payload", [{}, [], "Hello", {"a": [{"b": "c"}, None, True, -5]}])
def test_an_ordinary_message_is_plain(payload: object) -> None:
    assert is_plain(payload)


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(st.characters(min_codepoint=32, max_codepoint=126))
    | st.sampled_from(["{{", "a" * PAYLOAD_MAX, "\\" * (PAYLOAD_MAX // 2)])
)
names = st.text(st.characters(min_codepoint=32, max_codepoint=126)) | st.text() | st.integers()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=12
)


@given(values)
def test_nothing_is_found_one_by_one_in_what_is_plain_at_a_glance(payload: object) -> None:
    findings = Findings()
    walk(findings, payload)

    assert not (is_plain(payload) and findings.close(strict=False).findings)
