"""Reads places as people type them on a command line: ``48.8584,2.2945,Eiffel Tower``, or words to look for."""

import re
from dataclasses import dataclass

from bothub_cli.display_text import quote
from bothub_cli.errors import UsageError
from bothub_cli.messages import GeolocationPushMessage
from bothub_cli.messages.limits import LATITUDE_MAX, LONGITUDE_MAX

PLACE_FORM = "LAT,LON or LAT,LON,LABEL in decimal degrees, like 48.8584,2.2945,Eiffel Tower"

_PLACE = re.compile(
    r"\s*([+-]?\d{1,20}(?:\.\d{1,30})?)\s*,\s*([+-]?\d{1,20}(?:\.\d{1,30})?)\s*(?:,(.*))?", re.ASCII | re.DOTALL
)
_ONLY_NUMBERS = re.compile(r"[\d\s.,;+°'\"′″NSEWO-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point in degrees (WGS 84), with the name it was given."""

    latitude: float
    longitude: float
    label: str | None


def read_location(written: str, *, option: str = "--location") -> GeolocationPushMessage:
    """Return the message that shows ``LAT,LON[,LABEL]``; raises UsageError."""
    place = read_place(written, option=option)
    if place is None:
        raise UsageError(problem=f"{option}: {quote(written)} is no place", fix=f"write {PLACE_FORM}")
    return GeolocationPushMessage(latitude=place.latitude, longitude=place.longitude, label=place.label)


def read_place(written: str, *, option: str) -> Place | None:
    """Return the place, or None for what must be words to look for; raises UsageError for numbers gone wrong."""
    found = _PLACE.fullmatch(written)
    label = (found[3] or "").strip() if found else ""
    # 48,85,2,35 looks like a place with the label "2,35"; it is two decimal commas.
    if _ONLY_NUMBERS.fullmatch(label or (written if found is None else "x")):
        raise UsageError(
            problem=f"{option}: {quote(written)} is no LAT,LON",
            fix="write decimal points and one comma: 48.8584,2.2945",
        )
    if found is None:
        return None
    return Place(
        latitude=_read_degrees(found[1], LATITUDE_MAX, "latitude", option),
        longitude=_read_degrees(found[2], LONGITUDE_MAX, "longitude", option),
        label=label or None,
    )


def _read_degrees(written: str, largest: int, name: str, option: str) -> float:
    degrees = float(written)
    if abs(degrees) > largest:
        raise UsageError(
            problem=f"{option}: {written} is no {name}: it must be between -{largest} and {largest}",
            fix="the latitude (north-south) comes first, then the longitude",
        )
    return degrees
