"""Decides which rows go another way, such as an SMS, and notes each before it goes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bothub_cli.campaign.journal import Handover, Journal, RowState, SettledRow
from bothub_cli.campaign.preparation import CampaignInput
from bothub_cli.campaign.recipients import TO, RowProblem, read_recipients
from bothub_cli.clock import Clock

NOT_ON_RCS = "not on RCS"
REFUSED = "refused"
FAILED = "failed"
NOT_DELIVERED = "not delivered"
_NAP = 1.0  # seconds that a wait sleeps at once

# What FNW.11 answers for a user whom RCS does not reach: HTTP 404 (GSMA FNW.11 v4, 3.1).
_NOT_ON_RCS = "http.404"

Reach = Literal["delivered", "failed", "on its way"]


class Fate(NamedTuple):
    """What became of an accepted message that had not arrived: revoked now, arrived after all, or nobody knows."""

    is_revoked: bool
    has_arrived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the outside world is asked: ``find_reach`` looks at a message id, ``revoke`` takes a message back."""

    find_reach: Callable[[str], Reach]
    revoke: Callable[[str], Fate]


@dataclass(slots=True, kw_only=True)
class FallbackTally:
    """How many rows went the other way for which reason, and how many could be neither delivered nor revoked."""

    reasons: dict[str, int]
    not_revoked: int = 0


def find_refused(journal: Journal) -> Iterator[Handover]:
    """Yield the rows that the API did not take: for good, or again and again."""
    for row in journal.settled(frozenset({RowState.REFUSED, RowState.FAILED})):
        yield Handover(row.outcome.ticket, row.line, _name_reason(row.outcome.state, row.outcome.cause))


def _name_reason(state: RowState, cause: str | None) -> str:
    if (cause or "").startswith(_NOT_ON_RCS):
        return NOT_ON_RCS
    return FAILED if state is RowState.FAILED else REFUSED


def find_undelivered(
    journal: Journal, *, after: float, delivery: Delivery, clock: Clock, tally: FallbackTally
) -> Iterator[Handover]:
    """Yield the accepted rows whose message failed, or did not arrive ``after`` seconds and was revoked.

    Waits until each is due, in the order of the list.
    """
    known = {row.ticket for row in journal.handovers()}
    for row in journal.settled(frozenset({RowState.ACCEPTED})):
        if row.outcome.ticket in known or row.outcome.message_id is None:
            continue
        reason = _decide(row, row.outcome.message_id, after=after, delivery=delivery, clock=clock, tally=tally)
        if reason is not None:
            yield Handover(row.outcome.ticket, row.line, reason)


def _decide(
    row: SettledRow, message_id: str, *, after: float, delivery: Delivery, clock: Clock, tally: FallbackTally
) -> str | None:
    reach = delivery.find_reach(message_id)
    due = row.outcome.at / 1000 + after
    while reach == "on its way" and (left := due - clock.now().timestamp()) > 0:
        clock.sleep(min(_NAP, left))
        reach = delivery.find_reach(message_id)
    if reach != "on its way":
        return FAILED if reach == "failed" else None
    fate = delivery.revoke(message_id)
    if fate.is_revoked:
        return NOT_DELIVERED
    tally.not_revoked += not fate.has_arrived
    return None


def read_rows_of(handovers: Mapping[int, Handover], given: CampaignInput) -> Iterator[tuple[Handover, dict[str, str]]]:
    """Read the recipients again and yield each row that was handed over with its columns; ``handovers`` by line."""
    for row in read_recipients(given.recipients.open(), rules=given.rules, name=given.recipients.name):
        handover = handovers.get(row.line)
        if handover is not None and not isinstance(row, RowProblem):
            columns = {name: str(value) for name, value in row.row.items() if name != TO}
            yield handover, {TO: row.number, "reason": handover.reason, **columns}
