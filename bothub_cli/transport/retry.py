"""Decides whether a failed call may go out again, and after how long."""

from dataclasses import dataclass

from bothub_cli.delays import GrowingDelay
from bothub_cli.errors import (
    BothubError,
    NetworkError,
    OutcomeUnknownError,
    RateLimitedError,
    ServiceUnavailableError,
)

_RATE_LIMIT_WAIT_MIN = 1.0  # seconds; Orange's spike arrest counts by the second ("APIs error handling")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long to go on while nothing was accepted; ``max_wait`` in seconds, for all waits of a call together.

    ``resend_unknown`` sends again what may have been accepted: the person may then get it twice.
    """

    max_wait: float = 30.0
    first_delay: float = 0.5
    longest_delay: float = 8.0
    resend_unknown: bool = False


def find_delay(policy: RetryPolicy, error: BothubError, *, attempt: int, chance: float) -> float:
    """Return how long to wait before the next attempt: doubled each time, jittered, never less than was asked for.

    ``chance`` is between 0 and 1; ``attempt`` is the number of the one that failed, from 1.
    """
    growing = GrowingDelay(first=policy.first_delay, longest=policy.longest_delay, least=0.5)
    jittered = growing.after(attempt, chance=chance)
    # The jitter comes on top of what was asked for, so that a crowd does not come back in the same instant.
    match error:
        case RateLimitedError(retry_after=None):
            return _RATE_LIMIT_WAIT_MIN + jittered
        case RateLimitedError(retry_after=asked) | ServiceUnavailableError(retry_after=asked) if asked is not None:
            return asked + jittered
        case _:
            return jittered


def may_retry(error: BothubError, policy: RetryPolicy) -> bool:
    """Tell whether the same call may go out again: nothing was accepted, and waiting can help."""
    match error:
        case NetworkError(stage="tls" | "proxy"):  # trust and permission do not heal by waiting
            return False
        case NetworkError() | RateLimitedError() | ServiceUnavailableError():
            return True
        case OutcomeUnknownError():
            return policy.resend_unknown
        case _:
            return False
