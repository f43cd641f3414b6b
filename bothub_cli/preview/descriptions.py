"""The words that pictures share: sizes, lengths, places, names of files."""

from urllib.parse import urlsplit

from bothub_cli.amounts import describe_size
from bothub_cli.display_text import show_on_one_line
from bothub_cli.messages import GeolocationPushMessage


def format_size(size: int | None) -> str:
    """Write a size as people read it."""
    return "size unknown" if size is None else describe_size(size)


def format_length(seconds: int | None) -> str:
    """Write a playing length as minutes and seconds; an absent one as dashes."""
    return "--:--" if seconds is None else f"{seconds // 60}:{seconds % 60:02}"


def format_place(place: GeolocationPushMessage) -> str:
    """Write coordinates with their hemispheres: "48.8566° N, 2.3522° E"."""
    north = "N" if place.latitude >= 0 else "S"
    east = "E" if place.longitude >= 0 else "W"
    return f"{abs(place.latitude):g}° {north}, {abs(place.longitude):g}° {east}"


def name_file(url: str, file_name: str | None) -> str:
    """Return the name of a file for people: its own, or the last part of its address."""
    if file_name:
        return show_on_one_line(file_name)
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[": the check says so, the picture still has to be drawn
        return show_on_one_line(url)[:80]
    return show_on_one_line(parts.path.rsplit("/", 1)[-1] or parts.netloc or url)[:80]
