"""Which numbers can get RCS: one at a time, or ten thousand at night."""

from dataclasses import replace

from bothub_cli.phone_numbers import find_country
from bothub_cli.protocol.bulk_hours import FIXED_CET, PARIS, bulk_hours
from bothub_cli.protocol.capabilities import BULK_NUMBERS_MAX
from bothub_cli.sandbox.answers import (
    INVALID_QUERY,
    METHOD_NOT_ALLOWED,
    MISSING_QUERY,
    Answer,
    RefusedCallError,
    gateway_answer,
    json_answer,
    reason_answer,
)
from bothub_cli.sandbox.bothub.call import Call, read_json_body
from bothub_cli.sandbox.bothub.gateway import admit_bot
from bothub_cli.sandbox.state.phones import phone_number
from bothub_cli.sandbox.state.sandbox import Sandbox

RCS_CAPABILITIES = ("chat", "fileTransfer", "geolocationPush", "chatBotCommunication")
BULK_KEY = "users"  # no public source shows the body: Google's batch, which stands behind it, has this member
REGIONS_NAMED = 5  # of those that a request mixes
_ZONES = {"paris": PARIS, "utc+1": FIXED_CET}  # with "off" no hour is too early
TIME_SLOT_MESSAGE = (  # the FAQ quotes this answer, and clients look for it
    "Execute those requests only on timeslots from 10 PM CET to 7 AM CET in order to NOT overload "
    "the whole business bandwidth during business hours."
)


def get_capabilities(sandbox: Sandbox, call: Call) -> Answer:
    """Tell one contact's capabilities; 404 for somebody without RCS (Vi's documents)."""
    admit_bot(sandbox, call)
    query = call.query()
    numbers, chat_ids = query.get("userContact", []), query.get("chatId", [])
    if len(numbers) + len(chat_ids) != 1:
        raise RefusedCallError(gateway_answer(INVALID_QUERY if numbers or chat_ids else MISSING_QUERY))
    phone = sandbox.phones.get(_read_number(numbers[0])) if numbers else sandbox.phones.with_chat_id(chat_ids[0])
    if phone is None or not phone.is_rcs:
        raise RefusedCallError(reason_answer(41200, "not an RCS user", status=404))
    return json_answer({"capabilities": list(RCS_CAPABILITIES)})


def post_bulk(sandbox: Sandbox, call: Call) -> Answer:
    """Start a check of up to 10,000 numbers; its result replaces the one before."""
    bot = admit_bot(sandbox, call)
    _check_time_slot(sandbox)
    contacts = read_json_body(call).get(BULK_KEY)
    if not isinstance(contacts, list) or not contacts:
        raise RefusedCallError(reason_answer(42004, f"{BULK_KEY}: a list of numbers is required", status=400))
    if len(contacts) > BULK_NUMBERS_MAX:
        raise RefusedCallError(reason_answer(42601, f"{BULK_KEY}: at most {BULK_NUMBERS_MAX} numbers", status=400))
    numbers = [_read_number(contact) for contact in contacts]
    regions = sorted({find_country(number) or "no country" for number in numbers})
    if len(regions) > 1:  # since May 2026 (Google, users.batchGet, which stands behind it)
        few = ", ".join(regions[:REGIONS_NAMED])
        text = f"{BULK_KEY}: all numbers of a request must be of one region, and these are of {few}"
        raise RefusedCallError(reason_answer(42005, text, status=400))
    sandbox.bulk_results[bot.bot_id] = numbers
    return json_answer({"status": "pending"}, status=202)


def get_bulk(sandbox: Sandbox, call: Call) -> Answer:
    """Tell the result of the bot's last bulk check."""
    bot = admit_bot(sandbox, call)
    _check_time_slot(sandbox)
    numbers = sandbox.bulk_results.get(bot.bot_id)
    if numbers is None:
        raise RefusedCallError(reason_answer(42003, "no bulk check was asked for", status=404))
    return json_answer({"contactCapabilities": [_describe(sandbox, number) for number in numbers]})


def _check_time_slot(sandbox: Sandbox) -> None:
    zone = _ZONES.get(sandbox.settings.bulk_window)
    if zone is not None and not bulk_hours(sandbox.clock.now(), zone=zone).is_open:
        fault = replace(METHOD_NOT_ALLOWED, message="Method Not Allowed", description=TIME_SLOT_MESSAGE)
        raise RefusedCallError(gateway_answer(fault))


def _describe(sandbox: Sandbox, number: str) -> dict[str, object]:
    is_rcs = sandbox.phones.get(number).is_rcs
    return {"userContact": number, "capabilities": list(RCS_CAPABILITIES) if is_rcs else []}


def _read_number(contact: object) -> str:
    # a plus that was not encoded comes as a space
    number = phone_number(contact) if isinstance(contact, str) and "+" in contact else None
    if number is None:
        raise RefusedCallError(reason_answer(42005, "contact format: E.164 with '+'", status=400))
    return number
