"""Everything that is not BotHub's API: health, uploaded files, the page, and the sandbox's own JSON API."""

import asyncio
import base64
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ExceptionHandler

from bothub_cli.sandbox.control.api import ControlApi
from bothub_cli.sandbox.control.arguments import ControlError
from bothub_cli.sandbox.state.access import Access, Origins
from bothub_cli.sandbox.state.pictures.image_types import PictureRefusedError
from bothub_cli.sandbox.state.pictures.pictures import PICTURE_PATH
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.web.api import ViewApi
from bothub_cli.sandbox.web.static_files import page_routes
from bothub_cli.serving.asgi import Receive, Scope, Send
from bothub_cli.urls import SANDBOX_FILES

API_PATH = "/sandbox/api"
SAFE_METHODS = ("GET", "HEAD")
_CODES = {
    400: "sandbox.bad-argument",
    401: "sandbox.no-token",
    403: "sandbox.cross-site",
    404: "sandbox.not-found",
    405: "sandbox.method-not-allowed",
    409: "sandbox.conflict",
    413: "sandbox.body-too-large",
}
_PICTURE_HEADERS = {
    "cache-control": "private, max-age=3600",
    "content-security-policy": "default-src 'none'; sandbox",  # for whoever opens it as a document
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_FAILED_HEADERS = {**_PICTURE_HEADERS, "cache-control": "no-store"}
# One transparent pixel: a browser draws it in spite of the 404, instead of the sign of a broken picture.
NOTHING_TO_SEE = base64.b64decode("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")


class Guard:
    """Refuses what another site's page could make a browser send here."""

    def __init__(self, app: Starlette, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        is_foreign = not Origins.is_own(request.headers.get("origin"), host=request.headers.get("host"))
        is_cross_site = request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
        is_only_a_visit = request.method in SAFE_METHODS and not scope["path"].startswith(API_PATH)
        if is_foreign or (is_cross_site and not is_only_a_visit):
            await _refuse("requests from other sites are refused", status=403)(scope, receive, send)
        elif scope["path"].startswith(API_PATH) and not self._access.is_granted(request.headers.get("authorization")):
            await _refuse("this sandbox needs its token: Authorization: Bearer …", status=401)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def create_site(sandbox: Sandbox, access: Access, *, closing: asyncio.Event) -> Guard:
    """Return the application behind ``/``, ``/healthz`` and ``/sandbox/…``."""

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "messages": len(sandbox.messages)})

    async def file_content(request: Request) -> Response:
        stored = sandbox.files.find(request.path_params["file_id"])
        if stored is None or stored.source_url is not None or stored.status != "ready":
            return _refuse("no such file, or it is not ready", status=404)
        return FileResponse(
            sandbox.files.path(stored.file_id),
            media_type=stored.file_type,
            headers={"content-security-policy": "sandbox", "x-content-type-options": "nosniff"},
        )

    async def picture(request: Request) -> Response:
        try:
            found = await sandbox.pictures.find(request.path_params["name"])
        except PictureRefusedError as refused:
            if "image/" in request.headers.get("accept", ""):  # the labelled box behind it stays in sight
                return Response(NOTHING_TO_SEE, status_code=404, media_type="image/gif", headers=_FAILED_HEADERS)
            return _refuse(str(refused), status=404)
        return Response(found.content, media_type=found.media_type, headers=_PICTURE_HEADERS)

    routes = [
        Route("/healthz", health),
        Route(f"{SANDBOX_FILES}{{file_id}}", file_content),
        Route(f"{PICTURE_PATH}/{{name}}", picture),
        *page_routes(),
        Mount(f"{API_PATH}/view", routes=ViewApi(sandbox, closing=closing).routes()),
        Mount(API_PATH, routes=ControlApi(sandbox, closing=closing).routes()),
    ]
    handlers: dict[type[Exception], ExceptionHandler] = {ControlError: _tell, HTTPException: _tell_unknown}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), access)


async def _tell(_: Request, exc: Exception) -> Response:
    assert isinstance(exc, ControlError)
    return _refuse(exc.problem, status=exc.status)


async def _tell_unknown(_: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    return _refuse(exc.detail, status=exc.status_code, headers=exc.headers)


def _refuse(problem: str, *, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with ``error``, for people, and ``code``, which stays the same, for programs."""
    return JSONResponse({"error": problem, "code": _CODES[status]}, status_code=status, headers=headers)
