"""Says once that something cannot be done, and once that it can again."""

from collections.abc import Callable

OnFailure = Callable[[str | None], None]  # what is wrong; None when it is over


class LastingFailure:
    """Used in one thread; ``on_change`` hears of the first problem and of the end of it, not of those in between."""

    def __init__(self, on_change: OnFailure) -> None:
        self.problem: str | None = None
        self._on_change = on_change

    def note(self, problem: str | None) -> None:
        """Take note of how an attempt has ended; None: well."""
        before, self.problem = self.problem, problem
        if (before is None) != (problem is None):
            self._on_change(problem)
