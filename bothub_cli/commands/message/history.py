"""What the event store knows of a message: when it was sent, and each status that the webhook heard."""

from bothub_cli.context import AppContext
from bothub_cli.output.documents.message import LifeStep


def read_life(context: AppContext, message_id: str) -> tuple[LifeStep, ...]:
    """Return the steps in order of time; none when nothing was noted, and then nothing is opened."""
    if not context.has_event_store:
        return ()
    from bothub_cli.events.store.read import trace_message
    from bothub_cli.output.event_words import describe_event

    life = trace_message(context.event_store, message_id, profile=context.one_profile)
    sending = [LifeStep(at=life.sent.sent_at, what=f"sent to {life.sent.number}")] if life.sent else []
    heard = [LifeStep(at=stored.received_at, what=describe_event(stored.event)) for stored in life.events]
    return tuple(sending + heard)
