"""Hands one event to one target, as the platform would."""

import subprocess
import threading
from collections.abc import Callable
from typing import Final

from bothub_cli.child_processes import end_session, run_with_input, say_end
from bothub_cli.errors import BothubError, NetworkError
from bothub_cli.events.forward.targets import CommandTarget, Target, UrlTarget
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import AnswerLostError, Transport
from bothub_cli.urls import without_query

_STDERR: Final = 2  # a command's output must not get between our answers on stdout
_UNTRUSTED: Final = "if its certificate is your own authority's, name that: --forward-ca-bundle FILE"


def build_event_request(
    url: str, body: bytes, *, token: Secret | None = None, event_id: int | None = None, attempt: int = 1
) -> HttpRequest:
    """Return the call that carries a webhook body; the token goes into Authorization as it is.

    ``event_id`` is the same at every attempt, so that the receiver can tell a repetition.
    """
    headers = [("Content-Type", "application/json")]
    if token:
        headers.append(("Authorization", token.reveal()))
    if event_id is not None:
        headers += [("Bothub-Event-Id", str(event_id)), ("Bothub-Attempt", str(attempt))]
    return HttpRequest(operation="forward an event", method="POST", url=url, headers=tuple(headers), body=body)


def post_event(transport: Transport, request: HttpRequest) -> str | None:
    """Make the call, and return None when the receiver took the event, else what went wrong."""
    try:
        response = transport.send(request)
    except NetworkError as problem:
        if problem.is_nobody_here:
            return f"nothing listens at {problem.host}"
        return f"{problem.message}; {_UNTRUSTED}" if problem.stage == "tls" else problem.message
    except BothubError as problem:
        return problem.message
    except AnswerLostError as problem:
        return f"no answer came ({problem.stage})"
    return None if response.is_success else _explain(request.url, response)


def _explain(url: str, response: HttpResponse) -> str:
    """Say what the answer means; a redirect is not followed, for it may lead anywhere."""
    place = response.headers.get("location")
    if not 300 <= response.status < 400 or not place:
        return f"HTTP {response.status}"
    if place.partition("?")[0].endswith("/") and not url.partition("?")[0].endswith("/"):
        advice = "the URL seems to need a slash at its end"
    else:
        advice = "redirects are not followed: name the place itself"
    shown = without_query(place) if "://" in place else place.partition("?")[0]
    return f"HTTP {response.status} to {shown[:200]}; {advice}"


def run_for_event(
    argv: tuple[str, ...], body: bytes, *, timeout: float, running: "set[subprocess.Popen[bytes]] | None" = None
) -> str | None:
    """Run a program with the event on its standard input, and return None for status 0, else what went wrong.

    A line end follows the event, so that what is appended to a file can be read line by line.
    """
    try:
        code = run_with_input(argv, body + b"\n", timeout=timeout, stdout=_STDERR, running=running)
    except OSError as problem:
        return f"cannot be run: {problem.strerror or problem}"
    if code is None:
        return f"not done after {timeout:g} s, so it was stopped"
    return None if code == 0 else say_end(code)


class EventSender:
    """Delivers from several threads; each thread has a transport of its own."""

    def __init__(self, make_transport: Callable[[], Transport], *, command_timeout: float) -> None:
        self._make_transport = make_transport
        self._command_timeout = command_timeout
        self._here = threading.local()
        self._made: list[Transport] = []
        self._commands: set[subprocess.Popen[bytes]] = set()

    def deliver(self, target: Target, stored: StoredEvent, *, attempt: int) -> str | None:
        """Return None when the target took the event, else what went wrong."""
        match target:
            case UrlTarget():
                request = build_event_request(
                    target.url, stored.body, token=target.authorization, event_id=stored.id, attempt=attempt
                )
                return post_event(self._transport(), request)
            case CommandTarget():
                return run_for_event(target.argv, stored.body, timeout=self._command_timeout, running=self._commands)

    def close(self) -> None:
        """Stop the commands that still run, and give back all connections."""
        for process in list(self._commands):
            end_session(process)
        for transport in self._made:
            transport.close()

    def _transport(self) -> Transport:
        if not hasattr(self._here, "transport"):
            self._here.transport = self._make_transport()
            self._made.append(self._here.transport)
        transport: Transport = self._here.transport
        return transport
