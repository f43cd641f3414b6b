"""Asks how far messages got, the webhook's store or else the API, and takes back those that did not arrive in time."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bothub_cli.campaign.fallback.search import Delivery, Fate, Reach
from bothub_cli.campaign.pace.bucket import Bucket, OwnBucket, SharedBucket
from bothub_cli.campaign.pace.pace import Pace
from bothub_cli.context import AppContext
from bothub_cli.errors import ApiRefusedError

if TYPE_CHECKING:
    from bothub_cli.campaign.run.start import RunOptions
    from bothub_cli.client import BothubClient
    from bothub_cli.events.store.database import Database

_NAP = 1.0  # seconds that a wait for the rate sleeps at once


def delivery_of(
    context: AppContext, options: "RunOptions", *, after: float, is_stopped: Callable[[], bool]
) -> Delivery:
    """Return how this profile's messages are looked after; every request takes its turn in the campaign's pace."""
    client, heard = context.client(), context.heard
    if heard is None:
        context.printer.note("no webhook listener ran here: the API is asked about each delivery, out of the same rate")
    take_turn = _turns(context, options, is_stopped)

    def ask(message_id: str) -> Reach:
        take_turn()
        return _ask(client, message_id)

    def revoke(message_id: str) -> Fate:
        take_turn()
        return _revoke(client, message_id)

    def hear(message_id: str) -> Reach:
        assert heard is not None
        return _hear(heard, message_id)

    return Delivery(after=after, find_reach=ask if heard is None else hear, revoke=revoke, is_heard=heard is not None)


def _turns(context: AppContext, options: "RunOptions", is_stopped: Callable[[], bool]) -> Callable[[], None]:
    """Return what waits until a request may go, so that asking and sending together keep to the rate."""
    bucket: Bucket = OwnBucket(Pace(), clock=context.clock)  # asking keeps to Orange's limit when sending has none
    if options.pace is not None and options.pace_file is not None:
        bucket = SharedBucket(options.pace_file, options.pace, clock=context.clock)

    def wait() -> None:
        while not is_stopped() and not (grant := bucket.take(1)).count:
            context.clock.sleep(min(_NAP, grant.wait))

    return wait


def _hear(database: "Database", message_id: str) -> Reach:
    from bothub_cli.events.store.reach import find_status

    return _read_status(find_status(database, message_id))


def _ask(client: "BothubClient", message_id: str) -> Reach:
    try:
        return _read_status(client.message_status(message_id).status)
    except ApiRefusedError:  # it knows no such message, or tells nobody: nothing speaks for its arrival
        return "on its way"


def _read_status(status: str | None) -> Reach:
    from bothub_cli.messages.event.statuses import has_reached, is_failure

    if status is None:
        return "on its way"
    if is_failure(status):
        return "failed"
    return "delivered" if has_reached(status, "delivered") else "on its way"


def _revoke(client: "BothubClient", message_id: str) -> Fate:
    """Take a message back; the API refuses that for one that has arrived."""
    try:
        client.cancel(message_id)
    except ApiRefusedError:
        reach = _ask(client, message_id)
        return "arrived" if reach == "delivered" else "revoked" if reach == "failed" else "in doubt"
    return "revoked"
