"""The tokens that were issued, for whom and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT_AFTER_EXPIRY = timedelta(hours=1)  # so that an old token is told "expired", not "unknown"
SWEEP_ABOVE = 10_000  # tokens


@dataclass(slots=True, kw_only=True)
class Grant:
    """What one token gives: ``holder`` is an application's or a bot's id."""

    holder: str
    expires_at: datetime

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at


class TokenShelf:
    """All tokens of one kind."""

    def __init__(self, make_token: Callable[[], str]) -> None:
        self._make_token = make_token
        self._grants: dict[str, Grant] = {}

    def issue(self, holder: str, *, now: datetime, lifetime: timedelta) -> str:
        """Return a new token for the holder."""
        if len(self._grants) >= SWEEP_ABOVE:
            self._sweep(now)
        token = self._make_token()
        self._grants[token] = Grant(holder=holder, expires_at=now + lifetime)
        return token

    def find(self, token: str) -> Grant | None:
        """Return what the token gives, expired or not; None for one that was never issued."""
        return self._grants.get(token)

    def expire(self, token: str, now: datetime) -> None:
        """End a token's life at once."""
        grant = self._grants.get(token)
        if grant is not None:
            grant.expires_at = min(grant.expires_at, now)

    def clear(self) -> None:
        """Forget every token."""
        self._grants.clear()

    def _sweep(self, now: datetime) -> None:
        self._grants = {
            token: grant for token, grant in self._grants.items() if now < grant.expires_at + KEPT_AFTER_EXPIRY
        }
