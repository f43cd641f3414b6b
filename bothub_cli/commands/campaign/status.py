"""``bothub campaign status``: shows where a campaign stands, also while it runs."""

from contextlib import closing

from bothub_cli.campaign.report.status import read_standing
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.output.documents.campaign import CampaignStatus, describe_standing


@command(
    help="Show where a campaign stands, also while it runs; without a name, the latest one.",
    examples=("bothub campaign status", "bothub campaign status recipients-a1b2c3 --json"),
    shared=("ledger", *PROFILE, *OUTPUT),
    answers=(CampaignStatus,),
)
def run(
    context: AppContext,
    *,
    campaign: options.CampaignArgument = None,
    journal: options.JournalOption = None,
) -> None:
    place = options.find_place(context, campaign, journal)
    with closing(place.open_for_reading()) as opened:
        standing = read_standing(opened, place)
    context.show(describe_standing(standing, place))
