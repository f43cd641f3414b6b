"""Tells, from what a connection raised, what failed: and in words that hold no address and no secret."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from typing import Literal

import urllib3.exceptions

from bothub_cli.errors import NetworkError
from bothub_cli.protocol.excerpt import to_excerpt
from bothub_cli.transport.base import AnswerLostError

Stage = Literal["dns", "connect", "tls", "proxy", "timeout"]

_TUNNEL_REFUSED = "Tunnel connection failed: "  # http.client's own words
_HANDSHAKE_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)


def never_sent(error: BaseException, *, host: str, is_expired: bool) -> NetworkError:
    """Return the error of a request of which no byte went out."""
    chain = tuple(_unwrap(error))
    stage: Stage = "timeout" if is_expired else _find_stage(chain)
    return NetworkError(host=host, stage=stage, detail=_describe(chain))


def answer_lost(error: BaseException, *, is_expired: bool) -> AnswerLostError:
    """Return the error of a request that went out and whose answer did not come whole."""
    chain = tuple(_unwrap(error))
    if is_expired or _is_timeout(chain):
        return AnswerLostError("timeout", "no answer came in time")
    return AnswerLostError("lost", _describe_loss(chain))


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
    if _has(chain, urllib3.exceptions.ProxyError) or _tunnel_words(chain):
        return "proxy"
    if _has(chain, socket.gaierror):
        return "dns"
    if _has(chain, *_HANDSHAKE_CUT):
        return "connect"
    if _has(chain, ssl.SSLError, ssl.CertificateError, urllib3.exceptions.SSLError):
        return "tls"
    return "timeout" if _is_timeout(chain) else "connect"


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
