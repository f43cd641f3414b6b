"""Keeps a suppression list in memory, and hears at once who was put on it since, also by other processes."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from bothub_cli.events.store.database import Database
from bothub_cli.events.store.schema import ADDITIONS_KEPT
from bothub_cli.events.store.suppression import SuppressionList, to_key

_CHANGE = "SELECT seq FROM sqlite_sequence WHERE name = 'suppressions_added'"
_ADDED = "SELECT number FROM suppressions_added WHERE id > ? AND profile = ?"
_ALL = "SELECT number FROM suppressions WHERE profile = ? ORDER BY number"


class ListedNumbers:
    """One profile's list as of its last look, eight bytes a number; of those taken off since it asks the store.

    ``find_store`` returns the event store, None as long as there is none. Numbers are in E.164, as the reader of
    numbers gives them.
    """

    def __init__(self, find_store: Callable[[], Database | None], *, profile: str) -> None:
        self._find_store = find_store
        self._store: Database | None = None
        self._profile = profile
        self._by_length: dict[int, array[int]] = {}  # each in order: numbers of one length sort alike as texts
        self._others: set[str] = set()
        self._change: int | None = None

    def __contains__(self, number: str) -> bool:
        """Tell whether a number was on the list at the last look, or at some time since the first."""
        key = number[1:] if number.startswith("+") else to_key(number)
        if key in self._others:
            return True
        numbers = self._by_length.get(len(key))
        if numbers is None or not _is_digits(key):
            return False
        value = int(key)
        place = bisect_left(numbers, value)
        return place < len(numbers) and numbers[place] == value

    def find(self, numbers: Sequence[str]) -> set[str]:
        """Return those of some numbers that are on the list now. Raises ConfigurationError, LockBusyError."""
        self.look()
        known = [number for number in numbers if number in self]
        if self._store is None or not known:
            return set()
        return SuppressionList(self._store, profile=self._profile).find_listed(known)

    def look(self) -> None:
        """Hear what was added since the last look. Raises ConfigurationError, LockBusyError."""
        self._store = store = self._store or self._find_store()
        if store is None:
            return
        rows = store.query(_CHANGE)
        change = int(rows[0][0]) if rows else 0
        if change == self._change:
            return
        # the number of the change came first: what is added in between is merely read twice
        if self._change is None or change - self._change > ADDITIONS_KEPT:
            self._load(row[0] for row in store.iterate(_ALL, (self._profile,)))
        else:
            self._others.update(row[0] for row in store.query(_ADDED, (self._change, self._profile)))
        self._change = change

    def _load(self, keys: Iterable[str]) -> None:
        by_length: dict[int, array[int]] = {}
        others: set[str] = set()
        for key in keys:
            if _is_digits(key):
                by_length.setdefault(len(key), array("Q")).append(int(key))
            else:
                others.add(key)
        self._by_length, self._others = by_length, others


def _is_digits(key: str) -> bool:
    """Tell whether it is a number of E.164, which eight bytes hold; a chat's name may be digits, and longer."""
    return len(key) <= 18 and key.isascii() and key.isdigit()
