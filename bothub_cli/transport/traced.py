"""Writes each exchange to the log, logger ``bothub`` at DEBUG, never with a secret in it."""

import json
import logging
from time import monotonic

from bothub_cli.errors import NetworkError
from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.redaction import mask_content
from bothub_cli.strict_json import parse_json
from bothub_cli.transport.base import AnswerLostError, Transport

LOGGER = logging.getLogger("bothub")
LOGGER.addHandler(logging.NullHandler())

BODY_SHOWN_MAX = 2000  # characters


class ExchangeTrace:
    """Logs a request's method, address and answer (``record.detail`` 1), and the bodies (2), for who listens.

    Phone numbers and texts in bodies are masked unless ``log_content``.
    """

    def __init__(self, *, log_content: bool) -> None:
        self._log_content = log_content

    def request(self, request: HttpRequest) -> None:
        """Say what goes out."""
        if LOGGER.isEnabledFor(logging.DEBUG):
            self._write(f"> {request.method} {request.safe_url}", 1)
            self._write_body(">", request.body)

    def answer(self, response: HttpResponse) -> None:
        """Say what came back."""
        if LOGGER.isEnabledFor(logging.DEBUG):
            identified = f", request id {response.request_id}" if response.request_id else ""
            self._write(f"< {response.status} after {response.elapsed:.3f} s{identified}", 1)
            self._write_body("<", response.body)

    def failure(self, error: Exception, *, after: float) -> None:
        """Say that nothing came back; ``after`` in seconds."""
        self._write(f"< nothing after {after:.3f} s: {error}", 1)

    def _write(self, text: str, detail: int) -> None:
        LOGGER.debug("%s", text, extra={"detail": detail})

    def _write_body(self, mark: str, body: bytes | None) -> None:
        if not body:
            return
        try:
            document = parse_json(body.decode())
        except ValueError:
            self._write(f"{mark} {len(body)} bytes that are not JSON", 2)
            return
        shown = json.dumps(document if self._log_content else mask_content(document), ensure_ascii=False)
        self._write(f"{mark} {shown[:BODY_SHOWN_MAX]}", 2)


class TracedTransport:
    """Passes each request on, and logs it."""

    def __init__(self, transport: Transport, *, log_content: bool) -> None:
        self._transport = transport
        self._trace = ExchangeTrace(log_content=log_content)

    def send(self, request: HttpRequest) -> HttpResponse:
        self._trace.request(request)
        started = monotonic()
        try:
            response = self._transport.send(request)
        except (NetworkError, AnswerLostError) as error:
            self._trace.failure(error, after=monotonic() - started)
            raise
        self._trace.answer(response)
        return response

    def close(self) -> None:
        self._transport.close()
