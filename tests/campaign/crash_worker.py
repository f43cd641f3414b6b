"""One run of a campaign in a process of its own, which a test kills at any moment. Arguments: base, folder, rows."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from bothub_cli.campaign.journal import CampaignRecord
from bothub_cli.campaign.preparation import CampaignInput, needs_survey, survey
from bothub_cli.campaign.run_rules import RunRules
from bothub_cli.campaign.running import Destination, RunOptions, run_campaign
from bothub_cli.campaign.sources import FileSource
from bothub_cli.campaign.sqlite_journal import open_for_sending
from bothub_cli.campaign.template import compile_template
from bothub_cli.clock import SystemClock
from bothub_cli.protocol.tokens import TokenKind, TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import TransportSettings


class SteadyTokens:
    """Tokens that never expire."""

    def pair(self) -> TokenPair:
        return TokenPair(orange=Secret("orange-token"), gsma=Secret("gsma-token"))

    def renew(self, kind: TokenKind, failed: Secret) -> None:
        raise AssertionError("the server refuses no token")


def main(base: str, folder: Path) -> None:
    template = compile_template({"textMessage": "Hello {{ name }}", "trafficType": "advertisement"}, name="template")
    given = CampaignInput(recipients=FileSource(folder / "recipients.csv"), template=template)
    record = CampaignRecord(
        campaign_id="crash",
        created_at=datetime(2026, 6, 1, tzinfo=UTC),
        profile="p",
        template_path="t",
        recipients_path="r",
        fingerprints={},
    )
    journal = open_for_sending(folder / "journal.sqlite", record)
    if needs_survey(given, journal=journal):
        survey(given, journal=journal, now=datetime.now(UTC), on_problem=print)
    settings = TransportSettings(timeout=5, connect_timeout=2)
    result = run_campaign(
        given,
        journal=journal,
        destination=Destination(base=base, bot_id="bot", tokens=SteadyTokens(), settings=settings, user_agent="test"),
        options=RunOptions(rules=RunRules(), pace=None),
        clock=SystemClock(),
        report=lambda progress: None,
        on_engine=lambda engine: say("sending"),
    )
    journal.close()
    say(result.ended)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
