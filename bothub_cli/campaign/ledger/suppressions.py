"""Who asked not to be written to, as the shared ledger knows it: keyed hashes, heard of by every machine."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

import psycopg

from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.link import Connection, LedgerConnection
from bothub_cli.campaign.ledger.list_key import find_number_hash
from bothub_cli.campaign.ledger.seal import NumberHash
from bothub_cli.phone_numbers import identify
from bothub_cli.redaction import Secret

_OVERLAP = 1000  # changes that are read again: one with a lower number may be committed after one with a higher
_MANY = 1000  # changes that may take the ledger a while to take in; a listener tells few at once
_PIECE = 100_000  # changes that are read at once: a long list comes in pieces, each within the time for an answer
_CHANGES = """
SELECT number, is_stopped, change FROM suppression WHERE bot = %s AND change > %s ORDER BY change LIMIT %s
"""
# The latest word counts, whichever came in first; of two at the same moment it is STOP.
_TELL = """
INSERT INTO suppression AS s (bot, number, is_stopped, since, source)
SELECT %(bot)s, number, is_stopped, coalesce(since, clock_timestamp()), source
FROM unnest(%(numbers)s::bytea[], %(stopped)s::boolean[], %(sinces)s::timestamptz[], %(sources)s::text[])
    AS w (number, is_stopped, since, source)
ON CONFLICT (bot, number) DO UPDATE SET is_stopped = excluded.is_stopped, since = excluded.since,
    source = excluded.source, change = CASE WHEN s.is_stopped = excluded.is_stopped THEN s.change
        ELSE nextval('suppression_change') END
WHERE s.since < excluded.since OR s.since = excluded.since AND excluded.is_stopped AND NOT s.is_stopped
"""
_FIND = "SELECT number, since FROM suppression WHERE bot = %s AND number = ANY(%s) AND is_stopped"
_LISTED = "SELECT number, since, source FROM suppression WHERE bot = %s AND is_stopped"


class SuppressionChange(NamedTuple):
    """What somebody wants, in E.164; ``since`` None: as of now, by the server's clock."""

    number: str
    is_stopped: bool
    source: str
    since: datetime | None = None


class SharedEntry(NamedTuple):
    """Somebody on the shared list, by the keyed hash of the number."""

    hash: bytes
    since: datetime
    source: str


class ListedHashes:
    """What a worker knows of the list of one bot: as of its last look."""

    def __init__(self, *, bot: str, number_hash: NumberHash, piece: int = _PIECE, overlap: int = _OVERLAP) -> None:
        self._piece = piece
        self._overlap = overlap
        self._bot = bot
        self._hash = number_hash
        self._stopped: set[bytes] = set()
        self._last_change = 0

    def find_listed(self, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers whose people said STOP, as far as this machine has heard."""
        stopped = self._stopped
        return {number for number in numbers if self._hash(number) in stopped} if stopped else set()

    def ask(self, connection: Connection) -> "psycopg.Cursor[tuple[Any, ...]]":
        """Ask for what has changed; inside a pipeline."""
        return connection.execute(_CHANGES, (self._bot, self._last_change - self._overlap, self._piece))

    def update(self, changes: Sequence[tuple[Any, ...]]) -> bool:
        """Take the answer in; tell whether more has changed than was answered."""
        for number, is_stopped, change in changes:
            (self._stopped.add if is_stopped else self._stopped.discard)(bytes(number))
            self._last_change = max(self._last_change, change)
        return len(changes) == self._piece


class SharedSuppressions:
    """The shared list of one bot, for whoever hears a STOP, or is told of one."""

    def __init__(self, link: LedgerConnection, *, bot: str, secret: Secret) -> None:
        self._link = link
        self._bot = bot
        self._secret = secret
        self._number_hash: NumberHash | None = None
        self._is_kept = False  # the key of the list, in the ledger

    @classmethod
    def of(cls, ledger: SharedLedger, link: LedgerConnection) -> Self:
        """Return the list of a ledger's bot. Raises NotLoggedInError, ConfigurationError without the bot's key."""
        return cls(link, bot=ledger.bot, secret=ledger.secret())

    def tell(self, changes: Iterable[SuppressionChange]) -> None:
        """Make all of it known, or nothing; what is known already, or was overtaken since, changes nothing."""
        latest: dict[bytes, SuppressionChange] = {}
        self._find_hash(keeps=True)
        for change in changes:
            key = self.hash(change.number)
            known = latest.get(key)
            if known is None or _order(known) <= _order(change):
                latest[key] = change
        ordered = sorted(latest.items())
        values = {
            "bot": self._bot,
            "numbers": [key for key, _ in ordered],
            "stopped": [change.is_stopped for _, change in ordered],
            "sinces": [change.since for _, change in ordered],
            "sources": [change.source for _, change in ordered],
        }
        is_long = len(ordered) > _MANY
        self._link.run(lambda connection: connection.execute(_TELL, values), is_long=is_long)

    def entries(self) -> list[SharedEntry]:
        """Return everybody who is on the list."""
        rows = self._link.run(lambda connection: connection.execute(_LISTED, (self._bot,)).fetchall(), is_long=True)
        return [SharedEntry(bytes(number), since, source) for number, since, source in rows]

    def find(self, numbers: Collection[str]) -> dict[str, datetime]:
        """Return those of the numbers that are on the list, each with the moment since when; asked for in one go."""
        known = {number: self.hash(number) for number in numbers}
        values = (self._bot, list(known.values()))
        is_long = len(known) > _MANY
        rows = self._link.run(lambda connection: connection.execute(_FIND, values).fetchall(), is_long=is_long)
        found = {bytes(number): since for number, since in rows}
        return {number: found[key] for number, key in known.items() if key in found}

    def hash(self, number: str) -> bytes:
        """Return how the list knows a number."""
        return self._find_hash(keeps=False)(identify(number))

    def _find_hash(self, *, keeps: bool) -> NumberHash:
        if self._number_hash is None or (keeps and not self._is_kept):
            self._number_hash = find_number_hash(self._link, self._secret, bot=self._bot, keeps=keeps)
            self._is_kept = keeps
        return self._number_hash


def _order(change: SuppressionChange) -> tuple[bool, float, bool]:
    since = change.since
    return (since is None, since.timestamp() if since is not None else 0.0, change.is_stopped)
