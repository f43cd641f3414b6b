"""Stores, shows and deletes files (FNW.11, ``/files``), and asks a media URL for its type and size."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bothub_cli.clock import to_rfc3339
from bothub_cli.messages.media_types import bare_type
from bothub_cli.protocol.excerpt import to_excerpt
from bothub_cli.protocol.faults import RequestPurpose, error_for, unreadable_answer
from bothub_cli.protocol.http import FilePart, HttpRequest, HttpResponse
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.protocol.wire import bot_url, read_json_object, token_headers
from bothub_cli.urls import find_host

UPLOAD = "store the file"
SHOW = "show the file"
DELETE = "delete the file"
LOOK_AT = "look at the media URL"

FILE_CONTENT = "fileContent"  # the multipart field that holds the bytes

_KNOWN = frozenset({"fileId", "fileUrl", "fileURL", "fileSize", "status", "validity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file on the platform (FNW.11)."""

    file_id: str
    """Its name there."""
    file_url: str | None = None
    """What a message links to, None until it is ready."""
    file_size: int | None = None
    """Bytes."""
    status: str | None = None
    """One of "pending", "ready", "expired", "invalid", or a word that is new to us."""
    validity: str | None = None
    """Until when it is kept, RFC 3339 as it came."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Members that this version does not know, kept as they came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """What the host of a media URL says; phones need a type, a size, no redirect, no sign-in (Google, ContentInfo)."""

    status: int
    """Of HTTP."""
    content_type: str | None = None
    """Such as "image/jpeg", …"""
    size: int | None = None
    """Bytes."""
    redirect_host: str | None = None
    """Set when the answer is a redirect, "" when it names no host."""

    @property
    def is_public(self) -> bool:
        """True when the address itself answers with the file."""
        return 200 <= self.status < 300


def build_upload_request(base: str, *, bot_id: str, tokens: TokenPair, file: FilePart, until: datetime) -> HttpRequest:
    """Build the request that stores a file's bytes until an instant; ``file.field_name`` is FILE_CONTENT."""
    return HttpRequest(
        operation=UPLOAD,
        method="POST",
        url=bot_url(base, bot_id, "files"),
        headers=token_headers(tokens),
        form=(("fileType", file.content_type), ("until", to_rfc3339(until))),
        file=file,
    )


def build_link_request(
    base: str, *, bot_id: str, tokens: TokenPair, file_url: str, file_type: str, until: datetime
) -> HttpRequest:
    """Build the request that lets the platform fetch a file."""
    return HttpRequest(
        operation=UPLOAD,
        method="POST",
        url=bot_url(base, bot_id, "files"),
        headers=token_headers(tokens),
        form=(("fileType", file_type), ("fileUrl", file_url), ("until", to_rfc3339(until))),
    )


def build_show_request(base: str, *, bot_id: str, tokens: TokenPair, file_id: str) -> HttpRequest:
    """Build the request that asks for a stored file's state."""
    return _build_file_request("GET", SHOW, base, bot_id, tokens, file_id)


def build_delete_request(base: str, *, bot_id: str, tokens: TokenPair, file_id: str) -> HttpRequest:
    """Build the request that deletes a stored file; twice does no harm."""
    return _build_file_request("DELETE", DELETE, base, bot_id, tokens, file_id)


def read_file_response(response: HttpResponse, *, operation: str) -> StoredFile:
    """Read a stored file. Raises the BothubError that the answer stands for."""
    call = RequestPurpose.CHANGE if operation == UPLOAD else RequestPurpose.READ
    if not response.is_success:
        raise error_for(response, operation, call=call)
    document = read_json_object(response.body) or {}
    file = document.get("file", document)
    if not isinstance(file, dict) or not isinstance(file.get("fileId"), str | int):
        raise unreadable_answer(response, operation, call=call)
    return StoredFile(
        file_id=str(file["fileId"]),
        file_url=_text(file.get("fileUrl", file.get("fileURL"))),
        file_size=_size(file.get("fileSize")),
        status=_text(file.get("status")),
        validity=_text(file.get("validity")),
        extra={name: value for name, value in file.items() if name not in _KNOWN},
    )


def read_delete_response(response: HttpResponse) -> None:
    """Read the answer to a deletion: any 2xx counts. Raises the BothubError that it stands for."""
    if not response.is_success:
        raise error_for(response, DELETE)
    if response.body.strip() and read_json_object(response.body) is None:
        raise unreadable_answer(response, DELETE)


def build_media_head_request(url: str) -> HttpRequest:
    """Build the request that asks a media URL for its headers only; it carries no token."""
    return HttpRequest(operation=LOOK_AT, method="HEAD", url=url, headers=(("Accept", "*/*"),), replay_safe=True)


def read_media_head_response(response: HttpResponse) -> MediaFacts:
    """Read what the host says of the file, whatever its status: it is for the caller to judge."""
    content_type = bare_type(response.headers.get("Content-Type", ""))
    return MediaFacts(
        status=response.status,
        content_type=to_excerpt(content_type, limit=100) or None,
        size=_size(response.headers.get("Content-Length")),
        redirect_host=_redirect_host(response) if 300 <= response.status < 400 else None,
    )


def _build_file_request(
    method: str, operation: str, base: str, bot_id: str, tokens: TokenPair, file_id: str
) -> HttpRequest:
    return HttpRequest(
        operation=operation,
        method=method,
        url=bot_url(base, bot_id, "files", file_id),
        headers=token_headers(tokens),
        replay_safe=True,
    )


def _redirect_host(response: HttpResponse) -> str:
    host = find_host(response.headers.get("Location", ""))
    return to_excerpt(host, limit=100)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _size(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
