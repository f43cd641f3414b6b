"""Who did not install an extra hears which one, and not the name of some library."""

import importlib
import importlib.util
import sys
from collections.abc import Callable

import pytest

from bothub_cli import Client
from bothub_cli.campaign import requirements
from bothub_cli.errors import ConfigurationError


@pytest.mark.parametrize(
    ("module", "library", "extra"),
    [("sandbox.server", "starlette", "server"), ("transport.event_loop", "httpx", "async")],
)
def test_a_module_names_the_extra_that_it_needs(
    monkeypatch: pytest.MonkeyPatch, module: str, library: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"bothub_cli.{module}", raising=False)
    with pytest.raises(ModuleNotFoundError, match=rf"pip install 'bothub-rcs\[{extra}\]'") as missing:
        importlib.import_module(f"bothub_cli.{module}")
    assert missing.value.name == library


@pytest.mark.parametrize(
    ("library", "extra", "use"),
    [
        ("psycopg", "cluster", lambda client: client.is_suppressed("+33612345678")),
        ("babel", "bulk", lambda client: client.send_campaign("people.csv")),
    ],
)
def test_a_client_names_the_extra_that_a_call_needs(
    monkeypatch: pytest.MonkeyPatch, library: str, extra: str, use: Callable[[Client], object]
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(requirements, "find_spec", lambda name: None if name == library else found(name))
    with (
        Client.from_environment(bot_id="bot", ledger="postgresql://bothub@db.example/bothub", no_record=True) as client,
        pytest.raises(ConfigurationError) as refused,
    ):
        use(client)
    assert refused.value.hint == f"pip install 'bothub-rcs[{extra}]'"


def test_a_campaign_is_sent_without_the_libraries_of_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("prometheus_client", "starlette", "uvicorn"):
        monkeypatch.setitem(sys.modules, library, None)
    for module in ("campaign.metrics", "serving.metrics", "commands.campaign.running"):
        monkeypatch.delitem(sys.modules, f"bothub_cli.{module}", raising=False)
    importlib.import_module("bothub_cli.commands.campaign.running")
