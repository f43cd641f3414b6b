"""POST /messages: a message comes in, is checked as the platform would, and starts its way to a phone."""

from collections.abc import Mapping
from typing import Any

from bothub_cli.sandbox.answers import Answer, RefusedCallError, json_answer, reason_answer
from bothub_cli.sandbox.bothub.call import Call, read_json_body
from bothub_cli.sandbox.bothub.faulty_answers import refuse_call, spoil
from bothub_cli.sandbox.bothub.gateway import admit_bot
from bothub_cli.sandbox.bothub.refusals import check_message
from bothub_cli.sandbox.people.lifecycle import start_lifecycle
from bothub_cli.sandbox.state.faults import InjectedFault, Occasion
from bothub_cli.sandbox.state.message_log import LoggedStatus, ReceivedRequest, SandboxMessage, text_to_search
from bothub_cli.sandbox.state.phones import Phone, phone_number
from bothub_cli.sandbox.state.sandbox import Sandbox

Payload = Mapping[str, Any]  # JSON from outside: any value


def post_message(sandbox: Sandbox, call: Call) -> Answer:
    """Accept a message with 202 and ``pending``, as DOT's documents show; or refuse it with a FNW.11 reason."""
    bot = admit_bot(sandbox, call)
    payload = read_json_body(call)
    check_message(payload, now=sandbox.clock.now())
    phone = _find_phone(sandbox, payload["messageContact"])
    fault = _draw_fault(sandbox, payload, number=phone.number, bot_id=bot.bot_id)
    if fault is not None and not fault.kind.accepts:
        return refuse_call(sandbox, call, fault)
    if not phone.is_rcs:
        raise RefusedCallError(reason_answer(41200, "not an RCS user", status=404))
    message = _accept(sandbox, call, payload, phone=phone)
    message.webhook_fault = fault.kind if fault else None
    answer = json_answer(message.status_document(), status=202)
    return answer if fault is None else spoil(answer, fault)


def _find_phone(sandbox: Sandbox, contact: Payload) -> Phone:
    if contact.get("chatId") is not None:
        phone = sandbox.phones.with_chat_id(contact["chatId"])
        if phone is None:
            raise RefusedCallError(reason_answer(41200, "unknown chatId", status=404))
        return phone
    number = phone_number(contact["userContact"])
    if number is None:
        raise RefusedCallError(reason_answer(42005, "contact format: E.164 with '+'", status=400))
    return sandbox.phones.get(number)


def _draw_fault(sandbox: Sandbox, payload: Payload, *, number: str, bot_id: str) -> InjectedFault | None:
    if sandbox.faults:
        fault = sandbox.faults.draw(
            Occasion(operation="messages", number=number, bot_id=bot_id, words=text_to_search(payload))
        )
        if fault is not None:
            return fault
    return sandbox.attempts.fault_for(number)


def _accept(sandbox: Sandbox, call: Call, payload: Payload, *, phone: Phone) -> SandboxMessage:
    now = sandbox.clock.now()
    message = SandboxMessage(
        msg_id=sandbox.identifiers.message_id(),
        bot_id=call.bot_id,
        number=phone.number,
        direction="to_phone",
        payload=payload,
        received_at=now,
        history=[LoggedStatus("pending", now)],
        request=ReceivedRequest(method=call.method, path=call.path, headers=call.headers, body=call.body),
    )
    sandbox.take_message(message)
    if "isTyping" not in payload["RCSMessage"]:
        start_lifecycle(sandbox, message)
    return message
