"""Many numbers are asked about at night, ten thousand at a time, and nothing that was answered is lost."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bothub_cli.capability.check import BulkChoices, ClosedByDayError, ask_many, ask_one, judge
from bothub_cli.capability.store import CapabilityAnswer
from bothub_cli.errors import HttpFacts, OutsideTimeWindowError, StillPendingError
from bothub_cli.protocol.capabilities import BulkResult, BulkShape, BulkStarted, ContactCapabilities

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)
CHOICES = BulkChoices(shape=BulkShape(), patience=60)


class FakeClock:
    def __init__(self, now: datetime) -> None:
        self.start = self.instant = now

    def now(self) -> datetime:
        return self.instant

    def monotonic(self) -> float:
        return (self.instant - self.start).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)


class FakeClient:
    """Answers a bulk check after ``looks`` looks; refuses the first ``closed`` requests with 405."""

    def __init__(self, *, looks: int = 1, closed: int = 0, silent_about: str = "") -> None:
        self.started: list[list[str]] = []
        self._looks, self._closed, self._silent = looks, closed, silent_about
        self._left = 0

    def contact_capabilities(self, message_contact: Mapping[str, object]) -> ContactCapabilities:
        return ContactCapabilities(is_rcs_user=True, capabilities=("chat",))

    def start_bulk_capabilities(self, numbers: Sequence[str], *, shape: BulkShape | None = None) -> BulkStarted:
        if self._closed:
            self._closed -= 1
            raise OutsideTimeWindowError(operation="start", window="at night", http=HttpFacts(status=405))
        self.started.append(list(numbers))
        self._left = self._looks
        return BulkStarted()

    def bulk_capabilities(self) -> BulkResult:
        self._left -= 1
        told = [number.removeprefix("+") for number in self.started[-1] if number != self._silent]
        return BulkResult(is_ready=self._left <= 0, capable=tuple(told[::2]), incapable=tuple(told[1::2]))


def _ask(
    client: FakeClient, numbers: list[str], clock: FakeClock, choices: BulkChoices = CHOICES
) -> list[CapabilityAnswer]:
    chunks = ask_many(client, numbers, clock=clock, choices=choices, tell=lambda _: None)
    return [answer for chunk in chunks for answer in chunk]


def test_by_day_nothing_is_asked_and_the_opening_is_told() -> None:
    client = FakeClient()
    with pytest.raises(ClosedByDayError, match="it opens at 2026-11-24") as caught:
        _ask(client, ["+33612345678"], FakeClock(NOON))
    assert caught.value.opens_at == datetime(2026, 11, 24, 21, tzinfo=UTC)
    assert client.started == []


def test_a_405_at_night_is_the_same_error() -> None:
    with pytest.raises(OutsideTimeWindowError):
        _ask(FakeClient(closed=1), ["+33612345678"], FakeClock(NIGHT))


def test_a_result_that_does_not_come_is_still_pending() -> None:
    with pytest.raises(StillPendingError):
        _ask(FakeClient(looks=10_000), ["+33612345678"], FakeClock(NIGHT))


def test_waiting_goes_on_until_shortly_after_the_opening() -> None:
    clock = FakeClock(NOON)
    _ask(FakeClient(), ["+33612345678"], clock, BulkChoices(shape=BulkShape(), patience=60, waits_for_night=True))
    assert timedelta() < clock.instant - datetime(2026, 11, 24, 21, tzinfo=UTC) < timedelta(minutes=1)


def test_waiting_asks_again_when_bothub_reads_the_clock_otherwise() -> None:
    client, clock = FakeClient(closed=2), FakeClock(NIGHT)
    _ask(client, ["+33612345678"], clock, BulkChoices(shape=BulkShape(), patience=60, waits_for_night=True))
    assert len(client.started) == 1
    assert clock.instant - NIGHT == timedelta(minutes=20)


def test_numbers_go_out_ten_thousand_at_a_time() -> None:
    numbers = [f"+336{number:08}" for number in range(20_001)]
    client = FakeClient()
    answers = _ask(client, numbers, FakeClock(NIGHT))
    assert [len(chunk) for chunk in client.started] == [10_000, 10_000, 1]
    assert len(answers) == 20_001


def test_a_number_that_the_answer_leaves_out_stays_unknown() -> None:
    numbers = ["+33612345678", "+33612345679"]
    asked = _ask(FakeClient(silent_about="+33612345678"), numbers, FakeClock(NIGHT))
    assert [item.verdict for item in judge(numbers, cached=(), asked=asked)] == ["unknown", "rcs"]


def test_a_phone_that_takes_no_chatbots_counts_as_not_rcs() -> None:
    assert ask_one(FakeClient(), "+33612345678", clock=FakeClock(NOON)).is_rcs is False


def test_what_was_just_asked_counts_more_than_what_is_remembered() -> None:
    old = CapabilityAnswer(number="+33612345678", is_rcs=False, asked_at=NOON)
    new = CapabilityAnswer(number="+33612345678", is_rcs=True, asked_at=NIGHT)
    [found] = judge(["+33612345678"], cached=[old], asked=[new])
    assert (found.verdict, found.origin) == ("rcs", "asked")
