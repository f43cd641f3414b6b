"""When a call may go out again, and after how long."""

import pytest

from bothub_cli.errors import (
    BothubError,
    NetworkError,
    OutsideTimeWindowError,
    RateLimitedError,
    ServiceUnavailableError,
)
from bothub_cli.transport.retry import RetryPolicy, find_delay, may_retry

DNS = NetworkError(host="api.orange.com", stage="dns")


@pytest.mark.parametrize(
    ("error", "attempt", "chance", "seconds"),
    [
        (DNS, 1, 0.0, 0.25),
        (DNS, 1, 1.0, 0.5),
        (DNS, 5, 1.0, 8.0),
        (DNS, 10_000, 0.0, 4.0),
        (RateLimitedError(), 1, 0.0, 1.25),
        (RateLimitedError(retry_after=2.0), 1, 0.0, 2.25),
        (ServiceUnavailableError(reason="x", retry_after=2.0), 2, 1.0, 3.0),
        (ServiceUnavailableError(reason="x"), 2, 0.0, 1.0),
    ],
)
def test_the_delay_follows_from_the_error_the_attempt_and_chance(
    error: BothubError, attempt: int, chance: float, seconds: float
) -> None:
    assert find_delay(RetryPolicy(), error, attempt=attempt, chance=chance) == seconds


def test_a_closed_time_window_is_temporary_and_not_waited_for() -> None:
    assert not may_retry(OutsideTimeWindowError(operation="x", window="at night"), RetryPolicy())
