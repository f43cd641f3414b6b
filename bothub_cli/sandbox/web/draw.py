"""Draws a message for the page, on the phone and the screen that its reader chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from bothub_cli.clock import to_rfc3339
from bothub_cli.messages import RcsMessage
from bothub_cli.messages.payload import PayloadError
from bothub_cli.preview.forecast.cuts import summarise_cuts
from bothub_cli.preview.forecast.layout import forecast
from bothub_cli.preview.forecast.phones import PROFILES, SCREEN_WIDTH, PhoneLayout, ProfileName
from bothub_cli.preview.html.message import PictureOf, render_message
from bothub_cli.sandbox.control.arguments import ControlError, number_in_query
from bothub_cli.sandbox.state.message_log import SandboxMessage, texts_of
from bothub_cli.sandbox.state.phones import Phone
from bothub_cli.sandbox.state.sandbox import Sandbox

WIDTH_MIN, WIDTH_MAX = 280, 800  # DP: from the narrowest fold-out to a small tablet
FONT_SCALE_MIN, FONT_SCALE_MAX = 0.5, 3.0  # Android offers 0.85 to 2
OWN = "own"  # the phone as it is, not the one that somebody chose
DRAWN_BY_PHONE = frozenset({"textMessage", "richcardMessage", "fileMessage", "audioMessage", "geolocationPushMessage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A kind of phone, the width of its screen in DP, and how much larger its user wants text."""

    phone: ProfileName = "classic"
    width: int = SCREEN_WIDTH
    font_scale: float = 1.0

    @classmethod
    def from_query(cls, query: Mapping[str, str], owned: Phone) -> "Screen":
        """Read ``phone``, ``width`` and ``font_scale``; "own" draws an iPhone as one. Raises ControlError."""
        phone = query.get("phone", "classic")
        if phone == OWN:
            phone = "ios" if owned.system == "ios" else "classic"
        if phone not in get_args(ProfileName):
            raise ControlError(problem=f"phone: must be one of {', '.join((OWN, *get_args(ProfileName)))}")
        return cls(
            phone=next(name for name in PROFILES if name == phone),
            width=round(number_in_query(query, "width", default=SCREEN_WIDTH, minimum=WIDTH_MIN, maximum=WIDTH_MAX)),
            font_scale=number_in_query(
                query, "font_scale", default=1.0, minimum=FONT_SCALE_MIN, maximum=FONT_SCALE_MAX
            ),
        )

    @property
    def profile(self) -> PhoneLayout:
        return PROFILES[self.phone].on_screen(width=self.width, font_scale=self.font_scale)


def draw_message(message: SandboxMessage, screen: Screen, *, picture_of: PictureOf | None = None) -> str | None:
    """Return the message as an escaped HTML fragment; None for what a phone does not draw, or cannot.

    ``picture_of`` tells where the page finds the picture of a media URL; without it there are labelled boxes.
    """
    rcs_message = _read(message)
    if rcs_message is None:
        return None
    return render_message(
        rcs_message,
        screen.profile,
        tappable=message.direction == "to_phone",
        with_losses=False,
        picture_of=picture_of,
    )


def list_losses(message: SandboxMessage, screen: Screen) -> list[str]:
    """Say what that phone does not show of the message, and what it shows otherwise."""
    rcs_message = _read(message)
    if rcs_message is None or message.direction == "to_bot":
        return []
    drawn = forecast(rcs_message, screen.profile)
    return [*summarise_cuts(drawn.cuts), *drawn.notes]


def list_broken_files(message: SandboxMessage, sandbox: Sandbox) -> list[str]:
    """Say which uploaded files of the message are gone: a phone that loads them now shows a broken picture."""
    own_files = sandbox.settings.own_files
    names = dict.fromkeys(url.removeprefix(own_files) for url in texts_of(message.payload) if url.startswith(own_files))
    return [f"{name} {gone}: the phone shows a broken picture" for name in names if (gone := _say_gone(name, sandbox))]


def _say_gone(file_id: str, sandbox: Sandbox) -> str | None:
    stored = sandbox.files.find(file_id)
    if stored is None:
        return "was deleted"
    return f"expired at {to_rfc3339(stored.valid_until)}" if stored.status == "expired" else None


def _read(message: SandboxMessage) -> RcsMessage | None:
    payload = message.payload.get("RCSMessage", {})
    if not DRAWN_BY_PHONE & payload.keys():
        return None
    try:
        return RcsMessage.from_payload(payload)
    except PayloadError:  # the check warned of a member that it tolerates and a drawing needs
        return None
