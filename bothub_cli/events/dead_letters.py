"""Gives bodies that were no events another chance: after an update they may be some."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bothub_cli.events.forward.post import post_event
from bothub_cli.events.store.database import Database
from bothub_cli.events.store.event_records import BODY_MAX, DeadLetter, ReceivedEvent
from bothub_cli.events.store.write import EventStore, StorePolicy, remove_dead_letter
from bothub_cli.messages.event.body import NotAnEventError
from bothub_cli.messages.event.encoding import ExpandedTooLargeError, Unread, decompress, read_events
from bothub_cli.messages.event.read import read_event
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedLetter:
    """How a dead letter fared: so many events came of it, or ``problem`` says why none did, and it is kept."""

    letter: DeadLetter
    events: int = 0
    problem: str | None = None


def read_letter(letter: DeadLetter) -> list[ReceivedEvent]:
    """Return the events in a body, as this program reads it now. Raises NotAnEventError."""
    if not letter.is_whole:
        raise NotAnEventError(_say_cut(letter))
    try:
        plain = decompress(letter.body, letter.content_encoding, limit=BODY_MAX)
    except ExpandedTooLargeError as problem:
        raise NotAnEventError(f"longer than {BODY_MAX} bytes once unpacked") from problem
    events: list[ReceivedEvent] = []
    for part in read_events(plain, letter.content_type):
        if isinstance(part, Unread):
            raise NotAnEventError(part.reason)
        event = ReceivedEvent(event=read_event(part.payload), body=part.body, received_at=letter.received_at)
        events.append(event)
    return events


def store_again(database: Database, letters: Iterable[DeadLetter], *, policy: StorePolicy) -> Iterable[ReplayedLetter]:
    """Store what can be read now as events of the time when it came, with the wishes in them; the others stay.

    Raises ConfigurationError, LockBusyError.
    """
    for letter in letters:
        try:
            events = read_letter(letter)
        except NotAnEventError as problem:
            yield ReplayedLetter(letter=letter, problem=str(problem))
            continue
        stored = EventStore(database, profile=letter.profile, policy=policy).append(events)
        remove_dead_letter(database, letter.id)
        yield ReplayedLetter(letter=letter, events=sum(each is not None for each in stored))


def post_again(
    letters: Iterable[DeadLetter],
    url: str,
    *,
    token: Secret | None,
    transport: Transport,
    on_taken: Callable[[DeadLetter], None],
) -> Iterable[ReplayedLetter]:
    """Post each body as it came to a webhook."""
    for letter in letters:
        problem = _post(letter, url, token, transport)
        if problem is None:
            on_taken(letter)
        yield ReplayedLetter(letter=letter, events=problem is None, problem=problem)


def _post(letter: DeadLetter, url: str, token: Secret | None, transport: Transport) -> str | None:
    if not letter.is_whole:
        return _say_cut(letter)
    headers = [("Content-Type", letter.content_type or "application/json")]
    if letter.content_encoding:
        headers.append(("Content-Encoding", letter.content_encoding))
    if token:
        headers.append(("Authorization", token.reveal()))
    request = HttpRequest(operation="replay a body", method="POST", url=url, headers=tuple(headers), body=letter.body)
    return post_event(transport, request)


def _say_cut(letter: DeadLetter) -> str:
    return f"only the first {len(letter.body)} of its {letter.size} bytes were kept"
