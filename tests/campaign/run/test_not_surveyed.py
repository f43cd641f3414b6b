"""A journal that knows nobody is no finished campaign: who forgot the survey is told, and nothing is sent."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothub_cli.campaign.journal.files import passing_journal
from bothub_cli.campaign.journal.interface import Journal
from bothub_cli.campaign.rows.prepare import CampaignInput
from bothub_cli.campaign.rows.survey import survey
from bothub_cli.campaign.rows.template import compile_template
from bothub_cli.campaign.run.engine import RunResult
from bothub_cli.campaign.run.limits import RunRules
from bothub_cli.campaign.run.options import RunOptions
from bothub_cli.campaign.run.start import Destination, send_rows
from bothub_cli.clock import SystemClock
from bothub_cli.errors import InputRefusedError
from bothub_cli.lists.sources import FileSource
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import TransportSettings


class SteadyTokens:
    """Tokens that last."""

    def pair(self) -> TokenPair:
        return TokenPair(orange=Secret("orange"), gsma=Secret("gsma"))

    def renew(self, kind: TokenKind, failed: Secret) -> None:
        raise AssertionError(f"nobody refuses a token: {kind}, {failed}")


@pytest.fixture
def given(tmp_path: Path) -> CampaignInput:
    people = tmp_path / "people.csv"
    people.write_text("to\nnobody\n")
    return CampaignInput(recipients=FileSource(people), template=compile_template({"textMessage": "Hello"}, name="x"))


def run(given: CampaignInput, journal: Journal) -> RunResult:
    return send_rows(
        given,
        journal=journal,
        destination=Destination(
            base="http://127.0.0.1:1", bot_id="bot", tokens=SteadyTokens(), settings=TransportSettings(), user_agent="x"
        ),
        options=RunOptions(rules=RunRules(), pace=None),
        clock=SystemClock(),
        report=lambda progress: None,
    )


def test_a_list_that_was_not_surveyed_is_an_error(given: CampaignInput) -> None:
    with (
        passing_journal() as journal,
        pytest.raises(InputRefusedError, match=r"people\.csv: the list was not surveyed"),
    ):
        run(given, journal)


def test_a_list_that_was_surveyed_and_holds_nobody_is_finished(given: CampaignInput) -> None:
    with passing_journal() as journal:
        survey(given, journal=journal, now=datetime.now(UTC), on_problem=lambda problem: None)
        assert run(given, journal).ended == "finished"
