"""The rules of the check: a stable id, and whether breaking it stops a message."""

from typing import Literal

Severity = Literal["error", "warning"]


class Rule:
    """A rule; ``id`` never changes its meaning, because scripts filter by it."""

    def __init__(self, rule_id: str, severity: Severity) -> None:
        self.id = rule_id
        self.severity = severity


def _error(rule_id: str) -> Rule:
    return Rule(rule_id, "error")


def _warning(rule_id: str) -> Rule:
    return Rule(rule_id, "warning")


# The shape of the JSON
MESSAGE_GOOGLE = _error("message.google-format")
MEMBER_MISSING = _error("member.missing")
MEMBER_TYPE = _error("member.type")
MEMBER_NULL = _warning("member.null")
MEMBER_NAME = _error("member.name")
MEMBER_UNKNOWN = _warning("member.unknown")
MEMBER_MISPLACED = _warning("member.misplaced")
VALUE_UNKNOWN = _warning("value.unknown")
VALUE_NOT_ALLOWED = _error("value.not-allowed")
NUMBER_RANGE = _error("number.range")
LIST_TOO_SHORT = _error("list.too-short")
LIST_TOO_LONG = _error("list.too-long")
PAYLOAD_SIZE = _error("payload.size")
PAYLOAD_DEPTH = _error("payload.depth")
PAYLOAD_NUMBER = _error("payload.number")
PAYLOAD_VALUE = _error("payload.value")

# Texts
TEXT_EMPTY = _error("text.empty")
TEXT_TOO_LONG = _error("text.too-long")
TEXT_LONG = _warning("text.long")
TEXT_UTF16 = _warning("text.utf16")
TEXT_BYTES = _warning("text.bytes")
TEXT_PLACEHOLDER = _error("text.placeholder")
TEXT_CONTROL = _error("text.control-character")
TEXT_SURROGATE = _error("text.surrogate")
TEXT_BIDI = _warning("text.bidi")
TEXT_GARBLED = _warning("text.garbled")
TEXT_LINE_BREAK = _warning("text.line-break")

# The envelope
CONTACT_ONE = _error("contact.exactly-one")
CONTACT_NUMBER = _error("contact.number")
CONTACT_TRUNK_ZERO = _warning("contact.trunk-zero")
CONTENT_ONE = _error("content.exactly-one")
TRAFFIC_TYPE_UNKNOWN = _warning("traffic-type.unknown")
STATUS_UNKNOWN = _warning("status.unknown")
EXPIRY_PAST = _error("expiry.past")
EXPIRY_LONG = _warning("expiry.long")
EXPIRY_SHORT = _warning("expiry.short")
TIME_FORMAT = _error("time.format")

# Content
POSITION_FORMAT = _error("geolocation.position")
GEOLOCATION_IGNORED = _warning("geolocation.google")
AUDIO_AS_FILE = _warning("audio.google")
CARD_ONE = _error("card.exactly-one")
CARD_EMPTY = _error("card.empty")
CARD_ALIGNMENT_VERTICAL = _error("card.alignment-without-horizontal")
CARD_ALIGNMENT_MISSING = _error("card.horizontal-without-alignment")
CARD_LAYOUT_V11 = _warning("card.layout-v11")
CAROUSEL_HEIGHTS = _warning("carousel.heights-differ")
MEDIA_TALL_IN_SMALL = _error("card.media.tall-in-small")
MEDIA_TYPE_FORMAT = _error("media.type-format")
MEDIA_TYPE_GOOGLE = _warning("media.type-google")
MEDIA_SIZE = _warning("media.size")
MEDIA_TOO_LARGE = _error("media.too-large")
MEDIA_EMPTY = _error("media.empty")
MEDIA_TYPE_DIFFERS = _warning("media.type-differs")
THUMBNAIL_INCOMPLETE = _error("thumbnail.incomplete")
THUMBNAIL_WITHOUT_URL = _warning("thumbnail.without-url")
THUMBNAIL_SIZE = _warning("thumbnail.size")
THUMBNAIL_LARGE = _warning("thumbnail.large")

# Addresses
URL_FORMAT = _error("url.format")
URL_SCHEME = _error("url.scheme")
URL_TOO_LONG = _error("url.too-long")
URL_HTTP = _warning("url.http")
URL_NOT_PUBLIC = _warning("url.not-public")
URL_CREDENTIALS = _warning("url.credentials")

# Suggestions
CHIPS_ALONE = _error("chips.without-content")
SUGGESTIONS_LOST = _error("suggestions.lost")
SUGGESTION_ONE = _error("suggestion.exactly-one")
SUGGESTION_DUPLICATE = _warning("suggestion.duplicate-label")
ACTION_ONE = _error("action.exactly-one")
ACTION_UNKNOWN = _warning("action.unknown")
ACTION_SILENT = _warning("action.without-postback")
ACTION_IGNORED = _warning("action.google")
ACTION_PHONE_NUMBER = _warning("action.phone-number")
WEBVIEW_ONLY = _warning("action.webview-only")
LOCATION_ONE = _error("action.location")
EVENT_ENDS_BEFORE = _error("action.event-end")
EVENT_PAST = _warning("action.event-past")

# The report itself
MORE_ERRORS = _error("report.more")
MORE_WARNINGS = _warning("report.more")
