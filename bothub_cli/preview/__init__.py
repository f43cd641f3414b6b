"""A message as the phone will show it: what is cut, and pictures for the terminal and the browser.

``read_findings`` forecasts what phones shorten or hide and says it in the words of the check; ``render_text``,
``render_svg`` and ``render_page`` draw it. Everything is returned, nothing is printed, nothing fetched.
The names are loaded when they are asked for: with the pictures come rich and jinja2.
"""

from typing import TYPE_CHECKING

from bothub_cli.names_on_demand import names_on_demand

if TYPE_CHECKING:
    from bothub_cli.preview.forecast.findings import read_findings
    from bothub_cli.preview.html.page import render_page
    from bothub_cli.preview.terminal.draw import render_svg, render_text

__all__ = ["read_findings", "render_page", "render_svg", "render_text"]

_HOME_OF = {
    "read_findings": "forecast.findings",
    "render_page": "html.page",
    "render_svg": "terminal.draw",
    "render_text": "terminal.draw",
}

if not TYPE_CHECKING:  # a type checker reads the imports above, and would believe any name here
    __getattr__ = names_on_demand(__name__, _HOME_OF, globals())
