"""Reads the suggestions that options describe: replies first, then the actions, each kind in its order."""

from collections.abc import Callable, Iterable

from bothub_cli.messages import Suggestion


def read_suggestions(
    *,
    replies: Iterable[str] | None = None,
    open_urls: Iterable[str] | None = None,
    dials: Iterable[str] | None = None,
    show_locations: Iterable[str] | None = None,
    calendars: Iterable[str] | None = None,
) -> tuple[Suggestion, ...]:
    """Return the suggestions. Raises UsageError for one that cannot be read."""
    from bothub_cli.authoring import flags

    kinds: tuple[tuple[Iterable[str] | None, Callable[[str], Suggestion]], ...] = (
        (replies, flags.read_reply),
        (open_urls, flags.read_open_url),
        (dials, flags.read_dial),
        (show_locations, flags.read_show_location),
        (calendars, flags.read_calendar),
    )
    return tuple(read(written) for given, read in kinds for written in given or ())
