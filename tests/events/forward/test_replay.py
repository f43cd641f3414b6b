"""Replaying events."""

from datetime import timedelta

import pytest

from bothub_cli.events.forward.replay import Replayed, ReplayPlan, find_pause, replay
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.redaction import Secret
from tests.events.samples import NOW, PlainTransport, open_inbox, received, text_event
from tests.fake_clock import FakeClock


def stored(event_id: int, seconds: float) -> StoredEvent:
    item = received(text_event(str(event_id), f"text {event_id}"))
    at = NOW + timedelta(seconds=seconds)
    return StoredEvent(id=event_id, profile="shop", received_at=at, event=item.event, body=item.body)


def test_events_that_are_not_taken_are_counted_and_the_others_go_on(clock: FakeClock) -> None:
    done: list[Replayed] = []
    with open_inbox() as inbox:
        inbox.answer = lambda body: 500 if "text 2" in str(body) else 204
        failed = replay(
            [stored(n, n) for n in (1, 2, 3)],
            ReplayPlan(url=inbox.url, token=Secret("abc")),
            transport=PlainTransport(),
            clock=clock,
            on_done=done.append,
        )
    assert failed == 1
    assert [(item.stored.id, item.problem) for item in done] == [(1, None), (2, "HTTP 500"), (3, None)]
    assert inbox.texts() == ["text 1", "text 2", "text 3"]
    assert inbox.headers[0]["Authorization"] == "abc"
    assert clock.slept == []


def test_an_address_that_nobody_serves_is_a_failure_of_each_event(clock: FakeClock) -> None:
    with open_inbox() as inbox:
        pass
    plan = ReplayPlan(url=inbox.url)
    assert replay([stored(1, 0), stored(2, 0)], plan, transport=PlainTransport(), clock=clock) == 2


def test_the_speed_shortens_the_gaps(clock: FakeClock) -> None:
    with open_inbox() as inbox:
        events = [stored(1, 0), stored(2, 10), stored(3, 11)]
        replay(events, ReplayPlan(url=inbox.url, speed=2), transport=PlainTransport(), clock=clock)
    assert clock.slept == [5, 0.5]


@pytest.mark.parametrize(
    ("gap", "speed", "pause"), [(10, None, 0), (10, 1, 10), (10, 4, 2.5), (-5, 1, 0), (86_400, 1, 60)]
)
def test_a_pause_is_never_negative_and_never_over_a_minute(gap: float, speed: float | None, pause: float) -> None:
    assert find_pause(NOW, NOW + timedelta(seconds=gap), speed=speed) == pause
    assert find_pause(None, NOW, speed=speed) == 0
