"""``bothub campaign status``: shows where a campaign stands, also while it runs."""

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.campaign.report.status import read_standing
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.output.blocks import TextLine
from bothub_cli.output.documents.campaign.status import CampaignStatus, describe_standing

if TYPE_CHECKING:
    from bothub_cli.campaign.journal.interface import Journal, JournalPlace

LOOK_EVERY = 1.0  # seconds; a long look is followed by a long pause, so that a large campaign is not slowed by it
PAUSE_SHARE = 4.0  # times as long as a look took
PAUSE_MOST = 10.0  # seconds: a ledger that was away for a while is no large campaign


@command(
    help="Show where a campaign stands, also while it runs; without a name, the latest one.\n\n"
    "--watch looks again every second until nobody sends it any more; with --json each change is a line.",
    examples=(
        "bothub campaign status",
        "bothub campaign status recipients-a1b2c3 --json",
        "bothub campaign status recipients-a1b2c3 --watch",
    ),
    shared=("ledger", *PROFILE, *OUTPUT),
    answers=(CampaignStatus,),
)
def run(
    context: AppContext,
    *,
    campaign: options.CampaignArgument = None,
    journal: options.JournalFileOption = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Show it again and again, until it is over.")] = False,
) -> None:
    place = options.find_place(context, campaign, journal)
    with closing(place.open_for_reading()) as opened:
        if watch:
            _watch(context, opened, place)
            return
        standing = read_standing(opened, place)
    context.show(describe_standing(standing, place))


def _watch(context: AppContext, journal: "Journal", place: "JournalPlace") -> None:
    """Show each change until nobody sends any more; what several machines share may wait for the first of them."""
    ledger, clock = context.shared_ledger, context.clock
    is_shared = ledger is not None and place.where.startswith(ledger.where)
    was_running, last = False, None
    while True:
        began = clock.monotonic()
        standing = read_standing(journal, place)
        orders = standing.orders
        facts = (standing.state, standing.counts, standing.machines, orders and orders.order, standing.hands_over)
        if facts != last:
            _show(context, describe_standing(standing, place))
            last = facts
        was_running = was_running or standing.state == "running"
        if standing.state == "finished" or (standing.state == "unfinished" and (was_running or not is_shared)):
            return
        clock.sleep(min(max(LOOK_EVERY, (clock.monotonic() - began) * PAUSE_SHARE), PAUSE_MOST))


def _show(context: AppContext, status: CampaignStatus) -> None:
    printer = context.printer
    if printer.options.json:
        printer.show_row(status)
    elif printer.is_interactive:
        printer.redraw(status)
    else:
        at = f"{context.clock.now().astimezone():%H:%M:%S}"
        printer.show_blocks([TextLine(f"{at}  {status.situation()}: {status.outcomes.words()}{status.speed()}")])
        printer.flush()
