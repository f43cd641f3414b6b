"""What an iPhone of iOS 26 does otherwise with a message, each with its place and what helps.

Sources: help.postscript.io 15382848, infobip.com/docs/rcs/rcs-troubleshooting, support.messagemedia.com
13929965638287 (all of iOS 26.2). Nothing here stops a message.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bothub_cli.messages import (
    CardContent,
    CopyToClipboard,
    GeneralPurposeCard,
    RcsMessage,
    Reply,
    RichCardMessage,
)
from bothub_cli.messages.check.report import Finding
from bothub_cli.messages.limits import DESCRIPTION_MAX
from bothub_cli.preview.forecast.line_breaking import break_text
from bothub_cli.preview.forecast.phones import CARDS_MAX, IOS, OPTIONS_MORE_THAN, TEXT_PADDING, PhoneLayout

SOURCE: Final = "Postscript, Infobip and MessageMedia on iOS 26"
CARD_LINES_MAX: Final = 6  # lines of a card's text; with more, a tap opens a view of the text alone
_LINES_COUNTED: Final = 40
# As text: the re module compiles and keeps them when a card is first looked at.
_ADDRESS: Final = r"(?i)\b(?:https?://|www\.)\S"
_CODE_WORD: Final = r"(?i)\b(?:code|codes|otp|pin|passcode|password|código|codigo|kode|kod|tan)\b"
_CODE: Final = r"(?<![\d/-])(?<!\d[.,])(?:\d{4,8}|\d{3}[ -]\d{3})(?![\d/-]|[.,]\d)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that an iPhone does otherwise; ``rule`` is a stable id, ``pointer`` an RFC 6901 pointer."""

    rule: str
    pointer: str
    sentence: str
    fix: str


def read_differences(message: RcsMessage, *, pointer: str = "") -> tuple[Difference, ...]:
    """Return what an iPhone does otherwise, in the order of the message; ``pointer`` is where the RCSMessage stands."""
    return (*_read_content(message, pointer), *_read_chips(message, pointer))


def iphone_findings(message: RcsMessage, *, pointer: str = "") -> tuple[Finding, ...]:
    """Return the same in the words of the check: warnings, always."""
    return tuple(
        Finding(
            severity="warning",
            rule=found.rule,
            pointer=found.pointer,
            message=f"iPhone: {found.sentence}",
            source=SOURCE,
            fix=found.fix,
        )
        for found in read_differences(message, pointer=pointer)
    )


def _read_content(message: RcsMessage, pointer: str) -> Iterator[Difference]:
    if not isinstance(message.content, RichCardMessage):
        return
    card = message.content.card
    base = f"{pointer}/richcardMessage/message"
    if isinstance(card, GeneralPurposeCard):
        at = f"{base}/generalPurposeCard"
        if card.orientation == "HORIZONTAL" and card.content.media is not None:
            yield Difference(
                rule="iphone.card.horizontal",
                pointer=f"{at}/layout/cardOrientation",
                sentence="the image of a horizontal card is cropped, and a video looks odd",
                fix="use a vertical card",
            )
        yield from _read_card(card.content, f"{at}/content", width=IOS.standalone.width)
        return
    width = IOS.carousel_limits(card.card_width).width
    for index, content in enumerate(card.cards[:CARDS_MAX]):
        yield from _read_card(content, f"{base}/generalPurposeCardCarousel/content/{index}", width=width)


def _read_card(content: CardContent, pointer: str, *, width: int) -> Iterator[Difference]:
    if len(content.suggestions) > 1:
        yield Difference(
            rule="iphone.card.drop-down",
            pointer=f"{pointer}/suggestions",
            sentence=f"the {len(content.suggestions)} buttons of the card are one grey drop-down",
            fix="keep one button on the card, and put the others under the message",
        )
    if content.media is not None and content.media.media_content_type.lower() == "image/gif":
        yield Difference(
            rule="iphone.card.gif",
            pointer=f"{pointer}/media",
            sentence="a GIF in a card stands still",
            fix="send it as a file, where it moves",
        )
    if (lines := _count_lines(content, IOS, width)) > CARD_LINES_MAX:
        yield Difference(
            rule="iphone.card.long-text",
            pointer=f"{pointer}/description" if content.description else f"{pointer}/title",
            sentence=f"{lines} lines of text, over {CARD_LINES_MAX}: a tap opens the text alone, no media, no buttons",
            fix=f"shorten the text to {CARD_LINES_MAX} lines",
        )
    for name, text in (("title", content.title), ("description", content.description)):
        yield from _read_text(text or "", f"{pointer}/{name}", content)


def _read_text(text: str, pointer: str, content: CardContent) -> Iterator[Difference]:
    text = text[:DESCRIPTION_MAX]  # what is longer is refused anyway, and the patterns need not be fast
    if re.search(_ADDRESS, text):
        yield Difference(
            rule="iphone.card.link",
            pointer=pointer,
            sentence="an address in the text of a card is no link",
            fix="give it a button: openUrl",
        )
    is_copied = any(isinstance(suggestion, CopyToClipboard) for suggestion in content.suggestions)
    if not is_copied and re.search(_CODE_WORD, text) and re.search(_CODE, text):
        yield Difference(
            rule="iphone.card.code",
            pointer=pointer,
            sentence="a code in a card cannot be copied",
            fix="send it as a text",
        )


def _count_lines(content: CardContent, profile: PhoneLayout, width: int) -> int:
    room = width - 2 * TEXT_PADDING
    texts = ((content.title, profile.title_font), (content.description, profile.description_font))
    return sum(len(break_text(text or "", font=font, width=room, most=_LINES_COUNTED)) for text, font in texts)


def _read_chips(message: RcsMessage, pointer: str) -> Iterator[Difference]:
    chips = message.suggested_chip_list.suggestions if message.suggested_chip_list else ()
    actions = [chip for chip in chips if not isinstance(chip, Reply)]
    if len(actions) > OPTIONS_MORE_THAN:
        yield Difference(
            rule="iphone.chips.options",
            pointer=f"{pointer}/suggestedChipList/suggestions",
            sentence=f'the {len(actions)} actions under the message are hidden under "Options"',
            fix=f"send at most {OPTIONS_MORE_THAN} actions",
        )
