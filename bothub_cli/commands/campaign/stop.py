"""``bothub campaign stop``: lets every machine that sends a campaign stop, once its answers are there."""

from contextlib import closing

from bothub_cli.campaign.journal.interface import OPEN_STATES, RowState
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.output.documents.campaign.ledger import CampaignStop
from bothub_cli.output.documents.campaign.outcomes import name_outcomes, resume_command


@command(
    help="Stop a campaign from anywhere: whoever sends it drains within seconds, and nothing is lost.\n\n"
    "Nobody takes it up again before `bothub campaign run --resume` says so.",
    examples=("bothub campaign stop offer-a1b2c3", "bothub campaign stop offer-a1b2c3 --json"),
    shared=("ledger", *PROFILE, *OUTPUT),
    answers=(CampaignStop,),
)
def run(
    context: AppContext, *, campaign: options.CampaignArgument = None, journal: options.JournalFileOption = None
) -> None:
    place = options.find_place(context, campaign, journal)
    with closing(place.open_for_reading()) as opened:
        place.ask_to_stop()
        counts = opened.counts()
        is_left = any(counts[state] for state in (*OPEN_STATES, RowState.CLAIMED))
        context.show(
            CampaignStop(
                campaign=opened.record.campaign_id,
                outcomes=name_outcomes(counts),
                resume=resume_command(opened.record, place) if is_left else None,
            )
        )
