"""How a campaign is to be sent, in the words of the options, so that a later run need not say it again."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from bothub_cli.field_check import check_fields

_SEPARATOR = "\n"  # between two --map


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSettings:
    """The options that hold for the whole campaign; None was not said."""

    map: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    unique_by: str | None = None
    suppress: str | None = None
    region: str | None = None
    locale: str | None = None
    traffic_type: str | None = None
    rate: str | None = None
    burst: str | None = None
    concurrency: str | None = None
    max_errors: str | None = None
    max_cost: str | None = None
    window: str | None = None
    tz: str | None = None
    not_on: str | None = None
    start_at: str | None = None
    check: str | None = None
    strict: str | None = None
    skip_invalid: str | None = None
    fallback_after: str | None = None
    fallback_file: str | None = None
    fallback_exec: str | None = None
    raw_csv: str | None = None

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
