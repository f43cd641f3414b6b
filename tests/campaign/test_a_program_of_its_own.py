"""A user's own program runs a campaign: no command line, no context, everything is given."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.chain import TokenChain
from bothub_cli.auth.identity import Identity
from bothub_cli.campaign.definition import CampaignRequest, CampaignSender, define_campaign
from bothub_cli.campaign.journal.files import FileLedger
from bothub_cli.campaign.report.report import read_report
from bothub_cli.campaign.rows.read import Surroundings
from bothub_cli.campaign.run.start import Destination
from bothub_cli.campaign.send import Equipment, Listeners, RunChoices, send_campaign
from bothub_cli.clock import SystemClock
from bothub_cli.config.key_source import InlineKey
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.http import RequestsTransport


def test_a_program_of_its_own_sends_a_campaign_and_reads_its_report(tmp_path: Path) -> None:
    people, offer, said = tmp_path / "people.csv", tmp_path / "offer.yaml", list[str]()
    people.write_text("to,name\n+33612345678,Ann\n+33612345679,Ben\n")
    offer.write_text("textMessage: Hello {{ name }}\n")
    with SandboxServer() as server:
        bot = server.identity
        tokens = TokenChain(
            Identity(
                bot_id=bot.bot_id,
                authorization=bot.authorization,
                private_key=InlineKey(pem=bot.private_key_pem, variable="MY_KEY"),
                api_base=server.url,
                auth_base=server.url,
            ),
            cache=TokenCache(tmp_path / "tokens"),
            transport=RequestsTransport(TransportSettings(), user_agent="shop/1"),
            clock=SystemClock(),
            notify=lambda notice: said.append(notice.message),
        )
        campaign = define_campaign(
            CampaignRequest(recipients=str(people), template=str(offer)),
            None,
            FileLedger(tmp_path / "campaigns"),
            find_sender=lambda: CampaignSender(bot_id=bot.bot_id, api_base=server.url),
            surroundings=Surroundings(is_suppressed=lambda number: number == "+33612345679"),
            now=datetime.now(UTC),
        )
        destination = Destination(
            base=server.url, bot_id=bot.bot_id, tokens=tokens, settings=TransportSettings(), user_agent="shop/1"
        )
        end = send_campaign(
            campaign, RunChoices(), Equipment(destination=destination, listeners=Listeners(note=said.append))
        )
    assert (end.ended, end.exit_code) == ("finished", 0)
    assert said == [f"checking {people}", "rows left out: 1 suppressed"]
    with closing(campaign.place.open_for_reading()) as journal:
        assert read_report(journal, campaign.place, count_reach=None).state == "finished"
