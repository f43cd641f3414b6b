"""Sends a message, and asks or sets the status of one (FNW.11, ``/messages``)."""

from collections.abc import Mapping
from dataclasses import field

from bothub_cli.errors import BothubError, InputRefusedError
from bothub_cli.protocol.http import HttpRequest, HttpResponse, RequestPurpose, read_facts
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.protocol.wire import bot_url, json_headers, read_json_object, token_headers, write_json
from bothub_cli.record import record
from bothub_cli.strict_json import parse_json

SEND = "send the message"
SET_TYPING = "show the typing indicator"
READ_STATUS = "read the message's status"
MARK_READ = "mark the message as read"
CANCEL = "cancel the message"

# Samsung's SDK writes "canceled"; Node's client and Dotgo's documents write it so.
CANCELLED = "cancelled"
DISPLAYED = "displayed"


@record
class Accepted:
    """What BotHub says of a message that it took; undocumented by Orange: each is None when the answer has none."""

    msg_id: str | None = None
    """What status, revocation and webhooks name it by."""
    status: str | None = None
    """A word such as "pending"."""
    timestamp: str | None = None
    """RFC 3339, as it came."""
    request_id: str | None = None
    """The gateway's X-OAPI-Request-Id, for support."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Members that this version does not know, kept as they came."""


@record
class MessageStatus:
    """Where a message is; each is None when the answer has none."""

    msg_id: str | None = None
    """Which message."""
    status: str | None = None
    """One of "pending", "sent", "delivered", "displayed", … — an open vocabulary (FNW.11)."""
    timestamp: str | None = None
    """When it got there, RFC 3339 as it came."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Members that this version does not know, kept as they came."""


def build_send_request(base: str, *, bot_id: str, tokens: TokenPair, payload: Mapping[str, object]) -> HttpRequest:
    """Build the request that sends a full body (``RCSMessage`` with ``messageContact``).

    It is not replay safe, as the API has no idempotency key. Raises InputRefusedError for what JSON cannot hold.
    """
    return HttpRequest(
        operation=SEND,
        method="POST",
        url=bot_url(base, bot_id, "messages"),
        headers=json_headers(tokens),
        body=_write(payload),
    )


def build_typing_request(
    base: str, *, bot_id: str, tokens: TokenPair, message_contact: Mapping[str, object], active: bool
) -> HttpRequest:
    """Build the request that shows or hides "is typing"; twice does no harm."""
    return HttpRequest(
        operation=SET_TYPING,
        method="POST",
        url=bot_url(base, bot_id, "messages"),
        headers=json_headers(tokens),
        body=_write(
            {"RCSMessage": {"isTyping": "active" if active else "idle"}, "messageContact": dict(message_contact)}
        ),
        replay_safe=True,
    )


def read_send_response(
    response: HttpResponse, *, operation: str = SEND, call: RequestPurpose = RequestPurpose.CHANGE
) -> Accepted:
    """Read what became of a send.

    FNW.11 documents 202 with a body, its clients take any 2xx; a 2xx without body is accepted without an ID.
    A 2xx with another body leaves the outcome open. Raises the BothubError that the answer stands for.
    """
    if not response.is_success:
        raise _refused(response, operation, call=call)
    if not response.body.strip():
        return Accepted(request_id=read_facts(response).request_id)
    message = _read_message(response, operation, call)
    extra = {name: value for name, value in message.items() if name not in _KNOWN}
    return Accepted(
        msg_id=_text(message.get("msgId")),
        status=_text(message.get("status")),
        timestamp=_text(message.get("timestamp")),
        request_id=read_facts(response).request_id,
        extra=extra,
    )


def read_plain_msg_id(body: bytes) -> str | None:
    """Return the ``msgId`` of the usual answer to a send, quickly; None means: ask ``read_send_response``."""
    try:
        msg_id = parse_json(body.decode())["RCSMessage"]["msgId"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return msg_id if isinstance(msg_id, str) and msg_id else None


def build_status_request(base: str, *, bot_id: str, tokens: TokenPair, msg_id: str) -> HttpRequest:
    """Build the request that asks a message's status."""
    return HttpRequest(
        operation=READ_STATUS,
        method="GET",
        url=bot_url(base, bot_id, "messages", msg_id, "status"),
        headers=token_headers(tokens),
        replay_safe=True,
    )


def read_status_response(response: HttpResponse) -> MessageStatus:
    """Read a message's status. Raises the BothubError that the answer stands for."""
    if not response.is_success:
        raise _refused(response, READ_STATUS)
    message = _read_message(response, READ_STATUS, RequestPurpose.READ)
    extra = {name: value for name, value in message.items() if name not in _KNOWN}
    status = _text(message.get("status"))
    if status is None:
        raise _unreadable(response, READ_STATUS)
    return MessageStatus(
        msg_id=_text(message.get("msgId")), status=status, timestamp=_text(message.get("timestamp")), extra=extra
    )


def build_mark_read_request(base: str, *, bot_id: str, tokens: TokenPair, msg_id: str) -> HttpRequest:
    """Build the read report for a message that the user wrote; twice does no harm."""
    return _build_set_status(base, bot_id, tokens, msg_id, DISPLAYED)


def build_cancel_request(
    base: str, *, bot_id: str, tokens: TokenPair, msg_id: str, status: str = CANCELLED
) -> HttpRequest:
    """Build the request that revokes a message not yet delivered."""
    return _build_set_status(base, bot_id, tokens, msg_id, status)


def read_set_status_response(response: HttpResponse, *, operation: str) -> None:
    """Read the answer to a change of status: 204, any 2xx counts. Raises the BothubError that it stands for."""
    call = RequestPurpose.READ if operation == MARK_READ else RequestPurpose.CHANGE
    if not response.is_success:
        raise _refused(response, operation, call=call)
    if response.body.strip() and read_json_object(response.body) is None:
        raise _unreadable(response, operation, call=call)


_KNOWN = frozenset({"msgId", "status", "timestamp"})


def _build_set_status(base: str, bot_id: str, tokens: TokenPair, msg_id: str, status: str) -> HttpRequest:
    is_read_report = status == DISPLAYED
    return HttpRequest(
        operation=MARK_READ if is_read_report else CANCEL,
        method="PUT",
        url=bot_url(base, bot_id, "messages", msg_id, "status"),
        headers=json_headers(tokens),
        body=_write({"RCSMessage": {"status": status}}),
        replay_safe=is_read_report,
    )


def _refused(response: HttpResponse, operation: str, *, call: RequestPurpose = RequestPurpose.READ) -> BothubError:
    from bothub_cli.protocol.faults import error_for  # 4 ms, which an accepted message need not pay

    return error_for(response, operation, call=call)


def _unreadable(response: HttpResponse, operation: str, *, call: RequestPurpose = RequestPurpose.READ) -> BothubError:
    from bothub_cli.protocol.faults import unreadable_answer  # as above

    return unreadable_answer(response, operation, call=call)


def _write(payload: Mapping[str, object]) -> bytes:
    try:
        return write_json(payload)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputRefusedError(problem=f"the message cannot be written as JSON: {error}") from error


def _read_message(response: HttpResponse, operation: str, call: RequestPurpose) -> Mapping[str, object]:
    """Return the ``RCSMessage`` of an answer; some platforms leave the wrapper out, or spell it otherwise."""
    document = read_json_object(response.body)
    if document is None or _is_fault(document):
        raise _unreadable(response, operation, call=call)
    message = document.get("RCSMessage", document.get("rcsMessage", document))
    return message if isinstance(message, dict) else {}


def _is_fault(document: Mapping[str, object]) -> bool:
    """Tell an error body that came with a success status: nobody can say whether that message was taken."""
    return "RCSMessage" not in document and ("error" in document or "reason" in document or "code" in document)


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30 else None
