"""Tells whether a user asks to be left alone, or to be written to again."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bothub_cli.events.opt_out_words import START_WORDS_EN, START_WORDS_FR, STOP_WORDS_EN, STOP_WORDS_FR
from bothub_cli.messages.event.event import Event, InboundMessage, TappedSuggestion

_SHORT_CODE: Final = re.compile(r"(stop)( au)? \d{4,6}")  # "STOP au 36111", copied from a message
_LONGEST: Final = 100  # characters; a longer text is no command, and is not worth the work


class Wish(Enum):
    """What a user asks for."""

    STOP = "stop"
    START = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOutWords:
    """The words of one profile, in the form that ``simplify`` gives them."""

    stop: frozenset[str]
    start: frozenset[str]


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
    """Return the default words in French and English, with a profile's own added and its ignored ones taken away.

    STOP itself cannot be taken away: the law asks for it (France's L34-5 CPCE, and the af2m charter).
    """
    without = {simplify(word) for word in ignored} - {"stop"}
    stopping = {simplify(word) for word in (*STOP_WORDS_EN, *STOP_WORDS_FR, *stop)}
    starting = {simplify(word) for word in (*START_WORDS_EN, *START_WORDS_FR, *start)}
    return OptOutWords(stop=frozenset(stopping - without - {""}), start=frozenset(starting - stopping - without - {""}))


def read_wish(event: Event, words: OptOutWords) -> Spoken | None:
    """Return the wish that a message, or a tapped suggestion, expresses as a whole; None for everything else.

    "please don't stop" is no wish to stop: only the whole text counts, whatever its case, accents and punctuation.
    """
    match event.body:
        case InboundMessage() | TappedSuggestion():
            said = (event.postback, event.text)
        case _:
            return None
    spoken = [found for text in said if text and (found := _match(text, words))]
    return next((found for found in spoken if found.wish is Wish.STOP), spoken[0] if spoken else None)


def simplify(text: str) -> str:
    """Reduce a text to lower-case words without accents, punctuation, symbols and emoji, one space between them."""
    decomposed = unicodedata.normalize("NFKD", text[:_LONGEST].replace("'", " ").replace("’", " "))
    kept = "".join(_keep(character) for character in decomposed)
    return " ".join(kept.casefold().split())


def _keep(character: str) -> str:
    category = unicodedata.category(character)[0]
    if category in "LN":
        return character
    return "" if category in "MC" and not character.isspace() else " "


def _match(text: str, words: OptOutWords) -> Spoken | None:
    if len(text) > _LONGEST:
        return None
    simple = simplify(text)
    if simple in words.stop or _SHORT_CODE.fullmatch(simple) or _is_repeated(simple, words.stop):
        return Spoken(wish=Wish.STOP, word=text.strip())
    return Spoken(wish=Wish.START, word=text.strip()) if simple in words.start else None


def _is_repeated(simple: str, words: frozenset[str]) -> bool:
    """Tell whether it is one word said again and again: "stop stop stop"."""
    said = set(simple.split())
    return len(said) == 1 and said <= words
