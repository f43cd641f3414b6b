r"""Turns the suggestion flags of ``send`` and ``send-card`` into model values.

All have the form ``LABEL=VALUE``: what the user reads stands before the first ``=``. Write ``\=`` for an equals sign
in a label, and ``\\`` for a backslash; the value is taken as it is.

    --reply 'Yes=yes_1'   --reply Yes                          (the label is the postback too)
    --open-url 'Our site=https://example.com/?a=b'
    --dial 'Call us=+33 1 23 45 67 89'
    --show-location 'Our shop=48.8584,2.2945,Eiffel Tower'     LAT,LON or LAT,LON,NAME
    --show-location 'Nearest shop=shops near Lyon'             anything else is looked for on the map
    --calendar 'Remind me=2026-12-24T18:00+01:00/2h/Christmas Eve/Bring a cake'
        START/END/TITLE or START/END/TITLE/DESCRIPTION; END is a time, or how long it lasts; \/ in a title is a /
    --copy 'Copy code=123456'
    --postback 'Our site=site_1'                               what the bot is told when that action is tapped

Phones tell a bot of a tapped action only when it has a postback (RCC.07 v10 3.6.10.6.2.2): by default it is the label.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bothub_cli.authoring.place_flags import read_place
from bothub_cli.display_text import quote
from bothub_cli.durations import read_end, read_time
from bothub_cli.errors import UsageError
from bothub_cli.messages import (
    Action,
    CopyToClipboard,
    CreateCalendarEvent,
    DialPhoneNumber,
    OpenUrl,
    Reply,
    ShowLocation,
    Suggestion,
)

_LABEL = re.compile(r"((?:[^\\=]|\\.|\\\Z)*)(=?)(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\([=\\])")
_SEPARATORS = str.maketrans("", "", " .-()\u00a0\u202f\u2011")
_CALENDAR_PART = re.compile(r"((?:[^\\/]|\\.|\\\Z)*)(?:/|\Z)", re.DOTALL)
_CALENDAR_FORM = "'Remind me=2026-12-24T18:00+01:00/2h/Christmas Eve'"


def read_suggestion_flags(
    *,
    replies: Iterable[str] = (),
    open_urls: Iterable[str] = (),
    dials: Iterable[str] = (),
    show_locations: Iterable[str] = (),
    calendars: Iterable[str] = (),
    copies: Iterable[str] = (),
    postbacks: Iterable[str] = (),
    order: Iterable[str] = (),
) -> tuple[Suggestion, ...]:
    """Return the suggestions of all flags, as ``order`` names their kinds; those that it does not name come last.

    The order matters: Google Messages shows the first suggestion in the notification (November 2026).
    """
    waiting: dict[str, deque[Reply | Action]] = {
        "replies": deque(map(read_reply, replies)),
        "open_urls": deque(map(read_open_url, open_urls)),
        "dials": deque(map(read_dial, dials)),
        "show_locations": deque(map(read_show_location, show_locations)),
        "calendars": deque(map(read_calendar, calendars)),
        "copies": deque(map(read_copy, copies)),
    }
    suggestions = [waiting[kind].popleft() for kind in order if waiting.get(kind)]
    suggestions += [suggestion for rest in waiting.values() for suggestion in rest]
    return tuple(_with_postbacks(suggestions, postbacks))


def _with_postbacks(suggestions: list[Reply | Action], written: Iterable[str]) -> Iterator[Suggestion]:
    """Give each action its postback: the one of ``LABEL=DATA``, else its label."""
    given: dict[str, str] = {}
    for each in written:
        label, data = _split(each, option="--postback", example="'Our site=site_1'")
        if given.setdefault(label, data) != data:
            raise UsageError(problem=f"--postback: two for {quote(label)}", fix="a suggestion has one: leave one out")
    labels = [suggestion.display_text for suggestion in suggestions]
    if lost := next((label for label in given if label not in labels), None):
        there = f"the labels are {', '.join(map(quote, labels))}" if labels else "give the suggestion first"
        raise UsageError(problem=f"--postback: no suggestion is called {quote(lost)}", fix=there)
    for suggestion in suggestions:
        own = suggestion.postback_data if isinstance(suggestion, Reply) else None
        if own not in (None, suggestion.display_text, given.get(suggestion.display_text, own)):
            told = f"--reply {quote(f'{suggestion.display_text}={own}')} says it"
            raise UsageError(
                problem=f"--postback: two for {quote(suggestion.display_text)}", fix=f"leave it out: {told}"
            )
        chosen = given.get(suggestion.display_text, suggestion.postback_data)
        yield replace(suggestion, postback_data=suggestion.display_text if chosen is None else chosen)


def read_reply(written: str, *, option: str = "--reply") -> Reply:
    """Return the reply of ``LABEL=POSTBACK``, or of ``LABEL`` alone. Raises UsageError, as do all these functions."""
    label, value = split_label(written, option=option, example="'Yes=yes_1'")
    return Reply(display_text=label, postback_data=label if value is None else value)


def read_open_url(written: str, *, option: str = "--open-url") -> OpenUrl:
    """Return the action of ``LABEL=URL``."""
    example = "'Our site=https://example.com'"
    if re.match(r"\s*\w+://", written):
        raise UsageError(problem=f"{option}: the address has no label before it", fix=f"write {option} {example}")
    label, url = _split(written, option=option, example=example)
    return OpenUrl(display_text=label, url=url.strip())


def read_copy(written: str, *, option: str = "--copy") -> CopyToClipboard:
    """Return the action of ``LABEL=TEXT``, which puts the text on the clipboard."""
    label, text = _split(written, option=option, example="'Copy code=123456'")
    return CopyToClipboard(display_text=label, text=text)


def read_dial(written: str, *, option: str = "--dial") -> DialPhoneNumber:
    """Return the action of ``LABEL=NUMBER``; spaces, dots and hyphens in the number are dropped."""
    example = "'Call us=+33123456789'"
    label, number = _split(written, option=option, example=example)
    plain = number.translate(_SEPARATORS)
    if not re.fullmatch(r"\+?[0-9*#]+", plain):
        raise UsageError(problem=f"{option}: {quote(number)} is no phone number", fix=f"write {option} {example}")
    return DialPhoneNumber(display_text=label, phone_number=plain)


def read_show_location(written: str, *, option: str = "--show-location") -> ShowLocation:
    """Return the action of ``LABEL=LAT,LON[,NAME]``, or of ``LABEL=WORDS TO LOOK FOR``."""
    label, value = _split(written, option=option, example="'Our shop=48.8584,2.2945' or 'Our shop=shops near Lyon'")
    place = read_place(value, option=option)
    if place is None:
        return ShowLocation(display_text=label, query=value.strip())
    return ShowLocation(display_text=label, latitude=place.latitude, longitude=place.longitude, label=place.label)


def read_calendar(written: str, *, option: str = "--calendar") -> CreateCalendarEvent:
    """Return the action of ``LABEL=START/END/TITLE[/DESCRIPTION]``."""
    label, value = _split(written, option=option, example=_CALENDAR_FORM)
    start_text, end_text, title, description = _split_event(value, option=option)
    start = read_time(start_text, option=f"{option}, the start")
    end = read_end(end_text, start=start, option=f"{option}, the end")
    if end <= start:
        raise UsageError(problem=f"{option}: the event ends before it starts", fix="give START first, then END")
    return CreateCalendarEvent(
        display_text=label,
        start_time=start.isoformat(),
        end_time=end.isoformat(),
        title=title,
        description=description or None,
    )


def split_label(written: str, *, option: str, example: str) -> tuple[str, str | None]:
    """Return the label and the value after the first bare ``=``, None without one; raises UsageError for emptiness."""
    found = _LABEL.fullmatch(written)
    assert found is not None  # the pattern matches every string
    label = _ESCAPE.sub(r"\1", found[1]).strip()
    if not label:
        raise UsageError(problem=f"{option}: no label in {quote(written)}", fix=f"write {option} {example}")
    if found[2] and not found[3].strip():
        raise UsageError(problem=f"{option}: nothing after the = in {quote(written)}", fix=f"write {option} {example}")
    return label, found[3] if found[2] else None


def _split(written: str, *, option: str, example: str) -> tuple[str, str]:
    label, value = split_label(written, option=option, example=example)
    if value is None:
        raise UsageError(problem=f"{option}: no = in {quote(written)}", fix=f"write {option} {example}")
    return label, value


def _split_event(value: str, *, option: str) -> tuple[str, str, str, str]:
    parts: list[str] = []
    rest = value
    while rest and len(parts) < 3:
        found = _CALENDAR_PART.match(rest)
        assert found is not None  # the pattern matches nothing, too
        parts.append(re.sub(r"\\([/\\])", r"\1", found[1]).strip())
        rest = rest[found.end() :]
    if len(parts) < 3 or not all(parts):
        missing = ("START", "END", "TITLE")[next((n for n, part in enumerate(parts) if not part), len(parts))]
        raise UsageError(
            problem=f"{option}: {missing} is missing in {quote(value)}", fix=f"write {option} {_CALENDAR_FORM}"
        )
    return parts[0], parts[1], parts[2], rest.strip()
