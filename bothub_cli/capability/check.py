"""Asks which numbers can get RCS: from what is known, one at a time, or ten thousand at night."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bothub_cli.amounts import count_words
from bothub_cli.capability.store import CapabilityAnswer
from bothub_cli.clock import Clock
from bothub_cli.delays import ask_until
from bothub_cli.errors import OutsideTimeWindowError, StillPendingError
from bothub_cli.phone_numbers import find_country, identify
from bothub_cli.protocol.bulk_hours import BulkHours, bulk_hours
from bothub_cli.protocol.capabilities import (
    BULK_NUMBERS_MAX,
    BulkNumbersRefusedError,
    BulkResult,
    BulkShape,
    BulkStarted,
    ContactCapabilities,
)
from bothub_cli.protocol.faults import BULK_WINDOW
from bothub_cli.record import record

Verdict = Literal["rcs", "not-rcs", "unknown"]
Origin = Literal["asked", "cache", "none"]

FIRST_PAUSE = 5.0  # seconds between two looks at the result of a bulk check; Orange does not say how long it takes
PAUSE_MAX = 60.0  # seconds
HALVINGS_MAX = 64  # requests that are divided to find the numbers that BotHub refuses; 14 find one among ten thousand
OPENING_MARGIN = timedelta(seconds=30)  # after the hour, for a clock that is a little ahead of Orange's


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability:
    """What is known of a number, since when, and from where."""

    number: str
    verdict: Verdict
    origin: Origin
    asked_at: datetime | None = None
    capabilities: tuple[str, ...] = ()


class CapabilityClient(Protocol):
    """What ``BothubClient`` offers to this module."""

    def contact_capabilities(self, message_contact: Mapping[str, object]) -> ContactCapabilities:
        """Ask what one contact's phone can do."""
        ...

    def start_bulk_capabilities(self, numbers: Sequence[str], *, shape: BulkShape | None = None) -> BulkStarted:
        """Have up to 10,000 numbers checked."""
        ...

    def bulk_capabilities(self) -> BulkResult:
        """Fetch the result of the bulk check, if it is there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChoices:
    """How a bulk check goes: ``max_wait`` in seconds for each result; ``any_hour`` leaves the hour to BotHub.

    ``skip_invalid`` leaves out the numbers that BotHub refuses, where else they refuse all of their request.
    """

    shape: BulkShape
    max_wait: float
    waits_for_night: bool = False
    any_hour: bool = False
    skip_invalid: bool = False


def ask_one(client: CapabilityClient, number: str, *, clock: Clock) -> CapabilityAnswer:
    """Ask about one number; to have RCS means that a bot's messages arrive. Raises what the API refuses."""
    found = client.contact_capabilities({"userContact": number})
    return CapabilityAnswer(
        number=number, is_rcs=found.takes_chatbots, asked_at=clock.now(), capabilities=found.capabilities
    )


def ask_many(
    client: CapabilityClient,
    numbers: Iterable[str],
    *,
    clock: Clock,
    choices: BulkChoices,
    tell: Callable[[str], None],
) -> Iterator[tuple[CapabilityAnswer, ...]]:
    """Yield the answers for each request, which may leave some out. A bot has one check at a time.

    A request holds the numbers of one country, at most ten thousand: since May 2026 Google's batch, which stands
    behind it, takes one region only. A request that is refused for its numbers stops no other. Raises
    OutsideTimeWindowError by day (unless it is to wait), StillPendingError when a result takes too long, and at the
    end the first BulkNumbersRefusedError.
    """
    waiting = deque(_divide(numbers))
    if len({country for country, _ in waiting}) > 1:
        tell(f"one country a request: {', '.join(_say_counts(waiting))}")
    refused: BulkNumbersRefusedError | None = None
    halvings = HALVINGS_MAX
    while waiting:
        country, asked = waiting.popleft()
        try:
            _start(client, asked, clock=clock, choices=choices, tell=tell)
        except BulkNumbersRefusedError as error:
            parts = _without_refused(asked, error) if choices.skip_invalid and halvings else []
            if parts:
                halvings -= 1
                _tell_left_out(asked, parts, tell)
                waiting.extendleft((country, part) for part in reversed(parts) if part)
            elif choices.skip_invalid and len(asked) == 1 and not error.is_about_regions:
                tell(f"{asked[0]}: BotHub refuses this number, left out: {error.reason}")
            else:
                refused = refused or error
                tell(f"{country or 'no country'}: {count_words(len(asked), 'number')} refused: {error.reason}")
            continue
        yield _keep(_fetch(client, clock=clock, max_wait=choices.max_wait), asked, clock.now())
    if refused is not None:
        raise refused


def _divide(numbers: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield requests with their country: each of one country, at most ten thousand numbers, in the list's order."""
    by_country: dict[str, list[str]] = {}
    for number in numbers:
        by_country.setdefault(find_country(number), []).append(number)
    for country, listed in by_country.items():
        for start in range(0, len(listed), BULK_NUMBERS_MAX):
            yield country, listed[start : start + BULK_NUMBERS_MAX]


def _say_counts(requests: Iterable[tuple[str, list[str]]]) -> Iterator[str]:
    counts: dict[str, int] = {}
    for country, listed in requests:
        counts[country] = counts.get(country, 0) + len(listed)
    return (f"{count} of {country or 'no country'}" for country, count in counts.items())


def _without_refused(asked: list[str], error: BulkNumbersRefusedError) -> list[list[str]]:
    """Return what to ask instead: all but the numbers that the answer names, else the halves; nothing to divide: []."""
    if error.is_about_regions:
        return []
    named = {_digits(number) for number in error.named} & {_digits(number) for number in asked}
    if named:
        return [[number for number in asked if _digits(number) not in named]]
    middle = len(asked) // 2
    return [asked[:middle], asked[middle:]] if middle else []


def _tell_left_out(asked: list[str], parts: list[list[str]], tell: Callable[[str], None]) -> None:
    left = {number for part in parts for number in part}
    for number in asked:
        if number not in left:
            tell(f"{number}: BotHub refuses this number, left out")


def fetch_last(client: CapabilityClient, numbers: Iterable[str], *, clock: Clock) -> tuple[CapabilityAnswer, ...]:
    """Return what the last bulk check says of these numbers. Raises StillPendingError when it is not ready."""
    result = client.bulk_capabilities()
    if not result.is_ready:
        raise StillPendingError(subject="the check of many numbers", waited=0)
    return _keep(result, numbers, clock.now())


def _start(
    client: CapabilityClient,
    numbers: Sequence[str],
    *,
    clock: Clock,
    choices: BulkChoices,
    tell: Callable[[str], None],
) -> None:
    while True:
        try:
            if not choices.any_hour:
                _enter_night(clock, waits=choices.waits_for_night, tell=tell)
            client.start_bulk_capabilities(numbers, shape=choices.shape)
        except OutsideTimeWindowError as error:
            if error.http is None or not choices.waits_for_night:
                raise
            # BotHub's clock says no (405) although ours says yes: one of the two is wrong, or CET has no summer time
            tell("BotHub takes no bulk check at this hour yet; asking again in 10 min")
            clock.sleep(600)
        else:
            return


def _enter_night(clock: Clock, *, waits: bool, tell: Callable[[str], None]) -> None:
    window = bulk_hours(clock.now())
    if window.is_open:
        return
    if not waits:
        raise ClosedByDayError(
            operation="start the check of many numbers", window=BULK_WINDOW, opens_at=window.opens_at
        )
    opens_at = window.opens_at + OPENING_MARGIN
    tell(f"waiting until {say_opening(window)}")
    while (left := (opens_at - clock.now()).total_seconds()) > 0:
        clock.sleep(min(left, 60))  # short, so that a machine that slept wakes in time


@record(frozen=False, eq=False)
class ClosedByDayError(OutsideTimeWindowError):
    """It is day here: nothing was asked."""

    opens_at: datetime

    @property
    def message(self) -> str:
        return f"many numbers can be checked {self.window} only; it opens at {_local(self.opens_at)}"

    @property
    def remedy(self) -> str | None:
        return "run it then, or let it wait: --wait; a few numbers can be asked at once: --one-by-one"


def say_opening(window: BulkHours) -> str:
    """Say when the night begins, by the clock on this wall."""
    return f"{_local(window.opens_at)} ({BULK_WINDOW})"


def _local(instant: datetime) -> str:
    return f"{instant.astimezone():%Y-%m-%d %H:%M %Z}"


def _fetch(client: CapabilityClient, *, clock: Clock, max_wait: float) -> BulkResult:
    started = clock.monotonic()
    for result in ask_until(
        client.bulk_capabilities,
        lambda result: result.is_ready,
        clock=clock,
        pause=FIRST_PAUSE,
        longest=PAUSE_MAX,
        max_wait=max_wait,
    ):
        if result.is_ready:
            return result
    raise StillPendingError(subject="the check of many numbers", waited=round(clock.monotonic() - started))


def _keep(result: BulkResult, numbers: Iterable[str], now: datetime) -> tuple[CapabilityAnswer, ...]:
    """Return the verdicts about the numbers that were asked for; an answer may drop the plus."""
    said = {_digits(number): True for number in result.capable} | {
        _digits(number): False for number in result.incapable
    }
    return tuple(
        CapabilityAnswer(number=number, is_rcs=said[_digits(number)], asked_at=now)
        for number in numbers
        if _digits(number) in said
    )


def _digits(number: str) -> str:
    return identify(number).removeprefix("+")


def sort_out(
    numbers: Iterable[str], *, cached: Iterable[CapabilityAnswer], asked: Iterable[CapabilityAnswer]
) -> Iterator[Reachability]:
    """Yield what is known of each number, in order; what was just asked counts more than the cache."""
    known: dict[str, tuple[CapabilityAnswer, Origin]] = {answer.number: (answer, "cache") for answer in cached}
    known |= {answer.number: (answer, "asked") for answer in asked}
    for number in numbers:
        if number not in known:
            yield Reachability(number=number, verdict="unknown", origin="none")
            continue
        answer, origin = known[number]
        yield Reachability(
            number=number,
            verdict="rcs" if answer.is_rcs else "not-rcs",
            origin=origin,
            asked_at=answer.asked_at,
            capabilities=answer.capabilities,
        )
