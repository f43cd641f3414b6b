"""GET and PUT /messages/{msgId}/status: how far a message is; that it was read; that it must not arrive any more."""

from bothub_cli.messages.event.statuses import is_underway
from bothub_cli.sandbox.answers import Answer, RefusedCallError, json_answer, no_content, reason_answer
from bothub_cli.sandbox.bothub.call import Call, read_json_body
from bothub_cli.sandbox.bothub.gateway import admit_bot
from bothub_cli.sandbox.people.lifecycle import record_status
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.sandbox import Sandbox


def get_status(sandbox: Sandbox, call: Call) -> Answer:
    """Tell a message's status, in either direction."""
    return json_answer(_find_message(sandbox, call).status_document())


def put_status(sandbox: Sandbox, call: Call) -> Answer:
    """Take ``displayed`` for a message from a user, ``cancelled`` for an undelivered one to a user; 204."""
    message = _find_message(sandbox, call)
    match message.direction, _wanted_status(call):
        case "to_bot", "displayed":
            record_status(sandbox, message, "displayed")
        case "to_phone", "cancelled":
            _cancel(sandbox, message)
        case _:
            raise RefusedCallError(reason_answer(42011, "this status cannot be set on this message", status=400))
    return no_content()


def _find_message(sandbox: Sandbox, call: Call) -> SandboxMessage:
    bot = admit_bot(sandbox, call)
    message = sandbox.messages.find(call.target)
    if message is None or message.bot_id != bot.bot_id:
        raise RefusedCallError(reason_answer(42003, "unknown msgId", status=404))
    return message


def _wanted_status(call: Call) -> object:
    inner = read_json_body(call).get("RCSMessage")
    return inner.get("status") if isinstance(inner, dict) else None


def _cancel(sandbox: Sandbox, message: SandboxMessage) -> None:
    if message.status in ("cancelled", "revoked"):
        raise RefusedCallError(reason_answer(41011, "already revoked", status=400))
    if not is_underway(message.status):
        raise RefusedCallError(reason_answer(41002, f"too late to revoke: {message.status}", status=400))
    record_status(sandbox, message, "cancelled")
