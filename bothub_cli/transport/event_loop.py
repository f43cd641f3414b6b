"""Sends requests from an event loop through ``httpx``, the only module that knows it."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi

try:
    import httpx
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("AsyncClient needs httpx: pip install 'bothub-rcs[async]'", name="httpx") from error

from bothub_cli.errors import ConfigurationError, InputRefusedError, NetworkError, OutcomeUnknownError
from bothub_cli.protocol.excerpt import to_excerpt
from bothub_cli.protocol.http import Headers, HttpRequest, HttpResponse
from bothub_cli.transport.base import AnswerLostError, FileChangedError, TransportSettings
from bothub_cli.transport.failures import answer_lost, find_route_facts, network_error, never_sent
from bothub_cli.transport.http import ANSWER_MAX, CONNECTIONS_MAX, UPLOAD_SLOWEST, build_route
from bothub_cli.transport.multipart import MultipartBody
from bothub_cli.transport.traced import ExchangeTrace

_BLOCK = 64 * 1024  # bytes
_PROXY_AUTHENTICATION_REQUIRED = 407


def _describe_loss(error: Exception) -> str | None:
    """Say what became of an answer in the words of the blocking transport; None where those words know better."""
    match error, str(error):
        case httpx.DecodingError(), _:
            return "the answer cannot be decompressed"
        case httpx.RemoteProtocolError(), words if "without sending a response" in words:  # httpcore's own words
            return "the connection was closed without an answer"
        case httpx.RemoteProtocolError(), words if "without sending complete" in words:  # h11's own words
            return "the answer breaks off"
        case httpx.RemoteProtocolError(), _:
            return "the answer is no HTTP"
        case _:
            return None


class EventLoopTransport:
    """One call at a time for each task: no redirects, no cookies, no retries, no ~/.netrc. Each exchange is logged."""

    def __init__(self, settings: TransportSettings, *, user_agent: str, log_content: bool = False) -> None:
        self._settings = settings
        self._user_agent = user_agent
        self._trace = ExchangeTrace(log_content=log_content)
        self._clients: dict[str | None, httpx.AsyncClient] = {}
        self._turns = asyncio.Semaphore(CONNECTIONS_MAX)

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Return the answer, whatever its status.

        Raises NetworkError when the request surely never reached the server, AnswerLostError when it may have, and
        CancelledError, caused by OutcomeUnknownError, when the task was cancelled after the request had left.
        """
        async with self._turns:
            self._trace.request(request)
            started = time.monotonic()
            try:
                response = await self._exchange(request, started)
            except (NetworkError, AnswerLostError) as error:
                self._trace.failure(error, after=time.monotonic() - started)
                raise
            self._trace.answer(response)
            return response

    async def close(self) -> None:
        """Close the connections that are kept for the next request."""
        for client in self._clients.values():
            await client.aclose()

    async def _exchange(self, request: HttpRequest, started: float) -> HttpResponse:
        sent = _Sent()
        uploading = request.file.size / UPLOAD_SLOWEST if request.file else 0
        try:
            async with asyncio.timeout(self._settings.timeout + uploading):
                status, headers, body = await self._ask(request, sent)
        except asyncio.CancelledError as cancelled:
            if sent.is_sent and not request.replay_safe:
                unknown = OutcomeUnknownError(operation=request.operation, cause="the task was cancelled")
                raise cancelled from unknown
            raise
        except FileChangedError as error:
            raise InputRefusedError(problem=str(error), fix="try again when nothing writes to it") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, ValueError) as error:
            problem = f"the request to {request.operation} cannot be built: its address or a header is malformed"
            raise ConfigurationError(problem=problem) from error
        except (httpx.HTTPError, OSError) as error:  # TimeoutError is one
            is_expired = isinstance(error, TimeoutError | httpx.TimeoutException)
            if sent.is_sent:
                raise answer_lost(error, is_expired=is_expired, detail=_describe_loss(error)) from error
            route = find_route_facts(request.url, self._settings)
            if isinstance(error, httpx.ProxyError):
                raise network_error("proxy", to_excerpt(str(error), limit=120), route=route) from error
            is_of_proxy = bool(route.proxy) and not sent.is_past_proxy
            raise never_sent(error, route=route, is_expired=is_expired, is_of_proxy=is_of_proxy) from error
        if status == _PROXY_AUTHENTICATION_REQUIRED and build_route(request.url, self._settings).proxies:
            detail = "407 Proxy Authentication Required"
            raise network_error("proxy", detail, route=find_route_facts(request.url, self._settings))
        return HttpResponse(status=status, headers=headers, body=body, elapsed=time.monotonic() - started)

    async def _ask(self, request: HttpRequest, sent: "_Sent") -> tuple[int, Headers, bytes]:
        response = await self._find_client(request.url).send(self._build(request, sent), stream=True)
        try:
            body = bytearray()
            async for block in response.aiter_bytes():
                body += block
                if len(body) > ANSWER_MAX:
                    raise AnswerLostError("lost", f"the answer is larger than {ANSWER_MAX // 2**20} MiB")
            return response.status_code, Headers(dict(response.headers)), bytes(body)
        finally:
            await response.aclose()

    def _build(self, request: HttpRequest, sent: "_Sent") -> httpx.Request:
        headers = {"User-Agent": self._user_agent} | dict(request.headers)
        content: bytes | AsyncIterator[bytes] | None = request.body
        if request.form or request.file:
            multipart = MultipartBody(request.form, request.file)
            headers |= {"Content-Type": multipart.content_type, "Content-Length": str(len(multipart))}
            content = _read_blocks(multipart)
        return httpx.Request(
            request.method,
            request.url,
            headers=headers,
            content=content,
            extensions={"trace": sent.on_trace, "timeout": self._timeouts()},
        )

    def _timeouts(self) -> dict[str, float | None]:
        connect = min(self._settings.connect_timeout, self._settings.timeout)
        return {"connect": connect, "read": None, "write": None, "pool": None}  # the whole has its own limit

    def _find_client(self, url: str) -> httpx.AsyncClient:
        proxy = build_route(url, self._settings).proxies.get(urlsplit(url).scheme)
        if proxy not in self._clients:
            self._clients[proxy] = httpx.AsyncClient(
                verify=_trust(self._settings.ca_bundle),
                proxy=proxy,
                trust_env=False,
                follow_redirects=False,
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=CONNECTIONS_MAX),
            )
        return self._clients[proxy]


class _Sent:
    """Learns from httpcore's trace how far the request has come: a proxy let it through, it began to leave."""

    def __init__(self) -> None:
        self.is_past_proxy = False
        self.is_sent = False

    async def on_trace(self, event: str, facts: dict[str, Any]) -> None:  # httpcore's own signature
        if event.endswith("send_request_headers.started"):
            self.is_past_proxy = True  # what comes before its CONNECT is between us and the proxy
            self.is_sent = facts["request"].method != b"CONNECT"


async def _read_blocks(body: MultipartBody) -> AsyncIterator[bytes]:
    while block := await asyncio.to_thread(body.read, _BLOCK):
        yield block


def _trust(ca_bundle: str | None) -> ssl.SSLContext:
    """Return whom to trust: certifi's authorities, or those of a file or a folder."""
    place = Path(ca_bundle or certifi.where())
    try:
        return ssl.create_default_context(
            cafile=None if place.is_dir() else str(place), capath=str(place) if place.is_dir() else None
        )
    except OSError as error:  # ssl.SSLError is one
        raise ConfigurationError(problem="the CA bundle cannot be used", where=str(place)) from error
