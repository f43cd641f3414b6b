"""When a call may go out again, and after how long."""

from typing import Literal

import pytest

from bothub_cli.errors import (
    BothubError,
    NetworkError,
    OutsideTimeWindowError,
    RateLimitedError,
    ServiceUnavailableError,
)
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.failures import find_route_facts, network_error
from bothub_cli.transport.retry import RetryPolicy, find_delay, find_max_wait, may_retry

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


@pytest.mark.parametrize("url", ["http://127.0.0.1:8808", "http://localhost:1", "http://[::1]:8", "http://127.1.2.3:8"])
def test_a_refused_connection_to_this_machine_is_tried_for_two_seconds_and_named(url: str) -> None:
    route = find_route_facts(url, TransportSettings())
    error = network_error("connect", "connection refused", route=route, is_refused=True)
    assert find_max_wait(error, RetryPolicy(max_wait=25)) == 2.0
    assert find_max_wait(error, RetryPolicy(max_wait=1)) == 1.0
    assert "no sandbox runs there" in error.message
    assert error.remedy == "bothub sandbox start"
    for other in (DNS, network_error("connect", "cut off during the TLS handshake", route=route)):
        assert find_max_wait(other, RetryPolicy(max_wait=25)) == 25
        assert "no sandbox runs there" not in other.message


@pytest.mark.parametrize("stage", ["tls", "proxy"])
def test_what_waiting_does_not_heal_is_not_tried_again(stage: Literal["tls", "proxy"]) -> None:
    assert not may_retry(NetworkError(host="x", stage=stage, is_lasting=True), RetryPolicy())
