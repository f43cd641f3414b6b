"""What the tests of the token chain share: a transport that answers from a list, a clock, a key."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.chain import TokenChain
from bothub_cli.auth.identity import Identity
from bothub_cli.auth.notices import Notice
from bothub_cli.clock import Clock
from bothub_cli.config.key_source import KeyFile
from bothub_cli.protocol.http import Headers, HttpRequest, HttpResponse
from bothub_cli.redaction import Secret
from tests.fake_clock import FakeClock

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


Answer = HttpResponse | Exception


class FakeTransport:
    """Answers both token requests: with numbered tokens, or with what a test put in ``answers`` for the next call."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked: list[str] = []
        self.requests: list[HttpRequest] = []
        self.answers: dict[str, list[Answer]] = {"orange": [], "gsma": [], "messages": []}
        self.server_skew = timedelta(0)
        self.gsma_life: object = "3600"

    def send(self, request: HttpRequest) -> HttpResponse:
        kind = "orange" if request.url.endswith("/oauth/v3/token") else "gsma"
        if request.url.endswith("/messages"):
            kind = "messages"
        self.asked.append(kind)
        self.requests.append(request)
        if self.answers[kind]:
            answer = self.answers[kind].pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return self.issue(kind, f"{kind}-{self.asked.count(kind)}")

    def issue(self, kind: str, value: str) -> HttpResponse:
        """Return the answer that hands out a token."""
        if kind == "orange":
            body = f'{{"token_type":"Bearer","access_token":"{value}","expires_in":"3600"}}'
        else:
            life = "" if self.gsma_life is None else f'"expiresIn":"{self.gsma_life}",'
            body = f'{{"accessToken":"{value}",{life}"timeStamp":"whenever"}}'
        return self.answer(200, body)

    def answer(self, status: int, body: str) -> HttpResponse:
        date = format_datetime(self.clock.now() + self.server_skew, usegmt=True)
        headers = Headers({"Date": date, "Content-Type": "application/json"})
        return HttpResponse(status=status, headers=headers, body=body.encode())

    def close(self) -> None:
        """Nothing to give back."""


@cache
def make_key(bits: int = 2048, passphrase: bytes | None = None) -> bytes:
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return generate_private_key(65537, bits).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    path = tmp_path / "bot.pem"
    path.write_bytes(make_key())
    path.chmod(0o600)
    return path


@pytest.fixture
def identity(key_path: Path) -> Identity:
    return Identity(
        api_base="https://api.example",
        auth_base="https://api.example",
        authorization=Secret("Basic aWQ6cGxhbnRlZC1zZWNyZXQ="),
        bot_id="bot",
        private_key=KeyFile(path=key_path),
    )


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def transport(clock: FakeClock) -> FakeTransport:
    return FakeTransport(clock)


@pytest.fixture
def token_cache(tmp_path: Path) -> TokenCache:
    return TokenCache(tmp_path / "tokens")


@pytest.fixture
def notices() -> list[Notice]:
    return []


ChainMaker = Callable[[], TokenChain]


@pytest.fixture
def new_chain(
    identity: Identity, token_cache: TokenCache, transport: FakeTransport, clock: FakeClock, notices: list[Notice]
) -> ChainMaker:
    """Makes a chain as each process would: with its own memory, over the same cache."""
    return lambda: TokenChain(identity, cache=token_cache, transport=transport, clock=clock, notify=notices.append)
