"""Waits until the webhook has heard what a script waits for."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError, ExitCode, StillPendingError, UsageError
from bothub_cli.events.store.database import Database
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.events.store.read import EventFilter, list_events
from bothub_cli.messages.event.event import EVENT_KINDS, MESSAGE_STATUS, VENDOR_EVENT_KINDS, StatusChange
from bothub_cli.messages.event.read import read_kind
from bothub_cli.messages.event.statuses import FAILURES, PROGRESS, has_reached, is_failure, read_status
from bothub_cli.misspellings import choose_from
from bothub_cli.record import record

POLL: Final = 0.1  # seconds between looks
_KINDS: Final = (*EVENT_KINDS, *VENDOR_EVENT_KINDS)


@record(frozen=False, eq=False)
class DeliveryFailedError(BothubError):
    """The platform reported that the awaited status will never come."""

    code: ClassVar[str] = "message.failed"
    exit_code: ClassVar[ExitCode] = ExitCode.SOME_FAILED

    msg_id: str | None
    status: str
    reason: str | None = None

    @property
    def message(self) -> str:
        why = f": {self.reason}" if self.reason else ""
        return f"message {self.msg_id or 'without an id'} is {self.status}{why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """What is waited for: a status ("delivered"; "displayed" satisfies it too) or a kind of event ("response").

    ``since`` and ``after_id`` leave out what was heard before; a message id makes neither necessary.
    """

    goal: str
    msg_id: str | None = None
    number: str | None = None
    profile: str | None = None
    since: datetime | None = None
    after_id: int | None = None

    @property
    def is_status(self) -> bool:
        """Whether the goal is a status; FNW.11's kinds of event are the other words."""
        return read_kind(self.goal) not in _KINDS

    @property
    def subject(self) -> str:
        """What is still pending, in words, without the number."""
        whose = f"message {self.msg_id}" if self.msg_id else "an event"
        return f'"{self.goal}" for {whose}' + (" of that number" if self.number else "")


def read_goal(text: str) -> str:
    """Read what shall be waited for; a word that nothing will ever reach raises UsageError."""
    word = read_kind(text) if read_kind(text) in _KINDS else read_status(text)
    if word not in (*_KINDS, *PROGRESS, *FAILURES):
        known = (*PROGRESS, *sorted(FAILURES), *_KINDS)
        fix = choose_from(text, known, f"wait for one of {', '.join(known)}")
        raise UsageError(problem=f'"{text}" is neither a status nor an event', fix=fix)
    return word


def wait_for(database: Database, awaited: Awaited, *, timeout: float, clock: Clock) -> StoredEvent:
    """Return the event that reaches the goal; one that was heard already counts.

    Raises StillPendingError after ``timeout`` seconds, and DeliveryFailedError when a failure is reported instead.
    """
    wanted = EventFilter(
        kind=MESSAGE_STATUS if awaited.is_status else read_kind(awaited.goal),
        msg_id=awaited.msg_id,
        number=awaited.number,
        profile=awaited.profile,
        since=awaited.since,
        after_id=awaited.after_id,
    )
    started = clock.monotonic()
    last_status: str | None = None
    while True:
        heard = list(list_events(database, wanted))
        if (found := find_awaited(heard, awaited)) is not None:
            return found
        if heard:
            wanted = replace(wanted, after_id=heard[-1].id)
            last_status = heard[-1].event.status
        waited = clock.monotonic() - started
        if waited >= timeout:
            known = f" (so far {last_status})" if last_status else ""
            raise StillPendingError(subject=f"{awaited.subject}{known}", waited=round(waited, 1))
        clock.sleep(min(POLL, timeout - waited))


def find_awaited(heard: Iterable[StoredEvent], awaited: Awaited) -> StoredEvent | None:
    """Return the first event that reaches the goal, None when none does. Raises DeliveryFailedError."""
    if not awaited.is_status:
        return next(iter(heard), None)
    failure: StoredEvent | None = None
    for stored in heard:
        status = stored.event.status or ""
        if has_reached(status, awaited.goal):
            return stored
        if is_failure(status) and awaited.goal in PROGRESS:
            failure = failure or stored
    if failure is not None and awaited.msg_id is not None:
        raise _explain(failure)
    return None


def _explain(failure: StoredEvent) -> DeliveryFailedError:
    body = failure.event.body
    reason = (body.reason_text or body.reason_code) if isinstance(body, StatusChange) else None
    return DeliveryFailedError(msg_id=failure.event.msg_id, status=failure.event.status or "failed", reason=reason)


FOLLOW_POLL: Final = 0.25  # seconds between looks when nobody says that something is new


def follow_events(
    database: Database, wanted: EventFilter, *, news: threading.Event, is_over: Callable[[], bool]
) -> Iterator[StoredEvent]:
    """Yield matching events until ``is_over``, which is asked four times a second; ``news`` makes it look at once.

    What arrived before the end is still yielded. Start after the newest event with ``after_id``.
    """
    while True:
        is_last = is_over()  # before looking: what came in until now is still shown
        for stored in list_events(database, wanted):
            yield stored
            wanted = replace(wanted, after_id=stored.id)
        if is_last:
            return
        news.wait(FOLLOW_POLL)
        news.clear()
