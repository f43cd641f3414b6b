"""Hands out the two tokens of a call: from memory, from the cache that processes share, or from the network."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.identity import Identity
from bothub_cli.auth.token_file import TOKEN_KINDS
from bothub_cli.auth.tokens import CachedToken, CachedTokens
from bothub_cli.clock import Clock
from bothub_cli.config.key_source import fingerprint_of_key, is_missing
from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.record import record
from bothub_cli.redaction import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from bothub_cli.auth.notices import Notice
    from bothub_cli.protocol.token_pair import TokenKind, TokenPair
    from bothub_cli.transport.base import Transport

__all__ = ["ChainStatus", "TokenChain"]

LOCK_MAX_WAIT = 120.0  # seconds; two exchanges with their timeouts, and then some
LOCK_NOTED_AFTER = 2.0  # seconds after which a wait for another process is told: it may have been stopped (Ctrl-Z)
LOCK_GLANCE = 0.25  # seconds between two looks into the cache while another process holds the lock
RENEWALS_MAX = 5  # renewals of one kind a minute: a bot that is refused for good must not storm the token endpoint
RENEWALS_WINDOW = 60.0  # seconds; Orange allows 50 token requests a minute ("2-legged OAuth")

BOTH: "tuple[TokenKind, ...]" = TOKEN_KINDS

Wanted = Callable[[CachedTokens], "tuple[TokenKind, ...]"]


@record
class ChainStatus:
    """What the cache holds, found out offline."""

    path: "Path"
    """The cache's file."""
    tokens: CachedTokens
    """Both tokens, as far as they are there."""
    missing: tuple[str, ...]
    """What a new token would need and nobody gave."""


class TokenChain:
    """Both tokens of one identity; safe to share between threads, and between processes through its cache."""

    def __init__(
        self,
        identity: Identity,
        *,
        cache: TokenCache,
        transport: "Transport",
        clock: Clock,
        notify: "Callable[[Notice], None]" = lambda _: None,
        learn: Callable[[Secret], None] = lambda _: None,
    ) -> None:
        self._identity = identity
        self._key = identity.cache_key()
        self._cache = cache
        self._transport = transport
        self._clock = clock
        self._notify = notify
        self._learn = learn  # is given each token before anybody uses it, so that no log can show it
        self._tokens = CachedTokens()
        self._mutex = threading.RLock()
        self._told: set[str] = set()
        self._renewals: dict[str, deque[float]] = {kind: deque(maxlen=RENEWALS_MAX) for kind in BOTH}

    def pair(self) -> "TokenPair":
        """Return both tokens, obtaining what is missing or about to end.

        Raises NotLoggedInError, CredentialsRefusedError, InputRefusedError for a key that cannot sign,
        TemporaryError, ApiRefusedError.
        """
        with self._mutex:
            if not self._tokens.are_fresh(self._clock.now()):
                self._tokens = self._tokens.merge(self._read_cache())
            if self._stale(self._tokens):
                self._tokens = self._obtain(self._stale)
            else:
                self._tell_missing_key()
            return self._to_pair(self._tokens)

    def ready(self) -> "TokenPair | None":
        """Return both tokens when they are at hand and fresh, else None: this never waits for anything."""
        tokens = self._tokens
        return self._to_pair(tokens) if tokens.are_fresh(self._clock.now()) else None

    def renew(self, kind: "TokenKind", failed: Secret) -> None:
        """Replace a token that the API refused, if it is still the one in use.

        Does nothing when another thread or process was faster, or when this kind was renewed too often just now:
        then the next call fails as this one did. Raises as ``pair`` does.
        """
        with self._mutex:
            if self._is(self._tokens, kind, failed):
                self._tokens = self._tokens.merge(self._read_cache())
            found = self._tokens.find(kind)
            if found is not None and found.value != failed:
                return
            if self._may_renew(kind):
                self._tokens = self._obtain(lambda tokens: self._replacing(tokens, kind, failed))

    def refresh(self) -> "TokenPair":
        """Obtain both tokens anew whatever the cache holds, and keep them only when both came. Raises as ``pair``."""
        with self._mutex:
            self._tokens = self._obtain(lambda _: BOTH, keep_partial=False)
            return self._to_pair(self._tokens)

    def status(self) -> ChainStatus:
        """Say what the cache holds, without a network and without a key."""
        return ChainStatus(path=self._cache.path(self._key), tokens=self._read_cache(), missing=self._identity.missing)

    def clear(self) -> bool:
        """Forget both tokens and tell whether there were any. Raises ConfigurationError when the file stays."""
        with self._mutex:
            self._tokens = CachedTokens()
            try:
                return self._cache.clear(self._key)
            except OSError as exc:
                raise ConfigurationError(
                    where=str(self._cache.path(self._key)), problem=f"cannot be deleted: {exc.strerror}"
                ) from exc

    def _read_cache(self) -> CachedTokens:
        """Return what the cache holds for this bot and this key: with another key, BotHub has yet to say yes."""
        return self._cache.read(self._key).for_key(fingerprint_of_key(self._identity.private_key))

    def _stale(self, tokens: CachedTokens) -> "tuple[TokenKind, ...]":
        now = self._clock.now()
        return tuple(kind for kind in BOTH if (token := tokens.find(kind)) is None or not token.is_fresh(now))

    def _replacing(self, tokens: CachedTokens, kind: "TokenKind", failed: Secret) -> "tuple[TokenKind, ...]":
        stale = self._stale(tokens)
        return tuple(each for each in BOTH if each in stale or (each == kind and self._is(tokens, kind, failed)))

    def _is(self, tokens: CachedTokens, kind: "TokenKind", value: Secret) -> bool:
        found = tokens.find(kind)
        return found is not None and found.value == value

    def _may_renew(self, kind: "TokenKind") -> bool:
        now, past = self._clock.monotonic(), self._renewals[kind]
        if len(past) == RENEWALS_MAX and now - past[0] < RENEWALS_WINDOW:
            return False
        past.append(now)
        return True

    def _obtain(self, wanted: Wanted, *, keep_partial: bool = True) -> CachedTokens:
        """Exchange under the lock what is still wanted once it is held."""
        self._identity.require()
        with ExitStack() as stack:
            found = self._enter_lock(stack, wanted)
            if found is not None:
                return found
            # Where the cache cannot be written, what this process has in memory is the newest.
            known = self._tokens.merge(self._read_cache())
            return self._exchange(known, wanted(known), keep_partial=keep_partial)

    def _enter_lock(self, stack: ExitStack, wanted: Wanted) -> CachedTokens | None:
        """Take the lock; return the tokens instead when another process obtained them meanwhile."""
        started, is_told = self._clock.monotonic(), False
        while True:
            try:
                stack.enter_context(self._cache.hold(self._key, wait=LOCK_GLANCE))
            except LockBusyError:
                tokens = self._read_cache()
                if not wanted(tokens):
                    return tokens
                waited = self._clock.monotonic() - started
                if waited < LOCK_MAX_WAIT:
                    if waited >= LOCK_NOTED_AFTER and not is_told:
                        is_told = True
                        self._tell("auth.lock_wait", "another bothub gets these tokens, or was stopped while it did")
                    continue
                self._tell("auth.lock", "the token cache stays locked; going on without it")
            except OSError:
                # Without a lock two processes may both ask for a token, which does no harm;
                # a place that cannot be written at all is told when the tokens are to be kept.
                return None
            return None

    def _exchange(self, known: CachedTokens, kinds: "tuple[TokenKind, ...]", *, keep_partial: bool) -> CachedTokens:
        from bothub_cli.auth.obtain import TokenRequests  # loads hashlib

        exchange = TokenRequests(identity=self._identity, transport=self._transport, clock=self._clock)
        tokens = known
        try:
            if "orange_token" in kinds:
                tokens = exchange.obtain_orange(tokens)
                self._tell_skew(tokens.skew)
            if "gsma_token" in kinds:
                tokens = exchange.obtain_gsma(tokens, is_orange_new="orange_token" in kinds)
                self._tell_skew(tokens.skew)
        except BaseException:
            if keep_partial and tokens != known:
                self._save(tokens)
            raise
        if tokens != known:
            self._save(tokens)
        return tokens

    def _to_pair(self, tokens: CachedTokens) -> "TokenPair":
        from bothub_cli.protocol.token_pair import TokenPair  # whoever only looks into the cache needs none

        pair = TokenPair(orange=_value(tokens.orange_token), gsma=_value(tokens.gsma_token))
        self._learn(pair.orange)
        self._learn(pair.gsma)
        return pair

    def _save(self, tokens: CachedTokens) -> None:
        try:
            self._cache.write(self._key, tokens)
        except OSError as exc:
            path = self._cache.path(self._key)
            self._tell("auth.cache", f"the tokens cannot be kept in {path}: {exc.strerror or exc}")

    def _tell_missing_key(self) -> None:
        """Say that a key's file is gone while the tokens still hold: else the first to hear of it is a night's job."""
        key = self._identity.private_key
        if is_missing(key):
            self._tell("auth.key", f"the private key is gone ({key}): nothing can be sent once the tokens in use end")

    def _tell_skew(self, skew: timedelta) -> None:
        from bothub_cli.auth.notices import notice_skew  # most clocks are right

        if (notice := notice_skew(skew, api_base=self._identity.api_base)) is not None:
            self._tell(notice.code, notice.message)

    def _tell(self, code: str, message: str) -> None:
        from bothub_cli.auth.notices import Notice  # most answers bring no news

        if code not in self._told:
            self._told.add(code)
            self._notify(Notice(code=code, message=message))


def _value(token: CachedToken | None) -> Secret:
    assert token is not None  # an exchange returns both tokens or raises
    return token.value
