"""How long to wait before something is tried again: longer each time, and not at the same instant as everybody else."""

from bothub_cli.record import record

_DOUBLINGS_MAX = 60  # beyond it every delay is at its longest, and the power would leave the range of floats


@record
class GrowingDelay:
    """Seconds that grow by ``factor`` with each attempt, up to ``longest``.

    ``least`` and ``most`` are the shares of it that the two ends of chance (0 and 1) leave.
    """

    first: float
    longest: float
    factor: float = 2.0
    least: float = 1.0
    most: float = 1.0

    def after(self, attempt: int, *, chance: float = 1.0) -> float:
        """Return the seconds to wait after that many attempts that failed, from 1; ``chance`` is between 0 and 1."""
        steps = min(max(attempt, 1) - 1, _DOUBLINGS_MAX)
        grown = min(self.longest, self.first * self.factor**steps)
        return grown * (self.least + (self.most - self.least) * chance)
