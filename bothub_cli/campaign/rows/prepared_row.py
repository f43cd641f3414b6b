"""What goes from the preparation of a campaign to its engine, and how people hear how many."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class PreparedRow:
    """A row that is ready to go: its key in the journal and the bytes of its message.

    ``attempts`` that the API put off, and the seconds that were ``waited`` between them.
    """

    key: int
    body: bytes = field(repr=False)
    attempts: int = 0
    waited: float = 0.0


def count_rows(count: int) -> str:
    """Say how many rows."""
    return f"{count:,} row" + ("" if count == 1 else "s")
