"""Tells an outage from a hiccup: pauses a run in trouble, and gives up when nothing has been clear for too long."""

import math
import random
from dataclasses import replace
from typing import ClassVar

from bothub_cli.campaign.pace.pace import back_off
from bothub_cli.errors import BothubError, CredentialsError, NetworkError, TemporaryError
from bothub_cli.record import record


@record(frozen=False, eq=False)
class PauseTooLongError(TemporaryError):
    """The API asks to wait for longer than the run may; ``until`` as people read it, ``seconds`` from now."""

    code: ClassVar[str] = "api.rate_limited"

    until: str
    seconds: float

    @property
    def message(self) -> str:
        return f"the API asks to wait until {self.until}, longer than this run waits"

    @property
    def remedy(self) -> str | None:
        return f"go on then, or let the run wait: --max-wait {math.ceil(self.seconds / 60)}m"


TROUBLES_ALLOWED = 5  # endings in a row without a clear answer, before a run pauses and asks with one request at a time


class OutageDetector:
    """Endings without a clear answer, and the pauses because of them; times are monotonic seconds."""

    def __init__(self, *, started: float) -> None:
        self._last_clear_answer = started
        self._last_error: BothubError | None = None
        self._in_a_row = 0
        self._pauses = 0
        self._reason: str | None = None
        self._paused_until = 0.0
        self._block: PauseTooLongError | None = None
        self._blocked_until = 0.0

    @property
    def is_outage(self) -> bool:
        """Tell whether one request at a time should find out how it is."""
        return self._in_a_row >= TROUBLES_ALLOWED

    def note_clear_answer(self, now: float) -> None:
        self._in_a_row = self._pauses = 0
        self._last_clear_answer = now

    def note_trouble(self, now: float, reason: str, error: BothubError | None) -> None:
        """Count an ending without a clear answer; after several in a row, pause longer and longer."""
        self._last_error = error or self._last_error
        self._in_a_row += 1
        if self.is_outage and now >= self._paused_until:
            self._reason = reason
            self._paused_until = now + back_off(self._pauses, jitter=random.random())  # noqa: S311  no secret hangs on it
            self._pauses += 1

    def note_block(self, now: float, seconds: float, *, until: str) -> None:
        """Hear that the API wants nothing at all for a while; ``until`` as people read it."""
        if now + seconds > self._blocked_until + 1.0:  # else it is the same one, heard again
            self._block = PauseTooLongError(until=until, seconds=seconds)
        self._blocked_until = max(self._blocked_until, now + seconds)

    def is_blocked(self, now: float) -> bool:
        """Tell whether the API wants nothing at all."""
        return now < self._blocked_until

    def why_paused(self, now: float) -> str | None:
        if self._block is not None and self.is_blocked(now):
            return f"the API asks to wait until {self._block.until}"
        return self._reason if now < self._paused_until else None

    def give_up(
        self, now: float, *, max_wait: float, is_renewing: bool, token_error: BothubError | None
    ) -> BothubError | None:
        """Return the error that ends a run: one that waiting does not heal, or any after ``max_wait`` seconds."""
        if self.is_outage:
            match self._last_error:
                case NetworkError(is_lasting=True):  # trust and permission do not heal by waiting
                    return self._last_error
        if is_renewing and isinstance(token_error, CredentialsError):
            return token_error
        if self.is_blocked(now) and self._blocked_until - self._last_clear_answer > max_wait:
            return self._block
        is_stuck = self._in_a_row > 0 or is_renewing
        if is_stuck and now - self._last_clear_answer > max_wait:
            return token_error or self._last_error or TemporaryError()
        return None


def name_trouble(error: BothubError | None) -> str:
    """Say why a run pauses, in the same words each time that it is the same: a network error's detail holds times."""
    if isinstance(error, NetworkError):
        return replace(error, detail="").message
    return "the API does not answer, or only that it cannot"
