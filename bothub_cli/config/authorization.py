"""Reads the Authorization header value that the Orange Developer console shows, or builds it from its two halves.

Source: Orange Developer, "2-legged OAuth in a nutshell": ``Authorization: Basic base64(client_id:client_secret)``.
"""

import binascii

from bothub_cli.config.values import BadValueError
from bothub_cli.errors import InputRefusedError
from bothub_cli.redaction import Secret

_COPY_AGAIN = "copy the whole Authorization header value (Basic …) again from the Orange Developer console"
_QUOTES = "\"'“”‘’«»`"
HEADER_MAX = 4096  # characters; Orange's own is under 200


def read_authorization(text: str, *, where: str) -> Secret:
    """Return ``Basic …`` from what a person copied: the whole value, the base64 alone, or the header line.

    ``where`` names its place in the error. Raises InputRefusedError, which never shows the value.
    """
    try:
        return normalise_authorization(text)
    except BadValueError as exc:
        raise InputRefusedError(where=where, problem=exc.problem, fix=exc.fix) from exc


def build_authorization(client_id: str, client_secret: Secret) -> Secret:
    """Join both halves as RFC 7617 says. Raises BadValueError."""
    name, password = client_id.strip(), client_secret.reveal().strip()
    if not name:
        raise BadValueError("the client id is empty")
    if not password:
        raise BadValueError("the client secret is empty")
    if ":" in name:
        raise BadValueError("the client id holds a colon, which RFC 7617 does not allow", fix=_COPY_AGAIN)
    if not (name.isprintable() and password.isprintable()):
        raise BadValueError("the client id or the secret holds control characters", fix=_COPY_AGAIN)
    encoded = binascii.b2a_base64(f"{name}:{password}".encode(), newline=False)
    return Secret(f"Basic {encoded.decode()}")


def normalise_authorization(text: str) -> Secret:
    """Return ``Basic …`` from what a person copied. Raises BadValueError, whose words never show the value."""
    value = text.strip()
    if not value:
        raise BadValueError("the authorization is empty", fix=_COPY_AGAIN)
    if value[0] in _QUOTES or value[-1] in _QUOTES:
        raise BadValueError("the authorization stands in quotes", fix="give it without them")
    if len(value.splitlines()) > 1:
        raise BadValueError("the authorization goes over several lines", fix="give it in one line")
    if value.lower().startswith("authorization:"):
        value = value.partition(":")[2].strip()
    scheme, _, credentials = value.rpartition(" ")
    scheme, credentials = scheme.strip(), credentials.strip()
    _check_scheme(scheme)
    _check_credentials(credentials)
    return Secret(f"Basic {credentials}")


def _check_scheme(scheme: str) -> None:
    match scheme.lower():
        case "" | "basic":
            return
        case "bearer":
            raise BadValueError("the authorization is a Bearer token, and Basic is needed to get one", fix=_COPY_AGAIN)
        case _:
            raise BadValueError("the authorization does not have the form Basic …", fix=_COPY_AGAIN)


def _check_credentials(credentials: str) -> None:
    if credentials.lower() in {"basic", "bearer"}:
        raise BadValueError("nothing comes after the word Basic", fix=_COPY_AGAIN)
    if len(credentials) > HEADER_MAX:
        raise BadValueError(f"the authorization is longer than {HEADER_MAX} characters", fix=_COPY_AGAIN)
    if credentials.startswith("eyJ"):
        raise BadValueError("the authorization is a token, not the Basic … value", fix=_COPY_AGAIN)
    try:
        decoded = binascii.a2b_base64(credentials, strict_mode=True)
    except (binascii.Error, ValueError) as exc:
        fix = "for a client id and a secret there are --client-id and --client-secret" if ":" in credentials else None
        raise BadValueError("what comes after Basic is not base64: cut off?", fix=fix or _COPY_AGAIN) from exc
    name, colon, password = decoded.partition(b":")
    if not colon:
        raise BadValueError("what comes after Basic holds no colon between client id and secret", fix=_COPY_AGAIN)
    if not name or not password:
        raise BadValueError("what comes after Basic has an empty client id or secret", fix=_COPY_AGAIN)
