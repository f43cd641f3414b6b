"""The tokens that were issued, for whom and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

KEPT_AFTER_EXPIRY = timedelta(hours=1)  # so that an old token is told "expired", not "unknown"
SWEEP_ABOVE = 10_000  # tokens


@dataclass(slots=True, kw_only=True)
class Grant:
    """What one token gives: ``holder`` is an application's or a bot's id. The token itself is not in it."""

    fingerprint: str
    holder: str
    expires_at: datetime

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at


class GrantedTokens:
    """All tokens of one kind; ``on_change`` is told the fingerprint of a new or changed grant."""

    def __init__(self, make_token: Callable[[], str], *, on_change: Callable[[str], None]) -> None:
        self._make_token = make_token
        self._on_change = on_change
        self._by_token: dict[str, Grant] = {}  # those that were seen since the start
        self._by_fingerprint: dict[str, Grant] = {}

    def issue(self, holder: str, *, now: datetime, lifetime: timedelta) -> str:
        """Return a new token for the holder."""
        if len(self._by_fingerprint) >= SWEEP_ABOVE:
            self._sweep(now)
        token = self._make_token()
        grant = Grant(fingerprint=_fingerprint(token), holder=holder, expires_at=now + lifetime)
        self._by_token[token] = grant
        self.put(grant)
        self._on_change(grant.fingerprint)
        return token

    def put(self, grant: Grant) -> None:
        """Take in a grant, whose token will be known by its fingerprint."""
        self._by_fingerprint[grant.fingerprint] = grant

    def find(self, token: str) -> Grant | None:
        """Return what the token gives, expired or not; None for one that was never issued."""
        grant = self._by_token.get(token)
        if grant is None and (grant := self._by_fingerprint.get(_fingerprint(token))) is not None:
            self._by_token[token] = grant
        return grant

    def find_grant(self, fingerprint: str) -> Grant | None:
        return self._by_fingerprint.get(fingerprint)

    def expire(self, token: str, now: datetime) -> None:
        """End a token's life at once."""
        grant = self.find(token)
        if grant is not None:
            grant.expires_at = min(grant.expires_at, now)
            self._on_change(grant.fingerprint)

    def clear(self) -> None:
        """Forget every token."""
        self._by_token.clear()
        self._by_fingerprint.clear()

    def _sweep(self, now: datetime) -> None:
        old = [name for name, grant in self._by_fingerprint.items() if now >= grant.expires_at + KEPT_AFTER_EXPIRY]
        for name in old:
            del self._by_fingerprint[name]
            self._on_change(name)
        self._by_token.clear()  # each is found again by its fingerprint


def _fingerprint(token: str) -> str:
    """Return what is kept of a token: a long random one cannot be found from it."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
