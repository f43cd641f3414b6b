"""What happens to a message after it was accepted: it is sent, delivered, displayed, or none of that."""

from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

from bothub_cli.messages.check.times import parse_rfc3339
from bothub_cli.messages.event.statuses import PROGRESS, has_reached, is_underway
from bothub_cli.sandbox.people.person import READS_LATE, plan_reaction
from bothub_cli.sandbox.state.magic_numbers import PhoneBehaviour
from bothub_cli.sandbox.state.message_log import LoggedStatus, SandboxMessage
from bothub_cli.sandbox.state.phones import Phone
from bothub_cli.sandbox.state.sandbox import Sandbox

_FOLLOWING = dict(pairwise(PROGRESS))


def start_lifecycle(sandbox: Sandbox, message: SandboxMessage) -> None:
    """Plan the message's way to the screen, at the sandbox's pace, and its end when it expires first."""
    _plan_next(sandbox, message, after=message.received_at)
    _plan_expiry(sandbox, message)


def resume_lifecycle(sandbox: Sandbox, message: SandboxMessage) -> None:
    """Take up the way of a message that an earlier run left under way."""
    if message.direction == "to_phone" and not message.is_final and not message.is_typing:
        _plan_next(sandbox, message, after=sandbox.clock.now())
        _plan_expiry(sandbox, message)


def _plan_expiry(sandbox: Sandbox, message: SandboxMessage) -> None:
    expiry = parse_rfc3339(message.payload["RCSMessage"].get("expiry", ""))
    if expiry is not None:
        sandbox.agenda.at(expiry, partial(_expire, sandbox, message))


def move(sandbox: Sandbox, message: SandboxMessage, status: str, *, at: datetime) -> None:
    """Give the message its next status; a final one is never left, and nothing goes backwards."""
    if message.is_final or has_reached(message.status, status):
        return
    message.history.append(LoggedStatus(status, at))
    sandbox.announce_status(message, at=at)
    if status == "displayed":
        plan_reaction(sandbox, message, read_at=at)


def record_status(sandbox: Sandbox, message: SandboxMessage, status: str) -> None:
    """Note a status that the bot itself set: no webhook tells it what it knows."""
    message.history.append(LoggedStatus(status, sandbox.clock.now()))
    sandbox.note("status", message.msg_id)


def come_online(sandbox: Sandbox, phone: Phone) -> None:
    """Deliver what waited while the phone was off."""
    phone.is_online = True
    for message in sandbox.messages.conversation(phone.number):
        if message.direction == "to_phone" and message.status == "sent":
            _plan_next(sandbox, message, after=sandbox.clock.now())


def _plan_next(sandbox: Sandbox, message: SandboxMessage, *, after: datetime) -> None:
    step = _next_step(sandbox, message)
    if step is not None:
        status, pause = step
        sandbox.agenda.at(after + pause, partial(_take_step, sandbox, message, status))


def _take_step(sandbox: Sandbox, message: SandboxMessage, status: str, due: datetime) -> None:
    if status == "delivered" and not sandbox.phones.get(message.number).is_online:
        return  # come_online takes it up again
    if _FOLLOWING.get(message.status) != status and status != "failed":
        return  # somebody moved it by hand meanwhile
    move(sandbox, message, status, at=due)
    _plan_next(sandbox, message, after=due)


def _expire(sandbox: Sandbox, message: SandboxMessage, due: datetime) -> None:
    if is_underway(message.status):
        move(sandbox, message, "revoked", at=due)


def _next_step(sandbox: Sandbox, message: SandboxMessage) -> tuple[str, timedelta] | None:
    status = _FOLLOWING.get(message.status)
    pause = sandbox.settings.pace.before(status) if status else None
    if status is None or pause is None:
        return None
    match sandbox.phones.get(message.number).habit, status:
        case PhoneBehaviour.NEVER_READS, "displayed":
            return None
        case PhoneBehaviour.READS_LATE, "displayed":
            return status, READS_LATE
        case PhoneBehaviour.FAILS, "delivered":
            return "failed", pause
        case _:
            return status, pause
