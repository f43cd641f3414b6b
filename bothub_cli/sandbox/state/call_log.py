"""The calls of the API and how they were answered: each for the terminal, the refused ones for the page."""

import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

REFUSED_KEPT: Final = 500
REASON_MAX: Final = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call; ``reason`` is what the answer says of its refusal. The query, which holds secrets, is left out."""

    number: int
    at: datetime
    method: str
    path: str
    status: int
    reason: str | None = None


class CallLog:
    """Counts every call, keeps the refused ones, and hands each to ``on_call`` when somebody listens."""

    def __init__(self) -> None:
        self.on_call: Callable[[CallRecord], None] | None = None
        self.on_refused: Callable[[CallRecord], None] = _forget
        self.by_status: Counter[int] = Counter()
        self._refused: deque[CallRecord] = deque(maxlen=REFUSED_KEPT)
        self._count = 0

    def note(self, method: str, path: str, status: int, body: bytes, *, at: datetime) -> None:
        """Take note of a call that was answered."""
        self._count += 1
        self.by_status[status] += 1
        is_refused = status >= 400
        if not is_refused and self.on_call is None:
            return
        record = CallRecord(
            number=self._count,
            at=at,
            method=method,
            path=path,
            status=status,
            reason=find_reason(body) if is_refused else None,
        )
        if is_refused:
            self._refused.append(record)
            self.on_refused(record)
        if self.on_call is not None:
            self.on_call(record)

    def refused(self) -> list[CallRecord]:
        """Return the latest calls that were refused, the newest first."""
        return list(reversed(self._refused))

    def clear(self) -> None:
        """Forget them."""
        self._refused.clear()
        self.by_status.clear()


@lru_cache(maxsize=128)
def find_reason(body: bytes) -> str | None:
    """Return what an error says, in whichever of the three dialects: Orange's gateway, FNW.11, or OAuth."""
    try:
        document = json.loads(body)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    reason = document.get("reason")
    said = reason.get("text") if isinstance(reason, dict) else None
    words = said or document.get("error_description") or document.get("description") or document.get("message")
    return words[:REASON_MAX] if isinstance(words, str) else None


def _forget(_record: CallRecord) -> None:
    """Do nothing: nobody watches."""
