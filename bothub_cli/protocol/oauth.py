"""Asks Orange's gateway for its token: OAuth 2 client credentials (Orange, "2-legged OAuth").

``auth_base`` is the API's own host: Orange warns that a token is good only for the host that issued it.
"""

from datetime import datetime

from bothub_cli.protocol.faults import Call, error_for, unreadable_answer
from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.protocol.issued_token import IssuedToken, read_issued_token
from bothub_cli.protocol.json_body import read_json_object
from bothub_cli.redaction import Secret

_OPERATION = "issue the Orange token"


def build_orange_token_request(auth_base: str, *, authorization: Secret) -> HttpRequest:
    """Build the token request; ``authorization`` is the whole header value that the console shows ("Basic …")."""
    return HttpRequest(
        operation=_OPERATION,
        method="POST",
        url=f"{auth_base.rstrip('/')}/oauth/v3/token",
        headers=(
            ("Accept", "application/json"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Authorization", authorization.reveal()),
        ),
        body=b"grant_type=client_credentials",
        replay_safe=True,
    )


def read_orange_token(response: HttpResponse, *, received_at: datetime) -> IssuedToken:
    """Read the token. Raises the BothubError that the answer stands for."""
    if not response.is_success:
        raise error_for(response, _OPERATION, call=Call.ORANGE_TOKEN)
    token = read_issued_token(
        read_json_object(response.body) or {},
        value_key="access_token",
        lifetime_key="expires_in",
        date=response.headers.get("Date"),
        received_at=received_at,
    )
    if token is None:
        raise unreadable_answer(response, _OPERATION, call=Call.ORANGE_TOKEN)
    return token
