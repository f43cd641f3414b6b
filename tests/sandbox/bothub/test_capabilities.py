"""One contact at a time, and thousands at night."""

from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings


@pytest.fixture
def settings() -> SandboxSettings:
    return SandboxSettings(rate_limits=RateLimits.off(), bulk_window="off")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?userContact=%2B33612345678&chatId=A", 400),
        ("?userContact=+33612345678", 400),
        ("?userContact=0612345678", 400),
        ("?chatId=UNKNOWN", 404),
        ("?userContact=%2B33639980404", 404),
        ("?userContact=%2B33612345678", 200),
    ],
)
def test_exactly_one_encoded_contact_is_asked_about(api: Any, query: str, status: int) -> None:
    api.log_in()
    assert api.call("GET", f"contactCapabilities{query}").status_code == status


def test_an_rcs_user_can_talk_to_bots(api: Any) -> None:
    api.log_in()
    answer = api.call("GET", "contactCapabilities?userContact=%2B33612345678")
    assert "chatBotCommunication" in answer.json()["capabilities"]


@pytest.mark.parametrize(
    "body",
    [{}, {"users": []}, {"userContacts": "x"}, {"userContacts": [3]}, {"userContacts": ["+336"] * 10_001}],
)
def test_a_bad_bulk_request_is_refused(api: Any, body: dict[str, Any]) -> None:
    api.log_in()
    assert api.call("POST", "bulkContactCapabilities", version="v2", json=body).status_code == 400


def test_the_last_bulk_result_is_kept(api: Any) -> None:
    api.log_in()
    assert api.call("GET", "bulkContactCapabilities", version="v2").status_code == 404
    numbers = ["+33612345678", "+33639980404"]
    assert api.call("POST", "bulkContactCapabilities", version="v2", json={"users": numbers}).status_code == 202
    results = api.call("GET", "bulkContactCapabilities", version="v2").json()["contactCapabilities"]
    assert [(result["userContact"], bool(result["capabilities"])) for result in results] == [
        ("+33612345678", True),
        ("+33639980404", False),
    ]


@pytest.mark.parametrize(
    ("numbers", "named"),
    [
        (["+33612345678", "+32470123456"], "BE, FR"),
        (["+33612345678", "+12024561111", "+33612345679"], "FR, US"),
        (["+447400123456", "+34600000007"], "ES, GB"),
    ],
)
def test_a_bulk_request_holds_numbers_of_one_region(api: Any, numbers: list[str], named: str) -> None:
    api.log_in()
    answer = api.call("POST", "bulkContactCapabilities", version="v2", json={"users": numbers})
    assert answer.status_code == 400
    assert answer.json()["reason"]["text"].endswith(f"of one region, and these are of {named}")


def test_by_day_bulk_requests_get_the_405_that_the_faq_shows(identity: SandboxIdentity, api: Any) -> None:
    with SandboxServer([identity], settings=SandboxSettings(rate_limits=RateLimits.off())) as server:
        api.server = server
        now = server.run(lambda sandbox: sandbox.clock.now())
        server.advance(hours=(36 - now.hour) % 24)  # noon UTC is day in Paris, winter and summer
        api.log_in()
        for method, body in (("POST", {"users": ["+33612345678"]}), ("GET", None)):
            answer = api.call(method, "bulkContactCapabilities", version="v2", json=body)
            assert (answer.status_code, answer.json()["code"]) == (405, 61)
            assert "10 PM CET to 7 AM CET" in answer.json()["description"]
