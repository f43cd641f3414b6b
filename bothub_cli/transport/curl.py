"""Posts thousands of messages a second from one thread, over libcurl's multi interface.

libcurl sends a request again by itself when a kept-alive connection turns out dead before the first byte of an answer
(lib/transfer.c, ``Curl_retry_request``), however the body was given. A message must not go out twice, so the body comes
from a read callback without a seek callback: libcurl cannot rewind it, and ends such a request with
``CURLE_SEND_FAIL_REWIND`` instead. The same callback is the proof of the opposite: while it has not been called, not
one byte of the body can have left.

HTTP/1.1 only: a server that closes an HTTP/2 connection (GOAWAY) says which requests it has not looked at, but libcurl
tells them apart from those whose answer was lost by nothing that a program can read. nginx does so every 1000 requests;
with 128 in flight each time left some ten messages with an open outcome that HTTP/1.1 answers all.
"""

import errno
from pathlib import Path
from typing import Literal

import pycurl

from bothub_cli.protocol.http import HttpRequest
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.bulk import Answered, AnswerLost, NotSent, RequestEnding
from bothub_cli.transport.failures import Stage, find_route_facts, network_error
from bothub_cli.urls import is_loopback_url

ANSWER_MAX = 1 << 20  # bytes: an answer of this API has a few hundred
# Seconds that a connection may idle and still be used: servers hang up after 5 s (Apache) or more, libcurl looks for
# hung-up connections once a second, and a message on such a one would end with an open outcome.
IDLE_MAX = 4
_NO_DESCRIPTOR_YET = 0.005  # seconds to wait while libcurl resolves a name and has nothing to poll

_STAGES: dict[int, Stage] = {
    pycurl.E_COULDNT_RESOLVE_HOST: "dns",
    pycurl.E_COULDNT_RESOLVE_PROXY: "proxy",
    97: "proxy",  # CURLE_PROXY, which pycurl does not name
    pycurl.E_SSL_CONNECT_ERROR: "tls",
    pycurl.E_PEER_FAILED_VERIFICATION: "tls",
    pycurl.E_SSL_CACERT_BADFILE: "tls",
    pycurl.E_SSL_CERTPROBLEM: "tls",
    pycurl.E_SSL_CIPHER: "tls",
    pycurl.E_SSL_ISSUER_ERROR: "tls",
    pycurl.E_USE_SSL_FAILED: "tls",
}


class _Slot:
    """One easy handle with its buffers, used for one request after another."""

    __slots__ = ("aim", "body", "chunks", "curl", "handed", "header_lines", "size", "ticket")

    def __init__(self) -> None:
        self.curl = pycurl.Curl()
        self.aim: object = None
        self.chunks: list[bytes] = []
        self.header_lines: list[bytes] = []
        self.body = b""
        self.size = -1
        self.handed = 0
        self.ticket = 0

    def hand_over(self, size: int) -> bytes:
        """Give libcurl the next bytes of the body, once each."""
        handed = self.handed
        self.handed = min(self.size, handed + size)
        return self.body if size >= self.size and not handed else self.body[handed : handed + size]

    def load(self, ticket: int, body: bytes) -> None:
        self.ticket = ticket
        self.body = body
        self.handed = 0
        self.chunks.clear()
        self.header_lines.clear()
        if len(body) != self.size:
            self.size = len(body)
            self.curl.setopt(pycurl.POSTFIELDSIZE_LARGE, self.size)


class CurlTransport:
    """A ``BulkTransport`` on one libcurl multi handle, with kept-alive connections."""

    def __init__(self, settings: TransportSettings, *, user_agent: str) -> None:
        self._settings = settings
        self._user_agent = user_agent
        self._multi = pycurl.CurlMulti()
        self._idle: list[_Slot] = []
        self._busy: dict[pycurl.Curl, _Slot] = {}
        self._slots = 0
        self._request: HttpRequest | None = None
        self._header_list: list[str] = []

    @property
    def in_flight(self) -> int:
        return len(self._busy)

    def aim(self, request: HttpRequest) -> None:
        self._request = request
        # An empty Expect header keeps libcurl from waiting for "100 Continue" before it sends a body.
        self._header_list = [*(f"{name}: {value}" for name, value in request.headers), "Expect:"]

    def post(self, ticket: int, body: bytes) -> None:
        slot = self._idle.pop() if self._idle else self._open_slot()
        if slot.aim is not self._request:
            self._aim_slot(slot)
        slot.load(ticket, body)
        self._busy[slot.curl] = slot
        self._multi.add_handle(slot.curl)

    def collect(self, timeout: float) -> list[RequestEnding]:
        if not self._busy:
            return []
        self._multi.perform()
        endings = self._gather()
        if endings or timeout <= 0:
            return endings
        if self._multi.select(min(timeout, 1.0)) < 0:
            self._multi.select(_NO_DESCRIPTOR_YET)
        self._multi.perform()
        return self._gather()

    def close(self) -> None:
        for slot in [*self._busy.values()]:
            self._multi.remove_handle(slot.curl)
        for slot in [*self._busy.values(), *self._idle]:
            slot.curl.close()
        self._busy.clear()
        self._idle.clear()
        self._multi.close()

    def _gather(self) -> list[RequestEnding]:
        endings: list[RequestEnding] = []
        waiting = 1
        while waiting:
            waiting, answered, failed = self._multi.info_read(256)
            endings += [_answered(self._release(curl)) for curl in answered]
            endings += [self._unanswered(self._release(curl), number, detail) for curl, number, detail in failed]
        return endings

    def _release(self, curl: pycurl.Curl) -> _Slot:
        self._multi.remove_handle(curl)
        slot = self._busy.pop(curl)
        self._idle.append(slot)
        return slot

    def _unanswered(self, slot: _Slot, number: int, detail: str) -> NotSent | AnswerLost:
        elapsed = slot.curl.getinfo(pycurl.TOTAL_TIME)
        if slot.handed:
            return AnswerLost(slot.ticket, *_describe_loss(number, detail), elapsed)
        assert self._request is not None
        stage = _STAGES.get(number, "proxy" if "CONNECT tunnel" in detail else "connect")
        route = find_route_facts(self._request.url, self._settings)
        is_of_proxy = bool(route.proxy) and not slot.curl.getinfo(pycurl.HTTP_CONNECTCODE)  # it has not answered yet
        is_refused = slot.curl.getinfo(pycurl.OS_ERRNO) == errno.ECONNREFUSED
        error = network_error(stage, detail, route=route, is_of_proxy=is_of_proxy, is_refused=is_refused)
        return NotSent(slot.ticket, error)

    def _open_slot(self) -> _Slot:
        slot = _Slot()
        _prepare(slot, self._settings, self._user_agent)
        self._slots += 1
        self._multi.setopt(pycurl.M_MAXCONNECTS, self._slots)
        return slot

    def _aim_slot(self, slot: _Slot) -> None:
        assert self._request is not None, "aim() comes before post()"
        slot.curl.setopt(pycurl.URL, self._request.url)
        slot.curl.setopt(pycurl.HTTPHEADER, self._header_list)
        if is_loopback_url(self._request.url):
            slot.curl.setopt(pycurl.PROXY, "")  # not even through a proxy of the environment
        elif self._settings.proxy is not None:
            slot.curl.setopt(pycurl.PROXY, self._settings.proxy)
        slot.aim = self._request


def _describe_loss(number: int, detail: str) -> tuple[Literal["timeout", "lost"], str]:
    if number == pycurl.E_OPERATION_TIMEDOUT:
        return "timeout", detail
    if number == pycurl.E_SEND_FAIL_REWIND:
        return "lost", "the kept-alive connection closed before an answer came"
    return "lost", detail


def _answered(slot: _Slot) -> Answered:
    curl = slot.curl
    return Answered(
        slot.ticket,
        curl.getinfo(pycurl.RESPONSE_CODE),
        b"".join(slot.header_lines),
        b"".join(slot.chunks),
        curl.getinfo(pycurl.TOTAL_TIME),
    )


def _prepare(slot: _Slot, settings: TransportSettings, user_agent: str) -> None:
    """Set what stays the same for every request of a slot."""
    curl = slot.curl
    curl.setopt(pycurl.NOSIGNAL, 1)
    curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    curl.setopt(pycurl.FOLLOWLOCATION, 0)
    curl.setopt(pycurl.POST, 1)
    curl.setopt(pycurl.READFUNCTION, slot.hand_over)  # and no SEEKFUNCTION: see the top of this file
    curl.setopt(pycurl.WRITEFUNCTION, slot.chunks.append)
    curl.setopt(pycurl.HEADERFUNCTION, slot.header_lines.append)
    curl.setopt(pycurl.MAXFILESIZE, ANSWER_MAX)
    curl.setopt(pycurl.MAXAGE_CONN, IDLE_MAX)
    curl.setopt(pycurl.USERAGENT, user_agent)
    curl.setopt(pycurl.TIMEOUT_MS, int(settings.timeout * 1000))
    curl.setopt(pycurl.CONNECTTIMEOUT_MS, int(min(settings.connect_timeout, settings.timeout) * 1000))
    curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
    _trust(curl, settings.ca_bundle or _default_authorities())


def _trust(curl: pycurl.Curl, authorities: str) -> None:
    if Path(authorities).is_dir():
        curl.unsetopt(pycurl.CAINFO)
        curl.setopt(pycurl.CAPATH, authorities)
    else:
        curl.setopt(pycurl.CAINFO, authorities)


def _default_authorities() -> str:
    """The bundle that requests uses as well: pycurl's wheels know no path that every system has."""
    import certifi  # whoever names a bundle needs none

    return certifi.where()
