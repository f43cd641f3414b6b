"""``bothub campaign forget``: deletes a campaign with all that is known of it."""

from contextlib import closing
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import CHANGING, OUTPUT, PROFILE
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.errors import LockBusyError
from bothub_cli.output.documents.campaign.ledger import CampaignForgotten
from bothub_cli.output.documents.campaign.outcomes import name_outcomes


@command(
    help="Delete all that is known of a campaign: its rows, their outcomes, the hand-overs; of one that several\n"
    "machines share also the sealed messages. Nobody can tell any more who got it: the same `campaign run` writes to\n"
    "everybody.\n\n"
    "One that is being sent is refused: stop it first.",
    examples=("bothub campaign forget offer-a1b2c3", "bothub campaign forget offer-a1b2c3 --yes --json"),
    shared=("ledger", "no_input", *CHANGING, *PROFILE, *OUTPUT),
    answers=(CampaignForgotten,),
)
def run(
    context: AppContext,
    *,
    campaign: options.CampaignArgument = None,
    journal: options.JournalFileOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    place = options.find_named_place(context, campaign, journal)
    with closing(place.open_for_reading()) as opened:
        outcomes, name = name_outcomes(opened.counts()), opened.record.campaign_id
    if place.is_in_use():
        raise LockBusyError(subject=f"campaign {name}")
    if not context.options.dry_run:
        if not yes:
            context.questions.confirm(f"Forget campaign {name}: {outcomes.words()}?", flag="--yes")
        place.remove()
    context.show(
        CampaignForgotten(campaign=name, outcomes=outcomes, where=place.where, dry_run=context.options.dry_run)
    )
