"""A running sandbox, and a client that is deliberately simpler than bothub's own."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import requests

from bothub_cli.protocol.assertion import AssertionClaims, build_claims, sign
from bothub_cli.protocol.keys import load_private_key
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import PhonePace, SandboxSettings

NUMBER = "+33612345678"


@pytest.fixture(scope="session")
def identity() -> SandboxIdentity:
    return SandboxIdentity.generate()


@pytest.fixture(scope="session")
def stranger() -> SandboxIdentity:
    """A bot of another application."""
    return SandboxIdentity.generate(bot_id="stranger@bots.localhost")


@pytest.fixture
def settings() -> SandboxSettings:
    return SandboxSettings(rate_limits=RateLimits.off(), pace=PhonePace.by_hand())


@pytest.fixture
def server(identity: SandboxIdentity, stranger: SandboxIdentity, settings: SandboxSettings) -> Iterator[SandboxServer]:
    with SandboxServer([identity, stranger], settings=settings, seed=1) as running:
        yield running


@pytest.fixture
def api(server: SandboxServer, identity: SandboxIdentity) -> Iterator["ApiClient"]:
    with requests.Session() as session:
        session.trust_env = False
        yield ApiClient(server, identity, session)


class ApiClient:
    """Plain calls as a curl user would make them."""

    def __init__(self, server: SandboxServer, identity: SandboxIdentity, session: requests.Session) -> None:
        self.server = server
        self.identity = identity
        self.session = session
        self.orange = ""
        self.gsma = ""

    @property
    def url(self) -> str:
        return self.server.url

    def now(self) -> datetime:
        return self.server.run(lambda sandbox: sandbox.clock.now())

    def path(self, rest: str, *, version: str = "v1") -> str:
        bot = self.identity.bot_id.replace("@", "%40")
        return f"{self.url}/bothub/v1/bot/{version}/{bot}/{rest}"

    def ask_orange_token(self, **changes: Any) -> requests.Response:
        headers = {
            "Authorization": self.identity.authorization.reveal(),
            "Content-Type": "application/x-www-form-urlencoded",
            **changes.pop("headers", {}),
        }
        body = changes.pop("data", "grant_type=client_credentials")
        return self.session.post(f"{self.url}/oauth/v3/token", headers=headers, data=body, **changes)

    def ask_gsma_token(
        self, claims: AssertionClaims | None = None, *, key: SandboxIdentity | None = None
    ) -> requests.Response:
        pem = (key or self.identity).private_key_pem.reveal().encode()
        claims = claims or build_claims(self.identity.bot_id, now=self.now())
        assertion = sign(claims, load_private_key(pem, validate=False)).reveal()
        return self.post_auth(f"JWT%20token={assertion}")

    def post_auth(self, query: str) -> requests.Response:
        return self.session.post(
            f"{self.url}/bothub/v1/auth?{query}", headers={"Authorization": f"Bearer {self.orange}"}
        )

    def log_in(self) -> "ApiClient":
        self.orange = self.ask_orange_token().json()["access_token"]
        self.gsma = self.ask_gsma_token().json()["accessToken"]
        return self

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.orange}", "AccessToken": self.gsma, "Accept": "application/json"}

    def call(self, method: str, rest: str, *, version: str = "v1", **changes: Any) -> requests.Response:
        headers = {**self.headers(), **changes.pop("headers", {})}
        kept = {name: value for name, value in headers.items() if value is not None}
        return self.session.request(
            method, self.path(rest, version=version), headers=kept, allow_redirects=False, timeout=10, **changes
        )

    def send(self, text: str = "Hello, world", *, to: str = NUMBER, **members: Any) -> requests.Response:
        body = {"RCSMessage": {"textMessage": text, **members}, "messageContact": {"userContact": to}}
        return self.call("POST", "messages", json=body)

    def send_id(self, text: str = "Hello, world", *, to: str = NUMBER, **members: Any) -> str:
        return str(self.send(text, to=to, **members).json()["RCSMessage"]["msgId"])

    def status(self, msg_id: str) -> str:
        return str(self.call("GET", f"messages/{msg_id}/status").json()["RCSMessage"]["status"])
