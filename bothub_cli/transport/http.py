"""Sends requests through ``requests``: the only module that knows it."""

import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.cookies import RequestsCookieJar
from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL, MissingSchema, RequestException
from urllib3.exceptions import HTTPError

from bothub_cli.errors import ConfigurationError, InputRefusedError
from bothub_cli.protocol.http import Headers, HttpRequest, HttpResponse
from bothub_cli.transport.base import AnswerLostError, FileChangedError, TransportSettings
from bothub_cli.transport.socket_watch import POOLS, WatchedExchange, is_exchanging
from bothub_cli.urls import is_loopback_url

if TYPE_CHECKING:
    from bothub_cli.transport.multipart import MultipartBody

__all__ = ["RequestsTransport"]

ANSWER_MAX = 10 * 1024 * 1024  # bytes; BotHub's answers have a few hundred, bulk results under a megabyte
UPLOAD_SLOWEST = 64 * 1024  # bytes a second that a file gets beside the timeout: a weak mobile uplink
_BLOCK = 64 * 1024  # bytes
CONNECTIONS_MAX = 100  # kept for one host, as many as threads have sent at once
# Those of urllib3 that may speak of an address; a filter works only on the logger that is spoken to.
_LOGGERS = (
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
)


class RequestsTransport:
    """A Transport over one requests session: no redirects, no cookies, no retries, no ~/.netrc.

    A proxy of the environment (HTTPS_PROXY, NO_PROXY, …) is read once a host, and the settings win over it. Loopback
    is never reached through a proxy. Whom to trust is said by the settings alone: requests would read
    REQUESTS_CA_BUNDLE where libcurl would not.
    """

    def __init__(self, settings: TransportSettings, *, user_agent: str) -> None:
        self._settings = settings
        self._session = _build_session(user_agent)
        self._routes: dict[tuple[str, str], Route] = {}

    def send(self, request: HttpRequest) -> HttpResponse:
        """Return the answer, whatever its status.

        Raises NetworkError when no byte of the request went out, AnswerLostError when some did and no whole answer
        came, ConfigurationError when the address, a header, the proxy or the CA bundle is unusable, and
        InputRefusedError when a file changed while it was sent.
        """
        started = time.monotonic()
        route = self._find_route(request)
        prepared = self._prepare(request)
        uploading = request.file.size / UPLOAD_SLOWEST if request.file else 0
        with WatchedExchange(self._settings.timeout + uploading) as exchange:
            try:
                status, headers, body = self._exchange(prepared, route)
            except FileChangedError as error:
                raise InputRefusedError(problem=str(error), fix="try again when nothing writes to it") from error
            except (InvalidSchema, InvalidURL, UnicodeError) as error:
                raise ConfigurationError(problem=_say_unusable(request)) from error
            except (RequestException, HTTPError, OSError) as error:
                raise self._explain(error, request, route, exchange) from error
            if exchange.is_expired:
                raise AnswerLostError("timeout", "no answer came in time")
        if status == requests.codes.proxy_authentication_required and route.proxies:
            from bothub_cli.transport.failures import find_route_facts, network_error  # as below

            detail = "407 Proxy Authentication Required"
            raise network_error("proxy", detail, route=find_route_facts(request.url, self._settings))
        return HttpResponse(status=status, headers=headers, body=body, elapsed=time.monotonic() - started)

    def close(self) -> None:
        """Close the connections that are kept for the next request."""
        self._session.close()

    def _explain(self, error: Exception, request: HttpRequest, route: "Route", exchange: WatchedExchange) -> Exception:
        """Return our own error for what a library raised; one for the CA bundle is raised itself."""
        from bothub_cli.transport.failures import (  # what succeeds needs no words
            answer_lost,
            find_route_facts,
            never_sent,
        )

        if exchange.is_sent:
            return answer_lost(error, is_expired=exchange.is_expired)
        _check_ca_bundle(route.verify, error, named_by=self._settings.ca_bundle_origin)
        return never_sent(error, route=find_route_facts(request.url, self._settings), is_expired=exchange.is_expired)

    def _exchange(self, prepared: requests.PreparedRequest, route: "Route") -> tuple[int, Headers, bytes]:
        timeout = self._settings.timeout
        with self._session.send(
            prepared,
            stream=True,
            allow_redirects=False,
            timeout=(min(self._settings.connect_timeout, timeout), timeout),
            proxies=route.proxies,
            verify=route.verify,
        ) as response:
            return response.status_code, Headers(response.headers), _read_bounded(response)

    def _prepare(self, request: HttpRequest) -> requests.PreparedRequest:
        headers = {name: value for name, value in request.headers if name.lower() != "authorization"}
        body: bytes | MultipartBody | None = request.body
        if request.form or request.file:
            body = parts = _make_multipart(request)
            headers["Content-Type"] = parts.content_type
        try:
            return self._session.prepare_request(
                requests.Request(
                    method=request.method,
                    url=request.url,
                    headers=headers,
                    data=body,  # of a stream, requests asks read() and len()
                    auth=_OurAuthorization(request.headers),
                )
            )
        except (InvalidHeader, InvalidSchema, InvalidURL, MissingSchema, UnicodeError) as error:
            raise ConfigurationError(problem=_say_unusable(request)) from error

    def _find_route(self, request: HttpRequest) -> "Route":
        try:
            parts = urlsplit(request.url)
        except ValueError as error:
            raise ConfigurationError(problem=_say_unusable(request)) from error
        key = (parts.scheme, parts.netloc)
        if key not in self._routes:
            self._routes[key] = build_route(request.url, self._settings)
        return self._routes[key]


def _leave_out_ours(_: logging.LogRecord) -> bool:
    """Keep out of urllib3's log what we ask: it writes whole addresses, and one of ours carries the assertion."""
    return not is_exchanging()


class _WatchedAdapter(HTTPAdapter):
    """requests' own adapter on watched connections; urllib3 retries nothing."""

    def __init__(self) -> None:
        super().__init__(max_retries=0, pool_maxsize=CONNECTIONS_MAX)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:  # requests' signature, passed on untouched
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:  # as above
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager


class _OurAuthorization(AuthBase):
    """Sets the request's own Authorization, or none: without this, ~/.netrc or the URL's user would replace it."""

    def __init__(self, headers: tuple[tuple[str, str], ...]) -> None:
        self._value = next((value for name, value in headers if name.lower() == "authorization"), None)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._value is None:
            request.headers.pop("Authorization", None)
        else:
            request.headers["Authorization"] = self._value
        return request


class _NoCookies(RequestsCookieJar):
    """A jar that keeps nothing: each call stands alone."""

    def set_cookie(self, *_arguments: object, **_options: object) -> None:
        """Drop the cookie."""


class Route:
    """How one host is reached."""

    def __init__(self, proxies: Mapping[str, str], verify: bool | str) -> None:  # noqa: FBT001 - requests' own type
        self.proxies = dict(proxies)
        self.verify = verify


def _build_session(user_agent: str) -> requests.Session:
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_leave_out_ours)
    session = requests.Session()
    session.trust_env = False  # read once a host instead, in build_route
    session.headers.clear()
    session.headers["User-Agent"] = user_agent
    session.cookies = _NoCookies()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _WatchedAdapter())
    return session


def build_route(url: str, settings: TransportSettings) -> Route:
    """Return how a host is reached: as the settings say, else as the environment does; loopback never by a proxy."""
    verify = settings.ca_bundle or True
    if is_loopback_url(url):
        return Route({}, verify)
    proxies = requests.utils.get_environ_proxies(url)
    if settings.proxy:  # NO_PROXY counts beside it, as for curl: hosts inside are not behind the proxy
        is_inside = requests.utils.should_bypass_proxies(url, no_proxy=None)
        proxies = {} if is_inside else {"http": settings.proxy, "https": settings.proxy}
    used = {scheme: proxy for scheme, proxy in proxies.items() if proxy}
    if any(proxy.lower().startswith("socks") for proxy in used.values()):
        raise ConfigurationError(problem="SOCKS proxies are not supported", fix="name an HTTP proxy: --proxy URL")
    return Route(used, verify)


def _read_bounded(response: requests.Response) -> bytes:
    body = bytearray()
    for block in response.iter_content(_BLOCK):
        body += block
        if len(body) > ANSWER_MAX:
            raise AnswerLostError("lost", f"the answer is larger than {ANSWER_MAX // 2**20} MiB")
    return bytes(body)


def _check_ca_bundle(verify: bool | str, error: BaseException, *, named_by: str) -> None:  # noqa: FBT001 - requests' own type
    """Tell a CA bundle that cannot be used from a connection that cannot be trusted."""
    if not isinstance(verify, str):
        return
    if "TLS CA certificate bundle" in str(error):  # requests: "Could not find a suitable …, invalid path: …"
        raise ConfigurationError(
            problem=f"the CA bundle does not exist ({named_by} names it)", where=verify, fix="--ca-bundle FILE"
        ) from error
    if "NO_CERTIFICATE_OR_CRL_FOUND" in str(error) or "PEM lib" in str(error):
        raise ConfigurationError(
            problem=f"the CA bundle holds no certificate ({named_by} names it)", where=verify
        ) from error


def _make_multipart(request: HttpRequest) -> "MultipartBody":
    from bothub_cli.transport.multipart import MultipartBody  # few requests carry a form

    return MultipartBody(request.form, request.file)


def _say_unusable(request: HttpRequest) -> str:
    return f"the request to {request.operation} cannot be built: its address, a header or the proxy is malformed"
