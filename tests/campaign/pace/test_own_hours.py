"""Each receiver is written to in the hours of the own time zone, wherever the campaign is sent from."""

from datetime import datetime

import pytest

from bothub_cli.campaign.pace.own_hours import OwnHours
from bothub_cli.campaign.pace.window import read_window
from bothub_cli.campaign.rows.prepared_row import PreparedRow
from bothub_cli.campaign.rows.zones import warn_of_zones
from bothub_cli.campaign.run.hours_feed import HoursFeed
from tests.fake_clock import FakeClock

TOKYO, PARIS, NEW_YORK = ("Asia/Tokyo",), ("Europe/Paris",), ("America/New_York",)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.fromisoformat("2026-06-05T12:00:00+02:00"))  # a Friday: 19:00 in Tokyo, 06:00 in New York


def hours(clock: FakeClock, span: str = "09:00-20:00") -> OwnHours:
    return OwnHours(read_window(span, zone="Europe/Paris"), clock=clock)


def test_the_same_hours_are_others_elsewhere(clock: FakeClock) -> None:
    own = hours(clock)
    assert (own.opens_in(PARIS), own.opens_in(TOKYO), own.opens_in(())) == (0, 0, 0)
    assert own.opens_in(NEW_YORK) == 3 * 3600


def test_a_number_that_may_be_in_several_zones_waits_for_an_hour_that_suits_all(clock: FakeClock) -> None:
    assert hours(clock).opens_in((*PARIS, *NEW_YORK)) == 3 * 3600


def test_where_no_hour_suits_all_zones_the_middle_one_counts(clock: FakeClock) -> None:
    own = hours(clock, "09:00-11:00")
    assert own.opens_in((*NEW_YORK, *PARIS, *TOKYO)) == own.opens_in(PARIS)


def test_rows_are_passed_over_until_their_own_time_and_none_is_kept(clock: FakeClock) -> None:
    rows = [PreparedRow(key, b"", zones=zones) for key, zones in enumerate((NEW_YORK, PARIS, TOKYO, NEW_YORK))]
    feed = HoursFeed(lambda: iter(rows), hours(clock), clock=clock)

    assert [row.key for row in feed.take(10)] == [1, 2]
    assert (feed.is_open, feed.ready, feed.take(10)) == (True, 0, [])
    waiting = feed.waits_for
    assert waiting == "outside the receivers' sending hours until 2026-06-05 15:00 Europe/Paris"

    clock.sleep(3 * 3600)
    assert feed.ready
    assert feed.waits_for is None
    assert [row.key for row in feed.take(10)] == [0, 1, 3]  # the journal knows that 1 was sent
    assert feed.is_open  # the one in Tokyo is asleep by now: it would be found again tomorrow


def test_a_list_of_which_all_may_go_ends(clock: FakeClock) -> None:
    feed = HoursFeed(lambda: iter([PreparedRow(1, b"", zones=PARIS)]), hours(clock), clock=clock)
    assert [row.key for row in feed.take(10)] == [1]
    assert not feed.is_open
    assert feed.ready == 0


def test_what_counts_for_rows_of_several_zones_or_none_is_said(clock: FakeClock) -> None:
    rows = {(): 2, PARIS: 9, (*PARIS, *NEW_YORK): 3, ("Pacific/Auckland", *PARIS, "America/Los_Angeles"): 1}
    window = read_window("09:00-18:00", zone="Europe/Paris")
    assert [each.problem for each in warn_of_zones(rows, window, clock)] == [
        "2 rows with no known time zone: the hours are those of Europe/Paris",
        "3 rows that may be in several time zones: the hours are those that suit all of them",
        "1 row in a country where no hour suits all time zones: the middle one counts, Europe/Paris",
    ]
    assert list(warn_of_zones({PARIS: 9}, window, clock)) == list(warn_of_zones(rows, None, clock)) == []
