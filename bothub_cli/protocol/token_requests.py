"""Asks Orange's gateway for its token: OAuth 2 client credentials (Orange, "2-legged OAuth").

``auth_base`` is the API's own host: Orange warns that a token is good only for the host that issued it.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from bothub_cli.protocol.faults import error_for, unreadable_answer
from bothub_cli.protocol.http import HttpRequest, HttpResponse, RequestPurpose
from bothub_cli.protocol.issued_token import IssuedToken, read_issued_token
from bothub_cli.protocol.wire import read_json_object
from bothub_cli.redaction import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    """The words of one endpoint: the JSON keys of the token and of its lifetime; ``operation`` is for people."""

    operation: str
    call: RequestPurpose
    value_key: str
    lifetime_key: str

    def read(self, response: HttpResponse, *, received_at: datetime) -> IssuedToken:
        """Read the token. Raises the BothubError that the answer stands for."""
        if not response.is_success:
            raise error_for(response, self.operation, call=self.call)
        token = read_issued_token(
            read_json_object(response.body) or {},
            value_key=self.value_key,
            lifetime_key=self.lifetime_key,
            date=response.headers.get("Date"),
            received_at=received_at,
        )
        if token is None:
            raise unreadable_answer(response, self.operation, call=self.call)
        return token


_ANSWER = TokenAnswer(
    operation="issue the Orange token",
    call=RequestPurpose.ORANGE_TOKEN,
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


_GSMA_ANSWER = TokenAnswer(
    operation="issue the GSMA token",
    call=RequestPurpose.GSMA_TOKEN,
    value_key="accessToken",
    lifetime_key="expiresIn",
)


def build_gsma_token_request(base: str, *, orange_token: Secret, assertion: Secret) -> HttpRequest:
    """Build the token request; the assertion travels in the query, so the URL is never to be logged."""
    return HttpRequest(
        operation=_GSMA_ANSWER.operation,
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
    return _GSMA_ANSWER.read(response, received_at=received_at)
