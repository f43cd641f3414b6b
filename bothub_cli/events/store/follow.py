"""Yields stored events as they arrive, whichever process hears them."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from bothub_cli.events.store.database import Database
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.events.store.read import EventFilter, list_events

POLL: Final = 0.25  # seconds between looks when nobody says that something is new


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
        news.wait(POLL)
        news.clear()
