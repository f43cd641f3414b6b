"""An event is told in a few words, whatever the platform put into it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.messages.event.read import read_event
from bothub_cli.output.event_words import describe_event

_TAP = {"suggestedResponse": {"response": {"reply": {"displayText": "Yes"}}}}
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(
    st.dictionaries(
        st.sampled_from(["event", "RCSMessage", "file", "messageContact"]),
        _JSON
        | st.dictionaries(
            st.sampled_from(["status", "textMessage", "fileMessage", "isTyping", "sharedData", "suggestedResponse"]),
            _JSON,
        ),
    )
)
def test_no_event_makes_it_fail(payload: dict[str, object]) -> None:
    assert describe_event(read_event(payload))


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"RCSMessage": {"textMessage": "Hello"}}, "Hello"),
        ({"RCSMessage": {"geolocationPushMessage": {"pos": "48.1 2.2", "label": "Home"}}}, "[place 48.1,2.2 Home]"),
        ({"RCSMessage": {"geolocationPushMessage": {"pos": "nowhere"}}}, "[geolocationPushMessage]"),
        ({"RCSMessage": {"fileMessage": {"fileUrl": "https://x.example/a", "fileName": "a.pdf"}}}, "[file a.pdf]"),
        ({"RCSMessage": {"audioMessage": {"fileUrl": "https://x.example/a", "playingLength": 3}}}, "[audio of 3 s]"),
        ({"RCSMessage": {"status": "read"}}, "displayed"),
        ({"RCSMessage": {"status": "failed"}, "reason": {"code": 5, "text": "no RCS"}}, "failed: no RCS"),
        ({"RCSMessage": {"isTyping": "idle"}}, "stopped typing"),
        ({"RCSMessage": _TAP}, "Yes"),
        ({"file": {"fileId": "f1", "status": "ready"}}, "ready: file f1"),
        ({"event": "hitlStart"}, "[hitlStart]"),
        ({}, "[an event that nobody knows]"),
    ],
)
def test_each_kind_has_its_words(payload: dict[str, object], words: str) -> None:
    assert describe_event(read_event(payload)) == words
