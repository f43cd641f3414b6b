"""Many numbers are asked about at night, ten thousand at a time, and nothing that was answered is lost."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bothub_cli.capability.check import BulkChoices, ClosedByDayError, ask_many, ask_one, sort_out
from bothub_cli.capability.store import CapabilityAnswer
from bothub_cli.errors import HttpFacts, OutsideTimeWindowError, StillPendingError
from bothub_cli.protocol.capabilities import (
    BulkNumbersRefusedError,
    BulkResult,
    BulkShape,
    BulkStarted,
    ContactCapabilities,
)
from tests.fake_clock import FakeClock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)
CHOICES = BulkChoices(shape=BulkShape(), max_wait=60)


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
    _ask(FakeClient(), ["+33612345678"], clock, BulkChoices(shape=BulkShape(), max_wait=60, waits_for_night=True))
    assert timedelta() < clock.instant - datetime(2026, 11, 24, 21, tzinfo=UTC) < timedelta(minutes=1)


def test_waiting_asks_again_when_bothub_reads_the_clock_otherwise() -> None:
    client, clock = FakeClient(closed=2), FakeClock(NIGHT)
    _ask(client, ["+33612345678"], clock, BulkChoices(shape=BulkShape(), max_wait=60, waits_for_night=True))
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
    assert [item.verdict for item in sort_out(numbers, cached=(), asked=asked)] == ["unknown", "rcs"]


def test_a_phone_that_takes_no_chatbots_counts_as_not_rcs() -> None:
    assert ask_one(FakeClient(), "+33612345678", clock=FakeClock(NOON)).is_rcs is False


def test_what_was_just_asked_counts_more_than_what_is_remembered() -> None:
    old = CapabilityAnswer(number="+33612345678", is_rcs=False, asked_at=NOON)
    new = CapabilityAnswer(number="+33612345678", is_rcs=True, asked_at=NIGHT)
    [found] = sort_out(["+33612345678"], cached=[old], asked=[new])
    assert (found.verdict, found.origin) == ("rcs", "asked")


class PickyClient(FakeClient):
    """Refuses numbers of several countries in one request, as Google does since May 2026, and those of ``bad``."""

    def __init__(self, *, bad: tuple[str, ...] = (), names_them: bool = False) -> None:
        super().__init__()
        self.refused = 0
        self._bad, self._names = bad, names_them

    def start_bulk_capabilities(self, numbers: Sequence[str], *, shape: BulkShape | None = None) -> BulkStarted:
        wrong = tuple(number for number in numbers if number in self._bad)
        is_mixed = len({number[:3] for number in numbers}) > 1
        if wrong or is_mixed:
            self.refused += 1
            reason = "the phone numbers are of several regions" if is_mixed else "contact format"
            named = wrong if self._names else ()
            raise BulkNumbersRefusedError(operation="start", reason=reason, named=named, is_about_regions=is_mixed)
        return super().start_bulk_capabilities(numbers, shape=shape)


MIXED = ["+33612345678", "+32470123456", "+33612345679", "+41791234567", "+15105550123", "+14165550123"]


def test_a_request_holds_numbers_of_one_country_and_answers_are_put_together() -> None:
    client, told = FakeClient(), list[str]()
    chunks = list(ask_many(client, MIXED, clock=FakeClock(NIGHT), choices=CHOICES, tell=told.append))
    assert client.started == [[MIXED[0], MIXED[2]], [MIXED[1]], [MIXED[3]], [MIXED[4]], [MIXED[5]]]
    found = list(sort_out(MIXED, cached=(), asked=[answer for chunk in chunks for answer in chunk]))
    assert [item.number for item in found] == MIXED
    assert "unknown" not in {item.verdict for item in found}
    assert told == ["one country a request: 2 of FR, 1 of BE, 1 of CH, 1 of US, 1 of CA"]


def test_a_country_that_is_refused_takes_no_other_with_it() -> None:
    client, got = PickyClient(bad=("+32470123456",)), list[CapabilityAnswer]()
    chunks = ask_many(client, MIXED, clock=FakeClock(NIGHT), choices=CHOICES, tell=lambda _: None)
    with pytest.raises(BulkNumbersRefusedError, match="contact format"):
        got.extend(answer for chunk in chunks for answer in chunk)
    assert [answer.number for answer in got] == [MIXED[0], MIXED[2], MIXED[3], MIXED[4], MIXED[5]]


@pytest.mark.parametrize("names_them", [True, False])
def test_one_bad_number_is_left_out_and_named_when_wanted(names_them: bool) -> None:
    numbers = [f"+336{number:08}" for number in range(1000)]
    client, told = PickyClient(bad=(numbers[700],), names_them=names_them), list[str]()
    choices = BulkChoices(shape=BulkShape(), max_wait=60, skip_invalid=True)
    chunks = list(ask_many(client, numbers, clock=FakeClock(NIGHT), choices=choices, tell=told.append))
    assert sorted(answer.number for chunk in chunks for answer in chunk) == numbers[:700] + numbers[701:]
    assert client.refused == (1 if names_them else 11)
    assert len(told) == 1
    assert told[0].startswith(f"{numbers[700]}: BotHub refuses this number")


def test_numbers_that_are_all_refused_do_not_make_it_ask_for_ever() -> None:
    numbers = [f"+336{number:08}" for number in range(4096)]
    client = PickyClient(bad=tuple(numbers))
    choices = BulkChoices(shape=BulkShape(), max_wait=60, skip_invalid=True)
    with pytest.raises(BulkNumbersRefusedError):
        list(ask_many(client, numbers, clock=FakeClock(NIGHT), choices=choices, tell=lambda _: None))
    assert client.refused < 200


def test_a_refusal_for_regions_is_not_halved() -> None:
    client = PickyClient()
    with pytest.raises(BulkNumbersRefusedError):
        client.start_bulk_capabilities(MIXED)
    error = BulkNumbersRefusedError(operation="start", reason="mixed regions", is_about_regions=True)
    assert "one country already" in str(error.remedy)
