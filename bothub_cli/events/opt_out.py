"""Tells whether a user asks to be left alone, or to be written to again."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Final

from bothub_cli.events.opt_out_words import (
    COURTESY,
    ORDINARY_STOP_WORDS,
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

_SHORT_CODE: Final = re.compile(r"stop(?: au)? (?:\d{4,6}|\d{1,2} \d{2} \d{2}|\d{2,3} \d{2,3})")  # "STOP au 36 111"
_LONGEST: Final = 100  # characters; a longer text is no command, and is not worth the work
_LOOKED_THROUGH: Final = 2000  # characters of a text that may have been meant as a wish
# RFC 3676 4.3, what phones and mail programs put under a text, how people close a letter, and what they answer to
_SIGNATURE: Final = re.compile(
    r"(?:^\s*|(?<=[.!,;])\s*)(?:kind |best |warm )?(?:regards|cordialement|sincerely|yours|bien [àa] (?:vous|toi)"
    r"|mit freundlichen gr[üu](?:ß|ss)en|cordiali saluti|atenciosamente|met vriendelijke groet|saludos cordiales)\b.*"
    r"|^\s*(?:--|__|—|–|>|(?:sent|get) (?:from|with|via|outlook)|envoy[ée]e? (?:de|depuis|avec|à partir)"
    r"|enviado (?:desde|do|de|con|pelo)|von meinem|gesendet (?:mit|von)|inviato (?:da|dal|con)|verzonden (?:vanaf|met)"
    r"|skickat från|sendt fra|wysłane z|отправлено с"
    r"|(?:on|le|am|el|em|il|op)\b.{0,120}(?:wrote|écrit|ecrit|schrieb|escribió|escreveu|scritto|schreef)\s*:).*"
    r"|\s(?:--|—)\s*(?-i:[A-ZÀ-Þ])[^\W\d_]+(?: (?-i:[A-ZÀ-Þ])[^\W\d_]+)?\s*$",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_NAME_LINE: Final = re.compile(r"(?![a-zà-ÿ])[^?!]{1,40}")  # of a signature that nothing marks as one
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LETTERS_LEAST: Final = 3  # single ones that may be a word written apart, such as S T O P
_NAME_LINES_MAX: Final = 6
_NAME_WORDS_MAX: Final = 4
_POLITE: Final = "|".join(sorted(COURTESY, key=len, reverse=True))  # "thank you very much" before "thank you"
_POLITE_END: Final = re.compile(rf"^(?:{_POLITE}) | (?:{_POLITE})$")
_OPT_OUT: Final = "opt out"  # telling as well, in two words
_UNSUBSCRIBE: Final = "unsubscribe"  # an event of its own on platforms that tell the entry of the chat's menu
_SUBSCRIBE: Final = "subscribe"


class Wish(Enum):
    """What a user asks for."""

    STOP = "stop"
    START = "start"


@dataclass(frozen=True, kw_only=True)
class OptOutWords:
    """The words of one profile, in the form that ``simplify`` gives them; postbacks are what a tap says."""

    stop: frozenset[str]
    start: frozenset[str]
    stop_postbacks: frozenset[str]
    start_postbacks: frozenset[str]

    @cached_property
    def parts(self) -> frozenset[str]:
        """What a text must hold one of to be a wish: the longest word of each phrase."""
        local = (word for words in START_WORDS_BY_COUNTRY.values() for word in words)
        return frozenset(max(phrase.split(), key=len) for phrase in (*self.stop, *self.start, *local))


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
    said = simplify(event.body.text, most=_LOOKED_THROUGH)
    if set(said.split()).isdisjoint(TELLING) and _OPT_OUT not in said:
        return False
    return read_wish(event, words) is None


def simplify(text: str, *, most: int = _LONGEST) -> str:
    """Reduce a text to lower-case words without accents, punctuation, symbols and emoji, one space between them.

    What is longer than ``most`` characters is cut.
    """
    if text.isascii():  # most texts, in a twentieth of the time
        return " ".join(text[:most].translate(_ASCII).split())
    decomposed = unicodedata.normalize("NFKD", text[:most].replace("'", " ").replace("’", " "))
    kept = "".join(_keep(character) for character in decomposed)
    return " ".join(kept.casefold().split())


def _keep(character: str) -> str:
    category = unicodedata.category(character)[0]
    if category in "LN":
        return character
    return "" if category in "MC" and not character.isspace() else " "


_ASCII: Final = str.maketrans({chr(code): _keep(chr(code)).lower() for code in range(128)})


def _read_text(text: str, words: OptOutWords, *, number: str) -> Spoken | None:
    text = text.strip()
    parts = simplify(text, most=_LOOKED_THROUGH).split()
    if words.parts.isdisjoint(parts) and sum(len(part) == 1 for part in parts) < _LETTERS_LEAST:
        return None  # most texts
    said = _without_name(_SIGNATURE.sub("", text[:_LOOKED_THROUGH]).strip() or text, words)
    if len(said) > _LONGEST:
        return None
    simple = _without_courtesy(simplify(said))
    if simple in words.stop or _SHORT_CODE.fullmatch(simple) or _is_repeated(simple, words.stop):
        return Spoken(wish=Wish.STOP, word=said)
    local = START_WORDS_BY_COUNTRY.get(number.removeprefix("+")[:2], ())
    return Spoken(wish=Wish.START, word=said) if simple in words.start or simple in local else None


def _without_name(text: str, words: OptOutWords) -> str:
    """Take off the lines of a name and an address below a word that says STOP and nothing else."""
    first, *below = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    said = _without_courtesy(simplify(first))
    if not below or said not in words.stop - ORDINARY_STOP_WORDS or len(below) > _NAME_LINES_MAX:
        return text
    names = all(_NAME_LINE.fullmatch(line) and len(_LETTERS.findall(line)) <= _NAME_WORDS_MAX for line in below)
    return first if names else text


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
