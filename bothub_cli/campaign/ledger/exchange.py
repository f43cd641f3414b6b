"""Claims and outcomes as one round trip to the shared ledger: only the holder of a block's latest attempt gets rows."""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from bothub_cli.campaign.journal.interface import Outcome, RowState
from bothub_cli.campaign.ledger import schema as sql
from bothub_cli.campaign.ledger.link import Connection, LedgerConnection


class HeldRow(NamedTuple):
    """A row in the hands of this process: under which attempt of its block it was given."""

    block: int
    attempt: int
    seq: int


class Tickets:
    """The numbers of this process under which it holds rows: two attempts of one row have two numbers.

    Several threads use it; each method is one step.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[int, HeldRow] = {}
        self._next = 1

    def give(self, rows: Iterable[HeldRow]) -> list[int]:
        """Return a number for each row."""
        with self._lock:
            first = self._next
            for row in rows:
                self._held[self._next] = row
                self._next += 1
            return list(range(first, self._next))

    def __contains__(self, ticket: int) -> bool:
        """Tell whether a row is still held under this number."""
        return ticket in self._held

    def find(self, ticket: int) -> HeldRow:
        """Return the row behind a number."""
        return self._held[ticket]

    def end(self, tickets: Iterable[int]) -> list[HeldRow]:
        """Forget numbers whose rows have come to an end here; return the rows."""
        with self._lock:
            return [self._held.pop(ticket) for ticket in tickets if ticket in self._held]


class LedgerExchange:
    """What the engine's committer asks, each time in one transaction; repeated after a failure, it changes nothing.

    ``on_end`` hears which rows this process is done with: ended, or not given to it.
    """

    def __init__(self, link: LedgerConnection, campaign: int, tickets: Tickets) -> None:
        self._link = link
        self._campaign = campaign
        self._tickets = tickets
        self._prepared: Connection | None = None  # the one that was told how to look rows up
        self.on_end: Callable[[list[HeldRow]], None] = lambda rows: None  # noqa: ARG005  nobody feeds rows

    def stage(self, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> Callable[[], list[int | None]]:
        """Return what does all of it, so that nothing is asked of the network on the engine's thread."""
        ended, asked = tuple(outcomes), tuple(wanted)

        def make_durable() -> list[int | None]:
            rows = [self._tickets.find(ticket) for ticket in asked]
            known = [(outcome, self._tickets.find(outcome.ticket)) for outcome in ended]
            granted = self._link.run(lambda connection: self._send(connection, known, rows))
            # taking a row out grants it once, even when it was asked for twice in one group
            tickets: list[int | None] = []
            for ticket, row in zip(asked, rows, strict=True):
                tickets.append(ticket if row in granted else None)
                granted.discard(row)
            over = [outcome.ticket for outcome in ended if outcome.state is not RowState.RETURNED]
            over += [ticket for ticket, given in zip(asked, tickets, strict=True) if given is None]
            self.on_end(self._tickets.end(over))
            return tickets

        return make_durable

    def _send(
        self, connection: Connection, known: Sequence[tuple[Outcome, HeldRow]], rows: Sequence[HeldRow]
    ) -> set[HeldRow]:
        """Send the transaction's statements at once, and read the answers afterwards: 5 ms instead of 13 at 1 ms."""
        blocks = sorted({row.block for row in rows} | {row.block for _, row in known})
        granted = None
        if connection is not self._prepared:
            connection.execute(sql.LOOK_UP_BY_KEY)
            self._prepared = connection
        with connection.pipeline():
            connection.execute("BEGIN")
            connection.execute(sql.SHARE_BLOCKS, (self._campaign, blocks))
            if known:
                connection.execute(sql.RECORD, self._describe(known))
                if returned := sorted({row.block for outcome, row in known if outcome.state is RowState.RETURNED}):
                    connection.execute(sql.REOPEN_BLOCKS, (self._campaign, returned))
            if rows:
                granted = connection.execute(sql.CLAIM, self._ask(rows))
            connection.execute("COMMIT")
        return {HeldRow(*row) for row in granted.fetchall()} if granted is not None else set()

    def _describe(self, known: Sequence[tuple[Outcome, HeldRow]]) -> dict[str, Any]:
        # The last word about a row counts, and rows are locked in one order everywhere.
        last = {row: outcome for outcome, row in known}
        rows = sorted(last, key=lambda row: row.seq)
        outcomes = [last[row] for row in rows]
        return {
            **self._name(rows),
            "states": _array(outcome.state for outcome in outcomes),
            "ats": _array(outcome.at for outcome in outcomes),
            "elapsed": _array(outcome.elapsed for outcome in outcomes),
            "statuses": _array(outcome.http_status for outcome in outcomes),
            "causes": [outcome.cause for outcome in outcomes],
            "ids": [outcome.message_id for outcome in outcomes],
        }

    def _ask(self, rows: Sequence[HeldRow]) -> dict[str, Any]:
        return self._name(sorted(rows, key=lambda row: row.seq))

    def _name(self, rows: Sequence[HeldRow]) -> dict[str, Any]:
        return {
            "campaign": self._campaign,
            "seqs": _array(row.seq for row in rows),
            "blocks": _array(row.block for row in rows),
            "attempts": _array(row.attempt for row in rows),
        }


def _array(numbers: Iterable[int | None]) -> str:
    """Write an array as PostgreSQL reads it: psycopg, which looks at each item first, takes five times as long."""
    return "{" + ",".join(["NULL" if number is None else str(int(number)) for number in numbers]) + "}"
