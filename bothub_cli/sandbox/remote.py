"""Speaks with a sandbox in another process, over its own JSON API."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from bothub_cli.errors import NetworkError, UsageError
from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.redaction import Secret
from bothub_cli.strict_json import parse_json
from bothub_cli.transport.base import AnswerLostError, Transport

Json = Any  # what the sandbox's own API answers: documents.py says it

POLL_TIME = 20.0  # seconds of one question, at most


class RemoteSandbox:
    """A running sandbox at ``base``; ``timeout`` is how long the transport waits for an answer, in seconds.

    Its calls raise NetworkError when nobody answers there, UsageError for what the sandbox refuses, with its words.
    """

    def __init__(self, base: str, *, transport: Transport, timeout: float, token: Secret | None = None) -> None:
        self.base = base.rstrip("/")
        self._transport = transport
        self._token = token
        self._poll_time = min(POLL_TIME, timeout / 2)  # the answer is there before the transport gives up

    def read(self, path: str, **conditions: str | int | float | None) -> Json:
        """Ask for a document; None for an empty answer."""
        given = {name: value for name, value in conditions.items() if value is not None}
        return self._call("GET", f"{path}?{urlencode(given)}" if given else path)

    def change(self, path: str, arguments: Mapping[str, object] | None = None) -> Json:
        """Post arguments; return the answer."""
        return self._call("POST", path, arguments or {})

    def remove(self, path: str) -> None:
        """Delete a thing."""
        self._call("DELETE", path)

    def wait_for_message(self, *, max_wait: float, **conditions: str | int | None) -> Json:
        """Return the first message that matches, as soon as it is there; None after ``max_wait`` seconds."""
        while True:
            step = min(max_wait, self._poll_time)
            message = self.read("messages/wait", timeout=step, **conditions)
            max_wait -= step
            if message is not None or max_wait <= 0:
                return message

    def _call(self, method: str, path: str, arguments: Mapping[str, object] | None = None) -> Json:
        headers = [("Accept", "application/json")]
        if arguments is not None:
            headers.append(("Content-Type", "application/json"))
        if self._token is not None:
            headers.append(("Authorization", f"Bearer {self._token.reveal()}"))
        request = HttpRequest(
            operation="ask the sandbox",
            method=method,
            url=f"{self.base}/sandbox/api/{path}",
            headers=tuple(headers),
            body=None if arguments is None else json.dumps(arguments).encode(),
        )
        try:
            answer = self._transport.send(request)
        except AnswerLostError as error:
            raise NetworkError(host=request.host, stage=error.stage, detail=error.detail) from error
        return _read(answer, base=self.base)


def quote_part(name: str) -> str:
    """Return a name as one step of a path."""
    return quote(name, safe="")


def _read(answer: HttpResponse, *, base: str) -> Json:
    if answer.is_success and not answer.body:
        return None
    try:
        document = parse_json(answer.body.decode())
    except ValueError:
        document = None
    if answer.is_success and document is not None:
        return document
    problem = document.get("error") if isinstance(document, dict) else None
    if not isinstance(problem, str):
        raise UsageError(problem=f"what answers at {base} is no bothub sandbox", fix="bothub sandbox start")
    if answer.status == 401:
        raise UsageError(problem=problem, fix="--access-token-file FILE")
    raise UsageError(problem=problem)
