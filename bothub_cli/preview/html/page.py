"""Writes messages as one self-contained page: every phone, light and dark, no script, nothing fetched."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape

from bothub_cli.display_text import show_on_one_line
from bothub_cli.messages import RcsMessage
from bothub_cli.preview.forecast.phones import PROFILES, PhoneLayout, ProfileName
from bothub_cli.preview.html.message import render_message
from bothub_cli.preview.html.style import page_stylesheet

_COLOURS = {"auto": "As the system", "light": "Light", "dark": "Dark"}


def render_page(
    messages: Sequence[RcsMessage], *, title: str = "Message preview", profile: ProfileName = "classic"
) -> str:
    """Return an HTML document in which 1 CSS px is 1 DP; ``profile`` is the phone that is shown first.

    The page switches by radio buttons and CSS alone. Its content security policy allows its own style, by hash, and
    nothing else; media are drawn as labelled boxes and never fetched.
    """
    style = page_stylesheet()
    phones = "".join(
        _draw_phone(message, phone, number, len(messages))
        for number, message in enumerate(messages, start=1)
        for phone in PROFILES.values()
    )
    heading = escape(show_on_one_line(title))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{heading}</title>
<style>{style}</style>
</head>
<body>
<header class="page-head">
<h1>{heading}</h1>
<form>{"".join(_draw_switches(profile))}</form>
<p>Sizes are true (1 CSS pixel is 1 DP); where text breaks and what is cut is an estimate, for fonts differ.</p>
</header>
<main class="phones">{phones}</main>
</body>
</html>
"""


def _policy(style: str) -> str:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _draw_switches(chosen: ProfileName) -> Iterator[str]:
    yield _draw_switch("phone", "Phone", {phone.name: phone.title for phone in PROFILES.values()}, chosen)
    yield _draw_switch("colours", "Colours", _COLOURS, "auto")


def _draw_switch(name: str, legend: str, choices: dict[str, str], chosen: str) -> str:
    options = "".join(
        f'<label><input type="radio" name="{name}" id="{name}-{value}"{" checked" if value == chosen else ""}>'
        f"{escape(text)}</label>"
        for value, text in choices.items()
    )
    return f"<fieldset><legend>{legend}</legend>{options}</fieldset>"


def _draw_phone(message: RcsMessage, phone: PhoneLayout, number: int, count: int) -> str:
    which = f"Message {number} of {count}, " if count > 1 else ""
    return (
        f'<section class="phone phone-{phone.name}">'
        f"<h2>{which}{escape(phone.title)}: {escape(phone.note)}</h2>"
        f'<div class="screen"><div class="bar" aria-hidden="true"><i></i>Your agent</div><p class="day">Today</p>'
        f"{render_message(message, phone)}</div></section>"
    )
