"""Asks BotHub for its token, with the signed assertion (Orange, "Getting started", step 3)."""

from datetime import datetime
from urllib.parse import quote

from bothub_cli.protocol.call import Call
from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.protocol.issued_token import IssuedToken
from bothub_cli.protocol.token_requests.answer import TokenAnswer
from bothub_cli.redaction import Secret

_ANSWER = TokenAnswer(
    operation="issue the GSMA token",
    call=Call.GSMA_TOKEN,
    value_key="accessToken",
    lifetime_key="expiresIn",
)


def build_gsma_token_request(base: str, *, orange_token: Secret, assertion: Secret) -> HttpRequest:
    """Build the token request; the assertion travels in the query, so the URL is never to be logged."""
    return HttpRequest(
        operation=_ANSWER.operation,
        method="POST",
        # The parameter is named "JWT token"; its space is %20, where urlencode would write "+".
        url=f"{base.rstrip('/')}/bothub/v1/auth?JWT%20token={quote(assertion.reveal(), safe='')}",
        headers=(
            ("accept", "application/json"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Authorization", f"Bearer {orange_token.reveal()}"),
        ),
        body=b"",
        replay_safe=True,
    )


def read_gsma_token(response: HttpResponse, *, received_at: datetime) -> IssuedToken:
    """Read the token. Raises the BothubError that the answer stands for."""
    return _ANSWER.read(response, received_at=received_at)
