"""Decides which rows go another way, such as an SMS, and reads their columns again."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bothub_cli.campaign.journal import Handover, Journal, RowState, SettledRow
from bothub_cli.campaign.preparation import CampaignInput
from bothub_cli.campaign.recipients import TO, RowProblem, read_recipients
from bothub_cli.clock import Clock

NOT_ON_RCS = "not on RCS"
REFUSED = "refused"
FAILED = "failed"
NOT_DELIVERED = "not delivered"
_NAP = 1.0  # seconds that a wait sleeps at once

_NOT_ON_RCS = "http.404"  # what the API answers about a user whom RCS does not reach (GSMA FNW.11)

Reach = Literal["delivered", "failed", "on its way"]
Fate = Literal["revoked", "arrived", "in doubt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the outside world is asked: ``find_reach`` looks at a message id, ``revoke`` takes a message back.

    ``is_heard``: the webhook told us, so that asking costs nothing and may be done while waiting.
    """

    find_reach: Callable[[str], Reach]
    revoke: Callable[[str], Fate]
    is_heard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a message may take to arrive, in seconds; ``is_stopped`` tells that the user wants to leave."""

    after: float
    clock: Clock
    is_stopped: Callable[[], bool]


def find_refused(journal: Journal) -> Iterator[Handover]:
    """Yield the rows that the API did not take: for good, or again and again."""
    for row in journal.settled(frozenset({RowState.REFUSED, RowState.FAILED})):
        yield Handover(row.outcome.ticket, row.line, _name_reason(row.outcome.state, row.outcome.cause))


def _name_reason(state: RowState, cause: str | None) -> str:
    if (cause or "").startswith(_NOT_ON_RCS):
        return NOT_ON_RCS
    return FAILED if state is RowState.FAILED else REFUSED


def find_undelivered(journal: Journal, *, delivery: Delivery, patience: Patience) -> Iterator[Handover | None]:
    """Yield the accepted rows whose message failed, or did not arrive in time and was revoked; in list order.

    Yields None each time before it waits, so that the caller can deal with what it has.
    """
    known = {row.ticket for row in journal.handovers()}
    for row in journal.settled(frozenset({RowState.ACCEPTED})):
        message_id = row.outcome.message_id
        if message_id is None or row.outcome.ticket in known:
            continue
        if delivery.is_heard and (reach := delivery.find_reach(message_id)) != "on its way":
            if reach == "failed":
                yield Handover(row.outcome.ticket, row.line, FAILED)
            continue
        if patience.clock.now().timestamp() < _due(row, patience):
            yield None
        if not _wait(row, message_id, delivery, patience):
            return
        if (reason := _decide(message_id, delivery)) is not None:
            yield Handover(row.outcome.ticket, row.line, reason)


def _due(row: SettledRow, patience: Patience) -> float:
    return row.outcome.at / 1000 + patience.after


def _wait(row: SettledRow, message_id: str, delivery: Delivery, patience: Patience) -> bool:
    """Wait until the message is due or something was heard of it; False when the user wants to leave."""
    while (left := _due(row, patience) - patience.clock.now().timestamp()) > 0:
        if patience.is_stopped():
            return False
        if delivery.is_heard and delivery.find_reach(message_id) != "on its way":
            break
        patience.clock.sleep(min(_NAP, left))
    return not patience.is_stopped()


def _decide(message_id: str, delivery: Delivery) -> str | None:
    """Name the reason to go another way; a message that cannot be revoked may still arrive, so it does not."""
    match delivery.find_reach(message_id):
        case "delivered":
            return None
        case "failed":
            return FAILED
        case _:
            return NOT_DELIVERED if delivery.revoke(message_id) == "revoked" else None


def read_rows_of(handovers: Mapping[int, Handover], given: CampaignInput) -> Iterator[tuple[Handover, dict[str, str]]]:
    """Read the recipients again and yield each row that was handed over with its columns; ``handovers`` by line."""
    for row in read_recipients(given.recipients.open(), rules=given.rules, name=given.recipients.name):
        handover = handovers.get(row.line)
        if handover is not None and not isinstance(row, RowProblem):
            columns = {name: str(value) for name, value in row.row.items() if name != TO}
            yield handover, {TO: row.number, "reason": handover.reason, **columns}
