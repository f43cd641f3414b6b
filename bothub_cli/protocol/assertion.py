"""The JWT assertion that a bot signs to obtain BotHub's token (Orange, "Getting started", step 2).

``jose`` is imported inside the functions: it takes 100 ms, and most commands find their tokens in the cache.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from bothub_cli.amounts import count_words
from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import InputRefusedError
from bothub_cli.protocol.keys import PrivateKey, PublicKey
from bothub_cli.protocol.wire import read_json_value
from bothub_cli.redaction import Secret

ASSERTION_ALGORITHM = "RS256"
ASSERTION_SCOPE = "Chatbot message"
ASSERTION_AUDIENCE = "https://api.orange.com/bothub/v1/gsma"
ASSERTION_TTL = timedelta(hours=1)
BACKDATING = timedelta(seconds=30)  # a clock that is a little ahead must not sign "in the future"
LEEWAY = timedelta(seconds=60)

_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")  # RFC 7515 3.1; alg none has no signature
_NO_INSTANT = "should be a number of seconds since 1970"


class _Unit(NamedTuple):
    """Parts of a second that programs count in; ``smallest`` is what they make of a date of 1973 or later."""

    name: str
    parts: int
    smallest: int


_FINER = (
    _Unit("nanoseconds", 10**9, 10**17),
    _Unit("microseconds", 10**6, 10**14),
    _Unit("milliseconds", 10**3, 10**11),
)
_LIFETIME_MAX = 10**8  # seconds, three years: a smaller exp is how long, not until when


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionClaims:
    """What the assertion says; ``iss`` is the bot ID, alone or in an array."""

    iss: str | tuple[str, ...]
    scope: str = ASSERTION_SCOPE
    aud: str = ASSERTION_AUDIENCE
    iat: datetime
    exp: datetime

    def to_payload(self) -> dict[str, object]:
        """Return the JWT's payload: instants as whole seconds since 1970 (RFC 7519 4.1.4)."""
        return {
            "iss": self.iss if isinstance(self.iss, str) else list(self.iss),
            "scope": self.scope,
            "aud": self.aud,
            "iat": int(self.iat.timestamp()),
            "exp": int(self.exp.timestamp()),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReport:
    """One part of an assertion (``alg``, ``signature``, a claim), whether it is good, and why."""

    name: str
    value: object
    ok: bool
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionReport:
    """Every part of an assertion, in the order in which a person reads it."""

    claims: tuple[ClaimReport, ...]

    @property
    def ok(self) -> bool:
        """True when BotHub should accept the assertion."""
        return all(claim.ok for claim in self.claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedAssertion:
    """An assertion's two readable parts, not verified."""

    header: Mapping[str, Any]  # whatever its author wrote
    claims: Mapping[str, Any]  # whatever its author wrote


def build_claims(
    bot_id: str,
    *,
    now: datetime,
    ttl: timedelta = ASSERTION_TTL,
    iss_as_array: bool = False,
    aud: str = ASSERTION_AUDIENCE,
) -> AssertionClaims:
    """Build the claims, valid for ``ttl`` from 30 s ago.

    Orange's page writes ``iss`` in square brackets, as it does every placeholder: a string unless asked otherwise.
    Raises InputRefusedError for an empty bot ID or a life that is not positive.
    """
    if not bot_id:
        raise InputRefusedError(problem="the bot ID is empty")
    if ttl <= timedelta(0):
        raise InputRefusedError(problem="an assertion must live longer than 0 s")
    iat = now.astimezone(UTC) - BACKDATING
    return AssertionClaims(iss=(bot_id,) if iss_as_array else bot_id, aud=aud, iat=iat, exp=iat + ttl)


def sign(claims: AssertionClaims, private_key: PrivateKey) -> Secret:
    """Sign the claims with RS256; the assertion is a secret until it expires."""
    from jose import jwt  # loads cryptography

    # The loaded key instead of PEM text: jose would parse and validate that again each time (40 ms).
    return Secret(jwt.encode(claims.to_payload(), private_key.native, algorithm=ASSERTION_ALGORITHM))  # type: ignore[arg-type]  # the stubs know texts only


def decode_unverified(jwt_text: str) -> DecodedAssertion:
    """Read an assertion without checking its signature. Raises InputRefusedError for what is no JWT."""
    from jose import jws  # loads cryptography
    from jose.exceptions import JOSEError  # loads cryptography

    token = _check_shape(jwt_text)
    try:
        header = jws.get_unverified_header(token)
        claims = read_json_value(jws.get_unverified_claims(token))
    except (JOSEError, ValueError, RecursionError) as error:
        raise InputRefusedError(problem="this is no JWT: its parts are not base64url-coded JSON") from error
    if not isinstance(claims, dict):
        raise InputRefusedError(problem="this is no JWT: its claims are not a JSON object")
    return DecodedAssertion(header=header, claims=claims)


def verify(
    jwt_text: str,
    key: PrivateKey | PublicKey,
    *,
    now: datetime,
    bot_id: str | None = None,
    aud: str = ASSERTION_AUDIENCE,
    leeway: timedelta = LEEWAY,
) -> AssertionReport:
    """Check an assertion as BotHub would, and explain each part of it, the good ones too.

    ``iat`` is the current time (Orange): it may lie ``leeway`` ahead and as much back.
    Without ``bot_id`` any issuer passes. Raises InputRefusedError only for what is no JWT at all.
    """
    decoded = decode_unverified(jwt_text)
    claims = decoded.claims
    return AssertionReport(
        claims=(
            _check_algorithm(decoded.header),
            _check_extensions(decoded.header),
            _check_signature(jwt_text, decoded.header, key),
            _check_issuer(claims.get("iss"), bot_id),
            _check_text("scope", claims.get("scope"), ASSERTION_SCOPE),
            _check_text("aud", claims.get("aud"), aud),
            _check_issued_at(claims.get("iat"), now, leeway),
            _check_expiry(claims.get("exp"), now, leeway, issued=read_numeric_date(claims.get("iat"))),
            *_check_not_before(claims, now, leeway),
        )
    )


def _check_shape(jwt_text: str) -> str:
    token = jwt_text.strip()
    if not token:
        raise InputRefusedError(problem="the assertion is empty")
    if (surplus := _say_surplus(token)) is not None:
        raise InputRefusedError(problem=f"this is more than a JWT: {surplus}", fix="give the JWT alone: eyJ…")
    if token.count(".") != 2:
        parts = token.count(".") + 1
        fix = "a JWT begins with eyJ: an access token is none" if parts == 1 else None
        problem = f"this is no signed JWT: {count_words(parts, 'part')} instead of 3"
        raise InputRefusedError(problem=problem, fix=fix)
    if not _JWT.fullmatch(token):
        # jose would skip characters that base64url does not have.
        raise InputRefusedError(problem="this is no JWT: it holds characters that base64url does not have")
    return token


def _say_surplus(token: str) -> str | None:
    """Name what was pasted around a JWT; None for nothing."""
    lower = token[:40].lower()
    if header := re.match(r"(authorization|accesstoken|access-token):", lower):
        return f'it begins with "{token[: header.end()]}"'
    if token[0] in "{[":
        return "it is a JSON document"
    if re.match(r"jwt (?!token=)", lower):
        return 'it begins with "JWT"'
    if lower.startswith("bearer"):
        return 'it begins with "Bearer"'
    if re.match(r"[?&]?jwt(%20|\+|[ _-])token=|[?&]?[a-z_]{1,20}=", lower):
        return f'it begins with "{token.partition("=")[0][:30]}="'
    if lower.startswith("http"):
        return "it is a whole address"
    if token[0] in "\"'`" or token[-1] in "\"'`":
        return "it is in quotes"
    if (more := re.search(r"[&;,]", token)) is not None:
        return f'it ends with "{token[more.start() :][:30]}"'
    if re.search(r"\s", token):
        return "there are line breaks or spaces in it"
    return None


def _check_algorithm(header: Mapping[str, Any]) -> ClaimReport:
    name = header.get("alg")
    ok = name == ASSERTION_ALGORITHM
    return ClaimReport(
        name="alg",
        value=name,
        ok=ok,
        explanation="as BotHub asks" if ok else f"BotHub takes {ASSERTION_ALGORITHM} only; anything else can be forged",
    )


def _check_extensions(header: Mapping[str, Any]) -> ClaimReport:
    value = header.get("typ")
    if "crit" in header:  # RFC 7515 4.1.11: what is critical and not understood refuses the whole
        return ClaimReport(name="crit", value=header["crit"], ok=False, explanation="asks for extensions nobody knows")
    ok = isinstance(value, str) and value.upper() == "JWT"
    return ClaimReport(name="typ", value=value, ok=ok, explanation="as BotHub asks" if ok else 'should be "JWT"')


def _check_signature(jwt_text: str, header: Mapping[str, Any], key: PrivateKey | PublicKey) -> ClaimReport:
    from jose import jws  # loads cryptography
    from jose.exceptions import JOSEError  # loads cryptography

    report = partial(ClaimReport, name="signature", value=None)
    if header.get("alg") != ASSERTION_ALGORITHM:
        return report(ok=False, explanation="not checked: the algorithm is not to be trusted")
    native = (key.public() if isinstance(key, PrivateKey) else key).native
    try:
        # One loaded key, never text: jose would try every key in a JSON text, and a PEM as an HMAC secret.
        jws.verify(jwt_text.strip(), native, algorithms=[ASSERTION_ALGORITHM])  # type: ignore[arg-type]  # a key object
    except JOSEError:
        return report(ok=False, explanation=f"made with another key, or altered afterwards (checked: {key.bits} bits)")
    return report(ok=True, explanation=f"fits the key ({key.bits} bits)")


def _check_issuer(value: object, bot_id: str | None) -> ClaimReport:
    report = partial(ClaimReport, name="iss", value=value)
    issuers = value if isinstance(value, list) else [value]
    if len(issuers) != 1 or not isinstance(issuers[0], str) or not issuers[0]:
        return report(ok=False, explanation="should be the bot ID, as a string or an array of one")
    if bot_id is not None and issuers[0] != bot_id:
        return report(ok=False, explanation=f"is not the bot ID of this profile ({bot_id})")
    return report(ok=True, explanation="the bot ID" + (", as an array" if isinstance(value, list) else ""))


def _check_text(name: str, value: object, expected: str) -> ClaimReport:
    ok = value == expected
    return ClaimReport(name=name, value=value, ok=ok, explanation="as BotHub asks" if ok else f'should be "{expected}"')


def _check_issued_at(value: object, now: datetime, leeway: timedelta) -> ClaimReport:
    report = partial(ClaimReport, name="iat", value=value)
    instant = read_numeric_date(value)
    if instant is None or _say_odd_date(value) is not None:
        return report(ok=False, explanation=_say_odd_date(value) or _NO_INSTANT)
    if instant < now - leeway:
        lies = f"lies {_say(now - instant)} back, and BotHub asks for the current time"
        return report(ok=False, explanation=f"{lies}: sign a new one, or check the clock")
    if instant > now + leeway:
        return report(ok=False, explanation=f"lies {_say(instant - now)} ahead: check the clock that signed it")
    return report(ok=True, explanation=f"signed {to_rfc3339(instant)}")


def _check_expiry(value: object, now: datetime, leeway: timedelta, *, issued: datetime | None) -> ClaimReport:
    report = partial(ClaimReport, name="exp", value=value)
    instant = read_numeric_date(value)
    if instant is None or _say_odd_date(value) is not None:
        return report(ok=False, explanation=_say_odd_date(value) or _NO_INSTANT)
    if isinstance(value, int | float) and 0 < value < _LIFETIME_MAX:
        until = f"iat + {value} = {round(issued.timestamp() + value)}" if issued else "the instant at which that ends"
        return report(ok=False, explanation=f"is how long, and should be until when: write {until}")
    if instant + leeway <= now:
        return report(ok=False, explanation=f"expired {_say(now - instant)} ago, {to_rfc3339(instant)}")
    if issued is not None and instant - issued > ASSERTION_TTL:
        life, most = _say(instant - issued), round(ASSERTION_TTL.total_seconds())
        return report(ok=False, explanation=f"is {life} after iat, and Orange takes {most} s at most")
    if issued is not None and instant <= issued:
        return report(ok=False, explanation="lies before iat: it should be 3600 s after it")
    return report(ok=True, explanation=f"good until {to_rfc3339(instant)}")


def _say_odd_date(value: object) -> str | None:
    """Name a date in another form: text, or milliseconds; None for seconds."""
    if isinstance(value, str):
        seconds = _read_seconds(value.strip())
        return f"{_NO_INSTANT}, not a text" + (f": write {seconds} without quotes" if seconds is not None else "")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    unit = next((unit for unit in _FINER if unit.smallest <= value < unit.smallest * 1000), None)
    return f"{_NO_INSTANT}, and these are {unit.name}: write {int(value) // unit.parts}" if unit else None


def _read_seconds(text: str) -> int | None:
    """Read a date that was written as a text: digits, of a finer unit too, or RFC 3339."""
    if text.isdecimal() and len(text) < 20:
        number = int(text)
        return next((number // unit.parts for unit in _FINER if unit.smallest <= number), number)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int(instant.timestamp()) if instant.tzinfo is not None else None


def _check_not_before(claims: Mapping[str, Any], now: datetime, leeway: timedelta) -> tuple[ClaimReport, ...]:
    if "nbf" not in claims:
        return ()
    instant = read_numeric_date(claims["nbf"])
    ok = instant is not None and instant <= now + leeway
    explanation = _NO_INSTANT if instant is None else f"good from {to_rfc3339(instant)}"
    return (ClaimReport(name="nbf", value=claims["nbf"], ok=ok, explanation=explanation),)


def read_numeric_date(value: object) -> datetime | None:
    """Read a NumericDate of RFC 7519 2; None for what is no instant."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _say(duration: timedelta) -> str:
    return str(timedelta(seconds=round(duration.total_seconds())))
