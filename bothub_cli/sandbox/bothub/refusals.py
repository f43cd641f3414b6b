"""Which messages the platform refuses, in its own codes (Samsung's MaaP error table, the only public one)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bothub_cli.messages.check.check import check_payload
from bothub_cli.messages.check.report import Finding
from bothub_cli.sandbox.answers import RefusedCallError, reason_answer

MALFORMED = 40005
AMBIGUOUS_CONTENT = 42010

_CODE_OF_RULE: Mapping[str, int] = {
    "contact.exactly-one": 42004,
    "contact.number": 42005,
    "content.exactly-one": 42009,
    "chips.without-content": 42014,
    "expiry.past": 42208,
    "card.horizontal-without-alignment": 42037,
    "card.alignment-without-horizontal": 42039,
    "card.media.tall-in-small": 42041,
    "thumbnail.incomplete": 42100,
    "payload.size": MALFORMED,
    "payload.depth": MALFORMED,
}
_CODE_OF_TEXT: Mapping[str, int] = {"text.empty": 42015, "text.too-long": 42201}
# The first part of a pointer that is found decides: the more special one stands first.
_CODE_OF_PLACE: tuple[tuple[str, int], ...] = (
    ("/displayText", 42050),
    ("/reply", 42043),
    ("/action", 42051),
    ("/suggestions", 42043),
    ("/suggestedChipList", 42014),
    ("/media", 42100),
    ("/title", 42201),
    ("/description", 42201),
    ("/content", 42031),
    ("/richcardMessage", 42031),
    ("/fileMessage/fileUrl", 42101),
    ("/fileMessage", 42100),
    ("/audioMessage", 42100),
    ("/isTyping", 42012),
    ("/trafficType", 42013),
    ("/expiry", 42207),
    ("/status", 42011),
    ("/messageContact", 42004),
)


def check_message(payload: Mapping[str, Any], *, now: datetime) -> None:  # JSON from outside: any value
    """Pass a message that the check finds no error in. Raises RefusedCallError with 400 and the first error's code."""
    errors = check_payload(payload, now=now, bare=False).errors
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        text = f"{errors[0].pointer or 'the message'}: {errors[0].message}{more}"
        raise RefusedCallError(reason_answer(code_of(errors[0]), text, status=400))


def code_of(finding: Finding) -> int:
    """Return the platform's code for what the check found."""
    if finding.rule == "content.exactly-one" and finding.actual != "none":
        return AMBIGUOUS_CONTENT
    if finding.pointer.endswith("/textMessage"):
        return _CODE_OF_TEXT.get(finding.rule, MALFORMED)
    by_rule = _CODE_OF_RULE.get(finding.rule)
    if by_rule is not None:
        return by_rule
    place = finding.pointer
    if finding.rule == "member.missing":  # the pointer names the object that lacks it, the message the member
        place += "/" + finding.message.partition(" ")[0]
    return next((code for part, code in _CODE_OF_PLACE if part in place), MALFORMED)
