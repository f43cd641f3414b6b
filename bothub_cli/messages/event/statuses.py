"""The words for how far a message got: which there are, their order, and which of them end it."""

from collections.abc import Iterable
from typing import Final

from bothub_cli.messages.vocabulary import MESSAGE_STATUSES, STATUS_SYNONYMS

# FNW.11's words in the order in which a message passes them, and those after which nothing more comes.
# "expired" and "rejected" are no words of FNW.11; platforms that speak it say them too.
PROGRESS: Final = MESSAGE_STATUSES[:4]
FAILURES: Final = frozenset({*MESSAGE_STATUSES[4:], "expired", "rejected"})
_KNOWN: Final = frozenset({*PROGRESS, *FAILURES})


def read_status(stated: str) -> str:
    """Return FNW.11's word for a status, however it is spelt; one that nobody knows stays as it is."""
    word = stated.strip().casefold()
    word = STATUS_SYNONYMS.get(word, word)
    return word if word in _KNOWN else stated


def has_reached(status: str | None, wanted: str) -> bool:
    """Tell whether a status is the wanted one or lies beyond it: a displayed message was delivered."""
    word, goal = read_status(status or ""), read_status(wanted)
    if word == goal:
        return True
    return word in PROGRESS and goal in PROGRESS and PROGRESS.index(word) > PROGRESS.index(goal)


def is_failure(status: str | None) -> bool:
    """Tell whether a message with this status will never arrive."""
    return read_status(status or "") in FAILURES


def is_final(status: str | None) -> bool:
    """Tell whether a message with this status gets no further, for good or for bad."""
    return is_failure(status) or has_reached(status, PROGRESS[-1])


def is_underway(status: str | None) -> bool:
    """Tell whether a message with this status is not on the phone yet, so that it can still be taken back."""
    return not is_final(status) and not has_reached(status, "delivered")


def find_furthest(statuses: Iterable[str]) -> str | None:
    """Return the status that says most, since reports may overtake each other: delivered before failed before sent."""
    return max(map(read_status, statuses), key=_weigh, default=None)


def _weigh(status: str) -> tuple[int, str]:
    if status in FAILURES:
        return (PROGRESS.index("sent") * 2 + 1, status)  # beyond "sent", yet a delivered message did not fail
    if status in PROGRESS:
        return (PROGRESS.index(status) * 2, status)
    return (-1, status)
