"""Everything that is not BotHub's API: health, uploaded files, the page, and the sandbox's own JSON API."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from bothub_cli.sandbox.arguments import ControlError
from bothub_cli.sandbox.asgi_types import Receive, Scope, Send
from bothub_cli.sandbox.control import ControlApi
from bothub_cli.sandbox.origins import Access, Origins
from bothub_cli.sandbox.page import page_routes
from bothub_cli.sandbox.state import Sandbox
from bothub_cli.sandbox.view import ViewApi

API_PATH = "/sandbox/api"
SAFE_METHODS = ("GET", "HEAD")


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
            return JSONResponse({"error": "no such file, or it is not ready"}, status_code=404)
        return FileResponse(
            sandbox.files.path(stored.file_id),
            media_type=stored.file_type,
            headers={"content-security-policy": "sandbox", "x-content-type-options": "nosniff"},
        )

    routes = [
        Route("/healthz", health),
        Route("/sandbox/files/{file_id}", file_content),
        *page_routes(),
        Mount(f"{API_PATH}/view", routes=ViewApi(sandbox, closing=closing).routes()),
        Mount(API_PATH, routes=ControlApi(sandbox, closing=closing).routes()),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={ControlError: _tell}), access)


async def _tell(_: Request, exc: Exception) -> Response:
    assert isinstance(exc, ControlError)
    return _refuse(exc.problem, status=exc.status)


def _refuse(problem: str, *, status: int) -> Response:
    return JSONResponse({"error": problem}, status_code=status)
