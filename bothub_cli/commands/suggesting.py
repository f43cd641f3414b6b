"""Reads the suggestions that options describe; who gives none does not wait for their readers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bothub_cli.messages import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSuggestions:
    """The suggestions of a command as they were typed, each kind in its order."""

    replies: Sequence[str] | None
    open_urls: Sequence[str] | None
    dials: Sequence[str] | None
    show_locations: Sequence[str] | None
    calendars: Sequence[str] | None

    def read(self) -> tuple[Suggestion, ...]:
        """Return the suggestions, replies first. Raises UsageError for one that cannot be read."""
        kinds = (self.replies, self.open_urls, self.dials, self.show_locations, self.calendars)
        if not any(kinds):
            return ()
        from bothub_cli.authoring.flags import read_suggestions

        return read_suggestions(
            replies=self.replies or (),
            open_urls=self.open_urls or (),
            dials=self.dials or (),
            show_locations=self.show_locations or (),
            calendars=self.calendars or (),
        )
