"""How fast to send: decisions as pure functions of the time, the state and what the API just said.

The bucket is a virtual schedule (ITU-T I.371, generic cell rate algorithm): one number says when the next request is
due, so its state is small enough to share between processes.
"""

import math
from dataclasses import dataclass, replace

from bothub_cli.delays import GrowingDelay

# Orange's spike arrest: 25 requests a second per application over api.orange.com (Orange Developer, "API errors").
DEFAULT_RATE = 25.0
UNLIMITED = 1e9  # requests a second that nothing reaches
SLOWEST = 0.2  # requests a second: how far refusals push the rate down
RECOVERY = 60.0  # seconds from the slowest back to the full rate
CALM = 1.0  # seconds in which several refusals count as one: they answer one burst
WAIT_AFTER_REFUSAL = 1.0  # seconds, when the API does not say (Orange Developer advises at least one)
RESERVE_SHARE = 4  # one row is claimed in advance for so many in flight
FAST = 1000.0  # messages a second from which on the client may be the limit
CLIENT_RATE = 20_000.0  # messages a second that the client manages at best, or nearly so
FAST_CONCURRENCY = 64  # the fewest in flight then: with fewer, groups get small; with more, each one gets dearer
LATE = (
    0.1  # seconds that a slot may be used late; one that nobody used by then is lost, so that no burst makes up for it
)
PAUSE = 1.0  # seconds after which nobody is believed to be late any more
OWN_TIME = 0.02  # seconds that a busy machine takes to hear an answer, and to come back to the journal
AFTER_TROUBLE = GrowingDelay(first=0.25, longest=30.0, least=0.5)
WAIT_MOST = 86_400.0  # seconds that the API may make us wait at once
_FORGET = WAIT_MOST + 3600.0  # seconds: nothing is so far ahead but a state of another boot, where boots have no names


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the user allows: requests a second, and how many may go at once after a pause."""

    rate: float = DEFAULT_RATE
    burst: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceState:
    """When the next request is due, how fast it goes at present, and until when nothing goes; monotonic seconds."""

    due_at: float = 0.0
    rate: float = UNLIMITED
    slowed_at: float = 0.0
    blocked_until: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many requests may go now; when none, how many seconds to wait.

    ``blocked``: seconds in which the API wants nothing at all. ``rate``: requests a second at present.
    """

    count: int
    wait: float
    state: PaceState
    blocked: float = 0.0
    rate: float = UNLIMITED


def current_rate(state: PaceState, pace: Pace, *, now: float) -> float:
    """The rate allowed now: after a refusal it climbs back in a straight line."""
    if state.rate >= pace.rate:
        return pace.rate
    return min(pace.rate, state.rate + pace.rate * max(0.0, now - state.slowed_at) / RECOVERY)


def take(state: PaceState, pace: Pace, *, now: float, wanted: int) -> Allowance:
    """Take up to ``wanted`` requests out of the bucket."""
    state = _forget_another_boot(state, now)
    rate = current_rate(state, pace, now=now)
    if now < state.blocked_until:
        blocked = state.blocked_until - now
        return Allowance(count=0, wait=blocked, state=state, blocked=blocked, rate=rate)
    interval = 1.0 / rate
    # Who is late goes on in the schedule, and so holds the mean; who comes after a pause begins a new one.
    late = LATE if now - state.due_at <= PAUSE else 0.0
    earliest = max(state.due_at, now - max(late, (pace.burst - 1) * interval))
    available = int((now - earliest) / interval + 1 + 1e-6)  # the millionth forgives rounding
    count = min(wanted, max(0, available))
    due_at = earliest + count * interval
    return Allowance(count=count, wait=max(0.0, due_at - now), state=replace(state, due_at=due_at), rate=rate)


def slow_down(state: PaceState, pace: Pace, *, now: float, retry_after: float | None, observed: float) -> PaceState:
    """Halve the rate after a refusal (429, or code 53) and wait as long as the API asks; ``observed`` is a second's."""
    until = max(state.blocked_until, now + (WAIT_AFTER_REFUSAL if retry_after is None else min(retry_after, WAIT_MOST)))
    if now - state.slowed_at < CALM and state.slowed_at > 0:
        return replace(state, blocked_until=until)
    rate = max(SLOWEST, min(current_rate(state, pace, now=now), max(observed, SLOWEST)) / 2)
    return replace(state, rate=rate, slowed_at=now, blocked_until=until)


def estimate(count: int, state: PaceState, pace: Pace, *, now: float) -> float:
    """Return the seconds that so many requests take from now on, with what the API said before counted in."""
    state = _forget_another_boot(state, now)
    waits = max(0.0, state.blocked_until - now)
    first = current_rate(state, pace, now=now + waits)
    slope = pace.rate / RECOVERY
    climb = (pace.rate - first) / slope  # seconds until the full rate
    while_climbing = climb * (first + pace.rate) / 2
    if count >= while_climbing:
        return waits + climb + (count - while_climbing) / pace.rate
    return waits + (math.sqrt(first * first + 2 * slope * count) - first) / slope


def back_off(troubles: int, *, jitter: float) -> float:
    """Seconds to wait after that many failures in a row; ``jitter`` in 0–1 keeps many clients from knocking at once."""
    return AFTER_TROUBLE.after(troubles + 1, chance=jitter)


def choose_concurrency(*, rate: float, latency: float, most: int) -> int:
    """How many requests in flight keep the rate at this latency (Little's law, and half as many again).

    An answer is not heard the moment that it comes, so our own time counts too.
    """
    own = OWN_TIME if rate <= CLIENT_RATE else 0.0  # without a limit nothing is lost
    wanted = int(min(rate, CLIENT_RATE) * (latency * 1.5 + own)) + 2
    return min(most, max(wanted, FAST_CONCURRENCY if rate > FAST else 2))


def choose_claims(*, rate: float, concurrency: int, most: int, waiting: float = 0.0, reached: float = 0.0) -> int:
    """How many rows may be claimed at once: a few more than fly, so that no slot waits for the disk.

    ``waiting``: seconds that a claim takes to be durable. Where the client is the limit, large groups make the journal
    cheap. ``most`` may fly, and a quarter more may be claimed: so many are in doubt after a crash at worst.
    ``reached``: messages a second that go out now, where a far journal makes a quarter too few; then as many more may
    be claimed as go out while it answers, twice.
    """
    flying = max(most, concurrency)
    ceiling = max(flying * (RESERVE_SHARE + 1) // RESERVE_SHARE, flying + int(reached * waiting * 2))
    ahead = int(min(rate, CLIENT_RATE) * (waiting * 2 + OWN_TIME)) + 1 if waiting else 0
    claims = concurrency + max(concurrency // RESERVE_SHARE, ahead)
    return min(max(claims, most) if rate > FAST else claims, ceiling)


def _forget_another_boot(state: PaceState, now: float) -> PaceState:
    if max(state.due_at, state.blocked_until, state.slowed_at) > now + _FORGET:
        return PaceState()
    return state
