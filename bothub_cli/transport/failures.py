"""Tells, from what a connection raised, what failed: and in words that hold no address and no secret."""

import http.client
import os
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal
from urllib.request import getproxies, proxy_bypass

import urllib3.exceptions

from bothub_cli.errors import NetworkError
from bothub_cli.protocol.excerpt import to_excerpt
from bothub_cli.record import record
from bothub_cli.transport.base import AnswerLostError, TransportSettings
from bothub_cli.urls import find_host, is_loopback_url

Stage = Literal["dns", "connect", "tls", "proxy", "timeout", "lost"]

_TUNNEL_REFUSED = "Tunnel connection failed: "  # http.client's own words
_HANDSHAKE_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)


@record
class RouteFacts:
    """How a host is reached, as far as errors tell of it: through which proxy, trusting whom, and who said so."""

    host: str
    is_here: bool = False  # this very machine
    proxy: str = ""  # host and port
    proxy_origin: str = ""
    authorities: str = ""
    authorities_origin: str = ""


def find_route_facts(url: str, settings: TransportSettings) -> RouteFacts:
    """Return how an address is reached with these settings and this environment."""
    is_here = is_loopback_url(url)
    proxy, origin = settings.proxy or "", settings.proxy_origin
    if not proxy:
        scheme, proxies = url.partition(":")[0].lower(), getproxies()  # what requests asks, too
        names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
        proxy = proxies.get(scheme) or proxies.get("all") or ""
        origin = next((name for name in names if proxy and os.environ.get(name) == proxy), "")
    if is_here or (proxy and proxy_bypass(find_host(url))):
        proxy = origin = ""
    return RouteFacts(
        host=find_host(url),
        is_here=is_here,
        proxy=find_host(proxy if "://" in proxy else f"//{proxy}") if proxy else "",
        proxy_origin=origin,
        authorities=settings.ca_bundle or "",
        authorities_origin=settings.ca_bundle_origin,
    )


def network_error(
    stage: Stage, detail: str, *, route: RouteFacts, is_of_proxy: bool = False, is_refused: bool = False
) -> NetworkError:
    """Return the error of a stage, with what helps, and whether waiting could help as well.

    ``is_of_proxy``: nobody but the proxy was spoken to yet. ``is_refused``: the system at the other end said no.
    """
    if stage == "proxy" or (is_of_proxy and stage in {"dns", "connect", "tls"}):
        return _proxy_error(detail, route, is_tls=stage == "tls", is_name=stage == "dns")
    if stage == "tls":
        advice = _advise_trust(detail, route, setting="--api-base")
        return NetworkError(host=route.host, stage=stage, detail=detail, is_lasting=True, advice=advice)
    is_nobody_here = route.is_here and is_refused
    return NetworkError(host=route.host, stage=stage, detail=detail, is_nobody_here=is_nobody_here)


_OUT_OF_TIME = ("expired", "not yet valid")
_OTHER_NAME = ("mismatch", "not valid for", "does not match", "subject name")
_NO_TLS = ("wrong version number", "record layer failure", "http request", "unknown protocol", "packet length too long")


def _advise_trust(detail: str, route: RouteFacts, *, setting: str) -> str | None:
    """Say what mends a TLS connection; ``setting`` is what names the other end."""
    words = detail.lower()
    if any(word in words for word in _OUT_OF_TIME):
        now = datetime.now(UTC)
        return (
            f"this machine's clock says {now:%Y-%m-%d %H:%M} UTC: set it right if that is wrong; "
            "otherwise the server's certificate must be renewed"
        )
    if any(word in words for word in _OTHER_NAME):
        return f"the certificate is for another name: check {setting}"
    if any(word in words for word in _NO_TLS):
        return f"what answers there speaks no TLS: check {setting}, whether https and the port are right"
    if route.authorities:
        return (
            f"the certificates that are trusted come from {route.authorities} (named by {route.authorities_origin}): "
            "add the missing one there, or name another file: --ca-bundle FILE"
        )
    return None


def _proxy_error(detail: str, route: RouteFacts, *, is_tls: bool, is_name: bool) -> NetworkError:
    named = f" (named by {route.proxy_origin})" if route.proxy_origin else ""
    status = re.search(r"(?:^|response )([45]\d\d)\b", detail)
    lasting = True
    if is_tls:
        advice = _advise_trust(detail, route, setting=f"the proxy's address{named}")
        detail = f"no trusted TLS connection to the proxy {route.proxy}: {detail}"
        advice = advice or f"name the certificate of the proxy's authority: --ca-bundle FILE{named}"
    elif is_name or "resol" in detail.lower():
        detail = f"the proxy's name {route.proxy} cannot be resolved"
        advice = f"correct the name of the proxy{named}"
    elif status and status[1] == "407":
        advice = f"it wants a user and a password: http://USER:PASSWORD@{route.proxy or 'HOST:PORT'}{named}"
    elif status and status[1].startswith("4"):
        advice = f"the proxy {route.proxy}{named} does not allow it: ask who runs it, or name another"
    else:
        lasting, advice = False, f"check the proxy {route.proxy}{named}"
    return NetworkError(host=route.host, stage="proxy", detail=detail, is_lasting=lasting, advice=advice)


def never_sent(error: BaseException, *, route: RouteFacts, is_expired: bool, is_of_proxy: bool = False) -> NetworkError:
    """Return the error of a request of which no byte went out."""
    chain = tuple(_unwrap(error))
    stage: Stage = "timeout" if is_expired else _find_stage(chain)
    is_of_proxy = is_of_proxy or _has(chain, urllib3.exceptions.ProxyError)
    return network_error(
        stage, _describe(chain), route=route, is_of_proxy=is_of_proxy, is_refused=_has(chain, ConnectionRefusedError)
    )


def answer_lost(error: BaseException, *, is_expired: bool, detail: str | None = None) -> AnswerLostError:
    """Return the error of a request that went out and whose answer did not come whole, for the reason ``detail``."""
    chain = tuple(_unwrap(error))
    if is_expired or _is_timeout(chain):
        return AnswerLostError("timeout", "no answer came in time")
    return AnswerLostError("lost", detail or _describe_loss(chain))


def _unwrap(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and every error it wraps: libraries put the cause in ``args``, ``reason`` or ``__context__``."""
    pending, seen = [error], set[int]()
    while pending:
        link = pending.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        inner = (*link.args, getattr(link, "reason", None), link.__cause__, link.__context__)
        pending.extend(cause for cause in inner if isinstance(cause, BaseException))


def _find_stage(chain: tuple[BaseException, ...]) -> Stage:
    if _tunnel_words(chain):
        return "proxy"
    if _has(chain, socket.gaierror):
        return "dns"
    if _has(chain, *_HANDSHAKE_CUT):
        return "connect"
    if _has(chain, ssl.SSLError, ssl.CertificateError, urllib3.exceptions.SSLError):
        return "tls"
    if _is_timeout(chain):
        return "timeout"
    return "proxy" if _has(chain, urllib3.exceptions.ProxyError) else "connect"


def _describe(chain: tuple[BaseException, ...]) -> str:
    if refused := _tunnel_words(chain):
        return refused
    for link in chain:
        match link:
            case socket.gaierror():
                return "name resolution failed"
            case ssl.SSLCertVerificationError():
                return to_excerpt(link.verify_message or "", limit=120)
            case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | ssl.SSLSyscallError():
                return "cut off during the TLS handshake"
            case ssl.SSLError() if isinstance(link.reason, str):
                return link.reason.lower().replace("_", " ")
            case OSError(strerror=str() as words) if link.errno is not None:
                if words.startswith("Connect call failed"):  # asyncio puts the address there instead
                    words = os.strerror(link.errno)
                return to_excerpt(words.lower(), limit=120)
            case _:
                continue
    return ""


def _describe_loss(chain: tuple[BaseException, ...]) -> str:
    if _has(chain, urllib3.exceptions.DecodeError):
        return "the answer cannot be decompressed"
    if _has(chain, http.client.RemoteDisconnected):
        return "the connection was closed without an answer"
    if _has(chain, http.client.IncompleteRead, urllib3.exceptions.IncompleteRead):
        return "the answer breaks off"
    if _has(chain, ConnectionError, ssl.SSLError) or not _has(chain, http.client.HTTPException):
        return "the connection was cut"
    return "the answer is no HTTP"


def _tunnel_words(chain: tuple[BaseException, ...]) -> str:
    words = (str(link) for link in chain if isinstance(link, OSError))
    found = next((text for text in words if text.startswith(_TUNNEL_REFUSED)), "")
    return to_excerpt(found.removeprefix(_TUNNEL_REFUSED), limit=120)


def _is_timeout(chain: tuple[BaseException, ...]) -> bool:
    # urllib3 derives NewConnectionError, which a refused connection raises too, from its TimeoutError.
    timeouts = (TimeoutError, urllib3.exceptions.TimeoutError)
    return any(
        isinstance(link, timeouts) and not isinstance(link, urllib3.exceptions.NewConnectionError) for link in chain
    )


def _has(chain: tuple[BaseException, ...], *kinds: type[BaseException]) -> bool:
    return any(isinstance(link, kinds) for link in chain)
