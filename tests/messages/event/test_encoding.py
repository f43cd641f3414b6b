"""A webhook's body is read as platforms send it."""

import gzip
import json
import zlib
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.messages.event.body import NotAnEventError
from bothub_cli.messages.event.encoding import ExpandedTooLargeError, ReadEvent, Unread, decompress, read_events

EVENT = b'{"event": "message", "RCSMessage": {"textMessage": "R\xc3\xa9ponse"}}'
LIMIT = 100_000


def _texts(body: bytes, content_type: str | None = None) -> list[object]:
    events = read_events(body, content_type)
    assert all(isinstance(event, ReadEvent) for event in events)
    return [json.loads(event.body)["RCSMessage"]["textMessage"] for event in events]


def _deflate_bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (EVENT, None),
        (EVENT, "identity"),
        (gzip.compress(EVENT, mtime=0), "gzip"),
        (gzip.compress(EVENT, mtime=0), "X-GZIP"),
        (zlib.compress(EVENT), "deflate"),
        (_deflate_bare(EVENT), "deflate"),
        (zlib.compress(gzip.compress(EVENT, mtime=0)), "gzip, deflate"),
    ],
)
def test_what_was_compressed_is_what_it_was_before(packed: bytes, encoding: str | None) -> None:
    assert decompress(packed, encoding, limit=LIMIT) == EVENT


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (EVENT, "gzip"),
        (EVENT, "deflate"),
        (gzip.compress(EVENT, mtime=0)[:-9], "gzip"),
        (EVENT, "br"),
        (EVENT, "gzip, zstd"),
        (EVENT, "identity, " * 5),
    ],
)
def test_what_is_not_compressed_as_it_says_is_no_event(packed: bytes, encoding: str) -> None:
    with pytest.raises(NotAnEventError):
        decompress(packed, encoding, limit=LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip"])
def test_a_bomb_is_not_unpacked(encoding: str) -> None:
    bomb = zlib.compress(b" " * 50_000_000) if encoding == "deflate" else gzip.compress(b" " * 50_000_000)
    with pytest.raises(ExpandedTooLargeError):
        decompress(gzip.compress(bomb) if encoding == "gzip, gzip" else bomb, encoding, limit=LIMIT)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (EVENT, None),
        (EVENT, "text/plain"),
        (b"\xef\xbb\xbf" + EVENT, "application/json"),
        (EVENT.decode().encode("latin-1"), "application/json; charset=ISO-8859-1"),
        (EVENT.decode().encode("cp1252"), 'application/json;charset="windows-1252"'),
        (EVENT.decode().encode("utf-16"), "application/json"),
        (EVENT.decode().encode("utf-16-be"), "application/json; charset=utf-16be"),
        (EVENT, "application/json; charset=ISO-8859-1"),  # says so, and sends UTF-8: RFC 8259 8.1
        (EVENT, "application/json; charset=nonsense"),
        (EVENT, "application/x-www-form-urlencoded"),  # what curl -d says of everything
        (urlencode({"payload": EVENT}).encode(), "application/x-www-form-urlencoded"),
        (urlencode({"id": "7", "data": EVENT}).encode(), "application/x-www-form-urlencoded; charset=utf-8"),
        (quote(EVENT).encode(), "application/x-www-form-urlencoded"),
        (b"[" + EVENT + b"]", "application/json"),
        (urlencode({"payload": b"[" + EVENT + b"]"}).encode(), "application/x-www-form-urlencoded"),
    ],
)
def test_one_event_is_read_whatever_it_travels_in(body: bytes, content_type: str | None) -> None:
    assert _texts(body, content_type) == ["Réponse"]


def test_a_plain_body_is_kept_byte_for_byte() -> None:
    odd = b'\r\n{ "RCSMessage" :{"n": 1.10},"\\u0061":1e2 }\n'
    (event,) = read_events(odd, "application/json")
    assert event.body == odd


def test_the_elements_of_an_array_are_events_each_as_it_was_written() -> None:
    parts = [b'{"a": 1.10, "b": [1, {"c": "]},["}]}', EVENT, b"{}"]
    assert [event.body for event in read_events(b" [ " + b" ,\n".join(parts) + b"\t] ", None)] == parts


def test_an_element_that_is_no_event_is_named_and_the_others_are_read() -> None:
    first, second, third = read_events(b"[" + EVENT + b", 7, " + EVENT + b"]", None)
    assert isinstance(first, ReadEvent)
    assert isinstance(third, ReadEvent)
    assert second == Unread(reason="JSON, but no object: a int (part 2 of 3)", body=b"7")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", None),
        (b"[]", None),
        (b"[1, 2", None),
        (b'{"n": 1e999}', None),
        (b"[" * 5_000 + b"]" * 5_000, None),
        (b"\xff\xff\xff", None),
        (b"\xff\xff\xff", "application/json; charset=shift_jis"),
        (b"\xff{}", "application/json; charset=idna"),
        (b"\xff{}", "application/json; charset=hex"),
        (b"a=1&b=2", "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(200)), "application/x-www-form-urlencoded"),
    ],
)
def test_what_holds_no_event_says_why(body: bytes, content_type: str | None) -> None:
    with pytest.raises(NotAnEventError):
        read_events(body, content_type)


@given(st.binary(max_size=300), st.text(max_size=60), st.text(max_size=30))
def test_no_body_and_no_header_makes_it_fail_otherwise(body: bytes, content_type: str, encoding: str) -> None:
    try:
        for part in read_events(decompress(body, encoding, limit=LIMIT), content_type):
            assert isinstance(part.body, bytes)
    except NotAnEventError:
        pass


@given(st.lists(st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.booleans())), min_size=1))
def test_an_array_of_any_objects_comes_apart_again(objects: list[dict[str, object]]) -> None:
    body = json.dumps(objects, ensure_ascii=True, indent=1).encode()
    assert [event.payload for event in read_events(body, None) if isinstance(event, ReadEvent)] == objects


def test_an_array_of_very_many_is_no_event_and_is_not_taken_apart() -> None:
    assert len(read_events(b"[" + b",".join([EVENT] * 1_000) + b"]", None)) == 1_000
    with pytest.raises(NotAnEventError, match="more than 1000 events"):
        read_events(b"[" + b",".join([b"{}"] * 1_001) + b"]", None)
