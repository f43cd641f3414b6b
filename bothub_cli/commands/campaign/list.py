"""``bothub campaign list``: lists the campaigns of this machine."""

from pathlib import Path

from bothub_cli.campaign.journal.files import list_journals
from bothub_cli.campaign.journal.sqlite_open import open_for_reading
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import ConfigurationError
from bothub_cli.output.documents.campaign import CampaignLine, CampaignList
from bothub_cli.workflows.campaign.outcomes import outcomes_of, state_of


@command(
    help="List the campaigns of this machine.",
    examples=("bothub campaign list", "bothub campaign list --json"),
    shared=OUTPUT,
    answers=(CampaignList,),
)
def run(context: AppContext) -> None:
    directory = context.directories.campaigns
    lines = tuple(_line(path) for path in list_journals(directory))
    context.show(CampaignList(campaigns=lines, stored_in=str(directory)))


def _line(path: Path) -> CampaignLine:
    try:
        journal = open_for_reading(path)
        try:
            outcomes = outcomes_of(journal.counts())
            return CampaignLine(
                campaign=path.stem,
                state=state_of(path, outcomes),
                created_at=journal.record.created_at,
                outcomes=outcomes,
                problem=None,
            )
        finally:
            journal.close()
    except ConfigurationError as error:
        return CampaignLine(campaign=path.stem, state=None, created_at=None, outcomes=None, problem=error.problem)
