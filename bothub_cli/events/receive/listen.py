"""Listening in the foreground: the webhook, the forwarder and the view of what comes in, until a signal."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import ClassVar, Literal

from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError
from bothub_cli.events.forward.deliveries import DeliveryOutcome, DeliveryQueue
from bothub_cli.events.forward.forwarder import Forwarder, ForwardSettings
from bothub_cli.events.forward.targets import Target, route
from bothub_cli.events.opt_out import OptOutWords, build_words
from bothub_cli.events.receive.metrics import ListenerMetrics
from bothub_cli.events.receive.refusals import RefusalLog, RefusalNotice
from bothub_cli.events.receive.server import ListenerServer, ListenerSettings
from bothub_cli.events.receive.share_opt_outs import OptOutSharer, Share
from bothub_cli.events.receive.webhook import WebhookObserver
from bothub_cli.events.store.database import Database, open_database
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.events.store.opt_out_queue import make_opt_out_queue
from bothub_cli.events.store.read import EventFilter, find_last_id
from bothub_cli.events.store.wait import follow_events
from bothub_cli.events.store.write import StorePolicy
from bothub_cli.record import record
from bothub_cli.serving.limits import Refusal
from bothub_cli.serving.metrics import MetricsServer, render_metrics
from bothub_cli.transport.base import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsPlace:
    """Where metrics are served on a port of their own; without one they are at the webhook, for who has its token."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenPlan:
    """Everything that ``listen`` needs; ``share`` tells a list that several machines share who said STOP or START."""

    listener: ListenerSettings
    make_transport: Callable[[], Transport]
    clock: Clock
    targets: Sequence[Target] = ()
    words: OptOutWords = field(default_factory=build_words)
    forwarding: ForwardSettings = field(default_factory=ForwardSettings)
    on_forward: Callable[[str, DeliveryOutcome], None] = lambda _key, _outcome: None  # in the forwarder's thread
    metrics: MetricsPlace | None = None
    share: Share | None = None


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
    metrics: str | None = None  # where they are, on a port of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreNotice:
    """Events cannot be stored, or forwarded, or wishes told, for this reason; None when they can again."""

    problem: str | None
    what: Literal["events", "forwarding", "wishes"]


Notice = RefusalNotice | StoreNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What came until the end; refusals by HTTP status and reason."""

    stored: int
    repeated: int
    refused: Mapping[tuple[int, str], int]


def listen(
    plan: ListenPlan,
    *,
    on_ready: Callable[[Ready], None],
    on_event: Callable[[StoredEvent], None],
    on_notice: Callable[[Notice], None] = lambda _notice: None,
    stopping: threading.Event,
) -> Listened:
    """Listen until ``stopping`` is set; ``on_ready`` once the socket listens, ``on_event`` for each new event.

    All are called in the caller's thread, and an error in them ends the listening cleanly. An event that is slow to
    show keeps nobody waiting: it is read back from the store. What is refused comes as notices: the first of each
    kind at once, the others as a sum a minute. It ends within five seconds, whatever targets do. Raises UsageError,
    ConfigurationError, LockBusyError, and ListenerBrokenError when it ends without being told to.
    """
    notices = _NoticeQueue(plan.clock, on_notice)
    with ExitStack() as resources:
        database = open_database(plan.listener.store)
        resources.callback(database.close)
        wanted = EventFilter(profile=plan.listener.webhook.profile, after_id=find_last_id(database))
        waiting = DeliveryQueue(database).count_waiting()
        forwarder = resources.enter_context(_make_forwarder(plan, notices))
        sharer = _share_wishes(plan, notices, database, resources) if plan.share is not None else None
        server = resources.enter_context(_make_server(plan, notices, forwarder=forwarder, sharer=sharer))
        metrics = _serve_metrics(plan, notices, server, resources) if plan.metrics else None
        threads: list[Forwarder | OptOutSharer] = [forwarder] if sharer is None else [forwarder, sharer]
        is_open = not plan.listener.webhook.is_guarded
        on_ready(Ready(url=server.url, is_open=is_open, waiting=waiting, metrics=metrics))

        def is_over() -> bool:
            notices.tell_due()
            return stopping.is_set() or not (server.is_running and all(each.is_running for each in threads))

        for stored in follow_events(database, wanted, news=notices.news, is_over=is_over):
            on_event(stored)
        if not stopping.is_set():
            raise ListenerBrokenError
    notices.tell_due(all_of_them=True)
    counts = server.counts
    return Listened(stored=counts.stored, repeated=counts.repeated, refused=notices.refusals.totals())


class _NoticeQueue:
    """Takes what servers and forwarders have to say in their threads, and tells it in the caller's."""

    def __init__(self, clock: Clock, on_notice: Callable[[Notice], None]) -> None:
        self.news = threading.Event()
        self.refusals = RefusalLog(now=clock.monotonic)
        self._on_notice = on_notice
        self._troubles: SimpleQueue[StoreNotice] = SimpleQueue()

    def note_refusal(self, refusal: Refusal) -> None:
        self.refusals.note(refusal)
        self.news.set()

    def note_health(self, problem: str | None) -> None:
        self._troubles.put(StoreNotice(problem=problem, what="events"))
        self.news.set()

    def note_trouble(self, problem: str | None) -> None:
        self._troubles.put(StoreNotice(problem=problem, what="forwarding"))

    def note_sharing(self, problem: str | None) -> None:
        self._troubles.put(StoreNotice(problem=problem, what="wishes"))
        self.news.set()

    def tell_due(self, *, all_of_them: bool = False) -> None:
        while not self._troubles.empty():
            self._on_notice(self._troubles.get())
        for notice in self.refusals.take_due(all_of_them=all_of_them):
            self._on_notice(notice)


def _make_forwarder(plan: ListenPlan, notices: _NoticeQueue) -> Forwarder:
    return Forwarder(
        plan.targets,
        store=plan.listener.store,
        make_transport=plan.make_transport,
        clock=plan.clock,
        settings=plan.forwarding,
        on_outcome=plan.on_forward,
        on_trouble=notices.note_trouble,
    )


def _share_wishes(plan: ListenPlan, notices: _NoticeQueue, database: Database, resources: ExitStack) -> OptOutSharer:
    assert plan.share is not None
    make_opt_out_queue(database)  # before the webhook's own connection looks for it
    profile = plan.listener.webhook.profile
    return resources.enter_context(
        OptOutSharer(plan.share, store=plan.listener.store, profile=profile, on_trouble=notices.note_sharing)
    )


def _make_server(
    plan: ListenPlan, notices: _NoticeQueue, *, forwarder: Forwarder, sharer: OptOutSharer | None
) -> ListenerServer:
    def on_stored() -> None:
        notices.news.set()
        forwarder.wake()
        if sharer is not None:
            sharer.wake()

    policy = StorePolicy(targets_of=route(plan.targets), words=plan.words)
    observer = WebhookObserver(on_stored=on_stored, on_refusal=notices.note_refusal, on_health=notices.note_health)
    settings = plan.listener
    if plan.metrics is None:
        settings = replace(settings, webhook=replace(settings.webhook, metrics=lambda: _render(plan, notices, server)))
    server = ListenerServer(settings, policy=policy, clock=plan.clock, observer=observer)
    return server


def _serve_metrics(plan: ListenPlan, notices: _NoticeQueue, server: ListenerServer, resources: ExitStack) -> str:
    assert plan.metrics is not None
    collect = _make_metrics(plan, notices, server).collect
    return resources.enter_context(MetricsServer(collect, host=plan.metrics.host, port=plan.metrics.port)).url


def _render(plan: ListenPlan, notices: _NoticeQueue, server: ListenerServer) -> bytes:
    return render_metrics(_make_metrics(plan, notices, server).collect)


def _make_metrics(plan: ListenPlan, notices: _NoticeQueue, server: ListenerServer) -> "ListenerMetrics":
    return ListenerMetrics(
        store=plan.listener.store,
        clock=plan.clock,
        counts=lambda: server.counts,
        refusals=notices.refusals.totals,
        labels={target.key: target.label for target in plan.targets},
    )
