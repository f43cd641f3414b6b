"""Starting and stopping."""

import socket
from pathlib import Path

import pytest

from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.events.receive.server import ListenerServer, ListenerSettings
from bothub_cli.events.receive.webhook import WebhookSettings
from bothub_cli.redaction import Secret


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "example.com", ""])
def test_without_a_token_it_listens_on_this_machine_only(store_path: Path, host: str) -> None:
    server = ListenerServer(ListenerSettings(store=store_path, webhook=WebhookSettings(profile="shop"), host=host))
    with pytest.raises(UsageError, match="without a token"):
        server.start()


def test_an_empty_token_guards_nothing_and_is_refused(store_path: Path) -> None:
    server = ListenerServer(
        ListenerSettings(store=store_path, webhook=WebhookSettings(profile="shop", token=Secret("")))
    )
    with pytest.raises(UsageError, match="the token is empty"):
        server.start()


def test_with_a_token_it_listens_anywhere(store_path: Path) -> None:
    webhook = WebhookSettings(profile="shop", token=Secret("secret"))
    with ListenerServer(ListenerSettings(store=store_path, webhook=webhook, host="0.0.0.0")) as server:
        assert server.url == f"http://0.0.0.0:{server.port}/webhook"


def test_a_port_in_use_is_named_and_the_store_let_go(store_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = ListenerServer(ListenerSettings(store=store_path, webhook=WebhookSettings(profile="shop"), port=port))
        with pytest.raises(ConfigurationError, match=f"port {port} of 127.0.0.1 is in use"):
            server.start()


def test_an_address_that_is_not_ours_is_named(store_path: Path) -> None:
    webhook = WebhookSettings(profile="shop", token=Secret("secret"))
    server = ListenerServer(ListenerSettings(store=store_path, webhook=webhook, host="203.0.113.7"))
    with pytest.raises(ConfigurationError, match="cannot be listened on"):
        server.start()


def test_an_unusable_store_is_named_and_the_port_let_go(tmp_path: Path) -> None:
    (tmp_path / "events.db").write_bytes(b"garbage" * 1_000)
    settings = ListenerSettings(store=tmp_path / "events.db", webhook=WebhookSettings(profile="shop"))
    server = ListenerServer(settings)
    with pytest.raises(ConfigurationError, match="is not the event store"):
        server.start()
    with socket.create_server(("127.0.0.1", server.port)):
        pass


def test_it_listens_when_start_returns(store_path: Path) -> None:
    with ListenerServer(ListenerSettings(store=store_path, webhook=WebhookSettings(profile="shop"))) as server:
        socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
