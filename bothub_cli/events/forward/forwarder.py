"""Sends stored events on to other programs, each at least once, in the order of its conversation.

The queue is in the store, written with the event itself: a crash of the listener, or of the target, loses nothing.
A crash between a target's answer and its note in the store makes the event go out again: at least once, not exactly.
"""

import random
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError
from bothub_cli.events.forward.deliveries import DeliveryOutcome, DeliveryQueue
from bothub_cli.events.forward.post import EventSender
from bothub_cli.events.forward.target_queue import Deliver, QueueTools, RetryPlan, TargetQueue
from bothub_cli.events.forward.targets import Target
from bothub_cli.events.lasting_failure import LastingFailure, OnFailure
from bothub_cli.events.store.database import Database, open_database
from bothub_cli.transport.base import Transport

POLL: Final = 0.25  # seconds between looks at the queue when nobody says that something is new
PAUSE: Final = 1.0  # seconds after the store refused
GRACE: Final = 2.0  # seconds in which an attempt under way may end when the forwarder stops
STOP_TIMEOUT: Final = 2.5  # seconds until it has stopped, whatever the store does


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardSettings:
    """``workers`` is the number of conversations served at once, for each target."""

    workers: int = 8
    command_timeout: float = 30.0  # seconds
    plan: RetryPlan = field(default_factory=RetryPlan)


class Forwarder:
    """Works on the queue of its targets in a thread of its own until it is stopped; also a context manager.

    ``make_transport`` is called once in each worker thread, ``on_outcome`` in the forwarder's own after each attempt,
    with the key of its target, ``on_trouble`` when the store refuses, and with None when that is over. One listener
    at a time serves a target: a second one waits until the first is gone.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        *,
        store: Path,
        make_transport: Callable[[], Transport],
        clock: Clock,
        settings: ForwardSettings | None = None,
        on_outcome: Callable[[str, DeliveryOutcome], None] = lambda _key, _outcome: None,
        on_trouble: OnFailure = lambda _problem: None,
    ) -> None:
        self._targets = targets
        self._store = store
        self._clock = clock
        self._on_outcome = on_outcome
        self._settings = settings or ForwardSettings()
        self._trouble = LastingFailure(on_trouble)
        self._deadline = 0.0
        self._sender = EventSender(make_transport, command_timeout=self._settings.command_timeout)
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether the queue is being worked on at this moment."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin with what still waits from before. Raises ConfigurationError, LockBusyError."""
        database = open_database(self._store)
        self._thread = threading.Thread(target=self._run, args=(database,), name="forwarder", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that something new is in the queue."""
        self._news.set()

    def stop(self) -> None:
        """Let the attempts under way end, for two seconds at most, write them down, and leave the rest in the queue."""
        self._stopping.set()
        self._news.set()
        if self._thread:
            self._thread.join(timeout=STOP_TIMEOUT)
        self._sender.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, database: Database) -> None:
        try:
            with ExitStack() as resources:
                resources.callback(database.close)
                queues = self._open_queues(DeliveryQueue(database))
                for queue in queues:
                    resources.callback(self._close, queue)
                while not self._stopping.is_set():
                    self._turn(queues)
                self._deadline = self._clock.monotonic() + GRACE
        except BothubError as problem:  # the last notes could not be written: those events go out again
            self._trouble.note(problem.message)

    def _close(self, queue: TargetQueue) -> None:
        queue.close(wait=max(self._deadline - self._clock.monotonic(), 0))

    def _turn(self, queues: Sequence[TargetQueue]) -> None:
        try:
            for queue in queues:
                queue.turn()
        except BothubError as problem:  # the store is locked or full: what is in it waits
            self._trouble.note(problem.message)
            self._stopping.wait(PAUSE)
        else:
            self._trouble.note(None)
        self._news.wait(POLL)
        self._news.clear()

    def _open_queues(self, queue: DeliveryQueue) -> list[TargetQueue]:
        tools = QueueTools(
            queue=queue,
            directory=self._store.parent,
            clock=self._clock,
            plan=self._settings.plan,
            draw_jitter=random.random,
            wake=self.wake,
            on_outcome=self._on_outcome,
        )
        unique = {target.key: target for target in self._targets}
        workers = self._settings.workers
        return [TargetQueue(key, self._bind(target), workers=workers, tools=tools) for key, target in unique.items()]

    def _bind(self, target: Target) -> Deliver:
        return lambda delivery: self._sender.deliver(target, delivery.stored, attempt=delivery.attempts + 1)
