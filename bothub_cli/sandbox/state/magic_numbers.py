"""Phone numbers with a meaning: what happens to a message depends on whom it is sent to.

Most lie in +33 6 39 98 xx xx, which ARCEP (decision 2018-0881, annex 2.5.12) keeps for fiction: nobody has them.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bothub_cli.sandbox.state.faults import FaultKind, InjectedFault

PREFIX = "+3363998"


class PhoneBehaviour(StrEnum):
    """What the person or the phone behind a number does by itself."""

    NEVER_READS = "never reads"
    READS_LATE = "reads late"
    REPLIES = "replies"
    TAPS = "taps"
    STOPS = "stops"
    RETURNS = "returns"
    IS_OFFLINE = "is offline"
    HAS_IPHONE = "has an iPhone"
    FAILS = "fails"
    HAS_NO_RCS = "has no RCS"


@dataclass(frozen=True, slots=True, kw_only=True)
class MagicNumber:
    """One number and its meaning; with ``then_accepts`` every second attempt goes well."""

    number: str
    meaning: str
    fault: InjectedFault | None = None
    then_accepts: bool = False
    habit: PhoneBehaviour | None = None


class MenuWords(NamedTuple):
    """What Google Messages writes for who chooses Unsubscribe or Subscribe in the chat's menu."""

    unsubscribe: str
    subscribe: str


# By the country of the user's number (developer.vonage.com, "RCS subscribe and unsubscribe").
_MENU_WORDS = {
    "+33": MenuWords("STOP", "Démarrer"),
    "+34": MenuWords("BAJA", "ALTA"),
    "+52": MenuWords("BAJA", "ALTA"),
    "+55": MenuWords("parar", "começar"),
}
_ELSEWHERE = MenuWords("STOP", "START")


def menu_words(number: str) -> MenuWords:
    """Return what that user's phone writes."""
    return next((words for prefix, words in _MENU_WORDS.items() if number.startswith(prefix)), _ELSEWHERE)


def _chooses(country: str, start: str) -> tuple[MagicNumber, MagicNumber]:
    """Two people of a country: one leaves, and one comes back."""
    leaver, returner = f"{start}07", f"{start}09"
    words = menu_words(leaver)
    left = f"{country}: reads, then chooses Unsubscribe ({words.unsubscribe})"
    return (
        MagicNumber(number=leaver, meaning=left, habit=PhoneBehaviour.STOPS),
        MagicNumber(
            number=returner,
            meaning=f"{left}, 5 s later Subscribe ({words.subscribe})",
            habit=PhoneBehaviour.RETURNS,
        ),
    )


def _habit(ending: str, habit: PhoneBehaviour, meaning: str) -> MagicNumber:
    return MagicNumber(number=PREFIX + ending, meaning=meaning, habit=habit)


def _fault(ending: str, kind: FaultKind, meaning: str) -> MagicNumber:
    return MagicNumber(number=PREFIX + ending, meaning=meaning, fault=InjectedFault(kind=kind))


def _once(ending: str, kind: FaultKind, meaning: str, *, delay: float = 5.0) -> MagicNumber:
    fault = InjectedFault(kind=kind, delay=delay)
    return MagicNumber(number=PREFIX + ending, meaning=f"{meaning}, then accepted", fault=fault, then_accepts=True)


MAGIC_NUMBERS: tuple[MagicNumber, ...] = (
    _habit("0001", PhoneBehaviour.NEVER_READS, "delivered, never displayed"),
    _habit("0002", PhoneBehaviour.READS_LATE, "delivered, displayed 10 s later"),
    _habit("0003", PhoneBehaviour.REPLIES, 'reads, then answers "Hello"'),
    _habit("0004", PhoneBehaviour.TAPS, "reads, then taps the first reply or action"),
    _habit("0005", PhoneBehaviour.IS_OFFLINE, "phone switched off: sent, not delivered"),
    _habit("0006", PhoneBehaviour.HAS_IPHONE, "an iPhone"),
    *_chooses("France", f"{PREFIX}00"),
    _habit("0008", PhoneBehaviour.FAILS, "accepted, then the delivery fails"),
    _once("0401", FaultKind.ORANGE_TOKEN_EXPIRED, "the Orange token expires (401, code 42)"),
    _once("0411", FaultKind.GSMA_TOKEN_EXPIRED, "the GSMA token expires (401, 40004)"),
    _fault("0402", FaultKind.SPAM, "refused as spam (400, 42602)"),
    _once("0403", FaultKind.QUOTA, "quota used up (403, code 53)"),
    _habit("0404", PhoneBehaviour.HAS_NO_RCS, "not an RCS user (404, 41200)"),
    _once("0429", FaultKind.RATE_LIMITED, "too many requests (429, code 53)"),
    _once("0430", FaultKind.RATE_LIMITED_RETRY_AFTER, "too many requests with Retry-After: 1", delay=1),
    _fault("0500", FaultKind.INTERNAL_ERROR, "internal error (500), not accepted"),
    _fault("0502", FaultKind.BAD_GATEWAY, "accepted, but the gateway answers 502 in HTML"),
    _once("0503", FaultKind.UNAVAILABLE, "unavailable (503, code 5)"),
    _fault("0504", FaultKind.GATEWAY_TIMEOUT, "accepted, but the gateway answers 504"),
    _fault("0601", FaultKind.NEVER_ANSWERS, "accepted, but the answer never comes"),
    _fault("0602", FaultKind.CUT, "accepted, but the connection is cut before the answer"),
    _fault("0603", FaultKind.TRUNCATED, "accepted, but the answer's JSON is cut in half"),
    _fault("0604", FaultKind.HTML, "accepted, but the answer is a page of HTML"),
    _fault("0605", FaultKind.EMPTY, "accepted, but the answer is empty"),
    _fault("0606", FaultKind.SLOW, "accepted, answered after 5 s"),
    _fault("0607", FaultKind.REDIRECT, "redirected to a login page, as captive portals do"),
    _once("0608", FaultKind.CUT_BEFORE, "connection cut, not accepted"),
    # Numbers of other countries that nobody has: Ofcom's and the NANPA's for drama; elsewhere blocks of zeros.
    *_chooses("Spain", "+346000000"),
    *_chooses("Mexico", "+5255000000"),
    *_chooses("Brazil", "+55119000000"),
    *_chooses("United Kingdom", "+4477009000"),
    *_chooses("United States", "+120255501"),
    _fault("0701", FaultKind.DUPLICATE_WEBHOOKS, "every webhook comes twice"),
    _fault("0702", FaultKind.SHUFFLED_WEBHOOKS, "webhooks come out of order"),
)

_BY_NUMBER = {magic.number: magic for magic in MAGIC_NUMBERS}


def meaning_of(number: str) -> MagicNumber | None:
    """Return what the number stands for; None for an ordinary one."""
    return _BY_NUMBER.get(number)


class Attempts:
    """Counts the messages to each magic number, so that every second one can go well."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def fault_for(self, number: str) -> InjectedFault | None:
        """Return the fault of one more message to that number."""
        magic = _BY_NUMBER.get(number)
        if magic is None or magic.fault is None:
            return None
        self._counts[number] += 1
        is_let_through = magic.then_accepts and self._counts[number] % 2 == 0
        return None if is_let_through else magic.fault

    def clear(self) -> None:
        self._counts.clear()
