"""The words of the wire that the model and the check share, and how to recognise a message by them."""

from collections.abc import Mapping
from itertools import islice

CONTENT_NAMES = (
    "textMessage",
    "fileMessage",
    "audioMessage",
    "geolocationPushMessage",
    "richcardMessage",
    "isTyping",
)
RCS_MESSAGE_NAMES = (*CONTENT_NAMES, "suggestedChipList", "trafficType", "expiry", "msgId", "status", "timestamp")

# Open vocabularies: other words pass. FNW.11 clients (BM); RCC.07 v10 3.6.7.2 adds "plugin" and any other token.
TRAFFIC_TYPES = ("advertisement", "payment", "premium", "subscription", "plugin")
MESSAGE_STATUSES = ("pending", "sent", "delivered", "displayed", "cancelled", "revoked", "failed")
# What other senders write for the same: Vi and Mavenir "read", Samsung's SDK "canceled"; "queued" and "accepted" are
# said by platforms that speak FNW.11 too.
STATUS_SYNONYMS = {"read": "displayed", "canceled": "cancelled", "queued": "pending", "accepted": "pending"}

FONT_STYLES = ("italics", "bold", "underline")  # RCC.07 v11 titleFontStyle, descriptionFontStyle

_NAMES_READ_MAX = 100  # no message has so many members: a hostile one is not read to its end


def is_bare(payload: object) -> bool:
    """Tell whether a payload is an RCSMessage alone: it has a member of one, however spelt, and no envelope."""
    if not isinstance(payload, Mapping) or "RCSMessage" in payload:
        return False
    words = {plain_word(name) for name in islice(payload, _NAMES_READ_MAX)}
    return not words & _ENVELOPE_WORDS and bool(words & _RCS_MESSAGE_WORDS)


def plain_word(name: object) -> str:
    """Reduce a member's name to what a person meant: ``text_message`` and ``TextMessage`` are the same word."""
    return str(name)[:60].replace("_", "").replace("-", "").lower()


_ENVELOPE_WORDS = {"rcsmessage", "messagecontact"}
_RCS_MESSAGE_WORDS = {plain_word(name) for name in RCS_MESSAGE_NAMES if name != "msgId"}  # msgId stands in both
