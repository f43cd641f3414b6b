"""What goes from the preparation of a campaign to its engine, and how people hear how many."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

FindSuppressed = Callable[[Sequence[str]], Collection[str]]
"""Tells which of some numbers must not be written to, at the moment of the question."""


def find_nobody(_numbers: Sequence[str]) -> Collection[str]:
    """Nobody said STOP."""
    return frozenset()


@dataclass(slots=True)
class PreparedRow:
    """A row that is ready to go: its key in the journal, the bytes of its message, and whom it is for.

    ``zones``: the time zones that its receiver may be in, when the sending hours are each one's own.
    ``attempts`` that the API put off, and the seconds that were ``waited`` between them.
    """

    key: int
    body: bytes = field(repr=False)
    number: str = field(default="", repr=False)
    zones: tuple[str, ...] = ()
    attempts: int = 0
    waited: float = 0.0
