"""The sandbox as an ASGI application: API calls by the short way, everything else through Starlette."""

import asyncio
from contextlib import suppress
from email.utils import format_datetime

from starlette.requests import ClientDisconnect

from bothub_cli.sandbox.answers import (
    BODY_TOO_LARGE,
    INVALID_BODY,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    UNAVAILABLE,
    UNKNOWN_HOST,
    Answer,
    Transmission,
    gateway_answer,
)
from bothub_cli.sandbox.bothub.call import Call
from bothub_cli.sandbox.bothub.operations import Match, ServedOperation, answer_call, match_operation
from bothub_cli.sandbox.http.request_body import (
    BodyUnreadableError,
    is_multipart,
    read_upload,
)
from bothub_cli.sandbox.http.respond import Deliverer, Header
from bothub_cli.sandbox.http.site import create_site
from bothub_cli.sandbox.state.access import Access
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.serving.asgi import Receive, Scope, Send
from bothub_cli.serving.connections import Connections
from bothub_cli.serving.request_body import BodyRoom, BodyTooLargeError, ClientGoneError, NoRoomError

API_PREFIXES = ("/oauth/", "/bothub/")


class SandboxApp:
    """The whole application; it lives in one event loop, whose thread alone touches the sandbox."""

    def __init__(self, sandbox: Sandbox, access: Access, *, connections: Connections, closing: asyncio.Event) -> None:
        self._sandbox = sandbox
        self._origins = access.origins
        self._room = BodyRoom()
        self._deliverer = Deliverer(connections, closing)
        self._site = create_site(sandbox, access, closing=closing)
        self._date_second = 0
        self._date = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not self._is_addressed(scope, headers.get("host")):
            await self._deliver(gateway_answer(UNKNOWN_HOST), scope, receive, send)
        elif scope["path"].startswith(API_PREFIXES):
            await self._serve_api(headers, scope, receive, send)
        else:
            with suppress(ClientDisconnect):
                await self._site(scope, receive, send)

    def _is_addressed(self, scope: Scope, host: str | None) -> bool:
        """Tell whether exactly one Host header names the sandbox (RFC 9112 3.2)."""
        hosts = sum(name == b"host" for name, _ in scope["headers"])
        return hosts == 1 and self._origins.knows_host(host)

    async def _serve_api(self, headers: dict[str, str], scope: Scope, receive: Receive, send: Send) -> None:
        match = match_operation(scope["method"], scope["path"])
        if match.operation is None:
            await self._deliver(_no_operation(match), scope, receive, send)
            return
        try:
            answer = await self._answer(match.operation, match, headers, scope, receive)
        except ClientGoneError:
            return
        await self._deliver(answer, scope, receive, send)

    async def _answer(
        self, operation: ServedOperation, match: Match, headers: dict[str, str], scope: Scope, receive: Receive
    ) -> Answer:
        try:
            call = await self._read_call(operation, match, headers, scope, receive)
        except BodyTooLargeError:
            refusal = gateway_answer(BODY_TOO_LARGE, headers=(("connection", "close"),))
            # A client that waits for 100 Continue has sent nothing yet.
            return refusal if "expect" in headers else refusal.sent_as(Transmission.EARLY)
        except NoRoomError:
            return gateway_answer(UNAVAILABLE, headers=(("retry-after", "1"), ("connection", "close")))
        except BodyUnreadableError:
            return gateway_answer(INVALID_BODY)
        try:
            return answer_call(self._sandbox, operation, call)
        finally:
            if call.upload is not None and call.upload.content is not None:
                call.upload.content.unlink(missing_ok=True)  # still there when the upload was refused

    async def _read_call(
        self, operation: ServedOperation, match: Match, headers: dict[str, str], scope: Scope, receive: Receive
    ) -> Call:
        declared = headers.get("content-length")
        upload, body = None, b""
        if operation.takes_upload and is_multipart(headers.get("content-type", "")):
            upload = await read_upload(scope, receive, limit=operation.body_limit, declared=declared)
        else:
            body = await self._room.read(receive, limit=operation.body_limit, declared=declared)
        return Call(
            operation=operation.name,
            method=scope["method"],
            path=scope["path"],
            headers=headers,
            query_string=scope["query_string"].decode("latin-1"),
            body=body,
            bot_id=match.bot_id,
            target=match.target,
            upload=upload,
        )

    async def _deliver(self, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        now = self._sandbox.clock.now()
        self._sandbox.calls.note(scope["method"], scope["path"], answer.status, answer.body, at=now)
        request_id = self._sandbox.identifiers.request_id().encode()
        extra: list[Header] = [(b"date", self._http_date()), (b"x-oapi-request-id", request_id)]
        await self._deliverer.deliver(answer, extra=extra, scope=scope, receive=receive, send=send)

    def _http_date(self) -> bytes:
        now = self._sandbox.clock.now()
        second = int(now.timestamp())
        if second != self._date_second:
            self._date_second, self._date = second, format_datetime(now, usegmt=True).encode()
        return self._date


def _no_operation(match: Match) -> Answer:
    if match.allowed:
        return gateway_answer(METHOD_NOT_ALLOWED, headers=(("allow", ", ".join(match.allowed)),))
    return gateway_answer(NOT_FOUND)
