"""Messages are counted by billing class, and advertisements outside the French hours are warned about."""

from datetime import UTC, datetime

import pytest

from bothub_cli.campaign.journal.interface import BilledUnits
from bothub_cli.campaign.pace.window import SendingWindow, read_window
from bothub_cli.campaign.rows.french_hours import warn_of_hours
from bothub_cli.campaign.rows.tally import BillingTally

TEXT = {"RCSMessage": {"textMessage": "Hello", "trafficType": "advertisement"}}
LONG = {"RCSMessage": {"textMessage": "x" * 161, "trafficType": "order"}}
NOON, NIGHT = datetime(2026, 6, 1, 10, tzinfo=UTC), datetime(2026, 6, 1, 21, tzinfo=UTC)


def test_messages_are_counted_by_class_without_those_that_repeat_another() -> None:
    tally = BillingTally()
    for line, number, payload in (
        (2, "+33612345678", TEXT),
        (3, "+33612345678", TEXT),
        (4, "+33612345679", LONG),
        (5, "+12025550123", LONG),
    ):
        tally.count(line, number, payload)
    tally.take_out([3])

    assert tally.billing == {"basic": BilledUnits(1, 1), "single": BilledUnits(1, 1), "rich": BilledUnits(2, 2)}
    assert tally.french_advertisements == 1


@pytest.mark.parametrize(
    ("start", "end", "window"),
    [
        (NIGHT, NIGHT, None),
        (NOON, NIGHT, None),
        (NOON, None, None),
        (NOON, NOON, read_window("07:00-21:00", zone="Europe/Paris")),
        (NOON, NOON, read_window("08:00-21:30", zone="Asia/Tokyo")),
        (NOON, NOON, read_window("20:00-09:00", zone="Europe/Paris")),
    ],
)
def test_advertisement_outside_the_french_hours_is_warned_about(
    start: datetime, end: datetime | None, window: SendingWindow | None
) -> None:
    warning = warn_of_hours(3, start=start, end=end, window=window)

    assert warning is not None
    assert warning.fix is not None
    assert warning.fix.startswith("--window 08:00-21:30")


def test_the_day_and_a_window_within_it_are_fine() -> None:
    window = read_window("08:30-20:00", zone="Europe/Paris")

    assert warn_of_hours(3, start=NOON, end=NOON, window=None) is None
    assert warn_of_hours(3, start=NIGHT, end=None, window=window) is None
    assert warn_of_hours(0, start=NIGHT, end=NIGHT, window=None) is None


def test_a_day_of_ones_own_is_closed() -> None:
    window = read_window("08:00-20:00", zone="UTC", not_on="2026-06-01")

    assert window.next_opening(NOON) == datetime(2026, 6, 2, 8, tzinfo=UTC)
