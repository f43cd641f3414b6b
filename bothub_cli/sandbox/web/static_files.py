"""The page with the phones: one HTML file, two style sheets and one script, from the package, under a strict policy.

The script is written in parts that are read one by one; the browser gets it in one piece.

Nothing that a bot or a user wrote is in these files: the script asks the JSON API for it.
"""

from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bothub_cli.preview.html.style import message_stylesheet

# The script may write HTML only through its policy "drawing", which takes the fragments that preview/ has escaped.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types drawing"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",  # a sandbox of another version may follow at the same address
}
_ASSETS = {"page.css": "text/css", "icon.svg": "image/svg+xml"}
_SCRIPT = (
    "server",
    "elements",
    "rows",
    "thread",
    "user",
    "inspector",
    "settings",
    "page",
)  # later parts use earlier ones


def page_routes() -> list[Route]:
    """Return the routes of the page and of its parts; each message and each phone has an address of its own."""
    return [
        *(Route(path, _show_page) for path in ("/", "/everything", "/phones/{number}", "/messages/{msg_id}")),
        Route("/favicon.ico", _show_icon),
        Route("/page/message.css", _show_message_style),
        Route("/page/page.js", _show_script),
        Route("/page/{name}", _show_asset),
    ]


async def _show_page(_: Request) -> Response:
    return Response(_read("index.html"), media_type="text/html", headers=_HEADERS)


async def _show_message_style(_: Request) -> Response:
    return Response(message_stylesheet(), media_type="text/css", headers=_HEADERS)


async def _show_script(_: Request) -> Response:
    script = "\n".join(_read(f"script/{part}.js") for part in _SCRIPT)
    return Response(script, media_type="text/javascript", headers=_HEADERS)


async def _show_icon(_: Request) -> Response:
    """Answer browsers that look for an icon by its old name, on whatever they show of the sandbox."""
    return Response(_read("icon.svg"), media_type=_ASSETS["icon.svg"], headers=_HEADERS)


async def _show_asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _ASSETS:
        return Response("no such file", status_code=404, media_type="text/plain", headers=_HEADERS)
    return Response(_read(name), media_type=_ASSETS[name], headers=_HEADERS)


@cache
def _read(name: str) -> str:
    return files("bothub_cli.sandbox").joinpath("web", name).read_text(encoding="utf-8")
