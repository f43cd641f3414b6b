"""A token as it is kept: with the time it was obtained and the time it ends."""

from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bothub_cli.record import record
from bothub_cli.redaction import Secret

if TYPE_CHECKING:
    from bothub_cli.protocol.token_pair import TokenKind

EARLY_MAX = timedelta(seconds=60)  # a token is renewed this long before its end …
EARLY_SHARE = 10  # … or a tenth of its life before, if that is shorter
CLOCK_TOLERANCE = timedelta(minutes=5)  # a token from further in the future was kept under a wrong clock

# Orange, "2-legged OAuth": valid 60 minutes by default. Used only when an answer does not say.
ORANGE_LIFETIME = timedelta(minutes=60)
# Nobody tells how long BotHub's token lives, and its answer may leave it out: short enough to be wrong on the safe
# side, long enough not to sign for every message.
GSMA_LIFETIME = timedelta(minutes=10)


@record
class CachedToken:
    """One token; both instants are the local clock's, so that they can be compared with it.

    ``signed_with`` is the fingerprint of the private key that a GSMA token was obtained with, where it is known.
    """

    kind: "TokenKind"
    value: Secret = field(repr=False)
    obtained_at: datetime
    expires_at: datetime
    signed_with: str | None = None

    @property
    def renew_at(self) -> datetime:
        """When the token should be replaced, some time before its end."""
        return self.expires_at - min(EARLY_MAX, (self.expires_at - self.obtained_at) / EARLY_SHARE)

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether the token can still be used, with some time to spare."""
        return self.obtained_at - CLOCK_TOLERANCE <= now < self.renew_at


@record
class CachedTokens:
    """What is known about one identity; ``skew`` is the server's clock minus ours."""

    orange_token: CachedToken | None = None
    gsma_token: CachedToken | None = None
    skew: timedelta = timedelta(0)

    def find(self, kind: "TokenKind") -> CachedToken | None:
        """Return the token of a kind, whether it is still good or not."""
        return self.orange_token if kind == "orange_token" else self.gsma_token

    def put(self, token: CachedToken) -> "CachedTokens":
        """Return these tokens with one replaced."""
        if token.kind == "orange_token":
            return replace(self, orange_token=token)
        return replace(self, gsma_token=token)

    def for_key(self, fingerprint: str | None) -> "CachedTokens":
        """Return these tokens without a GSMA token that surely comes from another private key."""
        token = self.gsma_token
        known = token.signed_with if token else None
        return replace(self, gsma_token=None) if fingerprint and known and known != fingerprint else self

    def merge(self, other: "CachedTokens") -> "CachedTokens":
        """Return the newer token of each kind, and the skew that was learned last."""
        return CachedTokens(
            orange_token=_newer(self.orange_token, other.orange_token),
            gsma_token=_newer(self.gsma_token, other.gsma_token),
            skew=(self if _obtained_last(self) > _obtained_last(other) else other).skew,
        )

    def are_fresh(self, now: datetime) -> bool:
        """Tell whether both tokens can be used now."""
        return all(token is not None and token.is_fresh(now) for token in (self.orange_token, self.gsma_token))


def _newer(one: CachedToken | None, other: CachedToken | None) -> CachedToken | None:
    if one is None or other is None:
        return one or other
    return one if one.obtained_at > other.obtained_at else other


def _obtained_last(tokens: CachedTokens) -> float:
    found = (tokens.orange_token, tokens.gsma_token)
    return max((token.obtained_at.timestamp() for token in found if token is not None), default=0.0)
