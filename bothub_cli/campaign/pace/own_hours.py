"""The sending hours in the time zone of each receiver: one window, looked at from many places."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bothub_cli.campaign.pace.window import SendingWindow, read_zone
from bothub_cli.clock import Clock

_STEPS_MOST = 64  # openings that are tried until all zones of a country are open at once
_FRESH = timedelta(seconds=1)  # for so long an answer is believed


@dataclass(frozen=True, slots=True)
class JointWindow:
    """The hours that suit several zones at once, as a number of a wide country may be in any of them."""

    windows: tuple[SendingWindow, ...]

    def next_opening(self, now: datetime) -> datetime | None:
        """Return when sending may go on, in UTC; None when it may go on now."""
        opening = self.find_common(now)
        assert opening is not None, "without a common hour one zone stands for all"
        return None if opening == now else opening

    def find_common(self, now: datetime) -> datetime | None:
        """Return the first moment, this one or later, at which all are open; None when there is none."""
        moment = now
        for _ in range(_STEPS_MOST):
            openings = [found for each in self.windows if (found := each.next_opening(moment)) is not None]
            if not openings:
                return moment
            moment = max(openings)
        return None


class OwnHours:
    """Tells when a row may go; a row without zones of its own keeps to the campaign's."""

    def __init__(self, window: SendingWindow, *, clock: Clock) -> None:
        self.window = window
        self._clock = clock
        self._joint: dict[tuple[str, ...], JointWindow] = {}
        self._openings: dict[tuple[str, ...], datetime | None] = {}
        self._looked_at: datetime | None = None

    def opening(self, zones: tuple[str, ...]) -> datetime | None:
        """Return when a row of these zones may go, in UTC; None when it may go now."""
        now = self._clock.now()
        if self._looked_at is None or not timedelta() <= now - self._looked_at < _FRESH:
            self._openings.clear()
            self._looked_at = now
        if zones not in self._openings:
            self._openings[zones] = self.hours_of(zones).next_opening(now)
        return self._openings[zones]

    def opens_in(self, zones: tuple[str, ...]) -> float:
        """Return the seconds until a row of these zones may go."""
        opening = self.opening(zones)
        return 0.0 if opening is None else max(0.0, (opening - self._clock.now()).total_seconds())

    def hours_of(self, zones: tuple[str, ...]) -> JointWindow:
        """Return the hours of these zones; where no hour suits them all, those of the middle one."""
        if zones not in self._joint:
            windows = tuple(replace(self.window, zone=read_zone(each)) for each in zones) or (self.window,)
            joint = JointWindow(windows)
            now = self._clock.now()
            if joint.find_common(now) is None:
                by_offset = sorted(windows, key=lambda each: now.astimezone(each.zone).utcoffset() or timedelta())
                joint = JointWindow((by_offset[len(by_offset) // 2],))
            self._joint[zones] = joint
        return self._joint[zones]

    def middle_of(self, zones: tuple[str, ...]) -> str | None:
        """Return the zone that counts for all of these, where no hour suits them; None where one does."""
        windows = self.hours_of(zones).windows
        return windows[0].zone.key if len(windows) < len(zones) else None
