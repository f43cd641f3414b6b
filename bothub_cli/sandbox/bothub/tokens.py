"""The two endpoints that issue tokens: Orange's OAuth, and BotHub's exchange of a signed assertion."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import InputRefusedError
from bothub_cli.messages.event.encoding import FORM
from bothub_cli.messages.media_types import bare_type
from bothub_cli.protocol.assertion import ASSERTION_SCOPE, AssertionReport, decode_unverified, read_numeric_date, verify
from bothub_cli.sandbox.answers import (
    MISSING_QUERY,
    Answer,
    GatewayFault,
    RefusedCallError,
    gateway_answer,
    json_answer,
    oauth_error,
    reason_answer,
)
from bothub_cli.sandbox.bothub.call import Call
from bothub_cli.sandbox.bothub.gateway import admit_application, check_accept
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.sandbox import Sandbox

ASSERTION_QUERY = "JWT token"  # literally, with its space (BotHub's "Getting started" page)
CLOCK_TOLERANCE = timedelta(seconds=60)


def issue_orange_token(sandbox: Sandbox, call: Call) -> Answer:
    """POST /oauth/v3/token: client credentials in, a Bearer token for an hour out; ``expires_in`` is a string."""
    application = _authenticate_application(sandbox, call)
    limits = sandbox.settings.rate_limits
    if not sandbox.token_requests_per_minute.admit(
        application, limit=limits.token_requests_per_minute, at=sandbox.clock.monotonic()
    ):
        raise RefusedCallError(limits.refusal())
    check_accept(call)
    _check_grant(call)
    life = sandbox.settings.orange_token_life
    token = sandbox.orange_tokens.issue(application, now=sandbox.clock.now(), lifetime=life)
    return json_answer({"token_type": "Bearer", "access_token": token, "expires_in": _seconds(life)})


def issue_gsma_token(sandbox: Sandbox, call: Call) -> Answer:
    """POST /bothub/v1/auth?JWT%20token=…: a signed assertion in, the ``AccessToken`` out; every value is a string."""
    application = admit_application(sandbox, call)
    assertions = call.query().get(ASSERTION_QUERY, [])
    if len(assertions) != 1 or not assertions[0]:
        raise RefusedCallError(gateway_answer(_name_parameter(call)))
    bot = _authenticate_bot(sandbox, assertions[0], application=application)
    now, life = sandbox.clock.now(), sandbox.settings.gsma_token_life
    return json_answer(
        {
            "accessToken": sandbox.gsma_tokens.issue(bot.bot_id, now=now, lifetime=life),
            "expiresIn": _seconds(life),
            "scope": ASSERTION_SCOPE,
            "timeStamp": to_rfc3339(now),
            "tokenType": "Bearer",
        }
    )


def _name_parameter(call: Call) -> GatewayFault:
    """Return the refusal for a call without the parameter, which names what was written instead."""
    written = call.query()
    other = next((name for name in written if name != ASSERTION_QUERY), None)
    if len(written.get(ASSERTION_QUERY, [])) > 1:
        instead = ", once"
    elif ASSERTION_QUERY in parse_qs(call.body.decode("ascii", "replace")):
        instead = " in the address, not in the body"
    else:
        instead = f', not "{other[:40]}"' if other is not None else ""
    description = f'The parameter "{ASSERTION_QUERY}" is mandatory{instead}; its value is the assertion.'
    return replace(MISSING_QUERY, description=description)


def _authenticate_application(sandbox: Sandbox, call: Call) -> str:
    scheme, _, encoded_pair = call.headers.get("authorization", "").partition(" ")
    invalid = "The requested service needs credentials, but the ones provided were invalid."
    if scheme.lower() != "basic":
        raise RefusedCallError(oauth_error("invalid_client", invalid, status=401))
    try:
        application = sandbox.registry.application_with(encoded_pair.strip())
    except ValueError as exc:
        raise RefusedCallError(
            oauth_error("invalid_client", "Unable to decode Basic authorization.", status=401)
        ) from exc
    if application is None:
        raise RefusedCallError(oauth_error("invalid_client", invalid, status=401))
    return application


def _check_grant(call: Call) -> None:
    if bare_type(call.headers.get("content-type", "")) != FORM:
        text = "The URI does not support the requested content type"
        raise RefusedCallError(oauth_error("invalid_request", text, status=415))
    grant = parse_qs(call.body.decode("ascii", "replace")).get("grant_type", [])
    if not grant:
        raise RefusedCallError(oauth_error("invalid_request", "Missing grant_type in body", status=400))
    if grant != ["client_credentials"]:
        text = "The grant type is not supported by this endpoint"
        raise RefusedCallError(oauth_error("unsupported_grant_type", text, status=400))


def _authenticate_bot(sandbox: Sandbox, assertion: str, *, application: str) -> SandboxIdentity:
    try:
        issuer = _issuer(assertion)
        bot = sandbox.registry.bot(issuer)
        if bot is None or bot.client_id != application:
            text = "the assertion's iss is no bot of this application"
            raise RefusedCallError(reason_answer(40006, text, status=401))
        report = verify(
            assertion,
            sandbox.registry.verifying_key(bot.bot_id),
            now=_time_of_signer(sandbox, assertion),
            bot_id=bot.bot_id,
            leeway=CLOCK_TOLERANCE,
        )
    except InputRefusedError as exc:
        text = f"the assertion cannot be read: {exc.problem}"
        raise RefusedCallError(reason_answer(40003, text, status=401)) from exc
    _check_report(report)
    return bot


def _time_of_signer(sandbox: Sandbox, assertion: str) -> datetime:
    """Return the current time by the clock that signed: who has moved the sandbox's own did not sign in the past."""
    now = sandbox.clock.now()
    unmoved = now - sandbox.clock.advanced
    issued = read_numeric_date(decode_unverified(assertion).claims.get("iat"))
    return unmoved if issued is not None and issued <= unmoved + CLOCK_TOLERANCE else now


def _issuer(assertion: str) -> str:
    issuer = decode_unverified(assertion).claims.get("iss")
    # The documentation's brackets may be placeholders or an array: both are taken.
    return str(issuer[0] if isinstance(issuer, list) and issuer else issuer)


def _check_report(report: AssertionReport) -> None:
    wrong = [claim for claim in report.claims if not claim.ok]
    if wrong:
        names = {claim.name for claim in wrong}
        is_expired = any(claim.name == "exp" and claim.explanation.startswith("expired") for claim in wrong)
        code = 40004 if is_expired and names <= {"iat", "exp"} else 40003
        text = "; ".join(f"{claim.name}: {claim.explanation}" for claim in wrong)
        raise RefusedCallError(reason_answer(code, f"the assertion is refused: {text}", status=401))


def _seconds(duration: timedelta) -> str:
    return str(int(duration.total_seconds()))
