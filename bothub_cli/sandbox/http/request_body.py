"""Reads forms with files onto the disk, and what is refused into nothing."""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bothub_cli.messages.media_types import bare_type
from bothub_cli.protocol.media import FILE_CONTENT
from bothub_cli.sandbox.bothub.call import Upload
from bothub_cli.serving.asgi import Message, Receive, Scope
from bothub_cli.serving.request_body import BodyTooLargeError, body_of, check_declared

DISCARD_MAX = 16 * 1024 * 1024  # bytes of a refused body that are read and forgotten …
DISCARD_TIMEOUT = 2.0  # … and for how many seconds
IN_MEMORY_MAX = 16 * 1024  # bytes of a file before it goes to the disk: thousands may be uploaded at once
FIELD_MAX = 4 * 1024  # bytes of a form's field


class BodyUnreadableError(Exception):
    """The form in the body cannot be read."""


async def read_upload(scope: Scope, receive: Receive, *, limit: int, declared: str | None) -> Upload:
    """Return a multipart form's fields, its file's content in a temporary file of its own.

    Raises BodyTooLargeError, BodyUnreadableError, ClientGoneError.
    """
    check_declared(declared, limit)
    request = Request(scope, _limited(receive, limit))
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=10, max_part_size=FIELD_MAX)
    parser.spool_max_size = IN_MEMORY_MAX
    try:
        form = await parser.parse()
    except MultiPartException as exc:
        raise BodyUnreadableError from exc
    try:
        return await asyncio.to_thread(_keep_upload, form)
    finally:
        await form.close()


async def discard_body(receive: Receive) -> None:
    """Read on for a while without keeping anything: a connection closed too early would lose the answer (RFC 9112 9.6).

    Raises ClientGoneError.
    """
    discarded = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_TIMEOUT):
            while discarded < DISCARD_MAX:
                message = await receive()
                discarded += len(body_of(message))
                if not message.get("more_body"):
                    return


def is_multipart(content_type: str) -> bool:
    """Tell a form with files from everything else."""
    return bare_type(content_type) == "multipart/form-data"


def _limited(receive: Receive, limit: int) -> Receive:
    received = 0

    async def receive_within_limit() -> Message:
        nonlocal received
        message = await receive()
        received += len(body_of(message))
        if received > limit:
            raise BodyTooLargeError
        return message

    return receive_within_limit


def _keep_upload(form: FormData) -> Upload:
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    part = form.get(FILE_CONTENT)
    if not isinstance(part, UploadFile):
        return Upload(fields=fields)
    with tempfile.NamedTemporaryFile(prefix="bothub-upload-", delete=False) as kept:
        shutil.copyfileobj(part.file, kept)
        return Upload(fields=fields, file_name=part.filename, content=Path(kept.name), size=kept.tell())
