"""Pages from templates: HTML in files, where every value is escaped that is not markup itself.

Line breaks and indentation of a template are for its reader: none of them reaches the page.
"""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from bothub_cli.display_text import show_hidden, show_on_one_line


class _JoinedLines(Extension):
    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002  jinja2's
        return re.sub(r"\n\s*", "", source)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bothub_cli", ""),
        extensions=[_JoinedLines],
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"show_hidden": show_hidden, "on_one_line": show_on_one_line}
    return environment


def render(template: str, **values: object) -> str:
    """Return a template of this package (``preview/html/page.html``) with its values filled in."""
    return _environment().get_template(template).render(values)


def as_markup(drawn: str) -> Markup:
    """Say of what a template drew, and of our own style, that a page takes it as it is."""
    return Markup(drawn)  # noqa: S704  escaped where it was drawn


def render_document(template: str, *, title: str, style: str, **values: object) -> str:
    """Return a page of its own (``preview/html/document.html``); its policy allows this one style and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return render(template, title=title, style=as_markup(style), policy=as_markup(policy), **values)
