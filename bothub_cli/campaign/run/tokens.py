"""Keeps both tokens fresh while a campaign runs, in a thread of its own, so that sending never waits for them."""

import random
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from bothub_cli.client import TokenSource
from bothub_cli.delays import GrowingDelay
from bothub_cli.errors import BothubError
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.transport.retry import RetryPolicy, find_delay, find_max_wait, may_retry

NO_RETRY = RetryPolicy(max_wait=0.0)
LOOK_EVERY = 5.0  # seconds; tokens live an hour and are renewed a minute early
FIRST_PAUSE = 1.0  # seconds; a token service in trouble is asked again after 1, 2, 4 and then always 5


class TokenKeeper:
    """Holds the current pair; ``refused`` asks for a new one and returns at once.

    Entering it gets the first pair, or raises the BothubError that stands in the way, once ``retry`` allows no more
    waiting; ``wait`` gets each such error with the seconds to sleep. Later errors are kept in ``error``: the pair in
    hand may still be good.
    """

    def __init__(
        self,
        source: TokenSource,
        *,
        look_every: float = LOOK_EVERY,
        retry: RetryPolicy = NO_RETRY,
        wait: Callable[[BothubError, float], None] = lambda error, seconds: time.sleep(seconds),  # noqa: ARG005  nobody is told
    ) -> None:
        self._retry = retry
        self._wait = wait
        self._source = source
        self._look_every = look_every
        self._wake = threading.Event()
        self._closed = False
        self._failures = 0  # renewals in a row that failed
        self._pauses = GrowingDelay(first=min(FIRST_PAUSE, look_every), longest=look_every)
        self._refused: dict[TokenKind, Secret] = {}
        self._thread = threading.Thread(target=self._watch, name="bothub-tokens", daemon=True)
        self.pair: TokenPair
        self.error: BothubError | None = None

    def __enter__(self) -> Self:
        self.pair = self._get_first()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self._wake.set()
        self._thread.join(timeout=1.0)

    @property
    def is_renewing(self) -> bool:
        """Tell whether a refused token is being replaced: until then every request would be refused."""
        return bool(self._refused)

    def refused(self, kind: TokenKind, failed: TokenPair) -> None:
        """Hear that the API refused one token of a pair; an older pair's refusal is no news."""
        if failed is self.pair:
            self._refused[kind] = failed.orange if kind == "orange_token" else failed.gsma
            self._wake.set()

    def _get_first(self) -> TokenPair:
        """Get a pair; asking for one twice does no harm, so a service in trouble is asked again."""
        waited, attempt = 0.0, 1
        while True:
            try:
                return self._source.pair()
            except BothubError as error:
                delay = find_delay(self._retry, error, attempt=attempt, chance=random.random())  # noqa: S311  no secret
                if not may_retry(error, self._retry) or waited + delay > find_max_wait(error, self._retry):
                    raise
                self._wait(error, delay)
            waited, attempt = waited + delay, attempt + 1

    def _watch(self) -> None:
        while not self._closed:
            self._wake.wait(self._pauses.after(self._failures) if self._failures else self._look_every)
            self._wake.clear()
            if not self._closed:
                self._look()

    def _look(self) -> None:
        refused = dict(self._refused)
        try:
            for kind, token in refused.items():
                self._source.renew(kind, token)
            fresh = self._source.pair()
        except BothubError as error:
            self.error = error
            self._failures = self._failures + 1 if refused else 0
            return
        self.error = None
        self._failures = 0
        if fresh != self.pair:
            self.pair = fresh
        for kind in refused:
            self._refused.pop(kind, None)
