"""The long-lived sandbox, as ``bothub sandbox start`` runs it."""

import gc
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import requests

from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.service import ReadyFacts, SandboxOptions, running_sandbox
from bothub_cli.sandbox.store.store import SandboxStore
from bothub_cli.urls import is_loopback


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"host": "0.0.0.0"}, "needs a token"),
        ({"webhook_url": "localhost:8080"}, "not an http or https URL"),
        ({"bot_ids": ("a", "a")}, "same bot ID"),
        ({"bot_ids": ("a/b",)}, "holds a '/'"),
        ({"bot_ids": ("",)}, "empty"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_starts(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError, match=problem), running_sandbox(SandboxOptions(**changes)):
        pass


def test_a_busy_port_gives_the_store_back(tmp_path: Path) -> None:
    with running_sandbox(SandboxOptions()) as (server, _):
        options = SandboxOptions(port=server.port, store=tmp_path / "s.db")
        with pytest.raises(ConfigurationError), running_sandbox(options):
            pass
    SandboxStore.open(tmp_path / "s.db").close()


def test_the_ready_facts_are_all_that_a_client_needs() -> None:
    with running_sandbox(SandboxOptions(bot_ids=("one", "two"))) as (server, facts):
        assert isinstance(facts, ReadyFacts)
        environment = facts.environment(private_key=Path("key.pem"))
        assert environment["BOTHUB_API_BASE"] == f"http://127.0.0.1:{server.port}"
        assert environment["BOTHUB_BOT_ID"] == "one"
        assert environment["BOTHUB_AUTHORIZATION"].startswith("Basic ")
        assert environment["BOTHUB_PRIVATE_KEY"] == "key.pem"
        assert {identity.client_id for identity in facts.identities} == {facts.identities[0].client_id}
        assert not facts.is_reachable_from_elsewhere


def test_the_same_store_gives_the_same_bots(tmp_path: Path) -> None:
    options = SandboxOptions(store=tmp_path / "s.db")
    with running_sandbox(options) as (_, first):
        pass
    with running_sandbox(options) as (_, second):
        assert second.identities == first.identities


def test_on_every_interface_its_own_api_needs_the_token() -> None:
    with running_sandbox(SandboxOptions(host="0.0.0.0", access_token=Secret("open-sesame"))) as (server, facts):
        assert facts.is_reachable_from_elsewhere
        url = f"http://127.0.0.1:{server.port}/sandbox/api/counts"
        with requests.Session() as session:
            assert session.get(url).status_code == 401
            assert session.get(url, headers={"Authorization": "Bearer wrong"}).status_code == 401
            assert session.get(url, headers={"Authorization": "Bearer open-sesame"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "expected"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("a.b", False)]
)
def test_only_this_machine_reaches_a_loopback_host(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM to send")
def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    program = """
        from pathlib import Path
        from bothub_cli.sandbox.service import SandboxOptions, running_sandbox
        from bothub_cli.signals import stop_on_signals
        with stop_on_signals() as stop, running_sandbox(SandboxOptions(store=Path("s.db"))) as (server, facts):
            print(facts.url, flush=True)
            stop.wait()
        print(stop.signal.name)
    """
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=20)
    assert (output, errors, process.returncode) == ("SIGTERM\n", "", 0)


def test_how_often_garbage_is_looked_for_is_as_before_once_it_stops() -> None:
    before = gc.get_threshold()
    with running_sandbox(SandboxOptions()):
        assert gc.get_threshold() > before
    assert gc.get_threshold() == before
