"""How a campaign is to be sent, in the words of the options, so that a later run need not say it again."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from bothub_cli.field_check import check_fields

_SEPARATOR = "\n"  # between two --map


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSettings:
    """The options that hold for the whole campaign, in the command line's words; None was not said."""

    map: str | None = None
    """Such as "to=Phone": the list's columns by the template's names; several are separated by line breaks."""
    encoding: str | None = None
    """The list's: "utf-8" when nobody says."""
    delimiter: str | None = None
    """What separates its cells; found out when nobody says."""
    unique_by: str | None = None
    """In a word: "number": one message for each; "message": one for each number and message."""
    suppress: str | None = None
    """The path of a list of people who get nothing."""
    region: str | None = None
    """The country of national numbers, two letters."""
    locale: str | None = None
    """How the list writes numbers and days: "fr"."""
    traffic_type: str | None = None
    """Of every message that says none."""
    rate: str | None = None
    """Such as "25/s", "600/min", or "none"."""
    burst: str | None = None
    """How many may go at once after a pause: "1"."""
    concurrency: str | None = None
    """Requests in flight at most."""
    max_errors: str | None = None
    """The run stops after more: "50", or "2%"."""
    max_cost: str | None = None
    """The campaign is refused when it may cost more: "250EUR"."""
    window: str | None = None
    """The hours in which it sends: "08:30-20:00"."""
    tz: str | None = None
    """The zone of these hours: "Europe/Paris", or "country" for each number's own."""
    not_on: str | None = None
    """Days on which it does not: "sunday,holidays,2026-12-24"."""
    start_at: str | None = None
    """When it begins, ISO 8601."""
    check: str | None = None
    """The word "no" sends the messages unchecked."""
    strict: str | None = None
    """The word "yes" takes warnings for errors."""
    skip_invalid: str | None = None
    """The word "yes" leaves out rows that cannot be sent."""
    fallback_after: str | None = None
    """How long a message may take before it goes another way: "4h"."""
    fallback_file: str | None = None
    """The CSV file of all rows that go another way."""
    fallback_exec: str | None = None
    """The program that gets each of them, as JSON."""
    raw_csv: str | None = None
    """The word "yes" leaves the cells of that file as they are, also those that a spreadsheet would compute."""

    def __post_init__(self) -> None:
        check_fields(self)

    def remembered(self) -> dict[str, str]:
        """Return what was said, for the journal."""
        return {name: value for name in _NAMES if (value := getattr(self, name)) is not None}

    def completed(self, earlier: Mapping[str, str]) -> Self:
        """Fill in what was not said now with what was said when the campaign began."""
        return replace(self, **{name: earlier.get(name) for name in _NAMES if getattr(self, name) is None})

    @property
    def mappings(self) -> list[str]:
        return self.map.split(_SEPARATOR) if self.map else []


_NAMES = tuple(item.name for item in fields(CampaignSettings))


def join_mappings(mappings: list[str] | None) -> str | None:
    """Return several ``--map`` as one word."""
    return _SEPARATOR.join(mappings) if mappings else None


def said(*, option: bool) -> str | None:
    """Return a switch as a word: "yes", or nothing when it was not given."""
    return "yes" if option else None
