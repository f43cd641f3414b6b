"""A client belongs to its process and lives until it is closed; afterwards it says so, and sends nothing."""

import asyncio
import copy
import os
import pickle
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bothub_cli import AsyncClient, Client, text
from bothub_cli.config import paths
from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.sandbox.server import SandboxServer

TO = "+33612345678"
HELLO = text("Hello", to=TO)


@pytest.fixture
def credentials(bothub_sandbox: SandboxServer) -> dict[str, Any]:
    bot = bothub_sandbox.identity
    return {
        "bot_id": bot.bot_id,
        "authorization": bot.authorization,
        "private_key": bot.private_key_pem.reveal(),
        "api_base": bothub_sandbox.url,
    }


@pytest.fixture
def homeless(credentials: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A container's user, whom the system gave no home directory."""
    for name in paths.CONFIG_DIR_VARIABLE, paths.STATE_DIR_VARIABLE, "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME":
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 42424)
    return credentials


@pytest.mark.parametrize(
    "use",
    [
        lambda client: client.send(HELLO),
        lambda client: client.send(HELLO, check=False, ignore_suppression=True),
        lambda client: client.message_status("m"),
        lambda client: client.is_suppressed(TO),
        lambda client: client.store_file(__file__, content_type="text/plain"),
        lambda client: client.campaign_destination(),
        lambda client: client.__enter__(),
    ],
)
def test_what_a_closed_client_is_asked_it_refuses(client: Client, use: Callable[[Client], object]) -> None:
    client.close()
    client.close()
    with pytest.raises(UsageError, match="this client was closed, and nothing was sent"):
        use(client)


def test_a_closed_client_of_an_event_loop_says_the_same(credentials: dict[str, Any]) -> None:
    async def use() -> None:
        client = AsyncClient(**credentials)
        await client.close()
        for call in (client.send(HELLO), client.message_status("m"), client.is_suppressed(TO), client.__aenter__()):
            with pytest.raises(UsageError, match="this client was closed, and nothing was sent"):
                await call

    asyncio.run(use())


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("carry", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_client_does_not_leave_its_process(
    credentials: dict[str, Any], kind: type[Client | AsyncClient], carry: Callable[[object], object]
) -> None:
    with pytest.raises(UsageError, match="cannot be copied") as refused:
        carry(kind(**credentials))
    assert refused.value.hint == "make one in each process"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_opens_its_own_connections(client: Client, bothub_sandbox: SandboxServer) -> None:
    client.send(HELLO)
    before = client._setup
    child = os.fork()
    if child == 0:  # no assertion here: the child is a copy of the whole test run
        sent = client.send(text("From the child", to=TO), ignore_suppression=True)
        os._exit(0 if sent.msg_id and client._setup is not before else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    client.send(text("From the parent", to=TO))
    assert len(bothub_sandbox.messages(number=TO)) == 3


def test_without_a_home_nothing_is_sent_as_long_as_nobody_can_look_who_said_stop(homeless: dict[str, Any]) -> None:
    with Client(**homeless) as client:
        with pytest.raises(ConfigurationError, match="nobody can look who has said STOP; nothing was sent") as refused:
            client.send(HELLO)
        assert "BOTHUB_STATE_DIR" in (refused.value.hint or "")
        assert client.send(HELLO, ignore_suppression=True).msg_id


def test_without_a_home_it_is_enough_to_say_that_no_list_is_kept(
    homeless: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with Client(**homeless, no_record=True) as client:
        assert client.send(HELLO).msg_id
        assert not client.is_suppressed(TO)
    assert "no home directory: tokens are kept as long as the client lives" in caplog.text


def test_without_a_home_it_is_enough_to_name_the_directory(
    homeless: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path))
    with Client(**homeless) as client:
        assert client.send(HELLO).msg_id


def test_settings_are_what_python_has_for_them(credentials: dict[str, Any]) -> None:
    with Client(**credentials, timeout=timedelta(seconds=9), max_wait=3.5, region="FR") as client:
        settings = client._setup.settings
    assert (settings.timeout.value, settings.max_wait.value, str(settings.timeout.origin)) == (9.0, 3.5, "timeout")
    with pytest.raises(UsageError, match=r"^ca_bundle: .*nowhere"):
        Client(**credentials, ca_bundle=Path("/nowhere"))
