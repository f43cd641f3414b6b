"""Asks Orange's gateway for its token: OAuth 2 client credentials (Orange, "2-legged OAuth").

``auth_base`` is the API's own host: Orange warns that a token is good only for the host that issued it.
"""

from datetime import datetime

from bothub_cli.protocol.call import Call
from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.protocol.issued_token import IssuedToken
from bothub_cli.protocol.token_requests.answer import TokenAnswer
from bothub_cli.redaction import Secret

_ANSWER = TokenAnswer(
    operation="issue the Orange token",
    call=Call.ORANGE_TOKEN,
    value_key="access_token",
    lifetime_key="expires_in",
)


def build_orange_token_request(auth_base: str, *, authorization: Secret) -> HttpRequest:
    """Build the token request; ``authorization`` is the whole header value that the console shows ("Basic …")."""
    return HttpRequest(
        operation=_ANSWER.operation,
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
    return _ANSWER.read(response, received_at=received_at)
