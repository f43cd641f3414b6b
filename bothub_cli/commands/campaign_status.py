"""``bothub campaign status``: shows where a campaign stands, also while it runs."""

from bothub_cli.commands import campaign_options as options
from bothub_cli.commands.campaign_outcomes import status_of
from bothub_cli.commands.campaign_reading import reading
from bothub_cli.commands.command import command
from bothub_cli.commands.options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.output.documents.campaigns import CampaignStatus


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
    with reading(context, campaign, journal) as (opened, path):
        context.show(status_of(opened, path, has_own_path=journal is not None))
