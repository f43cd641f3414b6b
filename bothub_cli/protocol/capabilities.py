"""Asks what a phone can do: one contact at once, or up to 10,000 numbers overnight (Orange's BotHub FAQ)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import quote

from bothub_cli.errors import ApiRefusedError, InputRefusedError, OutsideTimeWindowError
from bothub_cli.protocol.faults import BULK_WINDOW, RequestPurpose, error_for, read_facts, read_fault, unreadable_answer
from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.protocol.wire import (
    CAPABILITY_BULK_VERSION,
    bot_url,
    json_headers,
    read_json_object,
    read_json_value,
    token_headers,
    write_json,
)
from bothub_cli.record import record

CHECK_CONTACT = "check what the contact can do"
START_BULK = "start the check of many numbers"
READ_BULK = "read the result of the check of many numbers"

BULK_NUMBERS_MAX = 10_000  # numbers a request, Orange's BotHub FAQ
CHATBOT_CAPABILITY = "chatBotCommunication"  # the one without which a bot's message does not arrive

_NOT_RCS_CODES = frozenset({"41200", "NOT_FOUND", "rcs_disabled"})
_PENDING = frozenset({"pending", "running", "in_progress", "inprogress", "processing", "queued", "accepted", "started"})
_NUMBER_KEYS = ("userContact", "msisdn", "phoneNumber", "number", "user")
_VERDICT_KEYS = ("rcsCapable", "rcsEnabled", "isRcs", "rcs", "reachable", "capable", "enabled", "result", "status")
_YES = frozenset({"true", "yes", "ok", "enabled", "reachable", "capable", "rcs_enabled"})
_NO = frozenset({"false", "no", "disabled", "unreachable", "incapable", "rcs_disabled", "not_found"})
_LIST_OF_CAPABLE = re.compile(r"reachable|capable|enabled|rcs|true|yes", re.IGNORECASE)
_LIST_OF_INCAPABLE = re.compile(r"^(un|in|not|non|no_)|unreachable|incapable|false|disabled", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9]{7,15}")
# What a 400 says of the numbers: they are of several regions (Google's batch, since May 2026), or one is wrong.
_REGIONS = r"(?i)\bregion(?:s|al)?\b"
_WRONG_NUMBER = (
    r"(?i)(?:invalid|malformed).{0,40}(?:number|msisdn|contact)|(?:number|msisdn|contact).{0,40}(?:invalid|format)"
)
_NUMBER_CODES = frozenset({"42005"})  # contact format (Samsung's table of FNW.11)
_LIST_DEPTH_MAX = 6  # levels of wrapping that are looked through


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCapabilities:
    """What one phone can do."""

    is_rcs_user: bool
    """Whether it is on RCS."""
    capabilities: tuple[str, ...] = ()
    """In FNW.11's words; empty for a number that is not on RCS."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Members that this version does not know, kept as they came."""

    @property
    def takes_chatbots(self) -> bool:
        """True when a bot's messages arrive."""
        return CHATBOT_CAPABILITY in self.capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkShape:
    """How the body of a bulk check is written: Orange does not publish it, so it can be set.

    The default is that of Google's batch, which stands behind it: ``{"users": ["+33612345678"]}``.
    With ``item_key`` each number is an object: ``{"users": [{"userContact": "+33612345678"}]}``.
    """

    member: str = "users"
    """The member that holds the numbers."""
    item_key: str | None = None
    """The member of each number's own object; None for numbers alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkStarted:
    """The check was taken."""

    document: Mapping[str, object] = field(default_factory=dict)
    """Whatever the answer said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkResult:
    """What is known of the numbers."""

    is_ready: bool
    """Whether the check is done."""
    capable: tuple[str, ...] = ()
    """Those that messages reach."""
    incapable: tuple[str, ...] = ()
    """Those that they do not."""
    document: object = None
    """The whole answer, as its form is not published."""


@record(frozen=False, eq=False)
class BulkNumbersRefusedError(ApiRefusedError):
    """A check of many numbers was refused for what they are; ``named`` are those that the answer names.

    ``is_about_regions`` says that they were taken for numbers of several regions.
    """

    code: ClassVar[str] = "api.refused.numbers"

    named: tuple[str, ...] = field(default=(), repr=False)
    is_about_regions: bool = False

    @property
    def remedy(self) -> str | None:
        if self.is_about_regions:
            return "each request holds the numbers of one country already: ask a few of them singly: --one-by-one"
        return "leave out the numbers that are refused, and name them: --skip-invalid"


def build_contact_request(
    base: str, *, bot_id: str, tokens: TokenPair, message_contact: Mapping[str, object]
) -> HttpRequest:
    """Build the check of one contact: exactly one of ``userContact`` and ``chatId``; the "+" becomes %2B."""
    if len(message_contact) != 1:
        raise InputRefusedError(problem="a capability check needs exactly one of userContact and chatId")
    query = "&".join(f"{quote(name, safe='')}={quote(str(value), safe='')}" for name, value in message_contact.items())
    return HttpRequest(
        operation=CHECK_CONTACT,
        method="GET",
        url=f"{bot_url(base, bot_id, 'contactCapabilities')}?{query}",
        headers=token_headers(tokens),
        replay_safe=True,
    )


def read_contact_response(response: HttpResponse) -> ContactCapabilities:
    """Read what a contact can do; 404 means "not on RCS" unless the gateway or a page says it.

    Raises the BothubError that the answer stands for.
    """
    if _says_not_on_rcs(response):
        return ContactCapabilities(is_rcs_user=False)
    if not response.is_success:
        raise error_for(response, CHECK_CONTACT)
    document = read_json_object(response.body) or {}
    names = document.get("capabilities")
    if not isinstance(names, list):
        raise unreadable_answer(response, CHECK_CONTACT)
    return ContactCapabilities(
        is_rcs_user=True,
        capabilities=tuple(name for name in names if isinstance(name, str)),
        extra={name: value for name, value in document.items() if name != "capabilities"},
    )


def build_bulk_request(
    base: str, *, bot_id: str, tokens: TokenPair, numbers: Sequence[str], shape: BulkShape
) -> HttpRequest:
    """Build the check of many numbers. Raises InputRefusedError for none, or more than 10,000."""
    if not 1 <= len(numbers) <= BULK_NUMBERS_MAX:
        raise InputRefusedError(problem=f"{len(numbers)} numbers: a bulk check takes 1 to {BULK_NUMBERS_MAX:,}")
    items: list[object] = [{shape.item_key: number} if shape.item_key else number for number in numbers]
    return HttpRequest(
        operation=START_BULK,
        method="POST",
        url=bot_url(base, bot_id, "bulkContactCapabilities", version=CAPABILITY_BULK_VERSION),
        headers=json_headers(tokens),
        body=write_json({shape.member: items}),
    )


def read_bulk_started(response: HttpResponse) -> BulkStarted:
    """Read whether the check was taken. Raises the BothubError that the answer stands for."""
    if response.status == 405:
        raise OutsideTimeWindowError(operation=START_BULK, window=BULK_WINDOW, http=read_facts(response))
    if response.status == 400 and (refused := _read_refused_numbers(response)) is not None:
        raise refused
    if not response.is_success:
        raise error_for(response, START_BULK, call=RequestPurpose.CHANGE)
    document = read_json_object(response.body)
    if document is None and response.body.strip():
        raise unreadable_answer(response, START_BULK, call=RequestPurpose.CHANGE)
    return BulkStarted(document=document or {})


def _read_refused_numbers(response: HttpResponse) -> BulkNumbersRefusedError | None:
    """Return the error of a 400 that is about the numbers; None for one about anything else."""
    fault = read_fault(response)
    reason = fault.sentence
    named = tuple(dict.fromkeys(re.findall(r"\+[1-9][0-9]{6,14}\b", response.body.decode("utf-8", "replace"))))
    is_about_regions = bool(re.search(_REGIONS, reason))
    if not (is_about_regions or named or fault.code in _NUMBER_CODES or re.search(_WRONG_NUMBER, reason)):
        return None
    return BulkNumbersRefusedError(
        operation=START_BULK,
        reason=reason,
        fault_code=fault.code,
        named=named,
        is_about_regions=is_about_regions,
        http=read_facts(response),
    )


def build_bulk_result_request(base: str, *, bot_id: str, tokens: TokenPair) -> HttpRequest:
    """Build the request for the result; the address has no job, so a bot has one at a time."""
    return HttpRequest(
        operation=READ_BULK,
        method="GET",
        url=bot_url(base, bot_id, "bulkContactCapabilities", version=CAPABILITY_BULK_VERSION),
        headers=token_headers(tokens),
        replay_safe=True,
    )


def read_bulk_result(response: HttpResponse) -> BulkResult:
    """Read the result in any form that such an answer is likely to have. Raises the BothubError it stands for."""
    if response.status == 405:
        raise OutsideTimeWindowError(operation=READ_BULK, window=BULK_WINDOW, http=read_facts(response))
    if not response.is_success:
        raise error_for(response, READ_BULK)
    if not response.body.strip():
        return BulkResult(is_ready=False)
    try:
        document = read_json_value(response.body)
    except ValueError as error:
        raise unreadable_answer(response, READ_BULK) from error
    verdicts = dict(_find_verdicts(document, _LIST_DEPTH_MAX))
    return BulkResult(
        is_ready=not (response.status == 202 or _says_pending(document)),
        capable=tuple(number for number, capable in verdicts.items() if capable),
        incapable=tuple(number for number, capable in verdicts.items() if not capable),
        document=document,
    )


def _says_not_on_rcs(response: HttpResponse) -> bool:
    if response.is_success or response.status >= 500:
        return False
    fault = read_fault(response)
    return fault.code in _NOT_RCS_CODES or (response.status == 404 and fault.dialect not in {"orange", "html"})


def _says_pending(document: object) -> bool:
    status = document.get("status", document.get("state")) if isinstance(document, dict) else None
    return isinstance(status, str) and status.casefold() in _PENDING


def _find_verdicts(value: object, depth: int) -> Iterator[tuple[str, bool]]:
    """Yield numbers with what is said of them: lists of objects, lists by verdict, or an object by number."""
    if depth == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _find_verdicts(item, depth - 1)
    elif isinstance(value, dict):
        number = next((value[key] for key in _NUMBER_KEYS if isinstance(value.get(key), str)), None)
        if number is not None:
            yield from _judge(number, value)
            return
        for name, inner in value.items():
            yield from _find_named(name, inner, depth - 1)


def _find_named(name: str, value: object, depth: int) -> Iterator[tuple[str, bool]]:
    numbers = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    if numbers and all(_NUMBER.fullmatch(number) for number in numbers):
        if _LIST_OF_INCAPABLE.search(name):  # first, as "unreachableUsers" also says "reachable"
            yield from ((number, False) for number in numbers)
        elif _LIST_OF_CAPABLE.search(name):
            yield from ((number, True) for number in numbers)
    elif _NUMBER.fullmatch(name):
        yield from _judge(name, value if isinstance(value, dict) else {"result": value, "capabilities": value})
    else:
        yield from _find_verdicts(value, depth)


def _judge(number: str, entry: Mapping[str, object]) -> Iterator[tuple[str, bool]]:
    """Yield the number with its verdict; nothing when the entry has none, as in an echo of the request."""
    names = entry.get("capabilities", entry.get("features"))
    verdict = next((entry[key] for key in _VERDICT_KEYS if key in entry), None)
    if isinstance(names, list):
        yield number, bool(names)
    elif isinstance(verdict, bool):
        yield number, verdict
    elif isinstance(verdict, str) and verdict.casefold() in _YES | _NO:
        yield number, verdict.casefold() in _YES
