"""Who may call: the application behind the Orange token, then the bot behind the ``AccessToken``."""

from bothub_cli.sandbox.answers import (
    ACCESS_DENIED,
    EXPIRED_CREDENTIALS,
    INVALID_CREDENTIALS,
    MISSING_CREDENTIALS,
    NOT_ACCEPTABLE,
    RefusedCallError,
    gateway_answer,
    reason_answer,
)
from bothub_cli.sandbox.bothub.call import Call
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.sandbox import Sandbox

_JSON_RANGES = ("application/json", "application/*", "*/*")


def admit_application(sandbox: Sandbox, call: Call) -> str:
    """Return the application's client id, as the gateway does before anything else.

    Raises RefusedCallError: 401 with code 40, 41 or 42, 406, 429 (or 403) with code 53.
    """
    application = _application_of(sandbox, call.headers.get("authorization"))
    limits = sandbox.settings.rate_limits
    if not sandbox.calls_per_second.admit(application, limit=limits.requests_per_second, at=sandbox.clock.monotonic()):
        raise RefusedCallError(limits.refusal())
    check_accept(call)
    return application


def admit_bot(sandbox: Sandbox, call: Call) -> SandboxIdentity:
    """Return the bot that calls, after both tokens were checked.

    Raises RefusedCallError: the gateway's, then FNW.11's 401 (codes 40002 to 40004), 403 and 404.
    """
    application = admit_application(sandbox, call)
    holder = _holder_of_access_token(sandbox, call.headers.get("accesstoken"))
    bot = sandbox.registry.bot(call.bot_id)
    if bot is None:
        raise RefusedCallError(reason_answer(42003, "unknown botId", status=404))
    if bot.client_id != application:
        raise RefusedCallError(gateway_answer(ACCESS_DENIED))
    if holder != bot.bot_id:
        raise RefusedCallError(reason_answer(40007, "the token belongs to another bot", status=403))
    return bot


def check_accept(call: Call) -> None:
    """Refuse a caller that does not take JSON."""
    accept = call.headers.get("accept")
    if accept is not None and not any(media_range in accept.lower() for media_range in _JSON_RANGES):
        raise RefusedCallError(gateway_answer(NOT_ACCEPTABLE))


def _application_of(sandbox: Sandbox, authorization: str | None) -> str:
    if not authorization:
        raise RefusedCallError(gateway_answer(MISSING_CREDENTIALS))
    scheme, _, token = authorization.partition(" ")
    grant = sandbox.orange_tokens.find(token.strip()) if scheme.lower() == "bearer" else None
    if grant is None:
        raise RefusedCallError(gateway_answer(INVALID_CREDENTIALS))
    if grant.is_expired(sandbox.clock.now()):
        raise RefusedCallError(gateway_answer(EXPIRED_CREDENTIALS))
    return grant.holder


def _holder_of_access_token(sandbox: Sandbox, token: str | None) -> str:
    if not token:
        raise RefusedCallError(reason_answer(40002, "missing AccessToken header", status=401))
    grant = sandbox.gsma_tokens.find(token)
    if grant is None:
        raise RefusedCallError(reason_answer(40003, "invalid access token", status=401))
    if grant.is_expired(sandbox.clock.now()):
        raise RefusedCallError(reason_answer(40004, "expired access token", status=401))
    return grant.holder
