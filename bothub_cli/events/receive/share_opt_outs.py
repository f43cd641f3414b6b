"""Tells the list that several machines share who said STOP or START here, until it has surely heard."""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final, Self

from bothub_cli.delays import GrowingDelay
from bothub_cli.errors import BothubError
from bothub_cli.events.lasting_failure import LastingFailure, OnFailure
from bothub_cli.events.store.database import Database, open_database
from bothub_cli.events.store.opt_out_queue import OptOutQueue, SharedOptOut
from bothub_cli.events.store.suppression import SuppressionList

POLL: Final = 0.5  # seconds between two looks when nobody says that something is new: STOP has two, everywhere
PIECE: Final = 500  # wishes that are told at once
STOP_TIMEOUT: Final = 3.0  # seconds until it has stopped, whatever the shared list does
PAUSES: Final = GrowingDelay(first=0.25, longest=5.0)  # seconds after the shared list did not answer

Share = Callable[[Sequence[SharedOptOut]], None]


class OptOutSharer:
    """Works on one profile's queue in a thread of its own until it is stopped; also a context manager.

    ``share`` makes some wishes known, all or none, and raises BothubError when it cannot; telling one twice changes
    nothing. It is called in the thread alone. First it is told everybody who is on the list of this machine: whoever
    said STOP before there was a shared list counts as well. ``on_trouble`` hears what keeps it from being told, and
    None when that is over.
    """

    def __init__(self, share: Share, *, store: Path, profile: str, on_trouble: OnFailure = lambda _: None) -> None:
        self._share = share
        self._store = store
        self._profile = profile
        self._trouble = LastingFailure(on_trouble)
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wish-sharer", daemon=True)

    @property
    def is_running(self) -> bool:
        """Whether the queue is being worked on at this moment."""
        return self._thread.is_alive()

    def wake(self) -> None:
        """Say that something new is in the queue."""
        self._news.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; what was not told stays in the queue, and the next listener goes on with it."""
        self._stopping.set()
        self._news.set()
        self._thread.join(timeout=STOP_TIMEOUT)

    def _run(self) -> None:
        steps = [self._share_list, self._share_queue]
        failures = 0
        while steps and not (self._stopping.is_set() and failures):
            try:
                with closing(open_database(self._store)) as database:
                    while steps:
                        steps[0](database)
                        failures = 0
                        steps.pop(0)
            except BothubError as problem:  # the shared list is away, or the store is busy: nothing is lost
                failures += 1
                self._trouble.note(problem.message)
                self._stopping.wait(PAUSES.after(failures))

    def _share_list(self, database: Database) -> None:
        """Tell everybody who is on the list here: it may be older than the shared one."""
        listed = iter(SuppressionList(database, profile=self._profile))
        while piece := list(islice(listed, PIECE)):
            if self._stopping.is_set():
                return
            self._tell([SharedOptOut(number=each.number, is_stop=True, said_at=each.since) for each in piece])

    def _share_queue(self, database: Database) -> None:
        """Tell what comes in until the end, and what is left then."""
        queue = OptOutQueue(database, profile=self._profile)
        while True:
            is_last = self._stopping.is_set()
            while waiting := queue.first(PIECE):
                self._tell([wish for _, wish in waiting])
                queue.forget(waiting[-1][0])
            if is_last:
                return
            self._news.wait(POLL)
            self._news.clear()

    def _tell(self, wishes: Sequence[SharedOptOut]) -> None:
        self._share(wishes)
        self._trouble.note(None)
