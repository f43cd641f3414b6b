"""Shows events as they come: aligned lines under one header, which a terminal keeps in its history."""

import shutil

from bothub_cli.output.blocks import TextLine, Tone
from bothub_cli.output.columns import fit, one_line
from bothub_cli.output.documents.event import EventRow

_TIME, _KIND, _WHO = 8, 13, 16  # columns
_POSTBACK_SHARE = 3  # a third of what is left is for the postback
_WIDTH_MIN = 60


class EventLines:
    """Lays out one row after the other for the width that the terminal has at that moment."""

    def header(self) -> TextLine:
        """Return the titles."""
        return TextLine(_lay_out(("time", "event", "who", "what", "postback")).rstrip(), Tone.QUIET)

    def row(self, event: EventRow) -> TextLine:
        """Return the line of an event."""
        what = event.what
        if event.kind == "messageStatus" and event.message_id:
            what = f"{what} {event.message_id}"
        time = f"{event.received_at.astimezone():%H:%M:%S}"
        cells = (time, event.kind, event.who, what, "" if event.postback is None else event.postback)
        return TextLine(_lay_out(cells).rstrip(), event.tone)


def _lay_out(cells: tuple[str, str, str, str, str]) -> str:
    time, kind, who, what, postback = map(one_line, cells)
    columns = max(shutil.get_terminal_size().columns - 1, _WIDTH_MIN)
    rest = columns - _TIME - _KIND - _WHO - 8  # two spaces between columns
    marks = rest // _POSTBACK_SHARE
    return "  ".join(
        (fit(time, _TIME), fit(kind, _KIND), fit(who, _WHO), fit(what, rest - marks), fit(postback, marks))
    )
