"""The nightly job of a user: a list, a template, one call, and who said STOP is left out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothub_cli import Client
from bothub_cli.campaign import (
    CampaignRequest,
    CampaignSender,
    CampaignSettings,
    Equipment,
    FileLedger,
    RunChoices,
    Surroundings,
    define_campaign,
    send_campaign,
)
from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.events.store.database import open_database
from bothub_cli.events.store.suppression import SuppressionList
from bothub_cli.sandbox.server import SandboxServer

ANN, BEN = "+33612345678", "+33612345679"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of two people, one of whom said STOP, and what they are to read."""
    monkeypatch.setenv("BOTHUB_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "state"))
    (tmp_path / "people.csv").write_text(f"to,name\n{ANN},Ann\n{BEN},Ben\n")
    (tmp_path / "offer.yaml").write_text("textMessage: Hello {{ name }}\n")
    store = open_database(tmp_path / "state" / "events.db")
    SuppressionList(store, profile="default").add([BEN], now=datetime.now(UTC))
    store.close()
    return tmp_path


def test_a_nightly_campaign_reaches_everybody_but_who_said_stop_and_nobody_twice(
    shop: Path, client: Client, bothub_sandbox: SandboxServer
) -> None:
    for _ in range(2):
        end = client.send_campaign(shop / "people.csv", shop / "offer.yaml", settings=CampaignSettings(rate="20/s"))
        assert (end.ended, end.exit_code, end.error) == ("finished", 0, None)
    assert [message.number for message in bothub_sandbox.messages()] == [ANN]
    assert [place.name for place in FileLedger(shop / "state" / "campaigns").places()]  # the command knows it too


def test_a_campaign_of_another_name_is_another_one(shop: Path, client: Client, bothub_sandbox: SandboxServer) -> None:
    for name in ("monday", "tuesday"):
        client.send_campaign(str(shop / "people.csv"), str(shop / "offer.yaml"), name=name)
    assert [message.number for message in bothub_sandbox.messages()] == [ANN, ANN]


def test_a_mistake_of_a_campaign_is_named_without_a_flag(shop: Path, client: Client) -> None:
    with pytest.raises(UsageError, match=r"^rate: 'fast' is no rate$"):
        client.send_campaign(shop / "people.csv", shop / "offer.yaml", settings=CampaignSettings(rate="fast"))


def test_a_campaign_needs_a_place_that_is_there_tomorrow(shop: Path, client: Client) -> None:
    client._setup.is_homeless = True
    with pytest.raises(ConfigurationError, match="no home directory"):
        client.send_campaign(shop / "people.csv", shop / "offer.yaml")


def test_a_campaign_of_several_machines_is_the_commands(shop: Path, client: Client) -> None:
    with (
        Client.from_environment(bot_id="bot", ledger="postgresql://bothub@db.example/bothub", no_record=True) as other,
        pytest.raises(UsageError, match=r"^ledger names what several machines share"),
    ):
        other.send_campaign(shop / "people.csv", shop / "offer.yaml")


def test_a_campaign_can_be_wired_by_hand(shop: Path, client: Client, bothub_sandbox: SandboxServer) -> None:
    bot = bothub_sandbox.identity
    campaign = define_campaign(
        CampaignRequest(recipients=shop / "people.csv", template=shop / "offer.yaml"),
        None,
        FileLedger(shop / "campaigns"),
        find_sender=lambda: CampaignSender(bot_id=bot.bot_id, api_base=bothub_sandbox.url),
        surroundings=Surroundings(is_suppressed=client.is_suppressed),
        now=datetime.now(UTC),
    )
    end = send_campaign(campaign, RunChoices(), Equipment(destination=client.campaign_destination()))
    assert (end.ended, end.exit_code) == ("finished", 0)
    assert bothub_sandbox.counts()["messages"] == 1
