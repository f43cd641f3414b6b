"""The sandbox's things as the store keeps them; no token is written, only fingerprints of those that were issued."""

from dataclasses import asdict
from datetime import datetime

from bothub_cli.messages.payload import JsonObject
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.control.documents import request_document
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.faults import FaultKind, FaultRule, InjectedFault
from bothub_cli.sandbox.state.granted_tokens import Grant
from bothub_cli.sandbox.state.magic_numbers import PhoneBehaviour
from bothub_cli.sandbox.state.message_log import LoggedStatus, ReceivedRequest, SandboxMessage
from bothub_cli.sandbox.state.phones import Phone
from bothub_cli.sandbox.state.uploaded_files import UploadedFile
from bothub_cli.sandbox.state.webhooks import Attempt, WebhookDelivery, WebhookTarget


def identity_record(identity: SandboxIdentity) -> JsonObject:
    return {
        "bot_id": identity.bot_id,
        "client_id": identity.client_id,
        "client_secret": identity.client_secret.reveal(),
        "private_key_pem": identity.private_key_pem.reveal(),
        "public_key_pem": identity.public_key_pem,
    }


def read_identity(record: JsonObject) -> SandboxIdentity:
    secrets = {name: Secret(record[name]) for name in ("client_secret", "private_key_pem")}
    return SandboxIdentity(**{**record, **secrets})


def message_record(message: SandboxMessage) -> JsonObject:
    return {
        "msg_id": message.msg_id,
        "bot_id": message.bot_id,
        "number": message.number,
        "direction": message.direction,
        "payload": message.payload,
        "received_at": message.received_at.isoformat(),
        "history": [[change.status, change.at.isoformat()] for change in message.history],
        "request": request_document(message.request) if message.request else None,
        "webhook_fault": message.webhook_fault,
        "sequence": message.sequence,
    }


def read_message(record: JsonObject) -> SandboxMessage:
    request, fault = record["request"], record["webhook_fault"]
    return SandboxMessage(
        **{
            **record,
            "received_at": datetime.fromisoformat(record["received_at"]),
            "history": [LoggedStatus(status, datetime.fromisoformat(at)) for status, at in record["history"]],
            "request": ReceivedRequest(**{**request, "body": request["body"].encode()}) if request else None,
            "webhook_fault": FaultKind(fault) if fault else None,
        }
    )


def phone_record(phone: Phone) -> JsonObject:
    return asdict(phone)


def read_phone(record: JsonObject) -> Phone:
    return Phone(**{**record, "habit": PhoneBehaviour(record["habit"]) if record["habit"] else None})


def file_record(stored: UploadedFile) -> JsonObject:
    return {**asdict(stored), "valid_until": stored.valid_until.isoformat()}


def read_file(record: JsonObject) -> UploadedFile:
    return UploadedFile(**{**record, "valid_until": datetime.fromisoformat(record["valid_until"])})


def webhook_record(bot_id: str, target: WebhookTarget) -> JsonObject:
    authorization = target.authorization.reveal() if target.authorization else None
    return {"bot_id": bot_id, "url": target.url, "authorization": authorization}


def read_webhook(record: JsonObject) -> tuple[str, WebhookTarget]:
    authorization = Secret(record["authorization"]) if record["authorization"] else None
    return record["bot_id"], WebhookTarget(url=record["url"], authorization=authorization)


def delivery_record(delivery: WebhookDelivery) -> JsonObject:
    return {
        "delivery_id": delivery.delivery_id,
        "bot_id": delivery.bot_id,
        "event": delivery.event,
        "posted_at": delivery.posted_at.isoformat(),
        "msg_id": delivery.msg_id,
        "state": delivery.state,
        "attempts": [{**asdict(attempt), "at": attempt.at.isoformat()} for attempt in delivery.attempts],
    }


def read_delivery(record: JsonObject) -> WebhookDelivery:
    attempts = [Attempt(**{**attempt, "at": datetime.fromisoformat(attempt["at"])}) for attempt in record["attempts"]]
    return WebhookDelivery(**{**record, "posted_at": datetime.fromisoformat(record["posted_at"]), "attempts": attempts})


def grant_record(grant: Grant) -> JsonObject:
    return {**asdict(grant), "expires_at": grant.expires_at.isoformat()}


def read_grant(record: JsonObject) -> Grant:
    return Grant(**{**record, "expires_at": datetime.fromisoformat(record["expires_at"])})


def fault_record(rule: FaultRule) -> JsonObject:
    return asdict(rule)


def read_fault(record: JsonObject) -> FaultRule:
    fault = InjectedFault(kind=FaultKind(record["fault"]["kind"]), delay=record["fault"]["delay"])
    return FaultRule(**{**record, "fault": fault})
