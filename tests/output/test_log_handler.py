"""``-v`` is a handler on the library's own log: it shows exchanges masked, and leaves every other log as it was."""

import logging

import pytest

from bothub_cli.output.log_handler import showing_log
from bothub_cli.protocol.http import Headers, HttpRequest, HttpResponse
from bothub_cli.transport.traced import LOGGER, TracedTransport

SEND = HttpRequest(
    operation="send the message",
    method="POST",
    url="https://api.orange.com/bothub/v1/auth?assertion=eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl",
    body=b'{"RCSMessage": {"textMessage": "Your code is 1234"}, "messageContact": {"userContact": "+33612345678"}}',
)


class Answering:
    """A network that accepts everything."""

    def send(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=202, headers=Headers({"X-OAPI-Request-Id": "r-1"}), body=b'{"msgId": "Xs8"}')

    def close(self) -> None:
        """Nothing is kept."""


class Records(logging.Handler):
    """Keeps what a log was given."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record)


def test_an_exchange_is_shown_line_by_line_with_how_many_v_each_takes() -> None:
    shown: list[tuple[str, int]] = []
    with showing_log(lambda text, detail: shown.append((text, detail))):
        TracedTransport(Answering(), log_content=False).send(SEND)
    assert [(text.split()[0], text.split()[1][:5], detail) for text, detail in shown] == [
        (">", "POST", 1),
        (">", '{"RCS', 2),
        ("<", "202", 1),
        ("<", '{"msg', 2),
    ]


def test_numbers_texts_and_the_assertion_are_masked() -> None:
    shown: list[str] = []
    with showing_log(lambda text, _: shown.append(text)):
        TracedTransport(Answering(), log_content=False).send(SEND)
    said = "\n".join(shown)
    assert not [secret for secret in ("+33612345678", "Your code", "1234", "eyJ") if secret in said]
    assert "assertion=***" in said
    assert "r-1" in said  # what support needs to find the request


def test_a_record_has_a_level_a_name_and_its_detail_for_other_handlers() -> None:
    records = Records()
    LOGGER.addHandler(records)
    try:
        with showing_log(lambda *_: None):
            TracedTransport(Answering(), log_content=False).send(SEND)
    finally:
        LOGGER.removeHandler(records)
    assert {(record.name, record.levelno) for record in records.kept} == {("bothub", logging.DEBUG)}
    assert [getattr(record, "detail", None) for record in records.kept] == [1, 2, 1, 2]


def test_what_the_library_says_without_a_detail_is_shown_at_the_first_v() -> None:
    shown: list[tuple[str, int]] = []
    with showing_log(lambda text, detail: shown.append((text, detail))):
        LOGGER.info("attempt %d follows in %.1f s", 2, 0.5)
    assert shown == [("attempt 2 follows in 0.5 s", 1)]


def test_nothing_is_shown_before_and_after_and_the_log_is_left_as_it_was() -> None:
    before = (LOGGER.level, list(LOGGER.handlers))
    shown: list[str] = []
    LOGGER.warning("too early")

    def fail() -> None:
        with showing_log(lambda text, _: shown.append(text)):
            LOGGER.warning("in time")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    LOGGER.warning("too late")
    assert shown == ["in time"]
    assert (LOGGER.level, list(LOGGER.handlers)) == before


@pytest.mark.parametrize("name", ["", "urllib3", "urllib3.connectionpool"])
def test_the_logs_of_others_are_left_alone(name: str) -> None:
    other = logging.getLogger(name)
    before = (other.level, other.propagate, list(other.handlers))
    shown: list[str] = []
    with showing_log(lambda text, _: shown.append(text)):
        assert (other.level, other.propagate, list(other.handlers)) == before
        other.warning("of somebody else")
    assert shown == []
