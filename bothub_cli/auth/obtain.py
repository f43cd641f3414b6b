"""Asks for each token over the network: the request, the answer, and what its clock tells."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bothub_cli.auth.identity import Identity
from bothub_cli.auth.signing import sign_assertion
from bothub_cli.auth.tokens import GSMA_LIFETIME, ORANGE_LIFETIME, CachedToken, CachedTokens
from bothub_cli.clock import Clock
from bothub_cli.config.key_source import fingerprint_of_key
from bothub_cli.errors import CredentialsRefusedError, NetworkError, NotLoggedInError
from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.protocol.issued_token import IssuedToken, read_date
from bothub_cli.protocol.token_pair import TokenKind
from bothub_cli.protocol.token_requests import (
    build_gsma_token_request,
    build_orange_token_request,
    read_gsma_token,
    read_orange_token,
)
from bothub_cli.redaction import MASK, Secret
from bothub_cli.transport.base import AnswerLostError, Transport

SKEW_NOISE = timedelta(seconds=5)  # the Date header has whole seconds, and the answer was on its way for some
SKEW_LEAP = timedelta(seconds=20)  # a skew that moved this far since it was learned is worth a second signature


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequests:
    """The two requests, for one identity. ``transport`` decides what is tried again and how long that may take."""

    identity: Identity
    transport: Transport
    clock: Clock

    def obtain_orange(self, tokens: CachedTokens) -> CachedTokens:
        """Return the tokens with a new Orange token. Raises NotLoggedInError or what the answer stands for."""
        if self.identity.authorization is None:
            raise NotLoggedInError(missing=self.identity.missing)
        asked_at = self.clock.now()
        request = build_orange_token_request(self.identity.auth_base, authorization=self.identity.authorization)
        response = self._send(request, self.identity.authorization)
        tokens = replace(tokens, skew=self._learn_skew(response, tokens.skew))
        issued = read_orange_token(response, received_at=self.clock.now())
        return tokens.put(_keep("orange_token", issued, asked_at=asked_at, default=ORANGE_LIFETIME))

    def obtain_gsma(self, tokens: CachedTokens, *, is_orange_new: bool) -> CachedTokens:
        """Return the tokens with a new GSMA token.

        An Orange token from the cache that is refused here is replaced, once; an assertion that is refused under a
        clock that turns out to be off is signed again, once. Raises NotLoggedInError or what the answer stands for.
        """
        try:
            return self._ask_gsma(tokens)
        except CredentialsRefusedError as exc:
            if exc.subject == "orange_token" and not is_orange_new:
                return self._ask_gsma(self.obtain_orange(tokens))
            raise

    def _ask_gsma(self, tokens: CachedTokens) -> CachedTokens:
        response, asked_at = self._send_assertion(tokens)
        learned = self._learn_skew(response, tokens.skew)
        if not response.is_success and abs(learned - tokens.skew) >= SKEW_LEAP:
            tokens = replace(tokens, skew=learned)
            response, asked_at = self._send_assertion(tokens)
        issued = read_gsma_token(response, received_at=self.clock.now())
        tokens = replace(tokens, skew=learned)
        token = _keep("gsma_token", issued, asked_at=asked_at, default=GSMA_LIFETIME)
        return tokens.put(replace(token, signed_with=fingerprint_of_key(self.identity.private_key)))

    def _send_assertion(self, tokens: CachedTokens) -> tuple[HttpResponse, datetime]:
        if tokens.orange_token is None:
            raise NotLoggedInError(missing=self.identity.missing)
        assertion = sign_assertion(self.identity, now=self.clock.now() + tokens.skew)
        asked_at = self.clock.now()
        request = build_gsma_token_request(
            self.identity.api_base, orange_token=tokens.orange_token.value, assertion=assertion
        )
        return self._send(request, assertion, tokens.orange_token.value), asked_at

    def _send(self, request: HttpRequest, *secrets: Secret) -> HttpResponse:
        """Send a request that does no harm twice; an answer that got lost is asked for again, once."""
        try:
            response = self.transport.send(request)
        except AnswerLostError:
            try:
                response = self.transport.send(request)
            except AnswerLostError as exc:
                raise NetworkError(host=request.host, stage=exc.stage, detail=exc.detail) from exc
        return response if response.is_success else replace(response, body=_mask(response.body, secrets))

    def _learn_skew(self, response: HttpResponse, known: timedelta) -> timedelta:
        server_date = read_date(response.headers.get("Date"))
        if server_date is None:
            return known
        skew = server_date - self.clock.now()
        return skew if abs(skew) > SKEW_NOISE else timedelta(0)


def _keep(kind: TokenKind, issued: IssuedToken, *, asked_at: datetime, default: timedelta) -> CachedToken:
    """Count the life from the moment of asking: the token cannot end later than that says."""
    lifetime = issued.lifetime or default
    return CachedToken(kind=kind, value=issued.value, obtained_at=asked_at, expires_at=asked_at + lifetime)


def _mask(body: bytes, secrets: tuple[Secret, ...]) -> bytes:
    """Mask what we sent in an error's body, since gateways like to quote it and its words reach the terminal."""
    for secret in secrets:
        for value in {secret.reveal(), secret.reveal().removeprefix("Basic ")}:
            body = body.replace(value.encode(), MASK.encode())
    return body
