"""Makes an event up and posts it to a webhook, so that a bot can be tried without a platform."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final

from bothub_cli.errors import BothubError, ExitCode, InputRefusedError, OutcomeUnknownError
from bothub_cli.events.forward.post import build_event_request
from bothub_cli.messages.event.body import NotAnEventError, read_payload
from bothub_cli.messages.event.build import EventFacts, FieldAssignment, build_event, edit_event, read_setting
from bothub_cli.messages.event.read import read_kind
from bothub_cli.record import record
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import AnswerLostError, Transport

DEFAULT_NUMBER: Final = "+33612345678"


@record(frozen=False, eq=False)
class WebhookRefusedError(BothubError):
    """The webhook answered that it does not take the event."""

    code: ClassVar[str] = "webhook.refused"
    exit_code: ClassVar[ExitCode] = ExitCode.API_REFUSED

    status: int

    @property
    def message(self) -> str:
        return f"the webhook did not take the event: HTTP {self.status}"

    @property
    def remedy(self) -> str | None:
        return "give the token that it expects: --auth-token-file FILE" if self.status in (401, 403) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPlan:
    """Which event, about whom, changed how; ``body`` is the user's own, from which it then starts."""

    kind: str
    now: datetime
    msg_id: str
    number: str | None = None
    settings: tuple[str, ...] = ()
    body: bytes | None = field(default=None, repr=False)


def build_trigger(plan: TriggerPlan) -> bytes:
    """Return the webhook body; your own stays byte for byte what it is unless something is to be set in it.

    Raises UsageError for an unknown kind or path, InputRefusedError for a body in which nothing can be set.
    """
    kind, settings = read_kind(plan.kind), [read_setting(text) for text in plan.settings]
    if plan.body is None:
        facts = EventFacts(number=plan.number or DEFAULT_NUMBER, now=plan.now, msg_id=plan.msg_id)
        return _write(build_event(kind, facts, settings))
    if plan.number is not None:
        settings.insert(0, FieldAssignment(path="messageContact.userContact", value=plan.number))
    return _write(edit_event(_read_own(plan.body), kind, settings)) if settings else plan.body


def trigger(url: str, body: bytes, *, token: Secret | None, transport: Transport) -> None:
    """Post a body as the platform would, once.

    Raises WebhookRefusedError, NetworkError, and OutcomeUnknownError when no answer came.
    """
    try:
        response = transport.send(build_event_request(url, body, token=token))
    except AnswerLostError as problem:
        raise OutcomeUnknownError(operation="post the event") from problem
    if not response.is_success:
        raise WebhookRefusedError(status=response.status)


def _read_own(body: bytes) -> dict[str, object]:
    try:
        return read_payload(body)
    except NotAnEventError as problem:
        raise InputRefusedError(problem=f"nothing can be set in a body that is {problem}", where="--body") from problem


def _write(payload: dict[str, object]) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode("utf-8", "surrogatepass")
