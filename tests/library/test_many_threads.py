"""A program of sixteen threads: a thousand messages, and tokens that expire while they go out."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bothub_cli import text
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings
from tests.library.conftest import open_client

MESSAGES, THREADS, EXPIRIES = 1000, 16, 4
TO = "+33612345678"


def test_a_thousand_messages_of_sixteen_threads_go_out_once_each_while_their_tokens_expire(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTHUB_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "state"))
    with SandboxServer(settings=SandboxSettings(rate_limits=RateLimits.off())) as server:
        with open_client(server) as client:

            def send(number: int) -> str | None:
                if number % (MESSAGES // EXPIRIES) == MESSAGES // EXPIRIES // 2:
                    server.advance(hours=2)  # what the client holds looks fresh to its own clock
                return client.send(text(f"Hello {number}", to=TO)).msg_id

            with ThreadPoolExecutor(THREADS) as pool:
                sent = list(pool.map(send, range(MESSAGES)))
        arrived = {message.msg_id for message in server.messages()}
        counts = server.counts()
    assert len(set(sent)) == MESSAGES
    assert arrived == set(sent)
    assert 1 + EXPIRIES <= counts["oauth"] <= 2 * (1 + EXPIRIES)  # renewed for all, not by each
    assert counts["auth"] <= 2 * (1 + EXPIRIES)
