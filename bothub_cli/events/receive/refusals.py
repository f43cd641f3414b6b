"""Says what the webhook refused: the first of each kind at once, the others as a sum a minute, all in the end."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bothub_cli.serving.limits import Refusal

SUM_EVERY: Final = 60.0  # seconds
SENDERS_KEPT: Final = 1_000  # different senders of one kind in one minute; more are counted as others

_Kind = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalNotice:
    """So many requests were refused with this status, for this reason; ``senders`` are the most frequent ones.

    ``is_first`` tells the first of its kind from the sum of those that followed it.
    """

    status: int
    reason: str
    count: int
    senders: tuple[str, ...]
    others: int  # how many senders are not named
    is_first: bool


@dataclass(slots=True)
class _Minute:
    """What was refused, of one kind, since it was last told."""

    since: float
    count: int = 0
    reason: str = ""
    senders: Counter[str] = field(default_factory=Counter)


class RefusalLog:
    """Notes refusals in any thread, and tells them in the one that calls ``tell_due``."""

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._first: list[RefusalNotice] = []
        self._minutes: dict[_Kind, _Minute] = {}
        self._totals: Counter[_Kind] = Counter()

    def note(self, refusal: Refusal) -> None:
        """Count a refusal."""
        kind = (refusal.status, _family(refusal.reason))
        with self._lock:
            self._totals[kind] += 1
            minute = self._minutes.get(kind)
            if minute is None:
                self._minutes[kind] = _Minute(since=self._now())
                self._first.append(_notice(kind, refusal.reason, Counter([refusal.sender]), count=1, is_first=True))
                return
            minute.count += 1
            minute.reason = refusal.reason
            if refusal.sender in minute.senders or len(minute.senders) < SENDERS_KEPT:
                minute.senders[refusal.sender] += 1

    def take_due(self, *, all_of_them: bool = False) -> list[RefusalNotice]:
        """Return what is to be told now; a kind that was quiet for a minute is told at once the next time."""
        now = self._now()
        with self._lock:
            due, self._first = self._first, []
            for kind, minute in list(self._minutes.items()):
                if now - minute.since < SUM_EVERY and not all_of_them:
                    continue
                if minute.count:
                    due.append(_notice(kind, minute.reason, minute.senders, count=minute.count, is_first=False))
                    self._minutes[kind] = _Minute(since=now)
                else:
                    del self._minutes[kind]
        return due

    def totals(self) -> dict[_Kind, int]:
        """Return how many were refused since the start, by status and kind of reason."""
        with self._lock:
            return dict(sorted(self._totals.items()))


def _family(reason: str) -> str:
    """Return what reasons of one kind share: what follows the colon differs from body to body."""
    return reason.partition(":")[0].partition(" (part ")[0]


def _notice(kind: _Kind, reason: str, senders: "Counter[str]", *, count: int, is_first: bool) -> RefusalNotice:
    named = tuple(sender for sender, _ in senders.most_common(1))
    return RefusalNotice(
        status=kind[0],
        reason=reason if count == 1 else kind[1],
        count=count,
        senders=named,
        others=len(senders) - len(named),
        is_first=is_first,
    )
