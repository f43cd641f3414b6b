"""What one answer means for its row: the same as for a single message."""

import pytest

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.run.verdict import judge
from bothub_cli.errors import NetworkError
from bothub_cli.transport.bulk import Answered, AnswerLost, NotSent


@pytest.mark.parametrize(
    ("status", "body", "state", "cause", "effect"),
    [
        (200, b"<html></html>", RowState.UNKNOWN, "http.200", "trouble"),
        (200, b'{"RCSMessage":', RowState.UNKNOWN, "http.200", "trouble"),
        (200, b'{"code":53,"message":"x"}', RowState.UNKNOWN, "http.200", "trouble"),
        (307, b"", RowState.REFUSED, "http.307", "none"),
        (400, b'{"code":22,"message":"Invalid body"}', RowState.REFUSED, "http.400.22", "none"),
        (401, b'{"code":42,"message":"Expired"}', RowState.RETURNED, "credentials", "renew"),
        (401, b'{"reason":{"code":40004,"text":"expired"}}', RowState.RETURNED, "credentials", "renew"),
        (403, b'{"code":53,"message":"Too many"}', RowState.RETURNED, "rate", "slow down"),
        (404, b"", RowState.REFUSED, "http.404", "none"),
        (408, b"", RowState.UNKNOWN, "http.408", "trouble"),
        (429, b"", RowState.RETURNED, "rate", "slow down"),
        (500, b"", RowState.UNKNOWN, "http.500", "trouble"),
        (503, b"", RowState.UNKNOWN, "http.503", "trouble"),
        (503, b'{"code":5,"message":"Unavailable"}', RowState.RETURNED, "http.503", "trouble"),
        (504, b"", RowState.UNKNOWN, "http.504", "trouble"),
    ],
)
def test_an_answer_is_judged(status: int, body: bytes, state: RowState, cause: str, effect: str) -> None:
    verdict = judge(Answered(1, status, b"", body, 0.1))

    assert (verdict.state, verdict.cause, verdict.effect, verdict.message_id) == (state, cause, effect, None)


@pytest.mark.parametrize(
    ("body", "message_id"),
    [(b"", None), (b'{"RCSMessage":{}}', None), (b'{"RCSMessage":{"msgId":"m1"}}', "m1"), (b'{"msgId":"m2"}', "m2")],
)
def test_an_accepted_message_keeps_the_id_it_got(body: bytes, message_id: str | None) -> None:
    verdict = judge(Answered(1, 202, b"", body, 0.1))

    assert (verdict.state, verdict.message_id) == (RowState.ACCEPTED, message_id)


def test_a_request_that_never_left_goes_again() -> None:
    verdict = judge(NotSent(1, NetworkError(host="api.example", stage="dns")))

    assert (verdict.state, verdict.cause) == (RowState.RETURNED, "network.dns")


def test_a_lost_answer_is_unknown() -> None:
    assert judge(AnswerLost(1, "timeout", "none in 30 s", 30.0)).state is RowState.UNKNOWN
