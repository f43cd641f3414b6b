"""A campaign's journal in one SQLite file of its owner: write-ahead log, every commit synced to the disk."""

import json
import os
import secrets
import sqlite3
import time
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bothub_cli.campaign import sqlite_schema as sql
from bothub_cli.campaign.journal import (
    CampaignRecord,
    Candidate,
    Handover,
    Outcome,
    PlannedRow,
    PlanSummary,
    RowState,
    SettledRow,
)
from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import ConfigurationError, InputRefusedError, LockBusyError
from bothub_cli.files import PRIVATE_FILE, make_private_directory
from bothub_cli.locks import hold_lock

_LOCK_WAIT = 0.2  # seconds: whoever only looks whether a campaign runs holds the lock for a moment
_WAIT_BESIDE = 60.0  # seconds: at full speed the sending holds the journal nine tenths of the time
_PLAN_GROUP = 5000  # rows of a plan in one commit: nothing is in flight yet, so only speed counts


class SqliteJournal:
    """The ``Journal`` of one machine. ``open_for_sending`` and ``open_for_reading`` make one."""

    def __init__(self, database: sqlite3.Connection, path: Path, lock: ExitStack | None) -> None:
        self._database = database
        self._path = path
        self._lock = lock
        self._ahead: deque[tuple[int, int]] = deque()
        self._ahead_from = 0
        self._ahead_ended = False
        with _translated(path):
            self._meta: dict[str, str] = dict(database.execute("SELECT name, value FROM meta"))

    @property
    def salt(self) -> bytes:
        return bytes.fromhex(self._meta["salt"])

    @property
    def record(self) -> CampaignRecord:
        """What this campaign is, as it was noted when it began."""
        return _read_record(self._meta)

    @property
    def planned_from(self) -> str | None:
        return self._meta.get("planned_from")

    def plan(self, rows: Iterable[PlannedRow], *, source: str = "") -> PlanSummary:
        self._ahead_ended = False
        with _translated(self._path):
            before = self._count_rows()
            statement = sql.INSERT_NEW_ROW if "planned" in self._meta else sql.INSERT_ROW
            self._insert_rows(statement, iter(rows))
            duplicates = 0 if "planned" in self._meta else self._finish_first_plan()
            total = self._count_rows()
            self._note("planned_from", source)
        return PlanSummary(added=total - before, total=total, duplicates=duplicates)

    def stage(self, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> list[int | None]:
        with _translated(self._path):
            self._database.execute("BEGIN IMMEDIATE")
            with self._undone_on_failure():
                self._record(outcomes)
                return self._claim(wanted)

    def commit(self) -> None:
        with _translated(self._path), self._undone_on_failure():
            self._database.execute("COMMIT")

    def exchange(self, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> list[int | None]:
        """Stage and commit in one step."""
        tickets = self.stage(outcomes, wanted)
        self.commit()
        return tickets

    def reopen(self, states: frozenset[RowState]) -> int:
        marks = ",".join("?" * len(states))
        with _translated(self._path), self._transaction():
            return self._database.execute(sql.REOPEN.format(marks=marks), sorted(states)).rowcount

    def counts(self) -> dict[RowState, int]:
        with _translated(self._path):
            found = dict(self._database.execute(sql.COUNT))
        return {state: found.get(state, 0) for state in RowState}

    def settled(self, states: frozenset[RowState]) -> Iterator[SettledRow]:
        marks = ",".join("?" * len(states))
        with _translated(self._path):
            for line, seq, state, *facts in self._database.execute(sql.SETTLED.format(marks=marks), sorted(states)):
                yield SettledRow(line, Outcome(seq, RowState(state), *facts))

    def keys(self, states: frozenset[RowState]) -> "array[int]":
        marks = ",".join("?" * len(states))
        with _translated(self._path):
            rows = self._database.execute(sql.KEYS.format(marks=marks), sorted(states))
            return array("q", (key for (key,) in rows))

    def lowest_key(self, place: int) -> int:
        with _translated(self._path):
            (key,) = self._database.execute(sql.LOWEST_KEY, (place,)).fetchone()
        return int(key or 0)

    def duplicates(self) -> Iterator[tuple[int, int]]:
        with _translated(self._path):
            yield from self._database.execute("SELECT line, first_line FROM duplicate ORDER BY line")

    def candidates(
        self, states: frozenset[RowState], *, behind: int, since: int, until: int, most: int
    ) -> list[Candidate]:
        statement = sql.CANDIDATES.format(marks=",".join("?" * len(states)))
        with _translated(self._path):
            rows = self._database.execute(statement, (behind, since, until, *sorted(states), most)).fetchall()
        return [Candidate(key, line, seq, RowState(state), *facts) for key, line, seq, state, *facts in rows]

    def hand_over(self, rows: Sequence[Handover]) -> list[Handover]:
        with _translated(self._path), self._transaction():
            return [
                row
                for row in rows
                if self._database.execute(sql.HAND_OVER, (row.ticket, row.reason, row.is_done)).rowcount
            ]

    def finish_handover(self, ticket: int, *, taken: bool) -> None:
        with _translated(self._path), self._transaction():
            self._database.execute(sql.FINISH_HANDOVER if taken else sql.TAKE_BACK, (ticket,))

    def handovers(self) -> Iterator[Handover]:
        with _translated(self._path):
            for seq, line, reason, is_done in self._database.execute(sql.HANDED_OVER):
                yield Handover(seq, line, reason, bool(is_done))

    def find_handovers(self, keys: Sequence[int]) -> dict[int, Handover]:
        statement = sql.FIND_HANDOVERS.format(marks=",".join("?" * len(keys)))
        with _translated(self._path):
            rows = self._database.execute(statement, keys).fetchall()
        return {key: Handover(seq, line, reason, bool(done)) for key, seq, line, reason, done in rows}

    def close(self) -> None:
        self._database.close()
        if self._lock is not None:
            self._lock.close()

    def _count_rows(self) -> int:
        (count,) = self._database.execute("SELECT count(*) FROM row").fetchone()
        return int(count)

    def _insert_rows(self, statement: str, rows: Iterator[PlannedRow]) -> None:
        while group := list(islice(rows, _PLAN_GROUP)):
            with self._transaction():
                self._database.executemany(statement, group)

    def _finish_first_plan(self) -> int:
        """Index the rows, take out repeated ones, and note that the plan is whole."""
        try:
            self._seal_plan(sql.INDEX_ROWS)
        except sqlite3.IntegrityError:
            self._seal_plan(*sql.TAKE_OUT_DUPLICATES, sql.INDEX_ROWS)
        (count,) = self._database.execute("SELECT count(*) FROM duplicate").fetchone()
        return int(count)

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


def open_for_sending(path: Path, record: CampaignRecord, *, force: bool = False) -> SqliteJournal:
    """Open a campaign's journal, or begin one; rows that a dead process left claimed become unknown.

    Raises LockBusyError when another process works on it, InputRefusedError when a fingerprint has changed and
    ``force`` is not given, ConfigurationError when the file cannot be used.
    """
    with ExitStack() as lock:
        _hold(lock, path, record.campaign_id)
        _create_file(path)
        database = _connect(path)
        lock.callback(database.close)
        with _translated(path):
            _begin(database, record)
        journal = SqliteJournal(database, path, None)
        _compare_fingerprints(journal, record, force=force)
        with _translated(path):
            database.execute(sql.ABANDON_CLAIMS)
            if not database.execute("SELECT 1 FROM meta WHERE name = 'planned'").fetchone():
                database.execute("DELETE FROM row")  # a plan that was cut short is made again
        return SqliteJournal(database, path, lock.pop_all())


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def _hold(lock: ExitStack, path: Path, campaign_id: str) -> None:
    lock_path = _lock_of(path)
    try:
        lock.enter_context(hold_lock(lock_path, wait=_LOCK_WAIT, subject=f"the campaign {campaign_id}"))
    except OSError as exc:
        raise ConfigurationError(problem=exc.strerror or str(exc), where=str(lock_path)) from exc


def is_in_use(path: Path) -> bool:
    """Tell whether a process works on this campaign now."""
    try:
        with hold_lock(_lock_of(path), wait=0, subject=str(path)):
            return False
    except LockBusyError:
        return True
    except OSError:  # a folder without locks, or one that is read-only: nobody can work there
        return False


def open_for_reading(path: Path) -> SqliteJournal:
    """Open a journal to look at it, also while another process sends. Raises ConfigurationError."""
    if not path.is_file():
        raise ConfigurationError(problem="no such campaign", where=str(path), fix="bothub campaign list")
    return SqliteJournal(_connect(path), path, None)


def open_beside(path: Path) -> SqliteJournal:
    """Open a journal a second time in the process that sends, for hand-overs in another thread.

    Its writes wait for those of the sending, which never stop for long but leave little room between two of them.
    """
    return SqliteJournal(_connect(path, wait=_WAIT_BESIDE), path, None)


def _create_file(path: Path) -> None:
    """Create the file for its owner alone before SQLite would create it for everybody."""
    try:
        make_private_directory(path.parent)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
    except OSError as exc:
        raise ConfigurationError(problem=exc.strerror or str(exc), where=str(path)) from exc


def _connect(path: Path, *, wait: float = 5.0) -> sqlite3.Connection:
    with _translated(path):
        database = sqlite3.connect(path, isolation_level=None, timeout=wait, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        (application,) = database.execute("PRAGMA application_id").fetchone()
    if version > sql.VERSION:
        raise ConfigurationError(problem="a newer bothub wrote this journal", where=str(path))
    if application not in {0, sql.APPLICATION_ID}:
        raise ConfigurationError(problem="this file is no campaign journal", where=str(path))
    return database


def _begin(database: sqlite3.Connection, record: CampaignRecord) -> None:
    """Create the tables in a new file, all of them or none."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == sql.VERSION:
        return
    notes = [*_record_to_meta(record).items(), ("salt", secrets.token_hex(16))]
    database.execute("BEGIN IMMEDIATE")
    for statement in sql.CREATE.split(";"):
        database.execute(statement)
    database.executemany("INSERT INTO meta VALUES (?, ?)", notes)
    database.execute(f"PRAGMA application_id = {sql.APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {sql.VERSION}")
    database.execute("COMMIT")


def _compare_fingerprints(journal: SqliteJournal, record: CampaignRecord, *, force: bool) -> None:
    known, given = journal.record.fingerprints, record.fingerprints
    changed = [name for name in sorted({*known, *given}) if known.get(name) != given.get(name)]
    if not changed:
        return
    if not force:
        raise InputRefusedError(
            problem=f"the {' and the '.join(changed)} changed since this campaign began",
            where=f"campaign {record.campaign_id}",
            fix="go on all the same: --force; or begin a new campaign: --name NAME",
        )
    journal._note("fingerprints", json.dumps(dict(given)))  # noqa: SLF001  this module is the class's own home


def _record_to_meta(record: CampaignRecord) -> dict[str, str]:
    return {
        "campaign_id": record.campaign_id,
        "created_at": to_rfc3339(record.created_at),
        "profile": record.profile,
        "template_path": record.template_path,
        "recipients_path": record.recipients_path,
        "fingerprints": json.dumps(dict(record.fingerprints)),
        "settings": json.dumps(dict(record.settings)),
    }


def _read_record(meta: Mapping[str, str]) -> CampaignRecord:
    return CampaignRecord(
        campaign_id=meta["campaign_id"],
        created_at=datetime.fromisoformat(meta["created_at"]),
        profile=meta["profile"],
        template_path=meta["template_path"],
        recipients_path=meta["recipients_path"],
        fingerprints=json.loads(meta["fingerprints"]),
        settings=json.loads(meta["settings"]),
    )


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Say what SQLite found in our words; our own mistakes (IntegrityError, ProgrammingError) stay visible."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as exc:
        raise ConfigurationError(problem=f"the journal cannot be used: {exc}", where=str(path)) from exc
