"""Suggestion flags become model values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.authoring.suggestion_flags import (
    read_calendar,
    read_dial,
    read_open_url,
    read_reply,
    read_show_location,
    read_suggestion_flags,
)
from bothub_cli.errors import ExitCode, UsageError
from bothub_cli.messages import CreateCalendarEvent, DialPhoneNumber, OpenUrl, Reply, ShowLocation

READERS: list[Any] = [read_reply, read_open_url, read_dial, read_show_location, read_calendar]


@pytest.mark.parametrize(
    ("read", "written", "problem"),
    [
        (read_reply, "", '--reply: no label in ""'),
        (read_reply, "=yes", '--reply: no label in "=yes"'),
        (read_reply, "Yes=", '--reply: nothing after the = in "Yes="'),
        (read_open_url, "https://example.com/?a=b", "--open-url: the address has no label before it"),
        (read_open_url, "Our site", '--open-url: no = in "Our site"'),
        (read_dial, "+33123456789", '--dial: no = in "+33123456789"'),
        (read_dial, "Call us=home", '--dial: "home" is no phone number'),
        (read_show_location, "Map= ", '--show-location: nothing after the = in "Map= "'),
        (read_show_location, "Map=48,85,2,35", '--show-location: "48,85,2,35" is no LAT,LON'),
        (read_show_location, "Map=48.85 2.35", '--show-location: "48.85 2.35" is no LAT,LON'),
        (read_show_location, "Map=48.85", '--show-location: "48.85" is no LAT,LON'),
        (read_show_location, "Map=48°51'24\"N 2°21'07\"E", '--show-location: "48°51\'24"N 2°21\'07"E" is no LAT,LON'),
        (
            read_show_location,
            "Map=2.35,348.85",
            "--show-location: 348.85 is no longitude: it must be between -180 and 180",
        ),
        (read_calendar, "Go=2026-12-24T18:00Z", '--calendar: END is missing in "2026-12-24T18:00Z"'),
        (read_calendar, "Go=2026-12-24T18:00Z/2h/", '--calendar: TITLE is missing in "2026-12-24T18:00Z/2h/"'),
        (read_calendar, "Go=/2h/Party", '--calendar: START is missing in "/2h/Party"'),
        (read_calendar, "Go=tomorrow/2h/Party", '--calendar, the start: "tomorrow" is no time'),
        (read_calendar, "Go=2026-12-24/2h/Party", '--calendar, the start: "2026-12-24" is no time'),
        (
            read_calendar,
            "Go=2026-12-24T18:00/2h/Party",
            '--calendar, the start: "2026-12-24T18:00" has no time zone',
        ),
        (
            read_calendar,
            "Go=2026-02-30T18:00Z/2h/Party",
            '--calendar, the start: "2026-02-30T18:00Z" does not exist in the calendar or on the clock',
        ),
        (read_calendar, "Go=2026-12-24T18:00Z/later/Party", '--calendar, the end: "later" is no time'),
        (read_calendar, "Go=2026-12-24T18:00Z/0h/Party", '--calendar, the end: "0h" lasts no time at all'),
        (
            read_calendar,
            "Go=2026-12-24T18:00Z/2026-12-24T19:00+02:00/Party",
            "--calendar: the event ends before it starts",
        ),
    ],
)
def test_a_wrong_flag_is_refused_by_name(read: Any, written: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(written)
    assert caught.value.message == problem
    assert caught.value.fix
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    ("written", "label", "postback"),
    [
        ("Yes=yes_1", "Yes", "yes_1"),
        ("Yes", "Yes", "Yes"),
        ("Size=size=42", "Size", "size=42"),
        (r"1 + 1 \= 2=right", "1 + 1 = 2", "right"),
        (r"1 + 1 \= 2", "1 + 1 = 2", "1 + 1 = 2"),
        (r"C:\\=drive", "C:\\", "drive"),
        (r"a\b=c\=d", r"a\b", r"c\=d"),
        ("end\\", "end\\", "end\\"),
    ],
)
def test_the_label_stands_before_the_first_bare_equals_sign(written: str, label: str, postback: str) -> None:
    assert read_reply(written) == Reply(display_text=label, postback_data=postback)


def test_an_address_keeps_its_own_equals_signs() -> None:
    assert read_open_url("Our site=https://example.com/?a=b") == OpenUrl(
        display_text="Our site", url="https://example.com/?a=b"
    )


@pytest.mark.parametrize(
    ("written", "number"), [("+33 1.23-45(67)89", "+33123456789"), ("3900", "3900"), ("#123#", "#123#")]
)
def test_a_number_loses_its_separators(written: str, number: str) -> None:
    assert read_dial(f"Call us={written}") == DialPhoneNumber(display_text="Call us", phone_number=number)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("48.85,2.35", {"latitude": 48.85, "longitude": 2.35}),
        ("-33.9, +151.2, Opera, Sydney", {"latitude": -33.9, "longitude": 151.2, "label": "Opera, Sydney"}),
        ("48.85,2.35,", {"latitude": 48.85, "longitude": 2.35}),
        ("shops near Lyon", {"query": "shops near Lyon"}),
        ("12 rue de la Paix, 75002 Paris", {"query": "12 rue de la Paix, 75002 Paris"}),
    ],
)
def test_a_place_is_two_numbers_or_words_to_look_for(written: str, place: dict[str, Any]) -> None:
    assert read_show_location(f"Map={written}") == ShowLocation(display_text="Map", **place)


@pytest.mark.parametrize(
    ("written", "end", "title", "description"),
    [
        ("2026-12-24T18:00+01:00/2h/Party", "2026-12-24T20:00:00+01:00", "Party", None),
        ("2026-12-24 18:00+0100/1h30m/Party/Bring/cake", "2026-12-24T19:30:00+01:00", "Party", "Bring/cake"),
        ("2026-12-24T18:00:00+01:00/2026-12-24T18:00Z/A\\/B/", "2026-12-24T18:00:00+00:00", "A/B", None),
    ],
)
def test_an_event_ends_at_a_time_or_after_a_while(written: str, end: str, title: str, description: str | None) -> None:
    assert read_calendar(f"Remind me={written}") == CreateCalendarEvent(
        display_text="Remind me",
        start_time="2026-12-24T18:00:00+01:00",
        end_time=end,
        title=title,
        description=description,
    )


def test_replies_come_before_actions() -> None:
    suggestions = read_suggestion_flags(
        calendars=["Go=2026-12-24T18:00Z/2h/Party"],
        show_locations=["Map=Lyon"],
        dials=["Call=3900"],
        open_urls=["Site=https://example.com"],
        replies=["Yes", "No"],
    )
    labels = [suggestion.display_text for suggestion in suggestions]
    assert labels == ["Yes", "No", "Site", "Call", "Map", "Go"]


@pytest.mark.parametrize("read", READERS)
@given(
    written=st.text()
    | st.text(r"=\/,.0123456789+-:TZhm x")
    | st.from_regex(r"\AGo=\d{4}-\d\d-\d\dT\d\d:\d\dZ/\d{1,12}[wdhms]/x\Z")
)
def test_whatever_is_typed_is_read_or_refused_in_one_line(read: Any, written: str) -> None:
    try:
        suggestion = read(written)
    except UsageError as error:
        refused = error
    else:
        assert suggestion.display_text
        return
    assert refused.message.isprintable()


def test_suggestions_keep_the_order_in_which_their_flags_are_written() -> None:
    found = read_suggestion_flags(
        replies=["No", "Yes"],
        open_urls=["Our site=https://x.example"],
        dials=["Call=+33123456789"],
        order=("open_urls", "replies", "dials", "postbacks", "replies"),
    )
    assert [each.display_text for each in found] == ["Our site", "No", "Call", "Yes"]
