"""Tells whether a user asks to be left alone, or to be written to again."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bothub_cli.events.opt_out_words import (
    COURTESY,
    START_POSTBACKS,
    START_WORDS_BY_COUNTRY,
    START_WORDS_EN,
    START_WORDS_FR,
    STOP_POSTBACKS,
    STOP_WORDS_EN,
    STOP_WORDS_FR,
    STOP_WORDS_OTHER,
    TELLING,
)
from bothub_cli.messages.event.event import Event, InboundMessage, TappedSuggestion

_SHORT_CODE: Final = re.compile(r"(stop)( au)? \d{4,6}")  # "STOP au 36111", copied from a message
_LONGEST: Final = 100  # characters; a longer text is no command, and is not worth the work
_SIGNATURE: Final = re.compile(  # RFC 3676 4.3, and what phones and mail programs put under a text
    r"\s*^\s*(?:--|__|—|–|(?:sent|get) (?:from|with|outlook)|envoy[ée]e? (?:de|depuis|avec)|enviado (?:desde|do)"
    r"|(?:(?:kind|best|warm) )?regards|cordialement|sincerely|bien [àa] (?:vous|toi)).*",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_POLITE: Final = "|".join(sorted(COURTESY, key=len, reverse=True))  # "thank you very much" before "thank you"
_POLITE_END: Final = re.compile(rf"^(?:{_POLITE}) | (?:{_POLITE})$")
_UNSUBSCRIBE: Final = "unsubscribe"  # an event of its own on platforms that tell the entry of the chat's menu
_SUBSCRIBE: Final = "subscribe"


class Wish(Enum):
    """What a user asks for."""

    STOP = "stop"
    START = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOutWords:
    """The words of one profile, in the form that ``simplify`` gives them; postbacks are what a tap says."""

    stop: frozenset[str]
    start: frozenset[str]
    stop_postbacks: frozenset[str]
    start_postbacks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A wish, and the words it was said in."""

    wish: Wish
    word: str

    @property
    def is_stop(self) -> bool:
        """Tell whether the user wants no more messages."""
        return self.wish is Wish.STOP


def build_words(*, stop: Iterable[str] = (), start: Iterable[str] = (), ignored: Iterable[str] = ()) -> OptOutWords:
    """Return the words of every country, with a profile's own added and its ignored ones taken away.

    STOP itself cannot be taken away: the law asks for it (France's L34-5 CPCE, and the af2m charter).
    """
    without = {simplify(word) for word in ignored} - {"stop"} | {""}
    own_stop, own_start = {simplify(word) for word in stop}, {simplify(word) for word in start}
    stopping = {*STOP_WORDS_EN, *STOP_WORDS_FR, *STOP_WORDS_OTHER, *own_stop}
    stop_taps = {*STOP_POSTBACKS, *own_stop}
    return OptOutWords(
        stop=frozenset(stopping - without),
        start=frozenset({*START_WORDS_EN, *START_WORDS_FR, *own_start} - stopping - without),
        stop_postbacks=frozenset(stop_taps - without),
        start_postbacks=frozenset({*START_POSTBACKS, *own_start} - stop_taps - without),
    )


def read_wish(event: Event, words: OptOutWords) -> Spoken | None:
    """Return the wish that an event expresses as a whole; None for everything else.

    A text counts with words of courtesy and a signature around it, whatever its case, accents and punctuation;
    "please don't stop" is no wish to stop. A tap says what its postback says: the label is the bot's own word.
    """
    match event.body:
        case InboundMessage(text=str(text)):
            return _read_text(text, words, number=event.number or "")
        case TappedSuggestion(postback_data=str(postback)):
            return _read_postback(postback, words)
    kind = (event.stated_kind or event.kind).casefold()
    if kind in {_UNSUBSCRIBE, _SUBSCRIBE}:
        return Spoken(wish=Wish.STOP if kind == _UNSUBSCRIBE else Wish.START, word=kind)
    return None


def is_doubtful(event: Event, words: OptOutWords) -> bool:
    """Tell whether a text that is no wish may have been meant as one: a person should look at it."""
    if not isinstance(event.body, InboundMessage) or not event.body.text:
        return False
    if set(simplify(event.body.text[:_LONGEST]).split()).isdisjoint(TELLING):
        return False
    return read_wish(event, words) is None


def simplify(text: str) -> str:
    """Reduce a text to lower-case words without accents, punctuation, symbols and emoji, one space between them."""
    if text.isascii():  # most texts, in a twentieth of the time
        return " ".join(text[:_LONGEST].translate(_ASCII).split())
    decomposed = unicodedata.normalize("NFKD", text[:_LONGEST].replace("'", " ").replace("’", " "))
    kept = "".join(_keep(character) for character in decomposed)
    return " ".join(kept.casefold().split())


def _keep(character: str) -> str:
    category = unicodedata.category(character)[0]
    if category in "LN":
        return character
    return "" if category in "MC" and not character.isspace() else " "


_ASCII: Final = str.maketrans({chr(code): _keep(chr(code)).lower() for code in range(128)})


def _read_text(text: str, words: OptOutWords, *, number: str) -> Spoken | None:
    said = _SIGNATURE.sub("", text).strip() or text.strip()
    if len(said) > _LONGEST:
        return None
    simple = _without_courtesy(simplify(said))
    if simple in words.stop or _SHORT_CODE.fullmatch(simple) or _is_repeated(simple, words.stop):
        return Spoken(wish=Wish.STOP, word=said)
    local = START_WORDS_BY_COUNTRY.get(number.removeprefix("+")[:2], ())
    return Spoken(wish=Wish.START, word=said) if simple in words.start or simple in local else None


def _read_postback(postback: str, words: OptOutWords) -> Spoken | None:
    simple = "" if len(postback) > _LONGEST else simplify(postback)
    if simple in words.stop_postbacks:
        return Spoken(wish=Wish.STOP, word=postback.strip())
    return Spoken(wish=Wish.START, word=postback.strip()) if simple in words.start_postbacks else None


def _without_courtesy(simple: str) -> str:
    """Take polite words off both ends, and join letters that were written apart: "please s t o p" is "stop"."""
    found = 1
    while found:
        simple, found = _POLITE_END.subn("", simple)
    letters = simple.split()
    return "".join(letters) if len(letters) > 1 and all(len(letter) == 1 for letter in letters) else simple


def _is_repeated(simple: str, words: frozenset[str]) -> bool:
    """Tell whether it is one word said again and again: "stop stop stop"."""
    said = set(simple.split())
    return len(said) == 1 and said <= words
