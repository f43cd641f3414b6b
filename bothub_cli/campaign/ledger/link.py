"""One connection to the shared ledger, which comes back when it was lost, and refuses a database that would forget."""

import logging
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict

from bothub_cli.campaign.ledger import schema as sql
from bothub_cli.campaign.ledger.absence import Absence
from bothub_cli.campaign.ledger.times import USUAL, LedgerTimes
from bothub_cli.errors import ConfigurationError, UsageError

logging.getLogger("psycopg").addHandler(logging.NullHandler())  # what it warns of, a lost connection, is handled

T = TypeVar("T")
Connection = psycopg.Connection[tuple[Any, ...]]

# What may be gone the next time: lost connections, restarts, deadlocks, locks and statements that took too long.
_PASSING = (psycopg.OperationalError, psycopg.InterfaceError, pg.IdleInTransactionSessionTimeout)
# What waiting does not heal, although libpq reports it as it reports a lost connection. "connection is bad" is its word
# for what it refuses before it calls anybody: a port, a mode of TLS, a service that is none; and for a socket of this
# machine where nobody listens, which may be back in a moment.
_LASTING = re.compile(
    r"authentication failed|no password supplied|does not exist|no pg_hba|not permitted|certificate"
    r"|connection is bad: (?!connection to server)|SSL was required|unsupported startup parameter"
)
RIGHTS_FIX = "give this user its rights, as the database's owner: bothub campaign ledger init --apply --user NAME"
_NO_POOLER = "connect to the server itself, not by a pooler that drops what a connection sets"
_FIXES = (  # for what the server, or its library, says
    (re.compile(r"authentication failed|no password supplied"), "put its password into ~/.pgpass or PGPASSWORD"),
    (re.compile(r"database .* does not exist"), "create it, as an owner of the server: createdb"),
    (re.compile(r"role .* does not exist"), "create it, as an owner of the server: createuser"),
    (re.compile(r"permission denied"), RIGHTS_FIX),
    (re.compile(r"unsupported startup parameter"), _NO_POOLER),
)
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds between two attempts; the last one again and again
_TOLD_AFTER = 1.0  # seconds without an answer: what is over at once, such as a deadlock, is nobody's business
# A machine that vanished must not hold locks, and a server that vanished must be noticed, within a life sign or two.
_LONG_ANSWER = 75.0  # seconds without an answer to what may take long: the server itself gives up after 60
_SESSION = {
    "search_path": "bothub,pg_temp",
    "client_encoding": "UTF8",
    "lock_timeout": "5s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "5s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
}
_NETWORK = {
    "application_name": "bothub",
    "connect_timeout": "5",
    "keepalives_idle": "3",
    "keepalives_interval": "2",
    "keepalives_count": "2",
    "tcp_user_timeout": "7000",
}
_FACTS = """
SELECT array(SELECT name || '=' || setting FROM pg_settings
        WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'search_path')),
    pg_is_in_recovery(), extract(epoch FROM clock_timestamp())::double precision,
    extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::double precision,
    (SELECT system_identifier FROM pg_control_system())::text,
    CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END,
    to_regclass('bothub.meta') IS NOT NULL
"""


class _Fault(NamedTuple):
    problem: str
    fix: str


# What makes a crash forget what was told, and what helps (PostgreSQL 18 documentation, 19.5).
_FORGETFUL = {
    "fsync=off": _Fault("fsync is off: a crash would forget who was written to", "fsync = on in postgresql.conf"),
    "full_page_writes=off": _Fault(
        "full_page_writes is off: a crash in the middle of a write may bring back rows as not sent that were sent",
        "full_page_writes = on in postgresql.conf",
    ),
}
_WEAK_COMMITS = _Fault(
    "synchronous_commit stays off or weak, although each connection sets it: a crash would forget the last moments",
    _NO_POOLER,
)
_DURABLE_COMMITS = {"synchronous_commit=on", "synchronous_commit=remote_apply"}


class Incarnation(NamedTuple):
    """Which database this is: one that was restored from a backup, or took over from a lost one, is another."""

    cluster_id: str
    timeline: str


@dataclass(frozen=True, slots=True)
class LedgerAddress:
    """Where the ledger is. Raises UsageError for what is no address, or has a password in it, when it is read."""

    url: str

    @classmethod
    def read(cls, text: str) -> "LedgerAddress":
        try:
            parts = conninfo_to_dict(text)
        except psycopg.ProgrammingError as exc:
            raise UsageError(
                option="ledger",
                problem="this is no address of a PostgreSQL database",
                fix="write it like postgresql://bothub@db.internal/bothub",
            ) from exc
        if parts.get("password"):
            raise UsageError(
                option="ledger",
                problem="a password has no place in the address, where every process list shows it",
                fix="put it into ~/.pgpass or PGPASSWORD",
            )
        return cls(text)


class LedgerConnection:
    """A connection for one thread. What it is asked is asked again after a failure, until the answer is known."""

    def __init__(
        self,
        address: LedgerAddress,
        *,
        max_wait: float,
        durable: bool = True,
        name: str | None = None,
        absence: Absence | None = None,
        times: LedgerTimes = USUAL,
    ) -> None:
        self._address = address
        self._absence = absence or Absence()
        self.times = times
        self._silent_most = times.answer_within
        self._name = name
        self.max_wait = max_wait
        self._durable = durable
        self._connection: Connection | None = None
        self._expected: Incarnation | None = None
        self._closed = threading.Event()
        self.incarnation: Incarnation | None = None
        self.clock_offset = 0.0  # seconds that the server's clock is ahead of this machine's monotonic one
        self.server_age = 0.0  # seconds that the server had been up when it was connected to
        self.needs_schema = True
        self._asked_at: float | None = None  # when what it does now was begun
        self._connecting: Connection | None = None

    def cut_if_silent(self) -> None:
        """Give up a connection that brings no answer in time, as when a network swallows what is sent.

        Called by another thread. The server's own limits do not help here, nor do those of the kernel where some proxy
        in between still answers it.
        """
        asked_at, connection = self._asked_at, self._connection or self._connecting
        if asked_at is None or connection is None or time.monotonic() - asked_at < self._silent_most:
            return
        self._asked_at = None
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as cut:
            cut.shutdown(socket.SHUT_RDWR)

    def go_on(self) -> None:
        """Count the seconds without an answer anew: a long work has come further."""
        self._asked_at = time.monotonic()

    @property
    def is_closed(self) -> bool:
        """Tell whether it was given back."""
        return self._closed.is_set()

    def expect(self, incarnation: Incarnation) -> None:
        """Refuse from now on a database that is another one than this."""
        self._expected = incarnation
        if self.incarnation is not None:
            self._check_incarnation(self.incarnation)

    def run(self, work: Callable[[Connection], T], *, is_long: bool = False) -> T:
        """Do a whole transaction, again after whatever passes, for at most ``max_wait`` seconds.

        After an order to stop it is tried once at least, and again for ``drain_within`` seconds from the order.

        So ``work`` must not change anything when it is done twice. ``is_long``: the answer may take its time, as with
        what looks at every row. Raises ConfigurationError.
        """
        self._silent_most = _LONG_ANSWER if is_long else self.times.answer_within
        began = time.monotonic()
        deadline = began + self.max_wait
        attempt = 0
        while True:
            try:
                self._asked_at = time.monotonic()
                if self._connection is None:
                    self._connection = self._connect()
                    self._asked_at = time.monotonic()
                result = work(self._connection)
            except _PASSING as exc:
                self._drop()
                pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
                attempt += 1
                if _LASTING.search(str(exc)) or time.monotonic() + pause > deadline or self._closed.wait(pause):
                    raise self._explain(exc) from exc
                deadline = min(deadline, self._absence.waits_until(self.times.drain_within))
                now = time.monotonic()
                if now - began > _TOLD_AFTER:
                    self._absence.begin(_first_line(exc), max_wait=max(0.0, deadline - now))
            except psycopg.Error as exc:
                self._drop()
                raise self._explain(exc) from exc
            except BaseException:
                self._drop()
                raise
            else:
                self._absence.end()
                return result
            finally:
                self._asked_at = None

    def close(self) -> None:
        """Give the connection back; what waits for the server stops waiting."""
        self._closed.set()
        self._drop()

    def server_now(self) -> float:
        """Seconds since the epoch on the server's clock."""
        return time.monotonic() + self.clock_offset

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connect(self) -> Connection:
        options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
        options += f" -c synchronous_commit={'on' if self._durable else 'off'}"
        given = conninfo_to_dict(self._address.url)
        settings = {**_NETWORK, **{name: str(value) for name, value in given.items() if value is not None}}
        if self._name is not None:
            settings["application_name"] = self._name
        settings["options"] = f"{given.get('options') or ''} {options}".strip()
        connection: Connection = psycopg.connect(autocommit=True, **settings)  # type: ignore[arg-type]  # libpq's words
        self._connecting = connection
        _watch.add(self)
        try:
            self._look_around(connection)
        except BaseException:
            connection.close()
            raise
        finally:
            self._connecting = None
        return connection

    def _look_around(self, connection: Connection) -> None:
        before = time.monotonic()
        facts = connection.execute(_FACTS).fetchone()
        after = time.monotonic()
        assert facts is not None
        said, is_standby, now, age, cluster_id, timeline, has_tables = facts
        self.clock_offset = now - (before + after) / 2
        self.server_age = age
        if (fault := find_forgetful(set(said), is_durable=self._durable)) is not None:
            raise self._refuse(*fault)
        if f"search_path={_SESSION['search_path']}" not in said:
            raise self._refuse("what a connection sets does not last on it", _NO_POOLER)
        if is_standby:
            raise self._refuse("this server is a standby, which cannot be written to", "name the primary")
        self.incarnation = Incarnation(cluster_id, timeline)
        self._check_incarnation(self.incarnation)
        if self.needs_schema:
            self._check_schema(connection, has_tables=has_tables)

    def _check_incarnation(self, found: Incarnation) -> None:
        if self._expected is not None and found != self._expected:
            raise self._refuse(
                "the database was restored, or another one took over, since this campaign was planned: rows that were"
                " sent may stand there as not sent",
                "compare with what the API accepted, then go on all the same: --force",
            )

    def _check_schema(self, connection: Connection, *, has_tables: bool) -> None:
        if not has_tables:
            raise self._refuse("the ledger has not been set up", "bothub campaign ledger init --apply")
        version = read_version(connection)
        if version > sql.VERSION:
            raise self._refuse("a newer bothub made this ledger", "install the same version on every machine")
        if version < sql.VERSION:
            raise self._refuse("an older bothub made this ledger", "bothub campaign ledger init --apply")

    def _refuse(self, problem: str, fix: str) -> ConfigurationError:
        return ConfigurationError(problem=problem, where=self._address.url, fix=fix)

    def _explain(self, exc: Exception) -> ConfigurationError:
        said = _first_line(exc)
        fix = next((fix for found, fix in _FIXES if found.search(said)), None)
        return ConfigurationError(problem=f"the ledger cannot be used: {said}", where=self._address.url, fix=fix)


def _first_line(exc: Exception) -> str:
    return (str(exc).strip().splitlines() or [type(exc).__name__])[0]


class _Watch:
    """Looks, in one thread of the process, whether connections still get answers."""

    def __init__(self) -> None:
        self._watched: set[LedgerConnection] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, connection: LedgerConnection) -> None:
        with self._lock:
            self._watched.add(connection)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bothub-ledger-watch", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            time.sleep(0.5)
            with self._lock:
                self._watched = watched = {each for each in self._watched if not each.is_closed}
                if not watched:
                    self._thread = None
                    return
            for connection in watched:
                connection.cut_if_silent()


_watch = _Watch()


def find_forgetful(said: Collection[str], *, is_durable: bool) -> _Fault | None:
    """Return why what is committed may not be there after a crash, by the server's settings, as "name=value"."""
    for setting, fault in _FORGETFUL.items():
        if setting in said:
            return fault
    return _WEAK_COMMITS if is_durable and not _DURABLE_COMMITS.intersection(said) else None


def read_version(connection: Connection) -> int:
    """Return the version of the tables."""
    row = connection.execute("SELECT value FROM bothub.meta WHERE name = 'version'").fetchone()
    return int(row[0]) if row else 0


def migrate(link: LedgerConnection) -> tuple[int, int]:
    """Create the tables, or bring them up to date, one machine at a time; return the versions before and after."""
    link.needs_schema = False

    def work(connection: Connection) -> tuple[int, int]:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (sql.MIGRATION_LOCK,))
            found = connection.execute("SELECT to_regclass('bothub.meta') IS NOT NULL").fetchone()
            before = read_version(connection) if found and found[0] else 0
            for step in sql.MIGRATIONS[before:]:
                connection.execute(step.encode())
            if before <= sql.VERSION:
                connection.execute(sql.PACE_FUNCTION.encode())
                connection.execute(
                    "INSERT INTO bothub.meta VALUES ('version', %s)"
                    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    (str(sql.VERSION),),
                )
            return before, max(before, sql.VERSION)

    return link.run(work)
