"""Asks how far messages got, the webhook's store or else the API, and takes back those that did not arrive in time."""

from collections.abc import Callable

from bothub_cli.campaign.fallback.search import DeliveryReach, FallbackPlatform, Fate
from bothub_cli.campaign.pace.bucket import Bucket
from bothub_cli.client import BothubClient
from bothub_cli.clock import Clock
from bothub_cli.errors import ApiRefusedError
from bothub_cli.messages.event.statuses import has_reached, is_failure

_LONGEST_SLEEP = 1.0  # seconds that a wait for the rate sleeps at once

FindStatus = Callable[[str], str | None]  # message id -> the furthest status that the webhook heard, if any


def find_deliveries(
    client: BothubClient,
    find_status: FindStatus | None,
    *,
    after: float,
    bucket: Bucket,
    clock: Clock,
    is_stopped: Callable[[], bool],
) -> FallbackPlatform:
    """Return how this bot's messages are looked after; every request takes its turn in the campaign's pace.

    ``find_status`` None: no webhook listener ran, so the API is asked.
    """

    def take_turn() -> None:
        while not is_stopped() and not (grant := bucket.take(1)).count:
            clock.sleep(min(_LONGEST_SLEEP, grant.wait))

    def ask(message_id: str) -> DeliveryReach:
        take_turn()
        return _ask(client, message_id)

    def revoke(message_id: str) -> Fate:
        take_turn()
        return _revoke(client, message_id)

    def find_stored(message_id: str) -> DeliveryReach:
        assert find_status is not None
        return _read_status(find_status(message_id))

    is_stored = find_status is not None
    return FallbackPlatform(
        after=after, find_reach=find_stored if is_stored else ask, revoke=revoke, is_stored=is_stored
    )


def _ask(client: BothubClient, message_id: str) -> DeliveryReach:
    try:
        return _read_status(client.message_status(message_id).status)
    except ApiRefusedError:  # it knows no such message, or tells nobody: nothing speaks for its arrival
        return "on its way"


def _read_status(status: str | None) -> DeliveryReach:
    if status is None:
        return "on its way"
    if is_failure(status):
        return "failed"
    return "delivered" if has_reached(status, "delivered") else "on its way"


def _revoke(client: BothubClient, message_id: str) -> Fate:
    """Take a message back; the API refuses that for one that has arrived."""
    try:
        client.cancel(message_id)
    except ApiRefusedError:
        reach = _ask(client, message_id)
        return "arrived" if reach == "delivered" else "revoked" if reach == "failed" else "in doubt"
    return "revoked"
