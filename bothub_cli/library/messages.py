"""Messages in one call each: ``text``, ``card``, ``carousel``, ``file``, ``place``. Each returns a frozen value."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Literal

from bothub_cli.clock import SystemClock, to_rfc3339
from bothub_cli.errors import InputRefusedError
from bothub_cli.messages import (
    CardContent,
    ChatId,
    Content,
    FileMessage,
    GeneralPurposeCard,
    GeneralPurposeCardCarousel,
    GeolocationPushMessage,
    Media,
    MessageContact,
    OutboundMessage,
    RcsMessage,
    Reply,
    RichCardMessage,
    SuggestedChipList,
    Suggestion,
    TextMessage,
    UserContact,
    read_contact,
)
from bothub_cli.phone_numbers import NumberRefusedError, normalise

__all__ = ["Contact", "Expiry", "Replies", "Suggestions", "card", "carousel", "file", "place", "text", "to_contact"]

Contact = str | int | MessageContact | Mapping[str, object]  # "+33612345678", the same as a number, or a ChatId
# ("Yes", "yes_1"): what the phone shows, what the bot gets back; or {"Yes": "yes_1", "No": "no_1"}
Replies = Iterable[str | tuple[str, str] | Reply] | Mapping[str, str]
Suggestions = Iterable[Suggestion]
Expiry = str | datetime | timedelta  # until when the message may be delivered, or how long from now


def text(
    words: str,
    *,
    to: Contact | None = None,
    replies: Replies = (),
    suggestions: Suggestions = (),
    traffic_type: str | None = None,
    expiry: Expiry | None = None,
    in_reply_to: str | None = None,
) -> OutboundMessage:
    """Return a text of up to 3,072 characters, with chips under it: the replies first, then the suggestions.

    ``to`` may be left out, and given later by ``with_contact``. ``in_reply_to`` is the msgId of the user's message.
    Raises InputRefusedError for what cannot be written as a message; limits are for the check to say.
    """
    return _message(
        TextMessage(text=_words(words, "a text")),
        to=to,
        replies=replies,
        suggestions=suggestions,
        traffic_type=traffic_type,
        expiry=expiry,
        in_reply_to=in_reply_to,
    )


def card(
    title: str | None = None,
    description: str | None = None,
    *,
    to: Contact | None = None,
    media: Media | None = None,
    replies: Replies = (),
    suggestions: Suggestions = (),
    orientation: Literal["vertical", "horizontal"] = "vertical",
    image_alignment: Literal["left", "right"] | None = None,
    traffic_type: str | None = None,
    expiry: Expiry | None = None,
    in_reply_to: str | None = None,
) -> OutboundMessage:
    """Return a rich card with its suggestions on it; a horizontal one shows its media on the left unless told.

    Title up to 200 characters, description up to 2,000, four suggestions (GSMA RCC.07 v10 3.6.10.4).
    """
    _require("orientation", orientation, ("vertical", "horizontal"))
    _require("image_alignment", image_alignment, ("left", "right", None))
    alignment = image_alignment or ("left" if orientation == "horizontal" else None)
    drawn = GeneralPurposeCard(
        content=CardContent(
            media=media, title=title, description=description, suggestions=_suggestions(replies, suggestions)
        ),
        orientation=orientation.upper(),
        image_alignment=alignment.upper() if alignment else None,
    )
    return _message(
        RichCardMessage(card=drawn), to=to, traffic_type=traffic_type, expiry=expiry, in_reply_to=in_reply_to
    )


def carousel(
    cards: Sequence[OutboundMessage | CardContent],
    *,
    to: Contact | None = None,
    width: Literal["small", "medium"] = "medium",
    replies: Replies = (),
    suggestions: Suggestions = (),
    traffic_type: str | None = None,
    expiry: Expiry | None = None,
    in_reply_to: str | None = None,
) -> OutboundMessage:
    """Return 2 to 10 cards side by side, made by ``card(…)`` or as CardContent, with chips under them."""
    _require("width", width, ("small", "medium"))
    given: object = cards
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputRefusedError(
            problem=f"a carousel is a list of cards, not {type(cards).__name__}", fix="write [card(…), card(…)]"
        )
    drawn = GeneralPurposeCardCarousel(
        cards=tuple(_content_of_card(each) for each in cards), card_width=f"{width.upper()}_WIDTH"
    )
    return _message(
        RichCardMessage(card=drawn),
        to=to,
        replies=replies,
        suggestions=suggestions,
        traffic_type=traffic_type,
        expiry=expiry,
        in_reply_to=in_reply_to,
    )


def file(
    url: str,
    *,
    content_type: str,
    size: int,
    to: Contact | None = None,
    name: str | None = None,
    thumbnail_url: str | None = None,
    thumbnail_content_type: str | None = None,
    thumbnail_size: int | None = None,
    replies: Replies = (),
    suggestions: Suggestions = (),
    traffic_type: str | None = None,
    expiry: Expiry | None = None,
    in_reply_to: str | None = None,
) -> OutboundMessage:
    """Return a picture, video, sound or document that lies at a public address; sizes in bytes.

    A file of this machine is stored first: ``client.store_file(path)`` returns what to write here.
    """
    content = FileMessage(
        file_url=_words(url, "the address of a file"),
        file_name=name,
        file_mime_type=_words(content_type, "the content type of a file"),
        file_size=size,
        thumbnail_url=thumbnail_url,
        thumbnail_mime_type=thumbnail_content_type,
        thumbnail_file_size=thumbnail_size,
    )
    return _message(
        content,
        to=to,
        replies=replies,
        suggestions=suggestions,
        traffic_type=traffic_type,
        expiry=expiry,
        in_reply_to=in_reply_to,
    )


def place(
    latitude: float,
    longitude: float,
    label: str | None = None,
    *,
    to: Contact | None = None,
    replies: Replies = (),
    suggestions: Suggestions = (),
    traffic_type: str | None = None,
    expiry: Expiry | None = None,
    in_reply_to: str | None = None,
) -> OutboundMessage:
    """Return a place on the map, in degrees (WGS 84)."""
    return _message(
        GeolocationPushMessage(latitude=latitude, longitude=longitude, label=label),
        to=to,
        replies=replies,
        suggestions=suggestions,
        traffic_type=traffic_type,
        expiry=expiry,
        in_reply_to=in_reply_to,
    )


def to_contact(contact: Contact, *, region: str | None = None) -> MessageContact:
    """Return whom a message goes to, a number in any spelling as E.164; ``region`` is the country of one without +.

    Raises InputRefusedError for what is no number.
    """
    match contact:
        case UserContact() | ChatId():
            return contact
        case bool():
            raise InputRefusedError(problem="a contact is a phone number or a ChatId, not a bool")
        case int():
            return UserContact(number=_normalise(f"+{contact}", region))
        case str():
            return UserContact(number=_normalise(contact, region))
        case Mapping():
            return read_contact(contact)
        case _:
            raise InputRefusedError(
                problem=f"a contact is a phone number or a ChatId, not {type(contact).__name__}",
                fix='write it like "+33612345678"',
            )


def _normalise(written: str, region: str | None) -> str:
    try:
        return normalise(written, region=region)
    except NumberRefusedError as error:
        if region is None and error.fix:  # nobody can say a region here
            error.fix = 'write it in international form: "+33612345678"'
        raise


def _message(
    content: Content,
    *,
    to: Contact | None,
    replies: Replies = (),
    suggestions: Suggestions = (),
    traffic_type: str | None,
    expiry: Expiry | None,
    in_reply_to: str | None,
) -> OutboundMessage:
    chips = _suggestions(replies, suggestions)
    return OutboundMessage(
        rcs_message=RcsMessage(
            content=content,
            suggested_chip_list=SuggestedChipList(suggestions=chips) if chips else None,
            traffic_type=traffic_type,
            expiry=None if expiry is None else _write_expiry(expiry),
        ),
        message_contact=None if to is None else to_contact(to),
        msg_id=in_reply_to,
    )


def _suggestions(replies: Replies, suggestions: Suggestions) -> tuple[Suggestion, ...]:
    if isinstance(replies, tuple) and len(replies) == 2 and all(isinstance(each, str) for each in replies):
        raise InputRefusedError(
            problem="replies is one tuple of two texts: a label with its postback, or two labels?",
            fix="write a list: [(label, postback)], or [label, label]",
        )
    if isinstance(replies, str):
        raise InputRefusedError(problem="replies is one text", fix='write a list of them: ["Yes", "No"]')
    for name, given in (("replies", replies), ("suggestions", suggestions)):
        if not isinstance(given, Iterable):
            raise InputRefusedError(
                problem=f"{name} is a list, not {type(given).__name__}",
                fix="leave it out for none" if given is None else "write a list of it: […]",
            )
    return (*map(_to_reply, replies.items() if isinstance(replies, Mapping) else replies), *suggestions)


def _to_reply(reply: str | tuple[str, str] | Reply) -> Reply:
    match reply:
        case Reply():
            return reply
        case str():
            return Reply(display_text=reply)
        case (str(label), str(postback)):
            return Reply(display_text=label, postback_data=postback)
        case _:
            raise InputRefusedError(
                problem=f"a reply is a label, or a label with its postback, not {type(reply).__name__}",
                fix='write "Yes", or ("Yes", "yes_1")',
            )


def _content_of_card(made: OutboundMessage | CardContent) -> CardContent:
    match made:
        case CardContent():
            return made
        case OutboundMessage(rcs_message=RcsMessage(content=RichCardMessage(card=GeneralPurposeCard(content=content)))):
            return content
        case _:
            raise InputRefusedError(
                problem=f"a carousel is made of cards, not of {type(made).__name__}", fix="make each with card(…)"
            )


def _write_expiry(expiry: Expiry) -> str:
    match expiry:
        case timedelta():
            return to_rfc3339(SystemClock().now() + expiry)
        case datetime(tzinfo=None):
            raise InputRefusedError(
                problem="expiry is a time without a zone", fix="give it one: datetime.now(UTC) + …, or a timedelta"
            )
        case datetime():
            return to_rfc3339(expiry)
        case str():
            return expiry
        case _:
            raise InputRefusedError(
                problem=f"expiry is a timedelta, a datetime with its zone, or RFC 3339, not {type(expiry).__name__}",
                fix="write timedelta(hours=2)",
            )


def _words(value: object, what: str) -> str:
    if not isinstance(value, str):
        fix = "a file of this machine is stored first: client.store_file(path)" if isinstance(value, PurePath) else None
        raise InputRefusedError(problem=f"{what} is a str, not {type(value).__name__}", fix=fix)
    return value


def _require(name: str, given: str | None, words: tuple[str | None, ...]) -> None:
    if given not in words:
        there_are = " or ".join(f'"{word}"' for word in words if word)
        raise InputRefusedError(problem=f"{name} is {there_are}, not {given!r:.40}")
