"""The sandbox's things as the JSON that its own API shows; secrets are masked."""

from typing import Any

from bothub_cli.clock import to_rfc3339
from bothub_cli.messages.check.check import check_payload
from bothub_cli.redaction import MASK
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.call_log import CallRecord
from bothub_cli.sandbox.state.faults import FaultRule
from bothub_cli.sandbox.state.magic_numbers import MagicNumber
from bothub_cli.sandbox.state.message_log import ReceivedRequest, SandboxMessage
from bothub_cli.sandbox.state.phones import Phone
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.settings import SandboxSettings
from bothub_cli.sandbox.state.webhooks import Attempt, WebhookDelivery, WebhookTarget
from bothub_cli.urls import without_query

Document = dict[str, Any]  # JSON, as it goes out

LAST_REFUSED = 10  # calls in the status of a sandbox
_SECRET_HEADERS = frozenset({"authorization", "accesstoken", "cookie", "proxy-authorization"})


def message_facts(message: SandboxMessage) -> Document:
    """What every document of a message begins with."""
    return {
        "sequence": message.sequence,
        "msg_id": message.msg_id,
        "bot_id": message.bot_id,
        "number": message.number,
        "direction": message.direction,
        "status": message.status,
        "received_at": to_rfc3339(message.received_at),
    }


def message_document(message: SandboxMessage) -> Document:
    """A message as lists show it."""
    return {
        **message_facts(message),
        "history": [{"status": change.status, "at": to_rfc3339(change.at)} for change in message.history],
        "payload": message.payload,
    }


def message_details(message: SandboxMessage, deliveries: list[WebhookDelivery], *, own_files: str) -> Document:
    """A message with its request, what the check finds, and the webhooks that it caused."""
    details = message_document(message)
    details["request"] = request_document(message.request) if message.request else None
    if message.direction == "to_phone":
        report = check_payload(message.payload, now=message.received_at, bare=False, own_files=own_files)
        details["findings"] = [finding.to_payload() for finding in report.findings]
    details["deliveries"] = [delivery_document(delivery) for delivery in deliveries]
    return details


def request_document(request: ReceivedRequest) -> Document:
    """A request as it came, with its secrets masked."""
    headers = {name: MASK if name in _SECRET_HEADERS else value for name, value in request.headers.items()}
    return {
        "method": request.method,
        "path": request.path,
        "headers": headers,
        "body": request.body.decode(errors="replace"),
    }


def delivery_document(delivery: WebhookDelivery) -> Document:
    """An event on its way to a bot, with every attempt."""
    return {
        "delivery_id": delivery.delivery_id,
        "bot_id": delivery.bot_id,
        "msg_id": delivery.msg_id,
        "posted_at": to_rfc3339(delivery.posted_at),
        "state": delivery.state,
        "event": delivery.event,
        "attempts": [_attempt_document(attempt) for attempt in delivery.attempts],
    }


def _attempt_document(attempt: Attempt) -> Document:
    return {
        "at": to_rfc3339(attempt.at),
        "status": attempt.status,
        "problem": attempt.problem,
        "elapsed": round(attempt.elapsed, 4),
    }


def target_document(bot_id: str, target: WebhookTarget | None) -> Document:
    """Where a bot's events go."""
    return {
        "bot_id": bot_id,
        "url": target.url if target else None,
        "authorization": MASK if target and target.authorization else None,
    }


def phone_document(phone: Phone) -> Document:
    """A phone and its state."""
    return {
        "number": phone.number,
        "system": phone.system,
        "is_rcs": phone.is_rcs,
        "is_online": phone.is_online,
        "habit": phone.habit,
        "chat_id": phone.chat_id,
        "is_anonymous": phone.is_anonymous,
        "has_stopped": phone.has_stopped,
    }


def fault_document(rule: FaultRule) -> Document:
    """A rule that makes calls fail."""
    return {
        "rule_id": rule.rule_id,
        "kind": rule.fault.kind,
        "delay": rule.fault.delay,
        "operation": rule.operation,
        "number": rule.number,
        "bot_id": rule.bot_id,
        "text": rule.text,
        "every": rule.every,
        "probability": rule.probability,
        "times": rule.times,
    }


def number_document(magic: MagicNumber) -> Document:
    """A number with a meaning."""
    return {"number": magic.number, "meaning": magic.meaning}


def credentials_document(identity: SandboxIdentity, *, key_file: str | None) -> Document:
    """Everything that a bot logs in with."""
    return {
        "bot_id": identity.bot_id,
        "authorization": identity.authorization.reveal(),
        "private_key": identity.private_key_pem.reveal(),
        "private_key_file": key_file,
    }


def bot_document(identity: SandboxIdentity) -> Document:
    """A bot, without its secrets."""
    return {"bot_id": identity.bot_id, "client_id": identity.client_id, "public_key": identity.public_key_pem}


def settings_document(settings: SandboxSettings) -> Document:
    """What can be changed while the sandbox runs, and the profile that leads to it; durations in seconds."""
    pace = settings.pace
    return {
        "profile": settings.profile,
        "requests_per_second": settings.rate_limits.requests_per_second,
        "token_requests_per_minute": settings.rate_limits.token_requests_per_minute,
        "rate_limit_status": settings.rate_limits.refusal_status,
        "sent_after": None if pace.sent is None else pace.sent.total_seconds(),
        "delivered_after": None if pace.delivered is None else pace.delivered.total_seconds(),
        "displayed_after": None if pace.displayed is None else pace.displayed.total_seconds(),
        "bulk_window": settings.bulk_window,
    }


def refused_call_document(call: CallRecord) -> Document:
    """A call that was refused, and why."""
    return {
        "at": to_rfc3339(call.at),
        "method": call.method,
        "path": call.path,
        "status": call.status,
        "reason": call.reason,
    }


def status_document(sandbox: Sandbox) -> Document:
    """What a sandbox is, and what happened in it."""
    refused = sum(count for status, count in sandbox.calls.by_status.items() if status >= 400)
    return {
        "bots": [bot.bot_id for bot in sandbox.registry.bots],
        "messages": len(sandbox.messages),
        "phones": len(list(sandbox.messages.conversations())),
        "calls": dict(sorted(sandbox.counts.items())),
        "refused": refused,
        "webhooks": [without_query(target.url) for target in sandbox.webhook_queue.targets.values()],
        "faults": sum(1 for _ in sandbox.faults),
        "advanced_seconds": sandbox.clock.advanced.total_seconds(),
        "unwritten": sandbox.count_unwritten(),
        "last_refused": [refused_call_document(call) for call in sandbox.calls.refused()[:LAST_REFUSED]],
    }
