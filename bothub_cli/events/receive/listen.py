"""Listening in the foreground: the webhook, the forwarder and the view of what comes in, until a signal."""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import ClassVar

from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError
from bothub_cli.events.forward.deliveries import DeliveryQueue, Outcome
from bothub_cli.events.forward.forwarder import Forwarder, ForwardSettings
from bothub_cli.events.forward.targets import Target, route
from bothub_cli.events.opt_out import OptOutWords, build_words
from bothub_cli.events.receive.server import ListenerServer, ListenerSettings
from bothub_cli.events.store.database import open_database
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.events.store.read import EventFilter, find_last_id
from bothub_cli.events.store.wait import follow_events
from bothub_cli.events.store.write import StorePolicy
from bothub_cli.record import record
from bothub_cli.transport.base import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenPlan:
    """Everything that ``listen`` needs."""

    listener: ListenerSettings
    make_transport: Callable[[], Transport]
    clock: Clock
    targets: Sequence[Target] = ()
    words: OptOutWords = field(default_factory=build_words)
    forwarding: ForwardSettings = field(default_factory=ForwardSettings)
    on_forward: Callable[[str, Outcome], None] = lambda _key, _outcome: None  # in the forwarder's thread


@record(frozen=False, eq=False)
class ListenerBrokenError(BothubError):
    """The webhook or the forwarder ended by itself: better to stop than to look connected."""

    code: ClassVar[str] = "listener.broken"

    @property
    def message(self) -> str:
        return "the listener stopped by itself; every event that it answered is stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What is true when the webhook listens; ``waiting`` are deliveries left from before, by target key."""

    url: str
    is_open: bool  # no token guards it
    waiting: dict[str, int]


def listen(
    plan: ListenPlan,
    *,
    on_ready: Callable[[Ready], None],
    on_event: Callable[[StoredEvent], None],
    stopping: threading.Event,
) -> None:
    """Listen until ``stopping`` is set; ``on_ready`` once the socket listens, ``on_event`` for each new event.

    Both are called in the caller's thread, and an error in them ends the listening cleanly. An event that is slow to
    show keeps nobody waiting: it is read back from the store. Raises UsageError, ConfigurationError, LockBusyError,
    and ListenerBrokenError when it ends without being told to.
    """
    with ExitStack() as resources:
        database = open_database(plan.listener.store)
        resources.callback(database.close)
        wanted = EventFilter(profile=plan.listener.webhook.profile, after_id=find_last_id(database))
        news = threading.Event()
        waiting = DeliveryQueue(database).count_waiting()
        forwarder = resources.enter_context(_make_forwarder(plan))
        server = resources.enter_context(_make_server(plan, news=news, forwarder=forwarder))
        on_ready(Ready(url=server.url, is_open=plan.listener.webhook.token is None, waiting=waiting))

        def is_over() -> bool:
            return stopping.is_set() or not (server.is_running and forwarder.is_running)

        for stored in follow_events(database, wanted, news=news, is_over=is_over):
            on_event(stored)
        if not stopping.is_set():
            raise ListenerBrokenError


def _make_forwarder(plan: ListenPlan) -> Forwarder:
    return Forwarder(
        plan.targets,
        store=plan.listener.store,
        make_transport=plan.make_transport,
        clock=plan.clock,
        settings=plan.forwarding,
        on_outcome=plan.on_forward,
    )


def _make_server(plan: ListenPlan, *, news: threading.Event, forwarder: Forwarder) -> ListenerServer:
    def on_stored() -> None:
        news.set()
        forwarder.wake()

    policy = StorePolicy(targets_of=route(plan.targets), words=plan.words)
    return ListenerServer(plan.listener, policy=policy, clock=plan.clock, on_stored=on_stored)
