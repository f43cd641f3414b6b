"""One campaign in the shared ledger, to plan it, to look at it, and to hand rows over."""

import json
import time
import uuid
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from bothub_cli.campaign.journal.interface import (
    BilledUnits,
    CampaignOrder,
    CampaignRecord,
    Candidate,
    Handover,
    MachineState,
    Outcome,
    PlannedRow,
    PlanSummary,
    RowState,
    SettledRow,
    SharedOrders,
    SlowDowns,
)
from bothub_cli.campaign.ledger import schema as sql
from bothub_cli.campaign.ledger.exchange import HeldRow, LedgerExchange, Tickets
from bothub_cli.campaign.ledger.link import Connection, Incarnation, LedgerConnection
from bothub_cli.campaign.ledger.list_key import find_number_hash
from bothub_cli.campaign.ledger.seal import BlockSeal, NumberHash, SealedRow
from bothub_cli.campaign.ledger.times import USUAL, LedgerTimes
from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.redaction import Secret

FIRST_BLOCKS, SMALL_BLOCK, BLOCK = 20, 50, 500  # a short list too is shared out; a long one in few blocks
_PIECE = 5000  # rows that are read at once
_APPLICATION_NAME = 63  # characters, which PostgreSQL keeps
T = TypeVar("T")
Values = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRow:
    """What the ledger knows of a campaign itself."""

    id: int
    name: str
    bot: str
    salt: bytes
    notes: Mapping[str, str]
    planned_from: str | None
    is_planned: bool
    order: CampaignOrder
    reason: str | None
    incarnation: Incarnation


def name_coordinator(campaign: str) -> str:
    """Return what the connection of a machine that hands rows over is called, by which the others see it."""
    return f"bothub: fallback of {campaign}"[:_APPLICATION_NAME]


def read_campaign(link: LedgerConnection, name: str) -> CampaignRow | None:
    """Return a campaign by its name."""

    def work(connection: Connection) -> CampaignRow | None:
        row = connection.execute(sql.CAMPAIGN, (name,)).fetchone()
        if row is None:
            return None
        number, name_, bot, salt, notes, planned_from, is_planned, order, reason, cluster, timeline = row
        return CampaignRow(
            id=number,
            name=name_,
            bot=bot,
            salt=bytes(salt),
            notes=notes,
            planned_from=planned_from,
            is_planned=is_planned,
            order=order,
            reason=reason,
            incarnation=Incarnation(cluster, timeline),
        )

    return link.run(work)


class LedgerJournal:
    """The ``Journal`` of a campaign in the ledger. ``secret`` seals blocks; who only looks needs none."""

    def __init__(
        self,
        link: LedgerConnection,
        campaign: CampaignRow,
        *,
        secret: Callable[[], Secret],
        resend_wait: float,
        dead_after: float = USUAL.dead_after,
    ) -> None:
        self._link = link
        self._campaign = campaign
        self._secret = secret
        self._resend_wait = resend_wait
        self._dead_after = dead_after
        self.planner: str | None = None  # who it was when this one planned it
        self._number_hash: NumberHash | None = None
        self.tickets = Tickets()
        self._exchange = LedgerExchange(link, campaign.id, self.tickets)

    @property
    def id(self) -> int:
        """The campaign's number in the ledger."""
        return self._campaign.id

    @property
    def salt(self) -> bytes:
        return self._campaign.salt

    @property
    def record(self) -> CampaignRecord:
        return CampaignRecord.from_notes(self._campaign.notes)

    @property
    def planned_from(self) -> str | None:
        return self._campaign.planned_from

    @property
    def order(self) -> CampaignOrder:
        """What everybody who works on this campaign is to do, as it was when the journal was opened."""
        return self._campaign.order

    def note_files(self, *, recipients: str, template: str) -> None:
        self._note({"recipients_path": recipients, "template_path": template})

    def note_fingerprints(self, fingerprints: Mapping[str, str]) -> None:
        self._note({"fingerprints": json.dumps(dict(fingerprints))})

    def note_settings(self, settings: Mapping[str, str]) -> None:
        """Note what the user wants of the campaign from now on: every machine goes by it."""
        self._note({"settings": json.dumps(dict(settings))})

    def _note(self, notes: Mapping[str, str]) -> None:
        changed = json.dumps(dict(notes))
        self._ask("UPDATE campaign SET notes = notes || %s::jsonb WHERE id = %s", (changed, self.id))
        self._reload()

    def _reload(self) -> None:
        found = read_campaign(self._link, self._campaign.name)
        if found is None:
            raise ConfigurationError(problem="somebody deleted this campaign", where=f"campaign {self._campaign.name}")
        self._campaign = found

    # -- planning ---------------------------------------------------------------------------------------------------

    def plan(self, rows: Iterable[PlannedRow], *, source: str = "") -> PlanSummary:
        """Seal the rows in blocks, a transaction each; nobody takes one before ``release``, and who sends now stops.

        A row that is known and still to be sent goes on with its message of now; one that is not named any more is
        gone. Raises LockBusyError when another machine plans this campaign.
        """
        seal = BlockSeal(self._secret(), salt=self.salt, campaign=self._campaign.name)
        is_first = not self._campaign.is_planned
        with _PlanLock(self._link, self.id, self._campaign.name) as planner:
            self.planner = planner
            before = 0 if is_first else self._count_rows()
            if is_first:
                self._do(self._forget_cut_short)
            else:
                self._ask(sql.HOLD, (self.id,))
            keys, lines = array("q"), array("q")  # sixteen bytes a row, for a list that is read again
            for group in _groups(rows):
                self._do(partial(self._plan_group, group=group, seal=seal, planner=planner))
                if not is_first:
                    keys.extend(row.key for row in group)
                    lines.extend(row.line for row in group)
            if not is_first:
                self._do(partial(self._renew_lines, keys=keys, lines=lines, planner=planner))
            self._ask(
                "UPDATE campaign SET is_planned = true, planned_from = %s, touched_at = clock_timestamp(),"
                " cluster_id = %s, timeline = %s WHERE id = %s",
                (source, *self._incarnation(), self.id),
            )
            self._reload()
            duplicates = self._one("SELECT count(*) FROM duplicate WHERE campaign = %s", (self.id,))
            total = self._count_rows()
        return PlanSummary(added=total - before, total=total, duplicates=duplicates)

    def _renew_lines(self, connection: Connection, *, keys: "array[int]", lines: "array[int]", planner: str) -> None:
        """Note where known people stand now, who is named twice, and who is not named any more, in one step."""
        with connection.transaction():
            self._check_planner(connection, planner)
            connection.execute(sql.LOCK_BLOCKS, (self.id,))
            connection.execute(sql.CREATE_LISTED)
            with connection.cursor().copy(sql.COPY_LISTED) as copy:
                for place, (key, line) in enumerate(zip(keys, lines, strict=True)):
                    copy.write_row((place, key, line))
            for statement in (sql.CREATE_NAMED, sql.INDEX_NAMED, sql.ANALYZE_NAMED):
                self._link.go_on()
                connection.execute(statement)
            for statement in (
                sql.RENEW_LINES,
                sql.DROP_LINES,
                sql.NOTE_GONE,
                sql.FORGET_DUPLICATES,
                sql.RENEW_DUPLICATES,
            ):
                self._link.go_on()
                connection.execute(statement, {"id": self.id})

    def accept_incarnation(self) -> None:
        """Go on with the database as it is now, although it was restored, or took over from another."""
        place = self._incarnation()
        if place != self._campaign.incarnation:
            self._ask("UPDATE campaign SET cluster_id = %s, timeline = %s WHERE id = %s", (*place, self.id))
            self._reload()

    def _incarnation(self) -> Incarnation:
        assert self._link.incarnation is not None
        return self._link.incarnation

    def _forget_cut_short(self, connection: Connection) -> None:
        """A plan that was cut short is made again."""
        with connection.transaction():
            for table in ("row", "block", "duplicate"):
                connection.execute(f"DELETE FROM {table} WHERE campaign = %s", (self.id,))  # noqa: S608  our own words

    def _plan_group(
        self, connection: Connection, *, group: Sequence[PlannedRow], seal: BlockSeal, planner: str
    ) -> None:
        """Plan a block; repeated after a lost answer it finds its rows there."""
        is_first = not self._campaign.is_planned
        first_of_key: dict[int, PlannedRow] = {}
        repeated: list[tuple[int, int]] = []
        for row in group:
            first = first_of_key.setdefault(row.key, row)
            if first is not row:
                repeated.append((row.line, first.line))
        with connection.transaction():
            self._check_planner(connection, planner)
            number, seq = self._next_numbers(connection)
            keys = list(first_of_key)
            place = {"campaign": self.id, "block": number}
            added = connection.execute(
                sql.INSERT_ROWS,
                {**place, "first": seq, "keys": keys, "lines": [row.line for row in first_of_key.values()]},
            ).fetchall()
            new: dict[int, int] = dict(added)
            known = [key for key in keys if key not in new]
            if known and is_first:
                lines: dict[int, int] = dict(connection.execute(sql.FIND_LINES, (self.id, known)).fetchall())
                pairs = [(first_of_key[key].line, lines[key]) for key in known]
                repeated += [(line, first_line) for line, first_line in pairs if line != first_line]
            elif known:
                new |= dict(connection.execute(sql.MOVE_ROWS, {**place, "keys": known}).fetchall())
            if repeated and is_first:
                lines_, firsts = [line for line, _ in repeated], [first for _, first in repeated]
                connection.execute(sql.INSERT_DUPLICATES, (self.id, lines_, firsts))
            if new:
                sealed = [SealedRow(new[key], row.number, row.body) for key, row in first_of_key.items() if key in new]
                connection.execute(
                    "INSERT INTO block (campaign, number, sealed) VALUES (%s, %s, %s)",
                    (self.id, number, seal.seal(number, sealed)),
                )

    def _check_planner(self, connection: Connection, planner: str) -> None:
        """Stop when the lock was lost with a connection, and another machine plans now."""
        row = connection.execute("SELECT planner FROM campaign WHERE id = %s FOR SHARE", (self.id,)).fetchone()
        if row is None or row[0] != planner:
            raise LockBusyError(subject=f"the plan of campaign {self._campaign.name}")

    def _next_numbers(self, connection: Connection) -> tuple[int, int]:
        row = connection.execute(
            "SELECT coalesce((SELECT max(number) FROM block WHERE campaign = %(id)s), 0) + 1,"
            " coalesce((SELECT max(seq) FROM row WHERE campaign = %(id)s), 0) + 1",
            {"id": self.id},
        ).fetchone()
        assert row is not None
        return row[0], row[1]

    def release(self, *, max_duration: float | None = None) -> None:
        """Let every machine send what is planned, for so many seconds from when the first of them begins."""
        values = {"id": self.id, "seconds": max_duration, "dead_after": self._dead_after}
        self._ask(sql.RELEASE, values)
        self._reload()

    @property
    def max_duration(self) -> float | None:
        """For how many seconds it may be sent, as it was when the journal was opened."""
        seconds = self._campaign.notes.get("max_duration")
        return None if seconds is None else float(seconds)

    def ask_to_stop(self, order: CampaignOrder = "stop", reason: str | None = None) -> None:
        """Let every machine drain within a life sign."""
        self._ask(
            "UPDATE campaign SET wish = %s, reason = %s, touched_at = clock_timestamp() WHERE id = %s",
            (order, reason, self.id),
        )
        self._reload()

    def check(self) -> None:
        """Each connection finds out by itself whether it is still the same database."""

    # -- sending ----------------------------------------------------------------------------------------------------

    @property
    def link(self) -> LedgerConnection:
        """The connection, which knows the time of the server."""
        return self._link

    @property
    def incarnation(self) -> Incarnation:
        """Which database the campaign was planned in."""
        return self._campaign.incarnation

    def find_number_hash(self) -> NumberHash:
        """Return how the list of who said STOP knows numbers. Raises ConfigurationError when the key changed."""
        if self._number_hash is None:
            self._number_hash = find_number_hash(self._link, self._secret(), bot=self._campaign.bot, keeps=True)
        return self._number_hash

    def outlive_outages(self, seconds: float, times: LedgerTimes) -> None:
        """Outlive so many seconds without the ledger, as a worker does, and wait as ``times`` say."""
        self._link.max_wait, self._link.times = seconds, times

    def on_ended(self, hear: Callable[[list[HeldRow]], None]) -> None:
        """Let this hear which rows this process is done with."""
        self._exchange.on_end = hear

    def stage(self, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> Callable[[], list[int | None]]:
        return self._exchange.stage(outcomes, wanted)

    def note_slow_downs(self, more: SlowDowns) -> None:
        """Add to what other machines noted meanwhile."""

        def work(connection: Connection) -> None:
            with connection.transaction():
                row = connection.execute(
                    "SELECT notes -> 'slow_downs' FROM campaign WHERE id = %s FOR UPDATE", (self.id,)
                ).fetchone()
                together = SlowDowns(*(row[0] or [] if row else [])).plus(more)
                connection.execute(
                    "UPDATE campaign SET notes = notes || %s::jsonb WHERE id = %s",
                    (json.dumps({"slow_downs": together}), self.id),
                )

        self._do(work)

    def slow_downs(self) -> SlowDowns:
        return SlowDowns(*(self._one("SELECT notes -> 'slow_downs' FROM campaign WHERE id = %s", (self.id,)) or []))

    def note_gone(self) -> int:
        """Nothing is: a plan notes that itself, and no list is read again when rows are sent."""
        return 0

    def reopen(self, states: frozenset[RowState]) -> int:
        """Put rows back; those that a vanished machine may still hold are waited for.

        It may be frozen: until its time is up no other may send what it claimed.
        """
        count = self._do(lambda connection: self._reopen(connection, states))
        if RowState.UNKNOWN in states:
            while (wait := self._find_youngest()) > 0:
                time.sleep(min(wait, 1.0))
            count += self._do(lambda connection: self._reopen(connection, states))
        return count

    def _find_youngest(self) -> float:
        """Return the seconds until every interrupted row may be sent again."""
        youngest = self._one(
            "SELECT coalesce(max(at) / 1000.0 + %s - extract(epoch FROM clock_timestamp()), 0)::double precision"
            " FROM row WHERE campaign = %s AND state = 5 AND cause = 'interrupted'"
            " AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.campaign = row.campaign AND h.seq = row.seq)",
            (self._resend_wait, self.id),
        )
        return float(youngest)

    def _reopen(self, connection: Connection, states: frozenset[RowState]) -> int:
        with connection.transaction():
            connection.execute(sql.LOCK_BLOCKS, (self.id,))
            found = connection.execute(
                sql.REOPEN, {"campaign": self.id, "states": sorted(map(int, states)), "wait": self._resend_wait}
            ).fetchall()
            blocks = sorted({block for (block,) in found})
            connection.execute(sql.REOPEN_BLOCKS, (self.id, blocks))
        return len(found)

    # -- looking ----------------------------------------------------------------------------------------------------

    def counts(self) -> dict[RowState, int]:
        found = dict(self._all(sql.COUNT, (self.id,)))
        return {state: found.get(state, 0) for state in RowState}

    def machines(self) -> list[MachineState]:
        """Who takes part, or took part, in the order in which they came."""
        return [
            MachineState(
                machine=row[0],
                host=row[1],
                version=row[2],
                since=row[3].timestamp(),
                finished=row[5],
                bad=row[6],
                rate=row[7],
                silent=row[8],
                has_left=row[9],
            )
            for row in self._all(sql.MACHINES, (self.id,))
        ]

    def orders(self) -> SharedOrders:
        [(order, reason, coordinators, idle, slowed_rate, slowed_ago)] = self._all(
            sql.ORDERS, {"id": self.id, "coordinator": name_coordinator(self._campaign.name)}
        )
        return SharedOrders(
            order=order,
            reason=reason,
            coordinators=coordinators,
            idle=idle,
            slowed_rate=slowed_rate,
            slowed_ago=slowed_ago,
        )

    def settled(self, states: frozenset[RowState]) -> Iterator[SettledRow]:
        for line, state, *facts in self._all(sql.SETTLED, (self.id, sorted(map(int, states)))):
            yield SettledRow(line, Outcome(0, RowState(state), *facts))

    def keys(self, states: frozenset[RowState]) -> "array[int]":
        return array("q", (key for (key,) in self._all(sql.KEYS, (self.id, sorted(map(int, states))))))

    def lowest_key(self, place: int) -> int:
        return int(self._one(sql.LOWEST_KEY, {"campaign": self.id, "place": place}) or 0)

    def duplicates(self) -> Iterator[tuple[int, int]]:
        yield from self._all(sql.DUPLICATES, (self.id,))

    def note_left_out(self, lines: "Mapping[str, array[int]]") -> None:
        self._do(partial(self._note_left_out, lines=lines))

    def _note_left_out(self, connection: Connection, *, lines: "Mapping[str, array[int]]") -> None:
        with connection.transaction():
            connection.execute("DELETE FROM left_out WHERE campaign = %s", (self.id,))
            for kind, found in lines.items():
                connection.execute(sql.NOTE_LEFT_OUT, (self.id, list(found), kind))

    def note_billing(self, billing: Mapping[str, BilledUnits]) -> None:
        self._note({"billing": json.dumps(dict(billing))})

    def billing(self) -> dict[str, BilledUnits] | None:
        known = json.loads(self._campaign.notes.get("billing", "null"))
        return None if known is None else {name: BilledUnits(*units) for name, units in known.items()}

    def left_out(self) -> Iterator[tuple[int, str]]:
        yield from self._all(sql.LEFT_OUT, {"id": self.id})

    def candidates(
        self, states: frozenset[RowState], *, behind: int, since: int, until: int, most: int
    ) -> list[Candidate]:
        wanted = {"behind": behind, "since": since, "until": until, "most": most}
        rows = self._all(sql.CANDIDATES, {"campaign": self.id, "states": sorted(map(int, states)), **wanted})
        return [Candidate(key, line, seq, RowState(state), *facts) for key, line, seq, state, *facts in rows]

    # -- handing over -----------------------------------------------------------------------------------------------

    def hand_over(self, rows: Sequence[Handover]) -> list[Handover]:
        def work(connection: Connection) -> list[Handover]:
            with connection.transaction():
                return [
                    row
                    for row in rows
                    if connection.execute(sql.HAND_OVER, (self.id, row.row, row.reason, row.is_done)).rowcount
                ]

        return self._do(work)

    def finish_handover(self, row: int, *, taken: bool) -> None:
        self._ask(sql.FINISH_HANDOVER if taken else sql.TAKE_BACK, (self.id, row))

    def handovers(self) -> Iterator[Handover]:
        for seq, line, reason, is_done in self._all(sql.HANDED_OVER, (self.id,)):
            yield Handover(seq, line, reason, is_done)

    def find_handovers(self, keys: Sequence[int]) -> dict[int, Handover]:
        rows = self._all(sql.FIND_HANDOVERS, (self.id, list(keys)))
        return {key: Handover(seq, line, reason, done) for key, seq, line, reason, done in rows}

    def close(self) -> None:
        self._link.close()

    # -- asking -----------------------------------------------------------------------------------------------------

    def _do(self, work: Callable[[Connection], T]) -> T:
        """Do what may look at every row of the campaign."""
        return self._link.run(work, is_long=True)

    def _count_rows(self) -> int:
        return int(self._one("SELECT count(*) FROM row WHERE campaign = %s", (self.id,)))

    def _ask(self, statement: str, values: Values) -> None:
        self._do(lambda connection: connection.execute(statement, values))

    def _all(self, statement: str, values: Values) -> list[tuple[Any, ...]]:
        return self._do(lambda connection: connection.execute(statement, values).fetchall())

    def _one(self, statement: str, values: Values) -> Any:  # whatever the one column is
        [(value,)] = self._all(statement, values)
        return value


class _PlanLock:
    """Held by the machine that plans a campaign; it is gone with the connection that took it."""

    def __init__(self, link: LedgerConnection, campaign: int, name: str) -> None:
        self._link = link
        self._campaign = campaign
        self._name = name

    def __enter__(self) -> str:
        row = self._link.run(
            lambda connection: connection.execute(
                "SELECT pg_try_advisory_lock(%s, %s::integer)", (sql.PLAN_LOCK, self._campaign)
            ).fetchone()
        )
        if row is None or not row[0]:
            raise LockBusyError(subject=f"the plan of campaign {self._name}")
        planner = uuid.uuid4().hex
        self._link.run(
            lambda connection: connection.execute(
                "UPDATE campaign SET planner = %s WHERE id = %s", (planner, self._campaign)
            )
        )
        return planner

    def __exit__(self, *error: object) -> None:
        if error[0] is None or not issubclass(error[0], ConfigurationError):  # type: ignore[arg-type]  # a class, or None
            self._link.run(
                lambda connection: connection.execute(
                    "SELECT pg_advisory_unlock(%s, %s::integer)", (sql.PLAN_LOCK, self._campaign)
                )
            )


def _groups(rows: Iterable[PlannedRow]) -> Iterator[list[PlannedRow]]:
    """Cut the rows into blocks: small ones first, so that a short list is shared out as well."""
    left = iter(rows)
    for _ in range(FIRST_BLOCKS):
        if not (group := list(islice(left, SMALL_BLOCK))):
            return
        yield group
    while group := list(islice(left, BLOCK)):
        yield group
