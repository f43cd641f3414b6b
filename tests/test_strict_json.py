"""What is no JSON to one reader is none to any: answers, webhooks, messages, the sandbox."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.authoring.json.reader import parse_strictly
from bothub_cli.messages.event.body import NotAnEventError, read_payload
from bothub_cli.protocol.wire import read_json_value
from bothub_cli.strict_json import parse_json

NO_JSON = (
    '{"a": NaN}', '{"a": Infinity}', '{"a": -Infinity}', '{"a": 1e999}', '{"a": -1e999}', '{"a": 1, "a": 2}',
    '{"a": {"b": 1, "b": 1}}', "[" * 100_000, "{'a': 1}", '{"a": 01}', '{"a": 1,}', "", '{"a": "\x01"}',
)  # fmt: skip


@pytest.mark.parametrize("text", NO_JSON)
def test_every_reader_refuses_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):
        parse_json(text)
    with pytest.raises(ValueError):
        read_json_value(text.encode())
    with pytest.raises(NotAnEventError):
        read_payload(text.encode())


@pytest.mark.parametrize("text", [text for text in NO_JSON if len(text) < 1000])
def test_a_message_file_follows_the_same_rules(text: str) -> None:
    with pytest.raises(ValueError):
        parse_strictly(text)


def test_a_member_that_stands_twice_is_named() -> None:
    with pytest.raises(ValueError, match="'msgId' stands twice"):
        parse_json('{"msgId": "1", "msgId": "2"}')


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_is_json_reads_as_it_was_written(value: Any) -> None:
    assert parse_json(json.dumps(value)) == value
