"""Each message has one outcome, in order, and a lost cause is not tried again for every message."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from bothub_cli.clock import SystemClock
from bothub_cli.errors import (
    ApiRefusedError,
    BothubError,
    ConfigurationError,
    CredentialsRefusedError,
    ExitCode,
    NetworkError,
    OutcomeUnknownError,
    RateLimitedError,
    WaitInterruptedError,
)
from bothub_cli.messages import CheckReport, Finding
from bothub_cli.protocol.messaging import Accepted
from bothub_cli.sending.check import CheckedMessage, CheckRules
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.sending.deliver import Delivery, SendingPlan, TellDelivery, deliver_all, send_all

REFUSED = CheckReport(findings=(Finding(severity="error", rule="x", pointer="", message="bad", source="test"),))


class Script:
    """A sender whose answers are written beforehand."""

    def __init__(self, *answers: BothubError | None) -> None:
        self.answers = list(answers)
        self.sent: list[Mapping[str, object]] = []

    def send(self, payload: Mapping[str, object]) -> Accepted:
        self.sent.append(payload)
        answer = self.answers.pop(0)
        if answer is not None:
            raise answer
        return Accepted(msg_id=f"m{len(self.sent)}")


def _deliver(script: Script, count: int, refused: int | None = None) -> list[Delivery]:
    messages = [
        CheckedMessage(message=OutgoingMessage(payload={"n": n}), report=REFUSED if n == refused else CheckReport())
        for n in range(count)
    ]
    return list(deliver_all(messages, script, SystemClock()))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (OutcomeUnknownError(operation="send"), "unknown"),
        (ApiRefusedError(operation="send", reason="no"), "refused"),
        (RateLimitedError(), "failed"),
    ],
)
def test_a_failure_of_one_message_does_not_stop_the_others(error: BothubError, outcome: str) -> None:
    deliveries = _deliver(Script(None, error, None), 3)
    assert [delivery.outcome for delivery in deliveries] == ["accepted", outcome, "accepted"]


@pytest.mark.parametrize(
    "error",
    [CredentialsRefusedError(subject="gsma_token", reason="no"), NetworkError(host="api.orange.com", stage="dns")],
)
def test_what_would_fail_for_all_is_tried_once(error: BothubError) -> None:
    script = Script(None, error)
    deliveries = _deliver(script, 4)
    assert [delivery.outcome for delivery in deliveries] == ["accepted", "failed", "not-sent", "not-sent"]
    assert len(script.sent) == 2


def test_a_refused_message_keeps_its_place_and_is_not_sent() -> None:
    script = Script(None, None)
    deliveries = _deliver(script, 3, refused=1)
    assert [(delivery.index, delivery.outcome) for delivery in deliveries] == [
        (0, "accepted"),
        (1, "refused"),
        (2, "accepted"),
    ]
    assert script.sent == [{"n": 0}, {"n": 2}]


def test_a_message_that_is_no_object_is_refused_without_a_request() -> None:
    script = Script()
    [delivery] = deliver_all([CheckedMessage(message=OutgoingMessage(payload=[1]))], script, SystemClock())
    assert delivery.outcome == "refused"
    assert script.sent == []


class Interrupted(Script):
    """A sender whose user presses Ctrl-C while the second message is under way."""

    def send(self, payload: Mapping[str, object]) -> Accepted:
        if len(self.sent) == 1:
            raise KeyboardInterrupt
        return super().send(payload)


def test_an_interrupted_message_is_unknown_and_the_rest_is_not_sent() -> None:
    deliveries = _deliver(Interrupted(None), 3)
    assert [delivery.outcome for delivery in deliveries] == ["accepted", "unknown", "not-sent"]
    assert deliveries[1].error is not None
    assert deliveries[1].error.exit_code == 130


class InterruptedPause(Script):
    """A sender that is stopped in the pause after a refused connection."""

    def send(self, payload: Mapping[str, object]) -> Accepted:
        raise WaitInterruptedError(ExitCode.TERMINATED)


def test_a_message_stopped_before_it_went_out_is_not_sent_like_the_rest() -> None:
    deliveries = _deliver(InterruptedPause(), 2)
    assert [delivery.outcome for delivery in deliveries] == ["not-sent", "not-sent"]
    assert deliveries[0].error is not None
    assert "nothing was sent" in deliveries[0].error.message
    assert deliveries[0].error.exit_code == 143


def test_a_store_that_cannot_be_asked_sends_nothing_more_and_what_went_out_is_told() -> None:
    full = ConfigurationError(problem="the event store cannot be used: disk I/O error; nothing was sent")
    deliveries = _deliver(Script(None, full), 3)
    assert [delivery.outcome for delivery in deliveries] == ["accepted", "not-sent", "not-sent"]


def _send(messages: Iterator[OutgoingMessage], script: Script | None, *, streamed: bool = False) -> list[object]:
    """Send them, and return what was told, in order."""
    told: list[object] = []

    @contextmanager
    def show(count: int | None) -> Iterator[TellDelivery]:
        told.append(f"{count} in all")
        yield lambda delivery: told.append(delivery.outcome)

    plan = SendingPlan(
        rules=CheckRules(check=False),
        clock=SystemClock(),
        tell_checked=lambda checked: told.append(f"{len(checked)} checked"),
        open_sender=lambda: script,
        show=show,
        streamed=streamed,
    )
    send_all(messages, plan)
    return told


def test_all_messages_are_checked_before_the_first_goes_out() -> None:
    messages = (OutgoingMessage(payload={"n": n}) for n in range(2))
    assert _send(messages, Script(None, None)) == ["2 checked", "2 in all", "accepted", "accepted"]


def test_each_message_of_a_stream_is_checked_and_sent_before_the_next_is_read() -> None:
    script = Script(None, None)

    def read() -> Iterator[OutgoingMessage]:
        for n in range(2):
            assert len(script.sent) == n
            yield OutgoingMessage(payload={"n": n})

    assert _send(read(), script, streamed=True) == ["None in all", "1 checked", "accepted", "1 checked", "accepted"]


def test_without_a_sender_nothing_goes_out() -> None:
    assert _send(iter([OutgoingMessage(payload=[])]), None) == ["1 checked", "1 in all", "not-sent"]
