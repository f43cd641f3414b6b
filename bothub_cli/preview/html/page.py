"""Writes messages as one self-contained page: every phone, light and dark, no script, nothing fetched."""

from collections.abc import Sequence

from bothub_cli.display_text import show_on_one_line
from bothub_cli.preview.forecast.layout import Drawable
from bothub_cli.preview.forecast.phones import PROFILES, ProfileName
from bothub_cli.preview.html.message import render_message
from bothub_cli.preview.html.style import page_stylesheet
from bothub_cli.preview.html.templates import as_markup, render_document


def render_page(
    messages: Sequence[Drawable], *, title: str = "Message preview", profile: ProfileName = "classic"
) -> str:
    """Return an HTML document in which 1 CSS px is 1 DP; ``profile`` is the phone that is shown first.

    Its content security policy allows its own style, by hash, and nothing else; media are drawn as labelled boxes
    and never fetched.
    """
    return render_document(
        "preview/html/page.html",
        title=show_on_one_line(title),
        style=page_stylesheet(),
        messages=messages,
        phones=PROFILES.values(),
        titles={phone.name: phone.title for phone in PROFILES.values()},
        chosen=profile,
        draw=lambda message, phone: as_markup(render_message(message, phone)),
    )
