"""``bothub campaign new``: writes a list and a message to start from."""

from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.campaign.journal.files import check_name
from bothub_cli.campaign.skeletons import write_skeletons
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.output.documents.campaign.check import CampaignStart


@command(
    help="Write a list and a commented message to start a campaign from, NAME.csv and NAME.yaml, in this folder.",
    examples=("bothub campaign new summer",),
    shared=OUTPUT,
    answers=(CampaignStart,),
)
def run(
    context: AppContext, *, name: Annotated[str, typer.Argument(metavar="NAME", help="What the files are called.")]
) -> None:
    people, message = write_skeletons(Path(), check_name(name))
    context.show(CampaignStart(recipients=str(people), template=str(message)))
