"""Posts stored events again, to any webhook, at the pace at which they came or faster."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bothub_cli.clock import Clock
from bothub_cli.events.forward.post import build_event_request, post_event
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import Transport

GAP_MAX: Final = 60.0  # seconds; a night without events is not worth waiting for


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """Where to, and how fast: ``speed`` 2 halves the gaps between events, None leaves none."""

    url: str
    token: Secret | None = None
    speed: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How one event fared; ``problem`` is None when it was taken."""

    stored: StoredEvent
    problem: str | None


def replay(
    events: Iterable[StoredEvent],
    plan: ReplayPlan,
    *,
    transport: Transport,
    clock: Clock,
    on_done: Callable[[Replayed], None] = lambda _: None,
) -> int:
    """Post each event once, in order, byte for byte as it came, and return how many were not taken."""
    before: datetime | None = None
    failed = 0
    for stored in events:
        pause = find_pause(before, stored.received_at, speed=plan.speed)
        if pause > 0:
            clock.sleep(pause)
        request = build_event_request(plan.url, stored.body, token=plan.token, event_id=stored.id)
        problem = post_event(transport, request)
        failed += problem is not None
        on_done(Replayed(stored=stored, problem=problem))
        before = stored.received_at
    return failed


def find_pause(before: datetime | None, current: datetime, *, speed: float | None) -> float:
    """Return the seconds to wait between two events: their own gap, shortened by the speed, a minute at most."""
    if before is None or not speed:
        return 0.0
    return min(max((current - before).total_seconds(), 0.0) / speed, GAP_MAX)
