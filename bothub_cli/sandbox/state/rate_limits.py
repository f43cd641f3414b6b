"""How many calls an application may make, and what is answered above that."""

from collections import deque
from dataclasses import dataclass, replace

from bothub_cli.sandbox.answers import TOO_MANY_REQUESTS, Answer, gateway_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """The gateway's limits; None switches one off.

    25 requests/s per application, refused with 429 or 403, code 53 (Orange Developer, "APIs error handling");
    50 token requests/min (Orange's older token guide).
    """

    requests_per_second: int | None = 25
    """For each application; None for any number."""
    token_requests_per_minute: int | None = 50
    """None for any number."""
    refusal_status: int = 429
    """429; 403 is documented as well."""

    @classmethod
    def off(cls) -> "RateLimits":
        """No limit at all: for benchmarks and bulk tests."""
        return cls(requests_per_second=None, token_requests_per_minute=None)

    def refusal(self) -> Answer:
        """Return the answer for a call too many; no Retry-After is documented, so none is given."""
        return gateway_answer(replace(TOO_MANY_REQUESTS, status=self.refusal_status))


class SlidingWindow:
    """Counts the calls of each caller in the last ``seconds``; only accepted ones count."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._calls: dict[str, deque[float]] = {}

    def admit(self, caller: str, *, limit: int | None, at: float) -> bool:
        """Note one more call, unless it would be more than the limit."""
        if limit is None:
            return True
        calls = self._calls.setdefault(caller, deque())
        while calls and calls[0] <= at - self._seconds:
            calls.popleft()
        if len(calls) >= limit:
            return False
        calls.append(at)
        return True

    def clear(self) -> None:
        self._calls.clear()
