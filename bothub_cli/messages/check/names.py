"""Guesses what a misspelt member or word was meant to be."""

from collections.abc import Collection, Mapping
from itertools import islice

from bothub_cli.messages.limits import ELEMENTS_READ_MAX, UNKNOWN_MEMBERS_MAX
from bothub_cli.messages.vocabulary import CONTENT_NAMES, STATUS_SYNONYMS, plain_word

_CLOSE_ENOUGH = 0.78  # of difflib's ratio: lets one slip of the keyboard through in a short word

# What people write instead, as plain words: Google's names (its JSON reference) and slips seen in public clients.
_MEMBER_ALIASES = {
    "text": ("textMessage", "displayText"),
    "message": ("richcardMessage", "textMessage"),
    "body": ("textMessage",),
    "content": ("textMessage",),
    "contentmessage": ("RCSMessage",),
    "richcard": ("richcardMessage",),
    "card": ("richcardMessage", "generalPurposeCard"),
    "standalonecard": ("generalPurposeCard",),
    "carousel": ("generalPurposeCardCarousel",),
    "carouselcard": ("generalPurposeCardCarousel",),
    "cardcontent": ("content",),
    "cardcontents": ("content",),
    "cards": ("content",),
    "suggestions": ("suggestedChipList",),
    "suggestedchiplist": ("suggestions",),
    "chips": ("suggestedChipList", "suggestions"),
    "chiplist": ("suggestedChipList", "suggestions"),
    "buttons": ("suggestions",),
    "suggestion": ("suggestions", "suggestedChipList"),
    "suggestedchips": ("suggestedChipList", "suggestions"),
    "suggestedreplies": ("suggestedChipList", "suggestions"),
    "suggestedactions": ("suggestedChipList", "suggestions"),
    "quickreplies": ("suggestedChipList", "suggestions"),
    "replies": ("suggestedChipList", "suggestions"),
    "actions": ("suggestions",),
    "button": ("suggestions",),
    "chip": ("suggestedChipList", "suggestions"),
    "contact": ("messageContact",),
    "to": ("messageContact", "userContact"),
    "msisdn": ("userContact",),
    "number": ("userContact", "phoneNumber"),
    "phone": ("userContact", "phoneNumber"),
    "phonenumber": ("userContact",),
    "messageid": ("msgId",),
    "url": ("mediaUrl", "fileUrl"),
    "fileurl": ("mediaUrl",),
    "mediauri": ("mediaUrl",),
    "contenttype": ("mediaContentType", "fileMIMEType"),
    "mimetype": ("mediaContentType", "fileMIMEType"),
    "filesize": ("mediaFileSize",),
    "mediasize": ("mediaFileSize",),
    "size": ("mediaFileSize", "fileSize"),
    "thumbnailmimetype": ("thumbnailContentType",),
    "thumbnailcontenttype": ("thumbnailMIMEType",),
    "thumbnailsize": ("thumbnailFileSize",),
    "alttext": ("contentDescription",),
    "thumbnailimagealignment": ("imageAlignment",),
    "orientation": ("cardOrientation",),
    "width": ("cardWidth",),
    "label": ("displayText",),
    "title": ("displayText",),
    "postbackdata": ("postback", "data"),
    "payload": ("postback", "data"),
    "openurlaction": ("urlAction",),
    "dialaction": ("dialerAction",),
    "viewlocationaction": ("mapAction",),
    "sharelocationaction": ("mapAction",),
    "createcalendareventaction": ("calendarAction",),
    "dialvideonumber": ("dialVideoCall",),
    "duration": ("playingLength",),
    "position": ("pos",),
    "coordinates": ("pos",),
    "ttl": ("expiry",),
    "expiretime": ("expiry",),
}
_WORD_ALIASES = {
    "promotion": "advertisement",
    "promotional": "advertisement",
    "marketing": "advertisement",
    "true": "active",
    "on": "active",
    "false": "idle",
    "off": "idle",
    **STATUS_SYNONYMS,
}
# Where a member belongs that stands in the wrong place.
_HOMES = {
    "in RCSMessage": {*CONTENT_NAMES, "trafficType", "expiry"},
    "in RCSMessage, beside the content": {"suggestedChipList"},
    "beside RCSMessage": {"messageContact"},
    "in messageContact": {"userContact", "chatId"},
    "in richcardMessage": {"message"},
    "in the message of richcardMessage": {"generalPurposeCard", "generalPurposeCardCarousel"},
    "in generalPurposeCard or generalPurposeCardCarousel": {"layout", "content"},
    "in the layout of a generalPurposeCard": {"cardOrientation", "imageAlignment"},
    "in the layout of a generalPurposeCardCarousel": {"cardWidth"},
    "in layout": {"titleFontStyle", "descriptionFontStyle"},
    "in the content of a card": {"media", "title", "description", "suggestions"},
    "in media": {"mediaUrl", "mediaContentType", "mediaFileSize", "height", "contentDescription"},
    "in reply or action": {"displayText", "postback"},
    "in postback": {"data"},
    "in showLocation": {"location"},
    "in the location of showLocation": {"latitude", "longitude", "query"},
}
_SUGGESTION_MEMBERS = frozenset({"suggestions", "suggestedChipList"})
_HOME_OF = {member: home for home, members in _HOMES.items() for member in members}


def find_home(name: str) -> str | None:
    """Return where a member belongs, as words after "it belongs"; None when the standard has no such member."""
    return _HOME_OF.get(name) or _find_action_home(name)


def _find_action_home(name: str) -> str | None:
    from bothub_cli.messages.model.actions import ACTION_NAMES  # only a message with a slip pays for it

    if name in ACTION_NAMES:
        return "in action"
    return next((f"in {family}" for family, kinds in ACTION_NAMES.items() if name in kinds), None)


def is_suggestions(name: object, value: object) -> bool:
    """Tell whether a member that nobody knows was meant to hold suggestions, by its name or by what it holds."""
    if not isinstance(value, Mapping | list | tuple) or not value:
        return False
    return _holds_suggestions(value) or guess_member(name, _SUGGESTION_MEMBERS) is not None


def _holds_suggestions(value: Mapping[str, object] | list[object] | tuple[object, ...]) -> bool:
    if not isinstance(value, Mapping):
        return any(_is_suggestion(element) for element in value[:ELEMENTS_READ_MAX])
    lists = [inner for inner in islice(value.values(), UNKNOWN_MEMBERS_MAX) if isinstance(inner, list | tuple)]
    named = value.get("suggestions")
    is_named = isinstance(named, list | tuple) and bool(named)
    return _is_suggestion(value) or is_named or any(map(_holds_suggestions, lists))


def _is_suggestion(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    faces = [value.get(name) for name in ("reply", "action")]
    return _is_face(value) or any(isinstance(face, Mapping) and ("text" in face or _is_face(face)) for face in faces)


def _is_face(value: Mapping[str, object]) -> bool:
    """Tell a reply or an action without the member that says which of the two it is; nothing else has a label."""
    return "displayText" in value or ("text" in value and "postbackData" in value)


def guess_member(name: object, known: Collection[str], *, cutoff: float = _CLOSE_ENOUGH) -> str | None:
    """Return the known member that a name was probably meant to be; ``cutoff`` says how like it must be."""
    plain = plain_word(name)
    same = next((member for member in sorted(known) if plain_word(member) == plain), None)
    alias = next((member for member in _MEMBER_ALIASES.get(plain, ()) if member in known), None)
    return same or alias or _closest(plain, known, cutoff=cutoff)


def guess_word(word: str, known: Collection[str]) -> str | None:
    """Return the known word that a value was probably meant to be: "small" for SMALL_WIDTH, "TALL" for TALL_HEIGHT."""
    plain = plain_word(word.strip())
    alias = _WORD_ALIASES.get(plain)
    if alias in known:
        return alias
    start = next((other for other in known if len(plain) > 2 and plain_word(other).startswith(plain)), None)
    return start or _closest(plain, known)


def _closest(plain: str, known: Collection[str], *, cutoff: float = _CLOSE_ENOUGH) -> str | None:
    from bothub_cli.misspellings import find_near  # only a message with a slip pays for it

    by_plain_word = {plain_word(member): member for member in sorted(known)}
    found = find_near(plain, by_plain_word, likeness=cutoff)
    return by_plain_word[found[0]] if found else None
