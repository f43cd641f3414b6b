"""Numbers with a meaning: each does what its line in the table says."""

from typing import Any

import pytest
import requests

from bothub_cli.events.opt_out import Wish, build_words, read_wish
from bothub_cli.messages import read_event
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.magic_numbers import MAGIC_NUMBERS, PREFIX, PhoneBehaviour
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings
from tests.waiting import wait_until


@pytest.fixture
def settings() -> SandboxSettings:
    return SandboxSettings(rate_limits=RateLimits.off())


def _statuses(server: SandboxServer) -> list[str]:
    return server.run(lambda sandbox: [message.status for message in sandbox.messages])


def test_no_number_has_two_meanings() -> None:
    numbers = [magic.number for magic in MAGIC_NUMBERS]
    assert len(set(numbers)) == len(numbers)
    abroad = [magic for magic in MAGIC_NUMBERS if not magic.number.startswith("+3363998")]
    assert {magic.habit for magic in abroad} == {PhoneBehaviour.STOPS, PhoneBehaviour.RETURNS}


@pytest.mark.parametrize(
    ("start", "out", "back"),
    [
        ("+346000000", "BAJA", "ALTA"),
        ("+5255000000", "BAJA", "ALTA"),
        ("+55119000000", "parar", "começar"),
        (f"{PREFIX}00", "STOP", "Démarrer"),
        ("+4477009000", "STOP", "START"),
        ("+120255501", "STOP", "START"),
    ],
)
def test_a_phone_writes_the_word_of_its_country(
    server: SandboxServer, api: Any, start: str, out: str, back: str
) -> None:
    api.log_in()
    for ending, words in (("07", [out]), ("09", [out, back])):
        number = start + ending
        assert api.send(to=number).status_code == 202
        server.advance(seconds=30)
        events = _heard(server, number)
        assert [event["RCSMessage"]["textMessage"] for event in events] == words
        wishes = [read_wish(read_event(event), build_words()) for event in events]
        assert [wish.wish for wish in wishes if wish] == [Wish.STOP, Wish.START][: len(words)]
        meaning = next(magic.meaning for magic in MAGIC_NUMBERS if magic.number == number)
        assert all(f"({word})" in meaning for word in words)


def _heard(server: SandboxServer, number: str) -> list[Any]:
    return server.run(
        lambda sandbox: [
            message.payload
            for message in sandbox.messages
            if message.direction == "to_bot" and message.number == number
        ]
    )


@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [
        ("0402", 400, 42602),
        ("0404", 404, 41200),
        ("0500", 500, 1),
    ],
)
def test_a_number_that_is_always_refused(server: SandboxServer, api: Any, ending: str, status: int, code: int) -> None:
    api.log_in()
    for _ in range(2):
        answer = api.send(to=PREFIX + ending)
        assert answer.status_code == status
        body = answer.json()
        assert body.get("reason", body)["code"] == code
    assert _statuses(server) == []


@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [("0403", 403, 53), ("0429", 429, 53), ("0430", 429, 53), ("0503", 503, 5)],
)
def test_a_number_that_accepts_at_the_second_try(
    server: SandboxServer, api: Any, ending: str, status: int, code: int
) -> None:
    api.log_in()
    first = api.send(to=PREFIX + ending)
    assert (first.status_code, first.json()["code"]) == (status, code)
    assert first.headers.get("Retry-After") == ("1" if ending == "0430" else None)
    assert api.send(to=PREFIX + ending).status_code == 202
    assert len(_statuses(server)) == 1


def test_an_orange_token_can_expire_at_once(api: Any) -> None:
    api.log_in()
    number = PREFIX + "0401"
    assert (api.send(to=number).status_code, api.send().json()["code"]) == (401, 42)
    api.log_in()
    assert api.send(to=number).status_code == 202


def test_a_gsma_token_can_expire_at_once(api: Any) -> None:
    api.log_in()
    number = PREFIX + "0411"
    assert (api.send(to=number).status_code, api.send().json()["reason"]["code"]) == (401, 40004)
    api.gsma = api.ask_gsma_token().json()["accessToken"]
    assert api.send(to=number).status_code == 202


@pytest.mark.parametrize(("ending", "status"), [("0502", 502), ("0504", 504), ("0604", 200), ("0605", 202)])
def test_a_message_can_be_accepted_in_spite_of_its_answer(
    server: SandboxServer, api: Any, ending: str, status: int
) -> None:
    api.log_in()
    assert api.send(to=PREFIX + ending).status_code == status
    assert len(_statuses(server)) == 1


@pytest.mark.parametrize("ending", ["0602", "0603"])
def test_a_connection_can_break_after_the_message_was_accepted(server: SandboxServer, api: Any, ending: str) -> None:
    api.log_in()
    with pytest.raises(requests.exceptions.RequestException):
        api.send(to=PREFIX + ending)
    assert len(_statuses(server)) == 1


def test_a_connection_can_break_before_anything_was_accepted(server: SandboxServer, api: Any) -> None:
    api.log_in()
    with pytest.raises(requests.exceptions.ConnectionError):
        api.send(to=PREFIX + "0608")
    assert _statuses(server) == []
    assert api.send(to=PREFIX + "0608").status_code == 202


def test_an_answer_may_never_come(server: SandboxServer, api: Any) -> None:
    api.log_in()
    body = {"RCSMessage": {"textMessage": "Hello"}, "messageContact": {"userContact": PREFIX + "0601"}}
    with pytest.raises(requests.exceptions.ReadTimeout):
        api.session.post(api.path("messages"), json=body, headers=api.headers(), timeout=0.3)
    wait_until(lambda: len(_statuses(server)) == 1, what="the message is accepted")


def test_a_captive_portal_redirects(server: SandboxServer, api: Any) -> None:
    api.log_in()
    answer = api.send(to=PREFIX + "0607")
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://login.invalid/")
    assert _statuses(server) == []


@pytest.mark.parametrize(
    ("ending", "seconds", "status"),
    [
        ("0001", 3600, "delivered"),
        ("0002", 9, "delivered"),
        ("0002", 11, "displayed"),
        ("0005", 3600, "sent"),
        ("0008", 3600, "failed"),
    ],
)
def test_a_number_decides_how_far_a_message_comes(
    server: SandboxServer, api: Any, ending: str, seconds: int, status: str
) -> None:
    api.log_in()
    api.send(to=PREFIX + ending)
    server.advance(seconds=seconds)
    assert _statuses(server) == [status]


@pytest.mark.parametrize(("ending", "text"), [("0003", "Hello"), ("0007", "STOP")])
def test_somebody_may_answer_by_himself(server: SandboxServer, api: Any, ending: str, text: str) -> None:
    api.log_in()
    api.send(to=PREFIX + ending)
    server.advance(seconds=10)
    payloads = server.run(lambda sandbox: [m.payload for m in sandbox.messages if m.direction == "to_bot"])
    assert [payload["RCSMessage"]["textMessage"] for payload in payloads] == [text]


def test_somebody_may_tap_the_first_button(server: SandboxServer, api: Any) -> None:
    api.log_in()
    chips = {"suggestions": [{"reply": {"displayText": "Yes", "postback": {"data": "y"}}}]}
    api.send(to=PREFIX + "0004", suggestedChipList=chips)
    server.advance(seconds=10)
    payloads = server.run(lambda sandbox: [m.payload for m in sandbox.messages if m.direction == "to_bot"])
    assert payloads[0]["RCSMessage"]["suggestedResponse"] == {
        "response": {"reply": {"displayText": "Yes", "postback": {"data": "y"}}}
    }
