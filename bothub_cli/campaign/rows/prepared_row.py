"""What goes from the preparation of a campaign to its engine."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class PreparedRow:
    """A row that is ready to go: its key in the journal and the bytes of its message."""

    key: int
    body: bytes = field(repr=False)
    attempts: int = 0
