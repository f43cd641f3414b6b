"""Hands one event to one target, as the platform would."""

import subprocess
import threading
from collections.abc import Callable
from typing import Final

from bothub_cli.child_processes import child_environment
from bothub_cli.errors import BothubError
from bothub_cli.events.forward.targets import CommandTarget, Target, UrlTarget
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import AnswerLostError, Transport

_STDERR: Final = 2  # a command's output must not get between our answers on stdout


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
    except BothubError as problem:
        return problem.message
    except AnswerLostError as problem:
        return f"no answer came ({problem.stage})"
    return None if response.is_success else f"HTTP {response.status}"


def run_command(argv: tuple[str, ...], body: bytes, *, timeout: float) -> str | None:
    """Run a program with the event on its standard input, and return None for status 0, else what went wrong.

    A line end follows the event, so that what is appended to a file can be read line by line.
    """
    try:
        done = subprocess.run(  # noqa: S603  the user's own program
            argv, input=body + b"\n", stdout=_STDERR, env=child_environment(), timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return f"not done after {timeout:g} s, so it was stopped"
    except OSError as problem:
        return f"cannot be run: {problem.strerror or problem}"
    return None if done.returncode == 0 else f"ended with status {done.returncode}"


class Courier:
    """Delivers from several threads; each thread has a transport of its own."""

    def __init__(self, make_transport: Callable[[], Transport], *, command_timeout: float) -> None:
        self._make_transport = make_transport
        self._command_timeout = command_timeout
        self._here = threading.local()
        self._made: list[Transport] = []

    def deliver(self, target: Target, stored: StoredEvent, *, attempt: int) -> str | None:
        """Return None when the target took the event, else what went wrong."""
        match target:
            case UrlTarget():
                request = build_event_request(
                    target.url, stored.body, token=target.token, event_id=stored.id, attempt=attempt
                )
                return post_event(self._transport(), request)
            case CommandTarget():
                return run_command(target.argv, stored.body, timeout=self._command_timeout)

    def close(self) -> None:
        """Give back all connections; no delivery is under way any more."""
        for transport in self._made:
            transport.close()

    def _transport(self) -> Transport:
        if not hasattr(self._here, "transport"):
            self._here.transport = self._make_transport()
            self._made.append(self._here.transport)
        transport: Transport = self._here.transport
        return transport
