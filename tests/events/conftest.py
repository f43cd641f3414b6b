"""A store and a webhook for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bothub_cli.events.receive.server import ListenerServer, ListenerSettings
from bothub_cli.events.receive.webhook import WebhookSettings
from bothub_cli.events.store.database import Database, open_database
from tests.events.samples import NOW
from tests.fake_clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "events.db"


@pytest.fixture
def database(store_path: Path) -> Iterator[Database]:
    opened = open_database(store_path)
    yield opened
    opened.close()


@pytest.fixture
def listener(store_path: Path) -> Iterator[ListenerServer]:
    with ListenerServer(ListenerSettings(store=store_path, webhook=WebhookSettings(profile="shop"))) as server:
        yield server
