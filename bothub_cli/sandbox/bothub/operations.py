"""Which handler answers which method and path."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from bothub_cli.sandbox.answers import Answer, RefusedCallError
from bothub_cli.sandbox.bothub import capabilities, files, message_status, messages, tokens
from bothub_cli.sandbox.bothub.call import Call
from bothub_cli.sandbox.bothub.faulty_answers import refuse_call, spoil
from bothub_cli.sandbox.state.faults import Occasion
from bothub_cli.sandbox.state.sandbox import Sandbox

OperationHandler = Callable[[Sandbox, Call], Answer]

_BOT = r"/bothub/v1/bot/v1/(?P<bot_id>[^/]+)"
_BOT_V2 = r"/bothub/v1/bot/v2/(?P<bot_id>[^/]+)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedOperation:
    """One operation of the API; ``body_limit`` in bytes."""

    name: str
    method: str
    pattern: re.Pattern[str]
    handler: OperationHandler
    body_limit: int = 64 * 1024
    takes_upload: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An operation and what its path names; ``allowed`` lists the methods of a path that this one is not among."""

    operation: ServedOperation | None = None
    bot_id: str = ""
    target: str = ""
    allowed: tuple[str, ...] = ()


MESSAGE_BODY_LIMIT = 1024 * 1024  # bytes read before it is refused; a message may have 250 KB
FILE_BODY_LIMIT = 101 * 1024 * 1024  # bytes; Google recommends at most 100 MB a file, and a form needs a little more
BULK_BODY_LIMIT = 1024 * 1024  # bytes; 10,000 numbers of 16 characters and their quotes fit


def _operation(
    name: str, method: str, pattern: str, handler: OperationHandler, *, body_limit: int = 64 * 1024
) -> ServedOperation:
    return ServedOperation(
        name=name,
        method=method,
        pattern=re.compile(pattern),
        handler=handler,
        body_limit=body_limit,
        takes_upload=handler is files.post_file,
    )


OPERATIONS: tuple[ServedOperation, ...] = (
    _operation("oauth", "POST", r"/oauth/v3/token", tokens.issue_orange_token),
    _operation("auth", "POST", r"/bothub/v1/auth", tokens.issue_gsma_token),
    _operation("messages", "POST", _BOT + r"/messages", messages.post_message, body_limit=MESSAGE_BODY_LIMIT),
    _operation("status", "GET", _BOT + r"/messages/(?P<target>[^/]+)/status", message_status.get_status),
    _operation("status", "PUT", _BOT + r"/messages/(?P<target>[^/]+)/status", message_status.put_status),
    _operation("files", "POST", _BOT + r"/files", files.post_file, body_limit=FILE_BODY_LIMIT),
    _operation("files", "GET", _BOT + r"/files/(?P<target>[^/]+)", files.get_file),
    _operation("files", "DELETE", _BOT + r"/files/(?P<target>[^/]+)", files.delete_file),
    _operation("capabilities", "GET", _BOT + r"/contactCapabilities", capabilities.get_capabilities),
    _operation(
        "bulk", "POST", _BOT_V2 + r"/bulkContactCapabilities", capabilities.post_bulk, body_limit=BULK_BODY_LIMIT
    ),
    _operation("bulk", "GET", _BOT_V2 + r"/bulkContactCapabilities", capabilities.get_bulk),
)


@lru_cache(maxsize=1024)
def match_operation(method: str, path: str) -> Match:
    """Find the operation of a method and a path (percent-decoded already)."""
    on_path = [(operation, found) for operation in OPERATIONS if (found := operation.pattern.fullmatch(path))]
    for operation, found in on_path:
        if operation.method == method:
            names = found.groupdict()
            return Match(operation=operation, bot_id=names.get("bot_id", ""), target=names.get("target", ""))
    return Match(allowed=tuple(operation.method for operation, _ in on_path))


def answer_call(sandbox: Sandbox, operation: ServedOperation, call: Call) -> Answer:
    """Carry out a call and return its answer; only faults on purpose make it look broken."""
    sandbox.counts[operation.name] += 1
    try:
        if sandbox.faults and operation.name != "messages":  # messages draw theirs when the number is known
            return _answer_with_faults(sandbox, operation, call)
        return operation.handler(sandbox, call)
    except RefusedCallError as refused:
        return refused.answer


def _answer_with_faults(sandbox: Sandbox, operation: ServedOperation, call: Call) -> Answer:
    fault = sandbox.faults.draw(Occasion(operation=operation.name, bot_id=call.bot_id or None))
    if fault is None:
        return operation.handler(sandbox, call)
    if not fault.kind.accepts:
        return refuse_call(sandbox, call, fault)
    return spoil(operation.handler(sandbox, call), fault)
