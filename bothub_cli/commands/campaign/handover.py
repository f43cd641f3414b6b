"""``bothub campaign handover``: says what became of rows whose fallback command was never seen to end."""

from contextlib import closing
from typing import Annotated

import typer

from bothub_cli.campaign.fallback.in_doubt import find_rows_in_doubt, read_lines, settle_doubts
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.campaign.run import CampaignHandover


@command(
    help="Say what became of the rows in doubt: those whose --fallback-exec command began and was never seen to end.\n"
    "They are not handed over again by themselves, since the other channel may have sent them.",
    examples=(
        "bothub campaign handover recipients-a1b2c3 --done 12,40-44",
        "bothub campaign handover recipients-a1b2c3 --again all",
    ),
    shared=OUTPUT,
    answers=(CampaignHandover,),
)
def run(
    context: AppContext,
    *,
    campaign: options.CampaignArgument = None,
    journal: options.JournalFileOption = None,
    done: Annotated[
        str | None, typer.Option("--done", metavar="LINES", help="The other channel took these: 12,40-44, or all.")
    ] = None,
    again: Annotated[
        str | None,
        typer.Option("--again", metavar="LINES", help="It did not: hand these over again in the next run."),
    ] = None,
) -> None:
    if (done is None) == (again is None):
        raise UsageError(problem="say what you found: either --done LINES or --again LINES")
    spans = read_lines(done or again or "", option="--done" if done is not None else "--again")
    place = options.find_named_place(context, campaign, journal)
    with closing(place.open_for_reading()) as known:
        record = known.record
    with closing(place.open_for_sending(record)) as opened:
        lines = tuple(settle_doubts(opened, spans, taken=done is not None))
        left = find_rows_in_doubt(opened)
    context.show(
        CampaignHandover(
            campaign=record.campaign_id,
            done=lines if done is not None else (),
            again=lines if again is not None else (),
            in_doubt=left.count,
            in_doubt_lines=left.lines,
        )
    )
