"""A browser, and a sandbox with a webhook that really listens."""

import json
import os
import queue
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import PhonePace, SandboxSettings
from bothub_cli.sandbox.state.webhooks import WebhookTarget
from tests.browser.sandbox_page import SandboxPage
from tests.browser.webdriver import Browser, running_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser; without one the tests are skipped here, and fail where everything has to hold."""
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"{' and '.join(missing)} not installed: apt-get install chromium chromium-driver")
    with running_browser() as running:
        yield running


@pytest.fixture(scope="session")
def identity() -> SandboxIdentity:
    return SandboxIdentity.generate()


@pytest.fixture
def page(browser: Browser, sandbox: SandboxServer) -> Iterator[SandboxPage]:
    """The page, not opened yet; it is left before its sandbox stops."""
    yield SandboxPage(browser=browser, sandbox=sandbox)
    browser.emulate()
    browser.open("about:blank")


@pytest.fixture
def sandbox(identity: SandboxIdentity, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SandboxServer]:
    """A sandbox that the commands of the test use, by the environment; nothing moves by itself."""
    key = tmp_path / "bot.pem"
    key.write_text(identity.private_key_pem.reveal())
    key.chmod(0o600)
    settings = SandboxSettings(rate_limits=RateLimits.off(), pace=PhonePace.by_hand())
    with SandboxServer([identity], settings=settings, seed=1) as server:
        monkeypatch.setenv("BOTHUB_API_BASE", server.url)
        monkeypatch.setenv("BOTHUB_BOT_ID", identity.bot_id)
        monkeypatch.setenv("BOTHUB_AUTHORIZATION", identity.authorization.reveal())
        monkeypatch.setenv("BOTHUB_PRIVATE_KEY", str(key))
        yield server


@pytest.fixture
def events(sandbox: SandboxServer) -> Iterator["queue.Queue[dict[str, Any]]"]:
    """What the bot's webhook gets, over HTTP."""
    received: queue.Queue[dict[str, Any]] = queue.Queue()

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    target = WebhookTarget(url=f"http://127.0.0.1:{listener.server_port}/")
    sandbox.set_webhook(sandbox.identity.bot_id, target)
    yield received
    listener.shutdown()
    thread.join()
    listener.server_close()
