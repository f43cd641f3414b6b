"""Works on the queue of one target: takes what is due, has it delivered, writes down how it ended."""

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for_all
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from bothub_cli.clock import Clock
from bothub_cli.delays import GrowingDelay
from bothub_cli.errors import LockBusyError
from bothub_cli.events.forward.deliveries import DeliveryOutcome, DeliveryQueue
from bothub_cli.events.forward.workers import Workers
from bothub_cli.events.store.event_records import EventDelivery
from bothub_cli.files.locks import hold_lock

LOCK_POLL: Final = 5.0  # seconds between attempts to take over a target that another listener serves

Deliver = Callable[[EventDelivery], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPlan:
    """How patiently a target is tried."""

    first_delay: float = 1.0  # seconds after the first failure; doubled each time
    longest_delay: float = 300.0  # seconds
    give_up_after: timedelta = timedelta(days=7)  # from the event's arrival; as long as Google redelivers

    def decide(self, delivery: EventDelivery, problem: str | None, *, clock: Clock, jitter: float) -> DeliveryOutcome:
        """Return what follows from an attempt; ``jitter`` from 0 to 1 makes the delay up to a quarter longer."""
        now = clock.now()
        if problem is None:
            return DeliveryOutcome(delivery_id=delivery.id, state="done", next_at=now)
        growing = GrowingDelay(first=self.first_delay, longest=self.longest_delay, most=1.25)
        delay = growing.after(delivery.attempts + 1, chance=jitter)
        next_at = now + timedelta(seconds=delay)
        is_over = next_at - delivery.stored.received_at > self.give_up_after
        return DeliveryOutcome(
            delivery_id=delivery.id, state="failed" if is_over else "pending", next_at=next_at, problem=problem
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTools:
    """What the queues of all targets share."""

    queue: DeliveryQueue
    directory: Path  # for the locks
    clock: Clock
    plan: RetryPlan
    draw_jitter: Callable[[], float]
    wake: Callable[[], None]
    on_outcome: Callable[[str, DeliveryOutcome], None]  # the target's key, and how an attempt ended


class TargetQueue:
    """One target. Used by one thread; only ``deliver`` runs in others, at most ``workers`` at once."""

    def __init__(self, key: str, deliver: Deliver, *, workers: int, tools: QueueTools) -> None:
        self._key = key
        self._deliver = deliver
        self._workers = workers
        self._tools = tools
        self._pool = Workers[str | None](workers, name="forward")
        self._under_way: dict[int, tuple[EventDelivery, Future[str | None]]] = {}
        self._unwritten: list[DeliveryOutcome] = []
        self._lock = ExitStack()
        self._is_ours = False
        self._next_look = 0.0

    def turn(self) -> None:
        """Write down what ended, and start what is due, in as many conversations as there are workers.

        Raises ConfigurationError, LockBusyError; the next turn then does it again.
        """
        if not self._take_lock():
            return
        self._settle()
        free = self._workers - len(self._under_way)
        if free > 0:
            due = self._tools.queue.take_due(
                self._key, now=self._tools.clock.now(), limit=free, busy=self._under_way.keys()
            )
            for delivery in due:
                self._start(delivery)

    def close(self, *, wait: float) -> None:
        """Wait a while for the attempts under way, write down those that ended, and leave the target to others.

        What has not ended by then is delivered again by the next listener.
        """
        self._pool.close()
        wait_for_all([future for _, future in self._under_way.values()], timeout=wait)
        try:
            self._settle()
        finally:
            self._lock.close()

    def _start(self, delivery: EventDelivery) -> None:
        future = self._pool.submit(lambda: self._deliver(delivery))
        self._under_way[delivery.id] = (delivery, future)
        future.add_done_callback(lambda _: self._tools.wake())

    def _settle(self) -> None:
        """Write outcomes down; an attempt counts as under way until it is written, so that it is not made again."""
        written = {outcome.delivery_id for outcome in self._unwritten}
        ended = [item for item in self._under_way.values() if item[1].done() and item[0].id not in written]
        for delivery, future in ended:
            jitter = self._tools.draw_jitter()
            outcome = self._tools.plan.decide(delivery, future.result(), clock=self._tools.clock, jitter=jitter)
            self._unwritten.append(outcome)
        if self._unwritten:
            self._tools.queue.settle(self._unwritten)
            for outcome in self._unwritten:
                del self._under_way[outcome.delivery_id]
                self._tools.on_outcome(self._key, outcome)
            self._unwritten = []

    def _take_lock(self) -> bool:
        now = self._tools.clock.monotonic()
        if self._is_ours or now < self._next_look:
            return self._is_ours
        self._next_look = now + LOCK_POLL
        path = self._tools.directory / f"forward-{self._key}.lock"
        try:
            self._lock.enter_context(hold_lock(path, wait=0, subject="forwarding"))
        except LockBusyError:
            return False
        self._is_ours = True
        return True
