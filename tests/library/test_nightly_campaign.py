"""The nightly job of a user: a list, a template, one import for the campaign, and who said STOP is left out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothub_cli import Client
from bothub_cli.campaign import (
    CampaignRequest,
    CampaignSender,
    Equipment,
    FileLedger,
    RunChoices,
    Surroundings,
    define_campaign,
    send_campaign,
)
from bothub_cli.events.store.database import open_database
from bothub_cli.events.store.suppression import SuppressionList
from bothub_cli.sandbox.server import SandboxServer


def test_a_nightly_campaign_reaches_everybody_but_who_said_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTHUB_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "state"))
    people, offer = tmp_path / "people.csv", tmp_path / "offer.yaml"
    people.write_text("to,name\n+33612345678,Ann\n+33612345679,Ben\n")
    offer.write_text("textMessage: Hello {{ name }}\n")
    store = open_database(tmp_path / "state" / "events.db")
    SuppressionList(store, profile="default").add(["+33612345679"], now=datetime.now(UTC))
    store.close()
    with SandboxServer() as server:
        bot = server.identity
        with Client(
            bot_id=bot.bot_id,
            authorization=bot.authorization,
            private_key=bot.private_key_pem.reveal(),
            api_base=server.url,
        ) as client:
            campaign = define_campaign(
                CampaignRequest(recipients=str(people), template=str(offer)),
                None,
                FileLedger(tmp_path / "campaigns"),
                find_sender=lambda: CampaignSender(bot_id=bot.bot_id, api_base=server.url),
                surroundings=Surroundings(is_suppressed=client.is_suppressed),
                now=datetime.now(UTC),
            )
            end = send_campaign(campaign, RunChoices(), Equipment(destination=client.campaign_destination()))
        assert (end.ended, end.exit_code) == ("finished", 0)
        assert server.counts()["messages"] == 1
