"""Forwarding through the transport that the program uses."""

from pathlib import Path

from bothub_cli.clock import SystemClock
from bothub_cli.events.forward.deliveries import DeliveryQueue
from bothub_cli.events.forward.forwarder import Forwarder, ForwardSettings
from bothub_cli.events.forward.target_queue import RetryPlan
from bothub_cli.events.forward.targets import read_url_target, route
from bothub_cli.events.store.database import Database
from bothub_cli.events.store.write import EventStore, StorePolicy
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.http import RequestsTransport
from tests.events.samples import open_inbox, received, text_event
from tests.waiting import wait_until


def make_transport() -> RequestsTransport:
    return RequestsTransport(TransportSettings(timeout=5), user_agent="bothub-tests")


def test_events_go_on_from_several_threads_and_come_back_after_a_refusal(store_path: Path, database: Database) -> None:
    refusals = iter([503, 500, 302])
    with open_inbox() as inbox:
        inbox.answer = lambda _: next(refusals, 200)
        target = read_url_target(inbox.url)
        store = EventStore(database, profile="shop", policy=StorePolicy(targets_of=route([target])))
        store.append([received(text_event(str(n), f"{n:02}", number=f"+336{n:08}")) for n in range(50)])
        settings = ForwardSettings(plan=RetryPlan(first_delay=0.05))
        with Forwarder(
            [target], store=store_path, make_transport=make_transport, clock=SystemClock(), settings=settings
        ):
            wait_until(lambda: DeliveryQueue(database).count_waiting() == {})
    assert sorted(set(map(str, inbox.texts()))) == [f"{n:02}" for n in range(50)]
    assert len(inbox.bodies) == 53
