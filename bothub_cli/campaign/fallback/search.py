"""Decides which rows go another way, such as an SMS, while a campaign is sent and afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bothub_cli.campaign.journal.interface import Candidate, Handover, Journal, RowState
from bothub_cli.clock import Clock

NOT_ON_RCS = "not on RCS"
REFUSED = "refused"
FAILED = "failed"
NOT_DELIVERED = "not delivered"

_NOT_ON_RCS = "http.404"  # what the API answers about a user whom RCS does not reach (GSMA FNW.11)
_PIECE = 500  # rows that are read at once: nothing is held open in the journal while the API is asked about them
_ALL_TIME = 2**62  # milliseconds
_LATE = 60_000  # milliseconds that an outcome may need from its answer to the journal on a disk that is in trouble

DeliveryReach = Literal["delivered", "failed", "on its way"]
Fate = Literal["revoked", "arrived", "in doubt"]


class FoundRow(NamedTuple):
    """A row that goes another way, with the key by which the list knows it."""

    key: int
    handover: Handover


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackPlatform:
    """How the outside world is asked: ``find_reach`` looks at a message id, ``revoke`` takes a message back.

    ``after``: seconds that a message may take to arrive. ``is_stored``: the store of webhook events is asked, which
    costs nothing and may be done before the time is up.
    """

    after: float
    find_reach: Callable[[str], DeliveryReach]
    revoke: Callable[[str], Fate]
    is_stored: bool


class FallbackSearch:
    """Finds, look by look, the rows that go another way; what it has decided it does not ask about again.

    ``delivery`` None: only rows that the API did not take. ``is_stopped`` tells that the user wants to leave.
    """

    def __init__(
        self, journal: Journal, *, delivery: FallbackPlatform | None, clock: Clock, is_stopped: Callable[[], bool]
    ) -> None:
        self._journal = journal
        self._delivery = delivery
        self._clock = clock
        self._is_stopped = is_stopped
        self._decided_until = 0
        self._in_doubt: set[int] = set()
        self.not_revoked = 0
        self.is_waiting = False  # whether the last look left messages that may still arrive in time

    def look(self) -> Iterator[FoundRow | None]:
        """Yield what has to go another way by now, for the caller to note in the journal.

        Yields None for each message that stays, since to ask about many takes long, and others need not wait for them.
        """
        for row in self._rows({RowState.REFUSED, RowState.FAILED}, since=-1, until=_ALL_TIME):
            yield FoundRow(row.key, Handover(row.row, row.line, _name_reason(row.state, row.cause)))
        if self._delivery is not None:
            yield from self._look_at_deliveries(self._delivery)

    def rewind(self) -> None:
        """Look once more at what may have reached the journal late."""
        self._decided_until -= _LATE

    def _look_at_deliveries(self, delivery: FallbackPlatform) -> Iterator[FoundRow | None]:
        due = int((self._clock.now().timestamp() - delivery.after) * 1000)
        accepted = {RowState.ACCEPTED}
        self.is_waiting = False
        for row in self._rows(accepted, since=self._decided_until, until=_ALL_TIME if delivery.is_stored else due):
            if self._is_stopped():
                return
            reason = self._judge(row, row.message_id, delivery, due) if row.message_id is not None else None
            yield FoundRow(row.key, Handover(row.row, row.line, reason)) if reason is not None else None
        self._decided_until = due
        if not delivery.is_stored:
            self.is_waiting = next(self._rows(accepted, since=due, until=_ALL_TIME), None) is not None

    def _judge(self, row: Candidate, message_id: str, delivery: FallbackPlatform, due: int) -> str | None:
        """Name the reason to go another way; a message that cannot be revoked may still arrive, so it does not."""
        if row.row in self._in_doubt:
            return None
        match delivery.find_reach(message_id):
            case "delivered":
                return None
            case "failed":
                return FAILED
        if row.at > due:
            self.is_waiting = True
            return None
        fate = delivery.revoke(message_id)
        if fate == "in doubt":
            self._in_doubt.add(row.row)
            self.not_revoked += 1
        return NOT_DELIVERED if fate == "revoked" else None

    def _rows(self, states: set[RowState], *, since: int, until: int) -> Iterator[Candidate]:
        behind = 0
        while piece := self._journal.candidates(
            frozenset(states), behind=behind, since=since, until=until, most=_PIECE
        ):
            yield from piece
            behind = piece[-1].row


def _name_reason(state: RowState, cause: str | None) -> str:
    if (cause or "").startswith(_NOT_ON_RCS):
        return NOT_ON_RCS
    return FAILED if state is RowState.FAILED else REFUSED
