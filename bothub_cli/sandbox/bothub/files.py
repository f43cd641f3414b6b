"""POST, GET and DELETE /files: media that a bot leaves with the platform."""

import re
from datetime import datetime, timedelta
from functools import partial

from bothub_cli.sandbox.answers import (
    UNSUPPORTED_MEDIA_TYPE,
    Answer,
    RefusedCallError,
    gateway_answer,
    json_answer,
    no_content,
    reason_answer,
)
from bothub_cli.sandbox.bothub.call import Call, Upload
from bothub_cli.sandbox.bothub.gateway import admit_bot
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.uploaded_files import UploadedFile
from bothub_cli.urls import is_web_url

DEFAULT_LIFE = timedelta(days=30)  # what clients send when nobody says otherwise (rcs-maap-bot)
# A type, a subtype and perhaps parameters (RFC 9110 8.3.1); a line end would end the header that it is served in.
_MIME_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+( ?;[\x20-\x7e]*)?", re.ASCII)
PROCESSING = timedelta(milliseconds=500)  # between pending and ready


def post_file(sandbox: Sandbox, call: Call) -> Answer:
    """Take ``fileType`` and either ``fileContent`` or ``fileUrl``; answer 202, ready a moment later."""
    admit_bot(sandbox, call)
    if call.upload is None:
        raise RefusedCallError(gateway_answer(UNSUPPORTED_MEDIA_TYPE))
    stored = _read_upload(sandbox, call, call.upload)
    sandbox.files.add(stored, content=call.upload.content)
    sandbox.note("file", stored.file_id)
    plan_file(sandbox, stored)
    return json_answer(stored.to_document(), status=202)


def plan_file(sandbox: Sandbox, stored: UploadedFile) -> None:
    """Plan when a file becomes ready, and when it expires."""
    if stored.status == "pending":
        ready_at = sandbox.clock.now() + PROCESSING
        sandbox.agenda.at(ready_at, partial(_set_status, sandbox, stored.file_id, "ready"))
    if stored.status != "expired":
        sandbox.agenda.at(stored.valid_until, partial(_set_status, sandbox, stored.file_id, "expired"))


def get_file(sandbox: Sandbox, call: Call) -> Answer:
    """Tell where a file is and whether it is ready."""
    return json_answer(_find_file(sandbox, call).to_document())


def delete_file(sandbox: Sandbox, call: Call) -> Answer:
    """Forget a file; 204."""
    stored = _find_file(sandbox, call)
    sandbox.files.remove(stored.file_id)
    sandbox.note("file", stored.file_id)
    return no_content()


def _find_file(sandbox: Sandbox, call: Call) -> UploadedFile:
    bot = admit_bot(sandbox, call)
    stored = sandbox.files.find(call.target)
    if stored is None or stored.bot_id != bot.bot_id:
        raise RefusedCallError(reason_answer(42401, "unknown fileId", status=404))
    return stored


def _read_upload(sandbox: Sandbox, call: Call, upload: Upload) -> UploadedFile:
    file_type, source_url = upload.fields.get("fileType", ""), upload.fields.get("fileUrl")
    if not _MIME_TYPE.fullmatch(file_type):
        raise RefusedCallError(reason_answer(42100, "fileType: a MIME type is required", status=400))
    if (upload.content is None) == (source_url is None):
        raise RefusedCallError(reason_answer(42101, "exactly one of fileContent and fileUrl is required", status=400))
    if source_url is not None and not is_web_url(source_url):
        raise RefusedCallError(reason_answer(42101, "fileUrl: not an http or https URL", status=400))
    file_id = sandbox.identifiers.file_id()
    return UploadedFile(
        file_id=file_id,
        bot_id=call.bot_id,
        file_url=source_url or f"{sandbox.settings.own_files}{file_id}",
        file_type=file_type,
        size=upload.size,
        status="pending",
        valid_until=_read_until(sandbox, upload.fields.get("until")),
        source_url=source_url,
    )


def _read_until(sandbox: Sandbox, text: str | None) -> datetime:
    now = sandbox.clock.now()
    if text is None:
        return now + DEFAULT_LIFE
    try:
        until = datetime.fromisoformat(text)
    except ValueError as exc:
        raise RefusedCallError(reason_answer(42003, "until: not an ISO 8601 date", status=400)) from exc
    if until.tzinfo is None or until <= now:
        raise RefusedCallError(reason_answer(42003, "until: a future instant with its zone is required", status=400))
    return until


def _set_status(sandbox: Sandbox, file_id: str, status: str, due: datetime) -> None:
    stored = sandbox.files.find(file_id)
    if stored is not None:
        stored.status = status
        sandbox.announce_file(stored, at=due)
