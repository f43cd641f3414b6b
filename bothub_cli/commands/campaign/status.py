"""``bothub campaign status``: shows where a campaign stands, also while it runs."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.output.documents.campaign import CampaignStatus
from bothub_cli.workflows.campaign.open_journal import reading
from bothub_cli.workflows.campaign.outcomes import status_of


@command(
    help="Show where a campaign stands, also while it runs; without a name, the latest one.",
    examples=("bothub campaign status", "bothub campaign status recipients-a1b2c3 --json"),
    shared=OUTPUT,
    answers=(CampaignStatus,),
)
def run(
    context: AppContext,
    *,
    campaign: options.CampaignArgument = None,
    journal: options.JournalOption = None,
) -> None:
    with reading(context, campaign, journal) as (opened, place):
        context.show(status_of(opened, place))
