"""What the end of one request means for its row and for the campaign: the same rules as for a single message."""

from typing import Literal, NamedTuple

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.errors import (
    ApiRefusedError,
    BothubError,
    CredentialsRefusedError,
    OutcomeUnknownError,
    RateLimitedError,
    TemporaryError,
)
from bothub_cli.protocol.faults import RequestPurpose, error_for
from bothub_cli.protocol.messaging import SEND, read_plain_msg_id, read_send_response
from bothub_cli.transport.bulk import Answered, AnswerLost, NotSent, RequestEnding

Effect = Literal["none", "trouble", "slow down", "renew"]


class Verdict(NamedTuple):  # made for every message
    """The row's state, a stable word for the cause, and what the campaign does about it."""

    state: RowState
    cause: str | None = None
    message_id: str | None = None
    effect: Effect = "none"
    error: BothubError | None = None


def judge(ending: RequestEnding) -> Verdict:
    """Judge one ending."""
    match ending:
        case Answered():
            return _judge_answer(ending)
        case NotSent():
            return Verdict(RowState.RETURNED, f"network.{ending.error.stage}", effect="trouble", error=ending.error)
        case AnswerLost():
            return Verdict(RowState.UNKNOWN, f"answer.{ending.stage}", effect="trouble")


def _judge_answer(ending: Answered) -> Verdict:
    if 200 <= ending.status < 300 and (message_id := read_plain_msg_id(ending.body)) is not None:
        return Verdict(RowState.ACCEPTED, message_id=message_id)
    response = ending.response
    if not response.is_success:
        return _judge_error(error_for(response, SEND, call=RequestPurpose.CHANGE), ending.status)
    try:
        return Verdict(RowState.ACCEPTED, message_id=read_send_response(response).msg_id)
    except BothubError as error:
        return _judge_error(error, ending.status)


def _judge_error(error: BothubError, status: int) -> Verdict:
    match error:
        case OutcomeUnknownError():
            return Verdict(RowState.UNKNOWN, f"http.{status}", effect="trouble", error=error)
        case RateLimitedError():
            return Verdict(RowState.RETURNED, "rate", effect="slow down", error=error)
        case TemporaryError():
            return Verdict(RowState.RETURNED, f"http.{status}", effect="trouble", error=error)
        case CredentialsRefusedError():
            return Verdict(RowState.RETURNED, "credentials", effect="renew", error=error)
        case ApiRefusedError() if error.fault_code:
            return Verdict(RowState.REFUSED, f"http.{status}.{error.fault_code}", error=error)
        case _:
            return Verdict(RowState.REFUSED, f"http.{status}", error=error)
