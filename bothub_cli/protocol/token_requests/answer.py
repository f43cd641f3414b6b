"""Reads what a token endpoint answers: Orange's and BotHub's differ in their words alone."""

from dataclasses import dataclass
from datetime import datetime

from bothub_cli.protocol.call import Call
from bothub_cli.protocol.faults import error_for, unreadable_answer
from bothub_cli.protocol.http import HttpResponse
from bothub_cli.protocol.issued_token import IssuedToken, read_issued_token
from bothub_cli.protocol.json_body import read_json_object


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    """The words of one endpoint: the JSON keys of the token and of its lifetime; ``operation`` is for people."""

    operation: str
    call: Call
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
