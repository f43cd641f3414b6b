"""The bucket that hands out requests, alone or shared by all processes of the machine that use one profile."""

import math
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID

from bothub_cli.campaign.pace.pace import Allowance, Pace, PaceState, slow_down, take
from bothub_cli.clock import Clock
from bothub_cli.errors import ConfigurationError
from bothub_cli.files import PRIVATE_FILE
from bothub_cli.files.locks import hold_lock
from bothub_cli.files.owners import read_regular

_LAYOUT = struct.Struct("<4s16sdddd")
_MARK = b"bhb2"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # a new one each time that the machine starts (Linux, random(4))
_LOCK_WAIT = 10.0  # seconds; others hold it for microseconds

Result = TypeVar("Result")


class Bucket(Protocol):
    """Hands out requests, and slows down when the API says so."""

    def take(self, wanted: int) -> Allowance:
        """Take up to that many."""
        ...

    def slow_down(self, *, retry_after: float | None, observed: float) -> None:
        """Hear that the API refused for the rate."""
        ...


class OwnBucket:
    """A bucket of this process alone."""

    def __init__(self, pace: Pace, *, clock: Clock) -> None:
        self._pace = pace
        self._clock = clock
        self._state = PaceState()

    def take(self, wanted: int) -> Allowance:
        grant = take(self._state, self._pace, now=self._clock.monotonic(), wanted=wanted)
        self._state = grant.state
        return grant

    def slow_down(self, *, retry_after: float | None, observed: float) -> None:
        now = self._clock.monotonic()
        self._state = slow_down(self._state, self._pace, now=now, retry_after=retry_after, observed=observed)


class SharedBucket:
    """A bucket in a file; the monotonic clock is one for all processes of a machine.

    Its methods raise ConfigurationError when the file cannot be used, LockBusyError when its lock is stuck.
    """

    def __init__(self, path: Path, pace: Pace, *, clock: Clock) -> None:
        self._path = path
        self._pace = pace
        self._clock = clock

    def take(self, wanted: int) -> Allowance:
        def decide(state: PaceState) -> tuple[PaceState, Allowance]:
            grant = take(state, self._pace, now=self._clock.monotonic(), wanted=wanted)
            return grant.state, grant

        return self._update(decide)

    def slow_down(self, *, retry_after: float | None, observed: float) -> None:
        def decide(state: PaceState) -> tuple[PaceState, None]:
            now = self._clock.monotonic()
            return slow_down(state, self._pace, now=now, retry_after=retry_after, observed=observed), None

        self._update(decide)

    def _update(self, decide: Callable[[PaceState], tuple[PaceState, Result]]) -> Result:
        lock = self._path.with_name(self._path.name + ".lock")
        try:
            with hold_lock(lock, wait=_LOCK_WAIT, subject="the pace of this profile"):
                state, result = decide(_read(self._path))
                _write(self._path, state)
        except OSError as exc:
            raise ConfigurationError(problem=exc.strerror or str(exc), where=str(self._path)) from exc
        return result


def read_state(path: Path) -> PaceState:
    """Read the state that the machine's processes share; a missing, a damaged or another boot's file is a full bucket.

    Raises ConfigurationError.
    """
    try:
        return _read(path)
    except OSError as exc:
        raise ConfigurationError(problem=exc.strerror or str(exc), where=str(path)) from exc


def _read(path: Path) -> PaceState:
    try:
        mark, boot, *numbers = _LAYOUT.unpack(read_regular(path))
    except (FileNotFoundError, struct.error):
        return PaceState()
    if mark != _MARK or boot != _boot() or not all(map(math.isfinite, numbers)):
        return PaceState()
    due_at, rate, slowed_at, blocked_until = numbers
    return PaceState(due_at=due_at, rate=max(rate, 1e-3), slowed_at=slowed_at, blocked_until=blocked_until)


def _write(path: Path, state: PaceState) -> None:
    packed = _LAYOUT.pack(_MARK, _boot(), state.due_at, state.rate, state.slowed_at, state.blocked_until)
    # Not synced: after a power cut a fresh bucket does no harm.
    path.touch(mode=PRIVATE_FILE)
    with path.open("r+b") as stream:
        stream.write(packed)
        stream.truncate()


@cache
def _boot() -> bytes:
    """Name this boot of the machine, since monotonic times of another one mean nothing; zeros where nobody knows."""
    try:
        return UUID(_BOOT_ID.read_text().strip()).bytes
    except (OSError, ValueError):
        return bytes(16)
