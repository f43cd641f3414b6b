"""Time as a value that is passed in, so that tests decide what time it is."""

import time
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["Clock", "SystemClock", "to_local", "to_rfc3339"]


class Clock(Protocol):
    """What the program asks of time."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def to_rfc3339(instant: datetime) -> str:
    """Write an aware instant as RFC 3339 in UTC, with milliseconds only when there are some."""
    utc = instant.astimezone(UTC)
    precision = "milliseconds" if utc.microsecond >= 1000 else "seconds"
    return utc.isoformat(timespec=precision).replace("+00:00", "Z")


def to_local(instant: datetime) -> str:
    """Write an aware instant as the clocks on this machine's wall say it, for people to read."""
    return f"{instant.astimezone():%Y-%m-%d %H:%M:%S}"
