"""What a server repeats of our request is masked in its error; its own words stay."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.protocol.error_masking import mask_quotes
from bothub_cli.protocol.http import HttpRequest

TEXT = "Dear Marie, your parcel 4711 waits at the shop"


def request_of(text: str = TEXT, number: str = "+33612345678") -> HttpRequest:
    payload = {
        "RCSMessage": {
            "textMessage": text,
            "trafficType": "advertisement",
            "suggestedChipList": {"suggestions": [{"reply": {"displayText": "Pick it up"}}]},
        },
        "messageContact": {"userContact": number},
    }
    return HttpRequest(operation="send", method="POST", url="https://x.example/y", body=json.dumps(payload).encode())


@pytest.mark.parametrize(
    "said",
    [
        "+33612345678",
        "33612345678",
        "0612345678",
        "06 12 34 56 78",
        "tel:+33612345678",
        "+33 6 12 34 56 78",
        "0033612345678",
    ],
)
def test_a_number_is_masked_however_the_server_writes_it(said: str) -> None:
    masked = mask_quotes(f"user {said} is unknown", request_of())
    assert masked.startswith("user ")
    assert masked.endswith(" is unknown")
    assert "61234" not in masked
    assert "12 34" not in masked


@pytest.mark.parametrize("said", [TEXT, TEXT[:30], f"{TEXT[:20]}…", "Pick it up"])
def test_a_text_is_masked_also_when_the_server_has_cut_it(said: str) -> None:
    masked = mask_quotes(f"the content '{said}' is spam", request_of())
    assert "Marie" not in masked
    assert "Pick" not in masked
    assert masked.startswith("the content '(")
    assert masked.endswith("' is spam")


def test_the_number_in_an_address_is_masked_too() -> None:
    request = HttpRequest(operation="ask", method="GET", url="https://x.example/contacts/%2B33612345678/capabilities")
    assert "612345678" not in mask_quotes("no contact 33612345678", request)


@pytest.mark.parametrize(
    "words", ["trafficType advertisement is not allowed", "code 42009 at 2026-11-27", "parcels are too large"]
)
def test_the_servers_own_words_stay(words: str) -> None:
    assert mask_quotes(words, request_of()) == words


@given(st.text(), st.text())
def test_any_words_about_any_text_can_be_masked(words: str, text: str) -> None:
    mask_quotes(words, request_of(text))
