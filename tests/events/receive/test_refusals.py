"""What is refused is said: the first of each kind at once, then as a sum a minute."""

from bothub_cli.events.receive.refusals import SENDERS_KEPT, SUM_EVERY, RefusalLog, RefusalNotice
from bothub_cli.serving.limits import Refusal
from tests.fake_clock import FakeClock


def refusal(status: int = 401, reason: str = "another token", sender: str = "192.0.2.7") -> Refusal:
    return Refusal(status=status, reason=reason, sender=sender)


def test_the_first_of_each_kind_is_told_at_once_and_the_others_as_a_sum(clock: FakeClock) -> None:
    log = RefusalLog(now=clock.monotonic)
    for _ in range(100):
        log.note(refusal())
    log.note(refusal(404, "a path that is not the webhook's"))
    assert [(notice.status, notice.count, notice.is_first) for notice in log.take_due()] == [
        (401, 1, True),
        (404, 1, True),
    ]
    assert log.take_due() == []
    clock.sleep(SUM_EVERY)
    assert log.take_due() == [
        RefusalNotice(status=401, reason="another token", count=99, senders=("192.0.2.7",), others=0, is_first=False)
    ]
    assert log.totals() == {(401, "another token"): 100, (404, "a path that is not the webhook's"): 1}


def test_after_a_quiet_minute_the_next_one_is_told_at_once_again(clock: FakeClock) -> None:
    log = RefusalLog(now=clock.monotonic)
    log.note(refusal())
    log.take_due()
    clock.sleep(SUM_EVERY)
    assert log.take_due() == []
    log.note(refusal())
    assert [notice.is_first for notice in log.take_due()] == [True]


def test_what_differs_from_body_to_body_makes_no_kind_of_its_own(clock: FakeClock) -> None:
    log = RefusalLog(now=clock.monotonic)
    for place in range(5):
        log.note(refusal(400, f"not JSON: Expecting value: line 1 column {place}"))
    assert [notice.reason for notice in log.take_due()] == ["not JSON: Expecting value: line 1 column 0"]
    assert log.totals() == {(400, "not JSON"): 5}
    assert [(notice.reason, notice.count) for notice in log.take_due(all_of_them=True)] == [("not JSON", 4)]


def test_many_senders_are_counted_and_do_not_fill_the_memory(clock: FakeClock) -> None:
    log = RefusalLog(now=clock.monotonic)
    for number in range(5 * SENDERS_KEPT):
        log.note(refusal(sender=f"sender {number}"))
    (_, rest) = log.take_due(all_of_them=True)
    assert (rest.count, rest.others) == (5 * SENDERS_KEPT - 1, SENDERS_KEPT - 1)
