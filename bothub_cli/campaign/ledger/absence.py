"""What a process does while its ledger is away: says it once, and waits for a short time once it is to stop."""

import math
import threading
import time
from collections.abc import Callable

_JUST_HEARD = 0.8  # seconds after an answer, in which a connection that has not come back yet means nothing


class Absence:
    """Shared by all connections of a process to one ledger.

    ``tell`` hears when the ledger does not answer, and when it does again, from any thread. A signal handler may call
    ``ask_to_stop``.
    """

    def __init__(self, tell: Callable[[str], None] = lambda text: None) -> None:  # noqa: ARG005  nobody is told
        self._tell = tell
        self._lock = threading.Lock()
        self._asked_at = math.inf
        self._heard_at = -math.inf
        self.is_away = False

    @property
    def is_to_stop(self) -> bool:
        """Tell whether somebody asked to stop."""
        return self._asked_at < math.inf

    def ask_to_stop(self) -> None:
        """Let nobody wait for long any more."""
        self._asked_at = min(self._asked_at, time.monotonic())

    def waits_until(self, seconds: float) -> float:
        """Return the moment, monotonic, that is so long after the order to stop; never without one."""
        return self._asked_at + seconds

    def begin(self, problem: str, *, max_wait: float) -> None:
        """Hear that the ledger does not answer, and for how many seconds it is asked again."""
        is_just_heard = time.monotonic() - self._heard_at < _JUST_HEARD  # by another connection
        if not is_just_heard and self._change(is_away=True):
            for_long = f"; it is asked again for up to {max_wait:.0f} s" if max_wait >= 1 else ""
            self._tell(f"the ledger does not answer: {problem}{for_long}")

    def end(self) -> None:
        """Hear that it answers."""
        self._heard_at = time.monotonic()
        if self.is_away and self._change(is_away=False):
            self._tell("the ledger answers again")

    def _change(self, *, is_away: bool) -> bool:
        with self._lock:
            is_new = self.is_away is not is_away
            self.is_away = is_away
        return is_new
