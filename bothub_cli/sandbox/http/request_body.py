"""Reads a request's body: small ones into memory, forms with files onto disk, too big ones not at all."""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from bothub_cli.sandbox.bothub.call import Upload
from bothub_cli.serving.asgi import Message, Receive, Scope

DISCARD_MAX = 16 * 1024 * 1024  # bytes of a refused body that are read and forgotten …
DISCARD_TIMEOUT = 2.0  # … and for how many seconds
FILE_FIELD = "fileContent"


class BodyTooLargeError(Exception):
    """The body is larger than the operation reads."""


class BodyUnreadableError(Exception):
    """The form in the body cannot be read."""


class ClientGoneError(Exception):
    """The client left, or was cut off, before its body was complete."""


async def read_body(receive: Receive, *, limit: int, declared: str | None) -> bytes:
    """Return the whole body.

    Raises BodyTooLargeError, before reading when Content-Length already says so; ClientGoneError.
    """
    _check_declared(declared, limit)
    message = await receive()
    first = _body_of(message)
    if not message.get("more_body"):
        if len(first) > limit:
            raise BodyTooLargeError
        return first
    return await _read_rest(receive, bytearray(first), limit)


async def read_upload(scope: Scope, receive: Receive, *, limit: int, declared: str | None) -> Upload:
    """Return a multipart form's fields, its file's content in a temporary file of its own.

    Raises BodyTooLargeError, BodyUnreadableError, ClientGoneError.
    """
    _check_declared(declared, limit)
    request = Request(scope, _limited(receive, limit))
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            return await asyncio.to_thread(_keep_upload, form)
    except MultiPartException as exc:
        raise BodyUnreadableError from exc


async def discard_body(receive: Receive) -> None:
    """Read on for a while without keeping anything: a connection closed too early would lose the answer (RFC 9112 9.6).

    Raises ClientGoneError.
    """
    discarded = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_TIMEOUT):
            while discarded < DISCARD_MAX:
                message = await receive()
                discarded += len(_body_of(message))
                if not message.get("more_body"):
                    return


def is_multipart(content_type: str) -> bool:
    """Tell a form with files from everything else."""
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"


def _check_declared(declared: str | None, limit: int) -> None:
    if declared is not None and declared.isdigit() and int(declared) > limit:
        raise BodyTooLargeError


async def _read_rest(receive: Receive, body: bytearray, limit: int) -> bytes:
    while True:
        message = await receive()
        body += _body_of(message)
        if len(body) > limit:
            raise BodyTooLargeError
        if not message.get("more_body"):
            return bytes(body)


def _body_of(message: Message) -> bytes:
    if message["type"] == "http.disconnect":
        raise ClientGoneError
    body: bytes = message.get("body", b"")
    return body


def _limited(receive: Receive, limit: int) -> Receive:
    received = 0

    async def receive_within_limit() -> Message:
        nonlocal received
        message = await receive()
        received += len(_body_of(message))
        if received > limit:
            raise BodyTooLargeError
        return message

    return receive_within_limit


def _keep_upload(form: FormData) -> Upload:
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    part = form.get(FILE_FIELD)
    if not isinstance(part, UploadFile):
        return Upload(fields=fields)
    with tempfile.NamedTemporaryFile(prefix="bothub-upload-", delete=False) as kept:
        shutil.copyfileobj(part.file, kept)
        return Upload(fields=fields, file_name=part.filename, content=Path(kept.name), size=kept.tell())
