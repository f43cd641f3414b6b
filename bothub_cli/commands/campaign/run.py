"""``bothub campaign run``: sends a message to everybody on a list, each once, and goes on where it stopped."""

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.campaign.journal.files import JournalFile
from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.pace.window import COUNTRY
from bothub_cli.campaign.requirements import require_templates
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.campaign import options
from bothub_cli.commands.send.answer import send_and_show
from bothub_cli.commands.send.options import SendChoices, find_contacts
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode, UsageError
from bothub_cli.invocation.completion import complete_campaign
from bothub_cli.messages import contact_to_payload
from bothub_cli.output.documents.campaign.run import CampaignRun
from bothub_cli.output.documents.send import SendResult
from bothub_cli.sending.check import CheckRules
from bothub_cli.sending.compose import OutgoingMessage

if TYPE_CHECKING:
    from bothub_cli.campaign.definition import Campaign


@command(
    help="Send a message to everybody on a list: each row once, with a journal that survives crashes.\n\n"
    "The same command, or --resume, goes on where a run stopped. Rows whose outcome is unknown are not sent again.",
    examples=(
        "bothub campaign run recipients.csv --template offer.yaml --map to=phone",
        "bothub campaign run recipients.csv --template offer.yaml --test-to +33612345678",
        "bothub campaign run recipients.csv --template offer.yaml --window 08:30-20:00 --not-on sunday,holidays",
        "bothub campaign run --resume recipients-a1b2c3",
        "bothub campaign run recipients.csv --template offer.yaml --new",
        "zcat messages.jsonl.gz | bothub campaign run - --rate 10/s --max-errors 2% --confirm 4812",
    ),
    shared=("traffic_type", "region", "ledger", "no_input", *API),
    answers=(CampaignRun, SendResult),
)
def run(
    context: AppContext,
    *,
    rows: options.CampaignListOptions,
    no_check: options.NoCheckOption = False,
    pace: options.PaceOptions,
    hours: options.HoursOptions,
    limits: options.LimitOptions,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, metavar="N", help="Send to this many, chosen by chance.")
    ] = None,
    test_to: Annotated[
        str | None,
        typer.Option("--test-to", metavar="NUMBER", help="Send the first three messages (or --limit) to this number."),
    ] = None,
    confirm: options.ConfirmOption = None,
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume", metavar="CAMPAIGN", autocompletion=complete_campaign, help="Go on with this campaign."
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Call it so. [default: made of the files and the bot]")
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help="Begin another campaign with the same files, which writes to everybody again.")
    ] = False,
    journal: options.JournalOption = None,
    plan_only: options.PlanOnlyOption = False,
    force: options.ForceOption = False,
    resend_unknown: options.ResendUnknownOption = False,
    fallback: options.FallbackOptions,
    metrics_port: options.MetricsPortOption = None,
) -> ExitCode:
    if resume is not None and name is not None:
        raise UsageError(problem="--resume and --name both name a campaign", fix="give one of them")
    if new and (resume is not None or journal is not None):
        raise UsageError(problem="--new begins another campaign, and so is not for --resume or --journal")
    if plan_only and context.shared_ledger is None:
        raise UsageError(
            problem="--plan-only leaves the sending to other machines", fix="name what they share: --ledger URL"
        )
    options.refuse_for_shared(context, **{"--journal": journal, "--limit": limits.limit, "--sample": sample})
    has_own_zones = hours.tz == COUNTRY or (hours.window and any(each.startswith("tz=") for each in rows.map_ or ()))
    if has_own_zones and context.shared_ledger is not None:
        raise UsageError(
            problem="a time zone for each row is for a campaign of this machine alone: from a ledger, machines take"
            " blocks of rows, which go together",
            fix="leave --ledger out, or run a campaign for each zone: --tz ZONE",
        )
    require_templates()
    # the libraries that fill templates and send come with these, and need not be there for --help
    from bothub_cli.campaign.definition import CampaignRequest  # loads jinja2
    from bothub_cli.campaign.send import RunChoices  # loads jinja2
    from bothub_cli.commands.campaign.running import find_campaign, run_campaign, show_end  # loads jinja2

    request = CampaignRequest(
        recipients=str(rows.recipients) if rows.recipients else None,
        template=str(rows.template) if rows.template else None,
        resume=resume,
        name=name,
        is_new=new,
        place=JournalFile(journal.absolute()) if journal else None,
        settings=options.read_settings(
            context.options,
            rows,
            pace=pace,
            hours=hours,
            now=context.clock.now(),
            no_check=no_check,
            max_errors=limits.max_errors,
            max_cost=limits.max_cost,
            fallback=fallback,
        ),
    )
    campaign = find_campaign(context, request)
    if test_to is not None:
        return _send_test(context, campaign, number=test_to, count=limits.limit or 3)
    choices = RunChoices(
        limit=limits.limit,
        sample=sample,
        max_duration=limits.max_duration,
        force=force,
        plan_only=plan_only,
        reopen=frozenset({RowState.UNKNOWN}) if resend_unknown else frozenset(),
        nothing_to_do="nothing is left to send; to write to these people again, with a campaign of its own: --new",
    )
    return show_end(context, run_campaign(context, campaign, choices, confirm=confirm, metrics_port=metrics_port))


def _send_test(context: AppContext, campaign: "Campaign", *, number: str, count: int) -> ExitCode:
    """Send the first messages to one number, as ``bothub send`` would; the campaign's journal is not touched."""
    from bothub_cli.campaign.rows.prepare import redirect_rows  # loads jinja2

    [contact] = find_contacts(context, numbers=[number], chat_ids=[])
    rows = islice(redirect_rows(campaign.given, contact_to_payload(contact)), count)
    rules = CheckRules(check=campaign.given.check, strict=campaign.given.strict)
    return send_and_show(context, (OutgoingMessage(payload=row) for row in rows), SendChoices(rules=rules))
