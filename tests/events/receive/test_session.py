"""Listening from start to stop, in processes that may be killed."""

import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bothub_cli.clock import SystemClock
from bothub_cli.errors import UsageError
from bothub_cli.events.forward.deliveries import DeliveryQueue
from bothub_cli.events.receive.listen import ListenerBrokenError, ListenPlan, Ready, listen
from bothub_cli.events.receive.server import ListenerSettings
from bothub_cli.events.receive.webhook import WebhookSettings
from bothub_cli.events.store.database import Database, open_database
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.events.store.read import EventFilter, list_events
from bothub_cli.events.store.suppression import SuppressionList
from bothub_cli.events.store.write import EventStore
from bothub_cli.serving.server import HttpServer
from tests.events.samples import (
    PlainTransport,
    open_inbox,
    post_raw,
    received,
    run_receiver,
    text_event,
)
from tests.waiting import wait_until


def plan(store: Path, host: str = "127.0.0.1") -> ListenPlan:
    settings = ListenerSettings(store=store, host=host, webhook=WebhookSettings(profile="shop"))
    return ListenPlan(listener=settings, make_transport=PlainTransport, clock=SystemClock())


def stored_ids(path: Path) -> list[str | None]:
    with closing(open_database(path)) as database:
        return [item.event.msg_id for item in list_events(database, EventFilter())]


def test_what_cannot_listen_never_says_that_it_is_ready(store_path: Path) -> None:
    ready: list[Ready] = []
    with pytest.raises(UsageError):
        listen(plan(store_path, "0.0.0.0"), on_ready=ready.append, on_event=print, stopping=threading.Event())
    assert ready == []


def test_an_error_in_showing_an_event_ends_the_listening_and_loses_nothing(store_path: Path) -> None:
    def break_pipe(_: StoredEvent) -> None:
        raise BrokenPipeError

    def post_one(ready: Ready) -> None:
        assert post_raw(int(ready.url.split(":")[2].split("/")[0]), text_event("1", "hi")) == 200

    with pytest.raises(BrokenPipeError):
        listen(plan(store_path), on_ready=post_one, on_event=break_pipe, stopping=threading.Event())
    assert stored_ids(store_path) == ["1"]


def test_a_webhook_that_ends_by_itself_is_not_kept_for_connected(store_path: Path) -> None:
    async def die_after_the_start(*_: object, on_ready: Callable[[], None]) -> None:
        on_ready()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HttpServer, "serve_until", die_after_the_start)
        with pytest.raises(ListenerBrokenError):
            listen(plan(store_path), on_ready=print, on_event=print, stopping=threading.Event())


def test_it_is_ready_when_it_says_so_and_shows_only_what_comes_after(store_path: Path, database: Database) -> None:
    EventStore(database, profile="shop").append([received(text_event("old", "before"))])
    shown: list[str | None] = []
    stopping = threading.Event()

    def post_some(ready: Ready) -> None:
        port = int(ready.url.split(":")[2].split("/")[0])
        assert [post_raw(port, text_event(str(n), "hi")) for n in range(3)] == [200, 200, 200]
        assert (ready.is_open, ready.waiting) == (True, {})
        stopping.set()

    listen(plan(store_path), on_ready=post_some, on_event=lambda e: shown.append(e.event.msg_id), stopping=stopping)
    assert shown == ["0", "1", "2"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly_after_showing_what_it_took(store_path: Path, number: signal.Signals) -> None:
    with run_receiver(store_path) as (process, port):
        assert post_raw(port, text_event("1", "hi")) == 200
        process.send_signal(number)
        output, _ = process.communicate(timeout=10)
    assert output == f"1\nstopped by {number.name}\n"
    assert process.returncode == 0


@pytest.mark.slow
def test_kill_9_loses_none_of_the_events_that_were_answered(store_path: Path) -> None:
    answered: list[str] = []
    killed = threading.Event()

    def send_on(worker: int) -> None:
        for number in range(10_000):
            name = f"{worker}-{number}"
            try:
                if post_raw(port, text_event(name, "hi")) == 200:
                    answered.append(name)
            except OSError:
                assert killed.is_set()
                return

    with run_receiver(store_path) as (process, port), ThreadPoolExecutor(8) as pool:
        senders = [pool.submit(send_on, worker) for worker in range(8)]
        wait_until(lambda: len(answered) > 300)
        killed.set()
        process.kill()
        for sender in senders:
            sender.result()
    kept = stored_ids(store_path)
    assert len(kept) == len(set(kept))
    assert set(answered) <= set(kept)


def test_kill_9_between_receipt_and_forward_loses_neither_event_nor_opt_out(store_path: Path) -> None:
    with open_inbox() as inbox:
        url = inbox.url
        port_of_inbox = inbox.port
    with run_receiver(store_path, url) as (process, port):
        assert [post_raw(port, text_event(str(n), "STOP", number=f"+3360000000{n}")) for n in range(5)] == [200] * 5
        process.kill()
    with closing(open_database(store_path)) as database:
        assert sum(DeliveryQueue(database).count_waiting().values()) == 5
        assert SuppressionList(database, profile="shop").count().total == 5
    with open_inbox(port_of_inbox) as inbox, run_receiver(store_path, url):
        inbox.wait_for(5)
    assert inbox.texts() == ["STOP"] * 5


def test_kill_9_of_a_listener_lets_the_next_one_forward_at_once(store_path: Path) -> None:
    with open_inbox() as inbox:
        with run_receiver(store_path, inbox.url) as (process, port):
            assert post_raw(port, text_event("1", "first")) == 200
            inbox.wait_for(1)
            process.kill()
        with run_receiver(store_path, inbox.url) as (_, port):
            assert post_raw(port, text_event("2", "second")) == 200
            wait_until(lambda: "second" in inbox.texts())
