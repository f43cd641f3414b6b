"""What each code in an error answer means, whether trying again helps, and who can mend it.

Sources: Orange Developer, "APIs error handling" (orange); RFC 6749 5.2 (oauth); the table of Samsung's MaaP, the only
published list for FNW.11 (fnw11); Google's RCS for Business (google); Dotgo's delivery reasons (dotgo).
"""

from dataclasses import dataclass
from typing import Literal

CodeDialect = Literal["orange", "oauth", "fnw11", "google", "dotgo"]
Mender = Literal["sender", "account", "service", "time", "recipient"]

_MESSAGE = "correct the message; to see all its problems at once: bothub message check FILE"
_CALL = "this is a fault of bothub itself or of a setting such as --api-base: please report it with the request id"
_TOKEN = "bothub token refresh{profile}"  # noqa: S105 - a command, not a secret
_LOGIN = "copy the Authorization header again from the Orange Developer console, then: bothub login{profile}"
_WAIT = "wait and try again"
_ASK = "ask bothub_access_team@easymail.orange.com, and name the request id"
_SUPPORT = "try again later; if it lasts, send the request id to bothub_access_team@easymail.orange.com"
_SUBSCRIBE = "check on the Orange Developer console that the application is subscribed to the BotHub API"
_RECIPIENT = "ask what the number can do: bothub capability check NUMBER{profile}"
_FILE = "check the address, the type and the size of the file"
_NOTHING = "nothing to do"
_TOO_LATE = "too late: only what is not delivered can be taken back; see bothub message status MSGID{profile}"
_STATUSES = "message read is for a user's message, message cancel for one of your own that is not delivered yet"
_CHECK_ALL = "check what was sent, and --api-base: bothub doctor{profile}"

_VAGUE_STATUSES = frozenset({400, 500})  # too many causes for one piece of advice


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCode:
    """One code, or a range of them (``last``), with what it means in our words; some have a name too (``alias``)."""

    code: str
    last: str | None = None
    alias: str | None = None
    dialect: CodeDialect
    http: int | None = None
    also_http: tuple[int, ...] = ()  # further statuses that the same code comes with
    meaning: str
    retryable: bool = False
    mender: Mender
    remedy: str

    @property
    def label(self) -> str:
        """The code as a reader looks it up: "53", "42031 to 42036"."""
        return f"{self.code} to {self.last}" if self.last else self.code

    def covers(self, code: str) -> bool:
        """Tell whether this entry is about that code."""
        if self.last is None:
            return code.casefold() in {self.code.casefold(), (self.alias or self.code).casefold()}
        return code.isascii() and code.isdigit() and int(self.code) <= int(code[:10]) <= int(self.last)


def find_codes(code: str, *, dialect: CodeDialect | None = None) -> tuple[FaultCode, ...]:
    """Return what a code can mean; several dialects may use the same number."""
    return tuple(
        entry for entry in FAULT_CODES if entry.covers(code.strip()) and (dialect is None or entry.dialect == dialect)
    )


def advise_status(status: int) -> str:
    """Return what helps when an answer has a status and no code that we know."""
    entries = (entry for entry in _ORANGE if entry.http == status and status not in _VAGUE_STATUSES)
    return next((entry.remedy for entry in entries), _CHECK_ALL)


def _orange(
    code: str,
    http: int,
    meaning: str,
    mender: Mender,
    remedy: str,
    *,
    retryable: bool = False,
    also_http: tuple[int, ...] = (),
) -> FaultCode:
    return FaultCode(
        code=code,
        dialect="orange",
        http=http,
        also_http=also_http,
        meaning=meaning,
        mender=mender,
        remedy=remedy,
        retryable=retryable,
    )


def _oauth(code: str, meaning: str, mender: Mender, remedy: str) -> FaultCode:
    return FaultCode(code=code, dialect="oauth", meaning=meaning, mender=mender, remedy=remedy)


def _fnw11(
    code: str, meaning: str, mender: Mender = "sender", remedy: str = _MESSAGE, *, retryable: bool = False
) -> FaultCode:
    first, _, last = code.partition("-")
    return FaultCode(
        code=first,
        last=last or None,
        dialect="fnw11",
        meaning=meaning,
        mender=mender,
        remedy=remedy,
        retryable=retryable,
    )


def _google(code: str, meaning: str, mender: Mender, remedy: str, *, retryable: bool = False) -> FaultCode:
    return FaultCode(code=code, dialect="google", meaning=meaning, mender=mender, remedy=remedy, retryable=retryable)


def _dotgo(code: str, meaning: str, mender: Mender, remedy: str, *, retryable: bool = False) -> FaultCode:
    number, _, alias = code.partition(" ")
    return FaultCode(
        code=number,
        alias=alias,
        dialect="dotgo",
        meaning=meaning,
        mender=mender,
        remedy=remedy,
        retryable=retryable,
    )


_ORANGE = (
    _orange(
        "1", 500, "an internal error of the gateway or of the service behind it", "service", _SUPPORT, also_http=(502,)
    ),
    _orange("5", 503, "the service is temporarily unavailable", "time", _WAIT, retryable=True),
    _orange(
        "6", 503, "the service is over capacity, or did not answer the gateway in time", "time", _WAIT, also_http=(504,)
    ),
    _orange(
        "20", 400, "a parameter in the address has an invalid value", "sender", "check the bot ID and the message ID"
    ),
    _orange("21", 400, "the request has no body", "sender", _CALL),
    _orange("22", 400, "the body is not what the API expects", "sender", _MESSAGE),
    _orange("23", 400, "a member is missing in the body", "sender", _MESSAGE),
    _orange("24", 400, "a member of the body has an invalid value", "sender", _MESSAGE),
    _orange("25", 400, "a header is missing", "sender", _CALL),
    _orange("26", 400, "a header has an invalid value", "sender", _CALL),
    _orange("27", 400, "a query parameter is missing", "sender", _CALL),
    _orange(
        "28", 400, "a query parameter has an invalid value", "sender", "check the number, in E.164 form: +33612345678"
    ),
    _orange("40", 401, "the Orange token is missing", "account", _TOKEN),
    _orange("41", 401, "the Orange token is invalid", "account", _TOKEN),
    _orange("42", 401, "the Orange token has expired", "account", _TOKEN, retryable=True),
    _orange("50", 403, "the application has no access to this API: not subscribed, or revoked", "account", _SUBSCRIBE),
    _orange("51", 403, "this requester is not allowed to do that", "account", _SUBSCRIBE),
    _orange("52", 403, "this user is not allowed to do that", "account", _SUBSCRIBE),
    _orange(
        "53",
        429,
        "too many requests at once, or the quota of the plan is used up",
        "time",
        _WAIT,
        retryable=True,
        also_http=(403,),
    ),
    _orange(
        "60",
        404,
        "there is nothing at this address",
        "sender",
        "check the bot ID, the ID you asked for, and --api-base",
    ),
    _orange("61", 405, "this method is not allowed at this address, or not at this hour", "sender", "check --api-base"),
    _orange("62", 406, "the service cannot answer in the form asked for", "sender", _CALL),
    _orange("63", 408, "the request took too long to arrive", "time", _WAIT),
    _orange("64", 411, "the length of the body is missing", "sender", _CALL),
    _orange("65", 412, "a precondition failed", "sender", _CALL),
    _orange(
        "66", 413, "the request is too large", "sender", "shorten the message, or link the file instead of sending it"
    ),
    _orange("67", 414, "the address is too long", "sender", "check the bot ID and the ID you asked for"),
    _orange("68", 415, "the service does not take this type of content", "sender", _CALL),
    _orange(
        "69",
        409,
        "the request conflicts with the state of the service",
        "sender",
        "look at the state first, then try again",
    ),
)

_OAUTH = (
    _oauth("invalid_client", "the Authorization header is unknown to Orange, or not in base64", "account", _LOGIN),
    _oauth("invalid_grant", "the authorization is invalid, expired or revoked", "account", _LOGIN),
    _oauth("invalid_request", "the token request is malformed", "sender", _CALL),
    _oauth("invalid_scope", "the scope is unknown or not granted", "account", _SUBSCRIBE),
    _oauth("invalid_token", "the token is expired, revoked or malformed", "account", _TOKEN),
    _oauth("unauthorized_client", "the application may not ask tokens this way", "account", _SUBSCRIBE),
    _oauth("unsupported_grant_type", "the service does not know client_credentials", "sender", _CALL),
)

_FNW11 = (
    _fnw11("40001", "the Authorization header is missing", "account", _TOKEN),
    _fnw11("40002", "the token is missing", "account", _TOKEN),
    _fnw11("40003", "the token is invalid", "account", _TOKEN),
    _fnw11("40004", "the token has expired", "account", _TOKEN, retryable=True),
    _fnw11("40005", "the body is malformed"),
    _fnw11("40006", "the client ID is wrong", "account", _LOGIN),
    _fnw11("40007", "the token does not cover this operation", "account", _SUBSCRIBE),
    _fnw11("41000", "an internal error of the messaging platform", "service", _SUPPORT),
    _fnw11("41001", "the messaging platform did not answer in time", "service", _SUPPORT),
    _fnw11("41002", "the message can no longer be taken back: the phone has it", "recipient", _TOO_LATE),
    _fnw11("41003", "the platform throttles this bot", "time", _WAIT, retryable=True),
    _fnw11("41004", "the platform is busy", "time", _WAIT, retryable=True),
    _fnw11(
        "41007", "the message expired before a session with the phone was up", "recipient", "allow a longer --expiry"
    ),
    _fnw11("41009", "the phone cannot revoke messages", "recipient", _NOTHING),
    _fnw11("41011", "the message is already revoked", "sender", _NOTHING),
    _fnw11("41200", "the number is not an RCS user", "recipient", _RECIPIENT),
    _fnw11("41210", "the phone does not take text messages", "recipient", _RECIPIENT),
    _fnw11("41211", "the phone does not take files", "recipient", _RECIPIENT),
    _fnw11("41212", "the phone does not take rich cards", "recipient", _RECIPIENT),
    _fnw11(
        "42003",
        "the bot ID is missing, or a date is malformed",
        "sender",
        "check the bot ID, the ID you asked for, and the dates",
    ),
    _fnw11("42004", "messageContact is missing"),
    _fnw11("42005", "the number is not in E.164 form with its '+'"),
    _fnw11("42006", "the bot may only write to the emulator", "account", _ASK),
    _fnw11("42007", "the number is not on the bot's list of testers", "account", "add the number to the bot's testers"),
    _fnw11("42008", "the body is missing", "sender", _CALL),
    _fnw11("42009", "the message has no content"),
    _fnw11("42010", "the message has more than one content"),
    _fnw11("42011", "this status cannot be set on this message", "sender", _STATUSES),
    _fnw11("42012", "isTyping is neither active nor idle"),
    _fnw11("42013", "the trafficType is not accepted", "sender", "try --traffic-type advertisement"),
    _fnw11("42014", "suggestedChipList needs a content beside it"),
    _fnw11("42015", "the text is empty"),
    _fnw11("42031-42036", "the rich card or its layout is malformed"),
    _fnw11("42037", "a HORIZONTAL card needs imageAlignment"),
    _fnw11("42038", "the rich card or its layout is malformed"),
    _fnw11("42039", "a VERTICAL card must not have imageAlignment"),
    _fnw11("42040", "the rich card or its layout is malformed"),
    _fnw11("42041", "TALL_HEIGHT media do not fit SMALL_WIDTH cards"),
    _fnw11("42042", "the rich card or its layout is malformed"),
    _fnw11("42043-42049", "a suggestion is malformed"),
    _fnw11("42050", "a displayText is longer than 25 characters"),
    _fnw11("42051-42073", "an action is malformed"),
    _fnw11("42100", "a thumbnail needs its type and its size"),
    _fnw11("42101", "fileUrl is missing"),
    _fnw11("42102-42107", "a media file is described wrongly", "sender", _FILE),
    _fnw11("42201-42205", "a text is too long, or the carousel has more than 10 cards"),
    _fnw11("42207", "the expiry is malformed or in the past"),
    _fnw11("42208", "the expiry is malformed or in the past"),
    _fnw11("42401", "the file is unknown or cannot be used", "sender", _FILE),
    _fnw11("42402", "the file is unknown or cannot be used", "sender", _FILE),
    _fnw11(
        "42514",
        "a message with this ID was accepted before",
        "sender",
        "do not send it again; ask: bothub message status ID",
    ),
    _fnw11("42601", "too many requests", "time", _WAIT, retryable=True),
    _fnw11("42602", "the message was taken for spam", "account", _ASK),
)

_GOOGLE = (
    _google("INVALID_ARGUMENT", "a member of the message has an invalid value", "sender", _MESSAGE),
    _google(
        "NOT_FOUND", "the number is not on RCS, or the bot is not launched with its operator", "recipient", _RECIPIENT
    ),
    _google("PERMISSION_DENIED", "the bot may not write to this number", "account", _ASK),
    _google("RESOURCE_EXHAUSTED", "the quota of the bot is used up", "time", _WAIT, retryable=True),
    _google("UNAUTHENTICATED", "the platform does not know the bot's credentials", "account", _TOKEN),
    _google("INTERNAL", "an internal error of the platform", "service", _SUPPORT),
    _google("UNAVAILABLE", "the platform is temporarily unavailable", "time", _WAIT, retryable=True),
)

_DOTGO = (
    _dotgo("402 insufficient_balance", "the balance is insufficient", "account", "top up the account"),
    _dotgo("403 curfew_hrs", "messages are not delivered at this hour", "time", "send it within the allowed hours"),
    _dotgo("404 rcs_disabled", "RCS is not enabled for this number", "recipient", _RECIPIENT),
    _dotgo(
        "409 invalid_template",
        "the message does not follow an approved template",
        "sender",
        "use the approved template",
    ),
    _dotgo("410 opted_out", "the person has opted out", "recipient", "take the number off your list"),
    _dotgo("423 dnd_enabled", "the number is on a do-not-disturb list", "recipient", "take the number off your list"),
    _dotgo("429 rate_limit", "too many requests", "time", _WAIT, retryable=True),
)

FAULT_CODES: tuple[FaultCode, ...] = (*_ORANGE, *_OAUTH, *_FNW11, *_GOOGLE, *_DOTGO)
