"""Everything that is not BotHub's API: health, uploaded files, and the sandbox's own JSON API."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bothub_cli.sandbox.state import Sandbox


def create_site(sandbox: Sandbox) -> Starlette:
    """Return the application behind ``/healthz`` and ``/sandbox/…``."""

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

    return Starlette(routes=[Route("/healthz", health), Route("/sandbox/files/{file_id}", file_content)])
