"""Sending events on."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bothub_cli.clock import SystemClock
from bothub_cli.events.forward import target_queue
from bothub_cli.events.forward.deliveries import DeliveryOutcome, DeliveryQueue, OpenFilter
from bothub_cli.events.forward.forwarder import Forwarder, ForwardSettings
from bothub_cli.events.forward.post import run_for_event
from bothub_cli.events.forward.target_queue import RetryPlan
from bothub_cli.events.forward.targets import CommandTarget, Target, read_url_target, route
from bothub_cli.events.store.database import Database, open_database
from bothub_cli.events.store.event_records import EventDelivery, StoredEvent
from bothub_cli.events.store.write import EventStore, StorePolicy
from bothub_cli.redaction import Secret
from tests.events.samples import NOW, PlainTransport, open_inbox, received, text_event
from tests.fake_clock import FakeClock
from tests.waiting import wait_until

QUICK = ForwardSettings(plan=RetryPlan(first_delay=0.02, longest_delay=0.05), command_timeout=5)


def fill(database: Database, targets: list[Target], *items: tuple[str, str, str]) -> None:
    """Store texts, as (id, text, number), that go to the targets."""
    store = EventStore(database, profile="shop", policy=StorePolicy(targets_of=route(targets)))
    store.append([received(text_event(msg_id, text, number=number)) for msg_id, text, number in items])


def forward(
    path: Path,
    targets: list[Target],
    settings: ForwardSettings = QUICK,
    on_trouble: Callable[[str | None], None] = lambda _: None,
) -> Forwarder:
    return Forwarder(
        targets,
        store=path,
        make_transport=PlainTransport,
        clock=SystemClock(),
        settings=settings,
        on_trouble=on_trouble,
    )


def waiting(database: Database) -> int:
    return sum(DeliveryQueue(database).count_waiting().values())


def delivery(*, attempts: int = 0) -> EventDelivery:
    event = received(text_event("1", "a"))
    stored = StoredEvent(id=1, profile="shop", received_at=NOW, event=event.event, body=event.body)
    return EventDelivery(
        id=7,
        target="t",
        conversation="c",
        attempts=attempts,
        state="pending",
        next_at=NOW,
        last_problem=None,
        stored=stored,
    )


def test_a_target_that_is_down_gets_its_events_when_it_comes_back(store_path: Path, database: Database) -> None:
    with open_inbox() as gone:
        port = gone.port
    target = read_url_target(f"http://127.0.0.1:{port}/")
    fill(database, [target], ("1", "a", "+331"), ("2", "b", "+332"))
    with forward(store_path, [target]):
        wait_until(lambda: bool(database.query("SELECT 1 FROM deliveries WHERE attempts > 2")))
        assert waiting(database) == 2
        with open_inbox(port) as inbox:
            inbox.wait_for(2)
            wait_until(lambda: waiting(database) == 0)
    assert sorted(map(str, inbox.texts())) == ["a", "b"]


def test_one_that_fails_holds_up_its_own_conversation_only(store_path: Path, database: Database) -> None:
    refusals = iter([500] * 5)
    with open_inbox() as inbox:
        target = read_url_target(inbox.url)
        inbox.answer = lambda body: next(refusals, 200) if "a1" in str(body) else 200
        fill(database, [target], ("1", "a1", "+331"), ("2", "b1", "+332"), ("3", "a2", "+331"), ("4", "b2", "+332"))
        with forward(store_path, [target]):
            wait_until(lambda: waiting(database) == 0)
    ours = [text for text in inbox.texts() if str(text).startswith("a")]
    assert ours == ["a1"] * 6 + ["a2"]
    assert [text for text in inbox.texts() if str(text).startswith("b")] == ["b1", "b2"]


def test_a_thousand_events_of_ten_conversations_arrive_each_in_its_order(store_path: Path, database: Database) -> None:
    with open_inbox() as inbox:
        target = read_url_target(inbox.url)
        fill(database, [target], *((str(n), f"{n % 10}-{n:04}", f"+33{n % 10}") for n in range(1_000)))
        with forward(store_path, [target]):
            wait_until(lambda: waiting(database) == 0)
    texts = [str(text) for text in inbox.texts()]
    assert len(texts) == 1_000
    for conversation in "0123456789":
        ours = [text for text in texts if text.startswith(conversation)]
        assert ours == sorted(ours)


def test_what_the_target_gets_is_the_body_as_it_came_with_its_token_and_id(
    store_path: Path, database: Database
) -> None:
    with open_inbox() as inbox:
        target = read_url_target(inbox.url, token=lambda: Secret("Bearer abc"))
        fill(database, [target], ("1", "é", "+331"))
        with forward(store_path, [target]):
            wait_until(lambda: waiting(database) == 0)
    assert inbox.bodies == [text_event("1", "é", number="+331")]
    (headers,) = inbox.headers
    assert (headers["Authorization"], headers["Bothub-Event-Id"], headers["Bothub-Attempt"]) == ("Bearer abc", "1", "1")
    assert headers["Content-Type"] == "application/json"


def test_a_second_listener_with_the_same_target_sends_nothing_until_the_first_is_gone(
    store_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target_queue, "LOCK_POLL", 0.05)
    with open_inbox() as inbox:
        target = read_url_target(inbox.url)
        with forward(store_path, [target]) as first:
            fill(database, [target], ("0", "first", "+331"))
            inbox.wait_for(1)
            with forward(store_path, [target]):
                fill(database, [target], *((str(n), "x", f"+33{n}") for n in range(1, 50)))
                wait_until(lambda: waiting(database) == 0)
                assert len(inbox.bodies) == 50
                first.stop()
                fill(database, [target], ("99", "last", "+331"))
                inbox.wait_for(51)


def test_events_for_a_target_that_is_no_longer_configured_stay_in_the_queue(
    store_path: Path, database: Database
) -> None:
    old, new = read_url_target("http://127.0.0.1:1/old"), read_url_target("http://127.0.0.1:1/new")
    fill(database, [old], ("1", "a", "+331"))
    with forward(store_path, [new]):
        pass
    assert DeliveryQueue(database).count_waiting() == {old.key: 1}


def test_a_command_reads_the_event_and_its_arguments_hold_nothing_of_it(
    store_path: Path, tmp_path: Path, database: Database
) -> None:
    code = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"
    target = CommandTarget(argv=(sys.executable, "-c", code, str(tmp_path / "out")))
    fill(database, [target], ("1", "a", "+331"), ("2", "b", "+331"))
    with forward(store_path, [target]):
        wait_until(lambda: waiting(database) == 0)
    lines = (tmp_path / "out").read_text().splitlines()
    assert ["a" in lines[0], "b" in lines[1], len(lines)] == [True, True, 2]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("raise SystemExit(3)", "ended with status 3"),
        ("import time; time.sleep(60)", "not done after 1 s, so it was stopped"),
    ],
)
def test_a_command_that_fails_or_hangs_did_not_take_the_event(code: str, problem: str) -> None:
    assert run_for_event((sys.executable, "-c", code), b"{}", timeout=1) == problem


def test_a_command_that_vanished_did_not_take_the_event() -> None:
    assert run_for_event(("/no/such/program",), b"{}", timeout=1) == "cannot be run: No such file or directory"


def test_a_command_that_does_not_read_its_input_may_still_take_the_event() -> None:
    assert run_for_event((sys.executable, "-c", ""), b"x" * 1_000_000, timeout=10) is None


def test_a_command_cannot_write_between_our_answers() -> None:
    code = "from bothub_cli.events.forward.post import run_for_event; run_for_event(('echo', 'noise'), b'', timeout=5)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"noise\n")


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (1, 2), (2, 4), (8, 256), (9, 300), (10_000, 300)])
def test_delays_double_up_to_five_minutes(attempts: int, seconds: float, clock: FakeClock) -> None:
    outcome = RetryPlan().decide(delivery(attempts=attempts), "HTTP 500", clock=clock, jitter=0)
    assert outcome == DeliveryOutcome(
        delivery_id=7, state="pending", next_at=NOW + timedelta(seconds=seconds), problem="HTTP 500"
    )


def test_jitter_makes_a_delay_a_quarter_longer_at_most(clock: FakeClock) -> None:
    assert RetryPlan().decide(delivery(), "x", clock=clock, jitter=1).next_at == NOW + timedelta(seconds=1.25)


def test_after_a_week_a_delivery_is_given_up_and_kept(clock: FakeClock, database: Database) -> None:
    clock.instant = NOW + timedelta(days=7)
    target = read_url_target("http://127.0.0.1:1/")
    fill(database, [target], ("1", "a", "+331"))
    queue = DeliveryQueue(database)
    (due,) = queue.take_due(target.key, now=clock.now(), limit=5)
    queue.settle([RetryPlan().decide(due, "HTTP 500", clock=clock, jitter=0)])
    assert waiting(database) == 0
    (failed,) = list(queue.list_open(OpenFilter()))
    assert failed.state == "failed"
    assert (failed.attempts, failed.last_problem, failed.stored.event.text) == (1, "HTTP 500", "a")
    assert queue.retry([failed.id], now=clock.now()) == 1
    assert waiting(database) == 1


def test_what_was_taken_is_done(clock: FakeClock) -> None:
    assert RetryPlan().decide(delivery(), None, clock=clock, jitter=0).state == "done"


def test_only_the_head_of_each_conversation_is_due(database: Database) -> None:
    target = read_url_target("http://127.0.0.1:1/")
    fill(database, [target], ("1", "a1", "+331"), ("2", "a2", "+331"), ("3", "b1", "+332"))
    queue = DeliveryQueue(database)
    due = queue.take_due(target.key, now=NOW, limit=5)
    assert [item.stored.event.text for item in due] == ["a1", "b1"]
    assert queue.take_due(target.key, now=NOW, limit=5, busy=[item.id for item in due]) == []
    queue.settle(
        [DeliveryOutcome(delivery_id=due[0].id, state="pending", next_at=NOW + timedelta(seconds=9), problem="x")]
    )
    assert [item.stored.event.text for item in queue.take_due(target.key, now=NOW, limit=5)] == ["b1"]


def test_a_forwarder_survives_a_store_that_is_locked_for_a_while(
    store_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bothub_cli.events.store.database.BUSY_TIMEOUT", 0.01)
    monkeypatch.setattr("bothub_cli.events.forward.forwarder.PAUSE", 0.01)
    said: list[str | None] = []
    with open_inbox() as inbox:
        target = read_url_target(inbox.url)
        fill(database, [target], ("1", "a", "+331"))
        blocker = open_database(store_path)
        with blocker.transaction():
            forwarder = forward(store_path, [target], on_trouble=said.append)
            forwarder.start()
            wait_until(lambda: said)
        wait_until(lambda: waiting(database) == 0)
        forwarder.stop()
        blocker.close()
    assert inbox.texts() == ["a"]
    assert said == ["the event store is in use by another process", None]
