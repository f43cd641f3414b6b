"""Bodies that come in."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.messages.event.body import NotAnEventError, read_payload


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b'{"a":', "not JSON"),
        (b"event=message", "not JSON"),
        (b'{"a":NaN}', "NaN is not JSON"),
        (b'{"a":-Infinity}', "-Infinity is not JSON"),
        (b'{"a":' + b"1" * 5000 + b"}", "not JSON"),
        (b"[1]", "no object: a list"),
        (b'"text"', "no object: a str"),
        (b"null", "no object: a NoneType"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "nested more than 100 levels deep"),
        (b'{"a":' + b"[" * 500_000, "nested more than 100 levels deep"),
    ],
)
def test_what_is_no_json_object_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotAnEventError, match=reason):
        read_payload(body)


def test_brackets_in_a_text_are_no_nesting() -> None:
    payload = {"text": '["{' * 200 + '\\"'}
    assert read_payload(json.dumps(payload).encode()) == payload


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert read_payload(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


def test_a_megabyte_of_quotes_is_read_in_no_time() -> None:
    body = b"{" * 101 + b'\\"' * 500_000
    started = time.process_time()
    with pytest.raises(NotAnEventError):
        read_payload(body)
    assert time.process_time() - started < 5


@given(st.binary())
def test_any_bytes_are_an_object_or_refused(body: bytes) -> None:
    with suppress(NotAnEventError):
        assert isinstance(read_payload(body), dict)
