"""A set of tickets in one byte each, since a campaign may have a million of them."""


class TicketSet:
    """Which tickets were met."""

    def __init__(self) -> None:
        self._marks = bytearray()

    def __contains__(self, ticket: int) -> bool:
        return ticket < len(self._marks) and bool(self._marks[ticket])

    def add(self, ticket: int) -> None:
        """Put a ticket in."""
        if ticket >= len(self._marks):
            self._marks.extend(bytes(ticket + 1 - len(self._marks)))
        self._marks[ticket] = 1
