"""Sends messages: checks them, sends one after the other what the check lets through, and tells of each."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Literal, Protocol

from bothub_cli.clock import Clock
from bothub_cli.errors import (
    ApiRefusedError,
    BothubError,
    ConfigurationError,
    CredentialsError,
    ExitCode,
    InputRefusedError,
    InterruptedCallError,
    LockBusyError,
    NetworkError,
    NeverSentError,
    OutcomeUnknownError,
    TerminatedError,
    WaitInterruptedError,
    exit_code_after,
)
from bothub_cli.messages.check.report import Finding
from bothub_cli.protocol.messaging import SEND, Accepted
from bothub_cli.record import record
from bothub_cli.sending.check import CheckedMessage, CheckRules, check_each, check_together
from bothub_cli.sending.compose import OutgoingMessage

# What ends one message ends them all.
_LOST_CAUSES = (CredentialsError, ConfigurationError, NetworkError, InterruptedCallError, NeverSentError)
_OURS = (ExitCode.LOCK_BUSY, ExitCode.CONFIGURATION)
Outcome = Literal["accepted", "refused", "failed", "unknown", "not-sent"]
Preparation = Callable[[Sequence[OutgoingMessage]], list[OutgoingMessage]]


class Sender(Protocol):
    """What ``BothubClient`` offers to this module."""

    def send(self, payload: Mapping[str, object]) -> Accepted:
        """Send one body. Raises BothubError."""
        ...


@record
class Delivery:
    """What became of one message; ``elapsed`` in seconds."""

    index: int
    message: OutgoingMessage
    outcome: Outcome
    accepted: Accepted | None = None
    error: BothubError | None = None
    elapsed: float | None = None
    warnings: tuple[Finding, ...] = ()  # of the check


TellDelivery = Callable[[Delivery], object]  # hears what became of each message


@record
class SendingPlan:
    """How messages go out, and who hears of them.

    Messages that are ``streamed`` are checked and sent one by one as they are read, else all are checked before the
    first goes out. ``tell_checked`` hears what was found in messages; ``prepare`` uploads their files then.
    ``open_sender`` returns None where nothing goes out. ``show`` is entered with the count of messages, None for a
    stream, and yields what hears of each delivery.
    """

    rules: CheckRules
    clock: Clock
    tell_checked: Callable[[Sequence[CheckedMessage]], object]
    open_sender: Callable[[], Sender | None]
    show: Callable[[int | None], AbstractContextManager[TellDelivery]]
    prepare: Preparation | None = None
    streamed: bool = False


def send_all(messages: Iterable[OutgoingMessage], plan: SendingPlan) -> None:
    """Check the messages, send what the check lets through, and tell of each.

    Raises InputRefusedError when nothing may be sent, or a stream cannot be read on.
    """
    _deliver(_check(messages, plan), plan)


def _check(messages: Iterable[OutgoingMessage], plan: SendingPlan) -> Iterable[CheckedMessage]:
    if plan.streamed:
        return _tell_each(check_each(messages, plan.rules, now=plan.clock.now()), plan)
    checked = check_together(messages, plan.rules, now=plan.clock.now())
    plan.tell_checked(checked)
    if plan.prepare is None:
        return checked
    prepared = plan.prepare([item.message for item in checked])
    return [replace(item, message=message) for item, message in zip(checked, prepared, strict=True)]


def _tell_each(messages: Iterable[CheckedMessage], plan: SendingPlan) -> Iterator[CheckedMessage]:
    for item in messages:
        plan.tell_checked([item])
        yield item


def _deliver(messages: Iterable[CheckedMessage], plan: SendingPlan) -> None:
    sender = plan.open_sender()
    with plan.show(len(messages) if isinstance(messages, list) else None) as tell:
        for delivery in deliver_all(messages, sender, plan.clock):
            tell(delivery)


def deliver_all(messages: Iterable[CheckedMessage], sender: Sender | None, clock: Clock) -> Iterator[Delivery]:
    """Send in order what the check lets through; what it refuses is reported in its place.

    Once credentials are refused, the network is gone or somebody interrupts, the others are not tried: "not-sent".
    So are all without a sender, which is no error.
    """
    gone: BothubError | None = None
    for index, checked in enumerate(messages):
        if (refusal := checked.refusal) is not None:
            yield Delivery(index=index, message=checked.message, outcome="refused", error=refusal)
        elif gone is not None or sender is None:
            yield Delivery(index=index, message=checked.message, outcome="not-sent", error=gone)
        else:
            delivery = deliver(index, checked.message, sender, clock)
            if checked.report.findings:
                delivery = replace(delivery, warnings=checked.report.warnings)
            gone = delivery.error if isinstance(delivery.error, _LOST_CAUSES) else None
            yield delivery


def deliver(index: int, message: OutgoingMessage, sender: Sender, clock: Clock) -> Delivery:
    """Send one message; its error is part of the answer."""
    started = clock.monotonic()
    try:
        if not isinstance(message.payload, Mapping):
            raise InputRefusedError(where=message.source, problem="a message must be a JSON object")
        accepted = sender.send(message.payload)
    except BothubError as error:
        elapsed = clock.monotonic() - started
        return Delivery(index=index, message=message, outcome=outcome_of(error), error=error, elapsed=elapsed)
    except WaitInterruptedError as interruption:
        never = NeverSentError(operation=SEND, signal_code=interruption.exit_code)
        return Delivery(index=index, message=message, outcome="not-sent", error=never)
    except (KeyboardInterrupt, TerminatedError) as interruption:
        unknown = InterruptedCallError(operation=SEND, signal_code=exit_code_after(interruption))
        return Delivery(index=index, message=message, outcome="unknown", error=unknown)
    elapsed = clock.monotonic() - started
    return Delivery(index=index, message=message, outcome="accepted", accepted=accepted, elapsed=elapsed)


def outcome_of(error: BothubError) -> Outcome:
    """Say in one word what an error means for the message."""
    match error:
        case OutcomeUnknownError():
            return "unknown"
        case ApiRefusedError() | InputRefusedError():
            return "refused"
        case ConfigurationError() | LockBusyError():  # a store that is asked before anything goes out: a full disk
            return "not-sent"
        case _:
            return "failed"


class Tally:
    """How many messages ended how, and what ended the command early.

    ``is_broken``: the input could not be read on. ``own_error``: what is wrong on this machine. ``waited``: how the
    waiting for what became of the accepted ones ended.
    """

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.interruption: InterruptedCallError | NeverSentError | None = None
        self.own_error: BothubError | None = None
        self.is_broken = False
        self.waited = ExitCode.DONE

    def count(self, delivery: Delivery) -> None:
        """Add what became of one message."""
        self.outcomes[delivery.outcome] += 1
        if isinstance(delivery.error, InterruptedCallError | NeverSentError):
            self.interruption = delivery.error
        if delivery.error is not None and delivery.error.exit_code in _OURS:
            self.own_error = delivery.error

    @property
    def exit_code(self) -> ExitCode:
        """A signal's own; else 13 when an outcome is unknown; 11 or 12 for this machine's fault; 3 when any failed."""
        if self.interruption is not None:
            return self.interruption.signal_code
        if self.outcomes["unknown"]:
            return ExitCode.OUTCOME_UNKNOWN
        if self.own_error is not None:
            return self.own_error.exit_code
        all_accepted = self.outcomes["accepted"] == self.outcomes.total() and not self.is_broken
        return self.waited if all_accepted else ExitCode.SOME_FAILED
