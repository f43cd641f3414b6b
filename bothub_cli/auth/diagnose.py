"""Walks the chain from bot ID to GSMA token link by link, and explains each, for ``doctor``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bothub_cli.auth.identity import Identity
from bothub_cli.auth.notices import SKEW_TOLD, describe_skew
from bothub_cli.auth.obtain import TokenRequests
from bothub_cli.auth.signing import check_private_key
from bothub_cli.auth.tokens import CachedToken, CachedTokens
from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError, NotLoggedInError
from bothub_cli.transport.base import Transport
from bothub_cli.urls import is_loopback_url

LinkState = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link: whether it holds, and why; ``error`` is what a command would have ended with."""

    name: str
    state: LinkState
    explanation: str
    error: BothubError | None = None


def explain_links(identity: Identity, *, transport: Transport, clock: Clock) -> Iterator[Link]:
    """Yield every link in the order in which a call depends on it; both tokens are obtained anew, and not kept.

    A link after a broken one is skipped when it cannot be tried. Raises nothing of our own family.
    """
    yield _explain_bot_id(identity)
    yield _explain_authorization(identity)
    key = _explain_key(identity)
    yield key
    exchange = TokenRequests(identity=identity, transport=transport, clock=clock)
    try:
        tokens = exchange.obtain_orange(CachedTokens())
    except BothubError as exc:
        yield Link(name="orange_token", state="failed", explanation=exc.message, error=exc)
        yield Link(name="gsma_token", state="skipped", explanation="it takes an orange_token")
        return
    yield _explain_token(tokens.orange_token)
    yield _explain_clock(tokens, api_base=identity.api_base)
    if key.state == "failed" or identity.bot_id is None:
        yield Link(name="gsma_token", state="skipped", explanation="it takes a bot ID and a private key")
        return
    try:
        yield _explain_token(exchange.obtain_gsma(tokens, is_orange_new=True).gsma_token)
    except BothubError as exc:
        yield Link(name="gsma_token", state="failed", explanation=exc.message, error=exc)


def _explain_bot_id(identity: Identity) -> Link:
    if identity.bot_id is None:
        return _missing("bot ID")
    return Link(name="bot ID", state="ok", explanation=identity.bot_id)


def _explain_authorization(identity: Identity) -> Link:
    if identity.authorization is None:
        return _missing("authorization")
    try:
        identity.authorization.reveal()  # a program may have to give it
    except BothubError as exc:
        return Link(name="authorization", state="failed", explanation=exc.message, error=exc)
    return Link(name="authorization", state="ok", explanation=identity.authorization.masked())


def _explain_key(identity: Identity) -> Link:
    if identity.private_key is None:
        return _missing("private key")
    try:
        checked = check_private_key(identity.private_key, passphrase=identity.passphrase)
    except BothubError as exc:
        return Link(name="private key", state="failed", explanation=exc.message, error=exc)
    encrypted = ", encrypted" if checked.is_encrypted else ""
    what = f"RSA, {checked.key.bits} bits{encrypted}: {identity.private_key}"
    return Link(
        name="private key",
        state="warning" if checked.warnings else "ok",
        explanation="; ".join((what, *checked.warnings)),
    )


def _explain_token(token: CachedToken | None) -> Link:
    assert token is not None  # an exchange returns a token or raises
    life = round((token.expires_at - token.obtained_at).total_seconds() / 60)
    return Link(name=token.kind, state="ok", explanation=f"obtained, valid for {life} min")


def _explain_clock(tokens: CachedTokens, *, api_base: str) -> Link:
    if abs(tokens.skew) < SKEW_TOLD:
        return Link(name="clock", state="ok", explanation="agrees with the server's")
    if is_loopback_url(api_base):
        return Link(
            name="clock", state="ok", explanation=f"{describe_skew(tokens.skew)} the sandbox's, which was moved"
        )
    return Link(name="clock", state="warning", explanation=f"{describe_skew(tokens.skew)} the server's: set it right")


def _missing(name: str) -> Link:
    error = NotLoggedInError(missing=(name,))
    return Link(name=name, state="failed", explanation=error.message, error=error)
