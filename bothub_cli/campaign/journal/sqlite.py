"""A campaign's journal in one SQLite file of its owner: write-ahead log, every commit synced to the disk."""

import hashlib
import json
import sqlite3
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter

from bothub_cli.campaign.journal import sqlite_schema as sql
from bothub_cli.campaign.journal.held_file import HeldFile, Mark
from bothub_cli.campaign.journal.interface import (
    BilledUnits,
    CampaignRecord,
    Candidate,
    Handover,
    MachineState,
    Outcome,
    PlannedRow,
    PlanSummary,
    RowState,
    SettledRow,
    SlowDowns,
)
from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import ConfigurationError
from bothub_cli.storage.sqlite import SqliteFile

_PLAN_GROUP = 5000  # rows of a plan in one commit: nothing is in flight yet, so only speed counts


class SqliteJournal:
    """The ``Journal`` of one machine; ``sqlite_open`` makes one, and ``held`` is the file where it may be sent from."""

    def __init__(self, database: sqlite3.Connection, file: SqliteFile, held: HeldFile | None = None) -> None:
        self._database = database
        self._file = file
        self._held = held
        self._ahead: deque[tuple[int, int]] = deque()
        self._ahead_from = 0
        self._ahead_ended = False
        with self._read():
            self._meta: dict[str, str] = dict(database.execute("SELECT name, value FROM meta"))
            self._steps = int(self._meta.get("steps", "0"))

    @contextmanager
    def _read(self) -> Iterator[None]:
        """Say in our words what SQLite finds, and that a journal is damaged when it holds what we never wrote."""
        try:
            with self._file.explained():
                yield
        except (sqlite3.IntegrityError, ValueError, KeyError, TypeError, OverflowError, AttributeError) as found:
            raise ConfigurationError(
                problem=f"the journal is damaged: it holds what was never written ({type(found).__name__})",
                where=str(self._file.path),
                fix="put a whole copy of it back; campaign status and report may still read parts of it",
            ) from found

    @property
    def salt(self) -> bytes:
        with self._read():
            return bytes.fromhex(self._meta["salt"])

    @property
    def record(self) -> CampaignRecord:
        """What this campaign is, as it was noted when it began."""
        with self._read():
            return CampaignRecord.from_notes(self._meta)

    @property
    def planned_from(self) -> str | None:
        return self._meta.get("planned_from")

    @property
    def mark(self) -> Mark:
        """What tells this journal, as it is now, from any other and from an older copy."""
        return Mark(journal=hashlib.sha256(self.salt).hexdigest()[:16], steps=self._steps)

    def begin_run(self) -> None:
        """Make a run of what a dead process left: its claims are unknown, a plan that was cut short is made again."""
        with self._read(), self._transaction():
            self._database.execute(sql.ABANDON_CLAIMS)
            if "planned" not in self._meta:
                self._database.execute("DELETE FROM row")
            self._note_step()
        self._steps += 1
        self.check()

    def check(self) -> None:
        if self._held is not None:
            self._held.check()

    def note_files(self, *, recipients: str, template: str) -> None:
        """Note where list and template are now, so that the next run need not be told."""
        with self._read():
            for name, value in {"recipients_path": recipients, "template_path": template}.items():
                if self._meta.get(name) != value:
                    self._note(name, value)

    def note_fingerprints(self, fingerprints: Mapping[str, str]) -> None:
        """Note what the campaign goes on with, although it began with something else."""
        with self._read():
            self._note("fingerprints", json.dumps(dict(fingerprints)))

    def plan(self, rows: Iterable[PlannedRow], *, source: str = "") -> PlanSummary:
        self._ahead_ended = False
        with self._file.explained():
            before = self._count_rows()
            if "planned" in self._meta:
                self._plan_again(iter(rows))
            else:
                self._insert_rows(sql.INSERT_ROW, iter(rows))
                self._finish_first_plan()
            total, duplicates = self._count_rows(), self._count("duplicate")
            self._note("planned_from", source)
        return PlanSummary(added=total - before, total=total, duplicates=duplicates)

    def note_left_out(self, lines: "Mapping[str, array[int]]") -> None:
        with self._read(), self._transaction():
            self._database.execute(sql.CREATE_LEFT_OUT)
            self._database.execute(sql.FORGET_LEFT_OUT)
            for kind, found in lines.items():
                self._database.executemany(sql.INSERT_LEFT_OUT, ((line, kind) for line in found))

    def note_billing(self, billing: Mapping[str, BilledUnits]) -> None:
        with self._read():
            self._note("billing", json.dumps(dict(billing)))

    def billing(self) -> dict[str, BilledUnits] | None:
        with self._read():
            known = json.loads(self._meta.get("billing", "null"))
            return None if known is None else {name: BilledUnits(*units) for name, units in known.items()}

    def left_out(self) -> Iterator[tuple[int, str]]:
        with self._read():
            (is_known,) = self._database.execute(sql.HAS_LEFT_OUT).fetchone()
            if is_known:
                yield from self._database.execute(sql.LEFT_OUT)

    def stage(self, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> Callable[[], list[int | None]]:
        """Do everything at once but the sync: under its lock one process works here, so a ticket is the row's seq."""
        with self._read():
            self._database.execute("BEGIN IMMEDIATE")
            with self._undone_on_failure():
                self._record(outcomes)
                tickets = self._claim(wanted)
                self._note_step()

        def sync() -> list[int | None]:
            with self._read(), self._undone_on_failure():
                if wanted and self._held is not None:
                    self._held.before_claims(self.mark)
                self._database.execute("COMMIT")
            self._steps += 1
            return tickets

        return sync

    def reopen(self, states: frozenset[RowState]) -> int:
        marks = ",".join("?" * len(states))
        with self._read(), self._transaction():
            return self._database.execute(sql.REOPEN.format(marks=marks), sorted(states)).rowcount

    def machines(self) -> list[MachineState]:
        return []

    def orders(self) -> None:
        """It is one machine's."""

    def note_slow_downs(self, more: SlowDowns) -> None:
        with self._read():
            self._note("slow_downs", json.dumps(self.slow_downs().plus(more)))

    def slow_downs(self) -> SlowDowns:
        with self._read():
            return SlowDowns(*json.loads(self._meta.get("slow_downs", "[]")))

    def note_gone(self) -> int:
        now = time.time_ns() // 1_000_000
        with self._read(), self._transaction():
            return sum(self._database.execute(statement, (now,)).rowcount for statement in sql.NOTE_GONE)

    def counts(self) -> dict[RowState, int]:
        with self._read():
            found = dict(self._database.execute(sql.COUNT))
        return {state: found.get(state, 0) for state in RowState}

    def settled(self, states: frozenset[RowState]) -> Iterator[SettledRow]:
        marks = ",".join("?" * len(states))
        with self._read():
            for line, state, *facts in self._database.execute(sql.SETTLED.format(marks=marks), sorted(states)):
                yield SettledRow(line, Outcome(0, RowState(state), *facts))

    def keys(self, states: frozenset[RowState]) -> "array[int]":
        marks = ",".join("?" * len(states))
        with self._read():
            rows = self._database.execute(sql.KEYS.format(marks=marks), sorted(states))
            return array("q", (key for (key,) in rows))

    def lowest_key(self, place: int) -> int:
        with self._read():
            (key,) = self._database.execute(sql.LOWEST_KEY, (place,)).fetchone()
        return int(key or 0)

    def duplicates(self) -> Iterator[tuple[int, int]]:
        with self._read():
            yield from self._database.execute("SELECT line, first_line FROM duplicate ORDER BY line")

    def candidates(
        self, states: frozenset[RowState], *, behind: int, since: int, until: int, most: int
    ) -> list[Candidate]:
        statement = sql.CANDIDATES.format(marks=",".join("?" * len(states)))
        with self._read():
            rows = self._database.execute(statement, (behind, since, until, *sorted(states), most)).fetchall()
        return [Candidate(key, line, seq, RowState(state), *facts) for key, line, seq, state, *facts in rows]

    def hand_over(self, rows: Sequence[Handover]) -> list[Handover]:
        with self._read(), self._transaction():
            return [
                row
                for row in rows
                if self._database.execute(sql.HAND_OVER, (row.row, row.reason, row.is_done)).rowcount
            ]

    def finish_handover(self, row: int, *, taken: bool) -> None:
        with self._read(), self._transaction():
            self._database.execute(sql.FINISH_HANDOVER if taken else sql.TAKE_BACK, (row,))

    def handovers(self) -> Iterator[Handover]:
        with self._read():
            for seq, line, reason, is_done in self._database.execute(sql.HANDED_OVER):
                yield Handover(seq, line, reason, bool(is_done))

    def find_handovers(self, keys: Sequence[int]) -> dict[int, Handover]:
        statement = sql.FIND_HANDOVERS.format(marks=",".join("?" * len(keys)))
        with self._read():
            rows = self._database.execute(statement, keys).fetchall()
        return {key: Handover(seq, line, reason, bool(done)) for key, seq, line, reason, done in rows}

    def close(self) -> None:
        self._database.close()
        held, self._held = self._held, None
        if held is not None:
            held.close(self.mark)

    def _note_step(self) -> None:
        self._database.execute(sql.NOTE_STEP, (str(self._steps + 1),))

    def _count_rows(self) -> int:
        return self._count("row")

    def _count(self, table: str) -> int:
        (count,) = self._database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  our own names
        return int(count)

    def _insert_rows(self, statement: str, rows: Iterator[PlannedRow]) -> None:
        while group := list(islice(rows, _PLAN_GROUP)):
            with self._transaction():
                self._database.executemany(statement, map(itemgetter(0, 1), group))

    def _plan_again(self, rows: Iterator[PlannedRow]) -> None:
        """Add who is new, and renew the lines of those who are known, in one step."""
        self._database.executescript(f"{sql.UNLIST}; {sql.LIST}")
        self._insert_rows(sql.INSERT_LISTED, rows)
        with self._transaction():
            for statement in (sql.FIND_FIRST, *sql.RENEW_LINES):
                self._database.execute(statement)
        self._database.executescript(sql.UNLIST)

    def _finish_first_plan(self) -> None:
        """Index the rows, take out repeated ones, and note that the plan is whole."""
        try:
            self._seal_plan(sql.INDEX_ROWS)
        except sqlite3.IntegrityError:
            self._seal_plan(*sql.TAKE_OUT_DUPLICATES, sql.INDEX_ROWS)

    def _seal_plan(self, *statements: str) -> None:
        now = to_rfc3339(datetime.now(UTC))
        with self._transaction():
            for statement in statements:
                self._database.execute(statement)
            self._database.execute("INSERT INTO meta VALUES ('planned', ?)", (now,))
        self._meta["planned"] = now

    def _note(self, name: str, value: str) -> None:
        with self._transaction():
            self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
        self._meta[name] = value

    def _record(self, outcomes: Sequence[Outcome]) -> None:
        self._database.executemany(
            sql.RECORD,
            [(outcome[0], int(outcome[1]), *outcome[2:]) for outcome in outcomes],  # an enum is bound far more slowly
        )

    def _claim(self, wanted: Sequence[int]) -> list[int | None]:
        fresh, returned = self._find(wanted)
        now = time.time_ns() // 1_000_000
        self._database.executemany(sql.CLAIM_NEW, [(seq, now) for seq in fresh.values()])
        self._database.executemany(sql.CLAIM_RETURNED, [(seq, now) for seq in returned.values()])
        # popping grants each key once, even when the input names it twice in one group
        return [fresh.pop(key, None) or returned.pop(key, None) for key in wanted]

    def _find(self, wanted: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
        """Find the rows that may be claimed: never touched, or returned; each key with its row."""
        fresh: dict[int, int] = {}
        unmatched: list[int] = []
        for key in wanted:
            if not self._ahead and not self._ahead_ended:
                self._read_ahead()
            if self._ahead and self._ahead[0][0] == key:
                fresh[key] = self._ahead_from = self._ahead.popleft()[1]
            elif key not in fresh:
                unmatched.append(key)
        returned = self._look_up(unmatched, fresh) if unmatched else {}
        return fresh, returned

    def _read_ahead(self) -> None:
        """Most input comes in the order of the plan, so the next rows are read in blocks, not looked up one by one."""
        self._ahead.extend(self._database.execute(sql.READ_AHEAD, (self._ahead_from,)))
        self._ahead_ended = not self._ahead

    def _look_up(self, keys: list[int], fresh: dict[int, int]) -> dict[int, int]:
        marks = ",".join("?" * len(keys))
        returned: dict[int, int] = {}
        for key, seq, state in self._database.execute(sql.FIND.format(marks=marks), keys).fetchall():
            if key in fresh:
                continue
            if state == RowState.PLANNED:
                fresh[key] = seq
                self._ahead.clear()
                self._ahead_from = max(self._ahead_from, seq)
            elif state == RowState.RETURNED:
                returned[key] = seq
        return returned

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        with self._undone_on_failure():
            yield
            self._database.execute("COMMIT")

    @contextmanager
    def _undone_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._ahead.clear()
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise
