"""``bothub campaign worker``: takes part in whatever is to be sent for this bot, beside other machines."""

from typing import Annotated

import typer

from bothub_cli.campaign.run.stop import listening_to_signals
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.library.assembly import campaign_max_wait
from bothub_cli.output.documents.campaign.ledger import CampaignWork
from bothub_cli.output.failures import sentence_of


@command(
    help="Take part in the campaigns that several machines send: the ledger hands out their rows, each once.\n\n"
    "It needs the bot's credentials and the ledger, no list and no template. SIGTERM lets it drain. What happens is\n"
    "said on stderr with its time and campaign, with --json as JSON Lines.",
    examples=(
        "bothub campaign worker --ledger postgresql://bothub@db.internal/bothub",
        "bothub campaign worker offer-a1b2c3 --until-done",
    ),
    shared=("ledger", *API),
    answers=(CampaignWork,),
)
def run(
    context: AppContext,
    *,
    campaign: options.CampaignArgument = None,
    concurrency: options.ConcurrencyOption = None,
    until_done: Annotated[
        bool, typer.Option("--until-done", help="End when nothing is left, instead of waiting for more.")
    ] = False,
    metrics_port: options.MetricsPortOption = None,
) -> ExitCode:
    ledger = context.require_shared_ledger()
    # with these come the libraries that send and that talk to the database
    from bothub_cli.campaign.worker import work  # loads psycopg and jinja2
    from bothub_cli.commands.campaign import running  # loads psycopg and jinja2

    ledger.secret()  # a key that cannot be read is told before anything is taken
    context.printer.date_lines(context.clock.now)
    with listening_to_signals(context.printer.note) as stopper:
        stopper.attend(lambda: None)
        done = work(
            ledger,
            running.work_equipment(context, stopper),
            name=campaign,
            until_done=until_done,
            concurrency=concurrency,
            max_wait=campaign_max_wait(context.settings),
            was_asked=lambda: stopper.was_asked,
            note=context.printer.note,
            say_error=sentence_of,
            watch=running.watching_campaigns(context, metrics_port),
        )
    context.show(
        CampaignWork(
            campaigns=done.campaigns,
            sent=done.finished,
            failed=done.bad,
            ended="stopped" if done.was_stopped else "finished",
        )
    )
    return stopper.exit_code or ExitCode.DONE
