"""How far a message got: statuses in their order, and those that end it."""

from collections.abc import Iterable
from typing import Final

# FNW.11's words in the order in which a message passes them; "read" is already "displayed" where events are read.
PROGRESS: Final = ("pending", "sent", "delivered", "displayed")
FAILURES: Final = frozenset({"failed", "revoked", "cancelled", "expired"})


def has_reached(status: str, wanted: str) -> bool:
    """Tell whether a status is the wanted one or lies beyond it: a displayed message was delivered."""
    if status == wanted:
        return True
    return status in PROGRESS and wanted in PROGRESS and PROGRESS.index(status) > PROGRESS.index(wanted)


def is_failure(status: str) -> bool:
    """Tell whether a message with this status will get no further."""
    return status in FAILURES


def find_furthest(statuses: Iterable[str]) -> str | None:
    """Return the status that says most, since reports may overtake each other: delivered before failed before sent."""
    return max(statuses, key=_weigh, default=None)


def _weigh(status: str) -> tuple[int, str]:
    if status in FAILURES:
        return (PROGRESS.index("sent") * 2 + 1, status)  # beyond "sent", yet a delivered message did not fail
    if status in PROGRESS:
        return (PROGRESS.index(status) * 2, status)
    return (-1, status)
