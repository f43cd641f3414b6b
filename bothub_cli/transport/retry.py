"""Decides whether a failed call may go out again, and after how long."""

from bothub_cli.errors import (
    BothubError,
    NetworkError,
    OutcomeUnknownError,
    RateLimitedError,
    ServiceUnavailableError,
)
from bothub_cli.record import record

HERE_MAX_WAIT = 2.0  # seconds; a server of this very machine is up by then, or nobody has started it
_RATE_LIMIT_WAIT_MIN = 1.0  # seconds; Orange's spike arrest counts by the second ("APIs error handling")


@record
class RetryPolicy:
    """How long to go on while nothing was accepted; half of each pause is left to chance."""

    max_wait: float = 30.0
    """Seconds, for all pauses of a call together."""
    first_delay: float = 0.5
    """Seconds of the first pause; each next one is twice as long."""
    longest_delay: float = 8.0
    """Seconds of the longest."""
    resend_unknown: bool = False
    """Send again what may have been accepted: the person may then get it twice."""
    attempts: int = 4
    """How often a call goes out at most to a service that is down."""

    def __post_init__(self) -> None:
        from bothub_cli.field_check import check_fields  # whoever imports the client has made none yet

        check_fields(self)


def find_delay(policy: RetryPolicy, error: BothubError, *, attempt: int, chance: float) -> float:
    """Return how long to wait before the next attempt: doubled each time, jittered, never less than was asked for.

    ``chance`` is between 0 and 1; ``attempt`` is the number of the one that failed, from 1.
    """
    from bothub_cli.delays import GrowingDelay  # what succeeds at once waits for nothing

    growing = GrowingDelay(first=policy.first_delay, longest=policy.longest_delay, least=0.5)
    # A service that says of itself that it is down is asked less often than a network is tried.
    is_down = isinstance(error, ServiceUnavailableError) and error.retry_after is None
    step = 2 * attempt - 1 if is_down else attempt
    jittered = growing.after(step, chance=chance)
    # The jitter comes on top of what was asked for, so that a crowd does not come back in the same instant.
    match error:
        case RateLimitedError(retry_after=None):
            return _RATE_LIMIT_WAIT_MIN + jittered
        case RateLimitedError(retry_after=asked) | ServiceUnavailableError(retry_after=asked) if asked is not None:
            return asked + jittered
        case _:
            return jittered


def may_retry(error: BothubError, policy: RetryPolicy, *, attempt: int = 1) -> bool:
    """Tell whether the same call may go out again after that many: nothing was accepted, and waiting can help."""
    match error:
        case ServiceUnavailableError():
            return attempt < policy.attempts
        case NetworkError(is_lasting=True):  # trust and permission do not heal by waiting
            return False
        case NetworkError() | RateLimitedError():
            return True
        case OutcomeUnknownError():
            return policy.resend_unknown
        case _:
            return False


def find_max_wait(error: BothubError, policy: RetryPolicy) -> float:
    """Return how many seconds the pauses before another attempt may take in all."""
    if isinstance(error, NetworkError) and error.is_nobody_here:
        return min(policy.max_wait, HERE_MAX_WAIT)
    return policy.max_wait
