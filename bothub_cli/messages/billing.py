"""Names the billing class of a message, as operators count it; prices are each contract's own.

Source: infobip.com/docs/rcs/billing-types, developer.vonage.com rcs-billing and Google's billing FAQ (2026).
Conversational agents pay otherwise: an answer within 24 hours makes a conversation, which no sender knows in advance.
"""

from collections.abc import Mapping
from typing import Literal

from bothub_cli.messages.limits import BILLED_TEXT_BYTES
from bothub_cli.messages.vocabulary import CONTENT_NAMES, is_bare
from bothub_cli.record import record

BillingName = Literal["basic", "single", "rich", "rich-media"]

SOURCE = "Infobip billing types, Vonage RCS billing, Google billing FAQ"
_US_PREFIX = "+1"  # the classes of the US are told by the country code, as the sources do


@record
class BillingClass:
    """What a message is billed as."""

    name: BillingName
    """The class, in operators' words."""
    segments: int
    """More than 1 only where texts are counted in segments (the US)."""
    reason: str
    """Why it is of this class, in words."""
    source: str = SOURCE
    """Who says so."""


def classify_billing(payload: object, *, number: str | None = None) -> BillingClass | None:
    """Return the billing class of a message, or of its JSON; None for what is not billed or no message.

    ``number`` (E.164) is the receiver, by default the one in the body: outside the US a message is ``basic`` (text
    alone, 160 bytes of UTF-8 at most) or ``single``; in the US (+1) ``rich`` (text with replies, calls or pages in the
    browser, in segments of 160 bytes) or ``rich-media``.
    """
    if hasattr(payload, "to_payload"):
        payload = payload.to_payload()
    if not isinstance(payload, Mapping):
        return None
    rcs_message = payload if is_bare(payload) else payload.get("RCSMessage")
    if not isinstance(rcs_message, Mapping) or not any(name in rcs_message for name in CONTENT_NAMES):
        return None
    if "isTyping" in rcs_message:
        return None  # an event, no message
    text = rcs_message.get("textMessage")
    size = len(text.encode("utf-8", "surrogatepass")) if isinstance(text, str) else None
    suggestions = _read_suggestions(rcs_message)
    receiver = number or _read_number(payload) or ""
    classify = _classify_in_us if receiver.removeprefix("tel:").startswith(_US_PREFIX) else _classify_elsewhere
    return classify(size, suggestions)


def _classify_elsewhere(size: int | None, suggestions: list[object]) -> BillingClass:
    if size is None:
        return BillingClass(name="single", segments=1, reason="more than a text")
    if suggestions:
        return BillingClass(name="single", segments=1, reason="a text with suggestions")
    if size > BILLED_TEXT_BYTES:
        return BillingClass(
            name="single", segments=1, reason=f"a text of {size} bytes of UTF-8, over {BILLED_TEXT_BYTES}"
        )
    return BillingClass(name="basic", segments=1, reason=f"a text alone, {size} of {BILLED_TEXT_BYTES} bytes of UTF-8")


def _classify_in_us(size: int | None, suggestions: list[object]) -> BillingClass:
    if size is None:
        return BillingClass(name="rich-media", segments=1, reason="more than a text")
    if not all(_is_plain_in_us(suggestion) for suggestion in suggestions):
        return BillingClass(
            name="rich-media", segments=1, reason="a suggestion other than a reply, a call or a page in the browser"
        )
    segments = max(-(-size // BILLED_TEXT_BYTES), 1)
    return BillingClass(
        name="rich", segments=segments, reason=f"a text of {size} bytes of UTF-8, {BILLED_TEXT_BYTES} a segment"
    )


def _is_plain_in_us(suggestion: object) -> bool:
    if not isinstance(suggestion, Mapping):
        return False
    if "reply" in suggestion:
        return True
    action = suggestion.get("action")
    if not isinstance(action, Mapping):
        return False
    page, call = (action.get(family) for family in ("urlAction", "dialerAction"))
    if isinstance(page, Mapping):
        opened = page.get("openUrl")
        return isinstance(opened, Mapping) and opened.get("application", "browser") == "browser"
    return isinstance(call, Mapping) and "dialPhoneNumber" in call


def _read_suggestions(rcs_message: Mapping[str, object]) -> list[object]:
    chips = rcs_message.get("suggestedChipList")
    listed = chips.get("suggestions") if isinstance(chips, Mapping) else None
    return list(listed) if isinstance(listed, list | tuple) else []


def _read_number(body: Mapping[str, object]) -> str | None:
    contact = body.get("messageContact")
    number = contact.get("userContact") if isinstance(contact, Mapping) else None
    return number if isinstance(number, str) else None
