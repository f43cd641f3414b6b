"""Waits until the webhook has heard how far a sent message got."""

from bothub_cli.clock import Clock
from bothub_cli.errors import StillPendingError, UsageError
from bothub_cli.events.store.database import Database
from bothub_cli.events.store.read import trace_message
from bothub_cli.events.store.wait import Awaited, read_goal, wait_for

LISTENER_ADVICE = "events come only while a listener runs: bothub listen{profile}"


def read_status_goal(status: str) -> str:
    """Read the status that ``--wait`` names. Raises UsageError for a word that is none."""
    goal = read_goal(status)
    if not Awaited(goal=goal).is_status:
        raise UsageError(
            problem=f'--wait takes a status, and "{status}" is an event', fix=f"bothub event wait --for {status}"
        )
    return goal


def wait_for_status(
    store: Database, msg_id: str | None, goal: str, *, answered: str | None, max_wait: float, clock: Clock
) -> None:
    """Return once a message has the status; ``answered`` is what the API said of it, ``max_wait`` is in seconds.

    Raises StillPendingError, DeliveryFailedError.
    """
    if msg_id is None:
        raise StillPendingError(subject="a message without an id", waited=0, advice="BotHub's answer named no msgId")
    try:
        wait_for(store, Awaited(goal=goal, msg_id=msg_id), timeout=max_wait, clock=clock)
    except StillPendingError as error:
        is_silent = find_status(store, msg_id, answered=answered) == answered  # nothing was heard of it at all
        advice = LISTENER_ADVICE if is_silent else None
        raise StillPendingError(subject=error.subject, waited=error.waited, advice=advice) from error


def find_status(store: Database, msg_id: str | None, *, answered: str | None) -> str | None:
    """Return the furthest status that was heard of a message, else what the API answered."""
    if msg_id is None:
        return answered
    return trace_message(store, msg_id).status or answered
