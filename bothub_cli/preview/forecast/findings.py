"""Says a forecast in the words of the check: one warning a loss, for every kind of phone that has it."""

from collections.abc import Sequence
from typing import Final

from bothub_cli.messages.check.report import RCC71, Finding
from bothub_cli.preview.forecast.cuts import Cut
from bothub_cli.preview.forecast.layout import Drawable, forecast
from bothub_cli.preview.forecast.phones import CARD_SUGGESTIONS_MAX, CARDS_MAX, CHIPS_MAX, LABEL_MAX, ProfileName

# What a check asks by itself: the standard and the phone that most people hold. Apple publishes no sizes.
CHECKED_PROFILES: Final[tuple[ProfileName, ...]] = ("classic", "google")
_SOURCES: Final[dict[ProfileName, str]] = {
    "classic": f"{RCC71} pp. 176–184",
    "google": "Google's truncation advice (Sinch ta-p/10204), observed sizes",
    "ios": "Google's partner guide for RCS on iPhone",
}
_FIXES: Final = {
    "title": "make the title shorter",
    "description": "make the description shorter, or take a lower media height or fewer suggestions",
    "media": "make the text shorter, or take fewer suggestions",
    "card": f"send at most {CARDS_MAX} cards",
}


def read_findings(
    message: Drawable, profiles: Sequence[ProfileName] = CHECKED_PROFILES, *, pointer: str = ""
) -> tuple[Finding, ...]:
    """Return a warning for each part that a phone shortens or hides, in the order of the message.

    The same loss on several phones is one finding that names them. ``pointer`` is where the RCSMessage stands.
    """
    losses: dict[Cut, list[ProfileName]] = {}
    for name in profiles:
        for cut in forecast(message, name, pointer=pointer).cuts:
            losses.setdefault(cut, []).append(name)
    return tuple(_write(cut, names) for cut, names in sorted(losses.items(), key=lambda loss: _order(loss[0])))


def _write(cut: Cut, names: list[ProfileName]) -> Finding:
    phones = " and ".join(names)
    unit = "DP" if cut.part == "media" else "characters"
    return Finding(
        severity="warning",
        rule=cut.rule,
        pointer=cut.pointer,
        message=f"{cut.sentence} on {phones} phones (estimate)",
        limit=None if cut.is_hidden else f"{cut.shown} {unit} shown",
        actual=f"{cut.total} {unit}" if cut.is_measured else None,
        source="; ".join(_SOURCES[name] for name in names),
        fix=_fix(cut),
    )


def _fix(cut: Cut) -> str:
    match cut.part:
        case "suggestion" | "chip" if not cut.is_hidden:
            return f"use at most {min(LABEL_MAX, cut.shown)} characters"
        case "suggestion":
            return f"take a lower media height, a shorter text or fewer suggestions (at most {CARD_SUGGESTIONS_MAX})"
        case "chip":
            return f"send at most {CHIPS_MAX} chips"
        case part:
            return _FIXES[part]


def _order(cut: Cut) -> tuple[int, int, int, str]:
    parts = ("media", "title", "description", "suggestion", "card", "chip")
    return (cut.card or 0, parts.index(cut.part), cut.number or 0, cut.pointer)
