"""``bothub campaign run``: sends a message to everybody on a list, each once, and goes on where it stopped."""

from dataclasses import replace
from typing import Annotated

import typer

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.settings import CampaignWishes, join_mappings, said
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode, UsageError
from bothub_cli.output.documents.campaign import CampaignRun
from bothub_cli.output.documents.send import SendResult
from bothub_cli.workflows.campaign.campaign import CampaignRequest, find_campaign


@command(
    help="Send a message to everybody on a list: each row once, with a journal that survives crashes.\n\n"
    "The same command, or --resume, goes on where a run stopped. Rows whose outcome is unknown are not sent again.",
    examples=(
        "bothub campaign run recipients.csv --template offer.yaml --map to=phone",
        "bothub campaign run recipients.csv --template offer.yaml --test-to +33612345678",
        "bothub campaign run recipients.csv --template offer.yaml --window 08:30-20:00 --not-on sunday,holidays",
        "bothub campaign run --resume recipients-a1b2c3",
        "zcat messages.jsonl.gz | bothub campaign run - --rate 10/s --max-errors 2% --confirm 4812",
    ),
    shared=("traffic_type", "region", "no_input", *API),
    answers=(CampaignRun, SendResult),
)
def run(
    context: AppContext,
    *,
    recipients: options.RecipientsArgument = None,
    template: options.TemplateOption = None,
    map_: options.MapOption = None,
    encoding: options.EncodingOption = None,
    unique_by: options.UniqueByOption = None,
    suppress: options.SuppressOption = None,
    skip_invalid: options.SkipInvalidOption = False,
    strict: options.StrictOption = False,
    no_check: options.NoCheckOption = False,
    rate: options.RateOption = None,
    burst: options.BurstOption = None,
    concurrency: options.ConcurrencyOption = None,
    window: options.WindowOption = None,
    tz: options.ZoneOption = None,
    not_on: options.NotOnOption = None,
    max_errors: options.MaxErrorsOption = None,
    max_duration: options.MaxDurationOption = None,
    limit: options.LimitOption = None,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, metavar="N", help="Send to this many, chosen by chance.")
    ] = None,
    test_to: Annotated[
        str | None,
        typer.Option("--test-to", metavar="NUMBER", help="Send the first three messages (or --limit) to this number."),
    ] = None,
    confirm: options.ConfirmOption = None,
    resume: Annotated[
        str | None, typer.Option("--resume", metavar="CAMPAIGN", help="Go on with this campaign.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Call it so. [default: made of the files and the bot]")
    ] = None,
    journal: options.JournalOption = None,
    force: options.ForceOption = False,
    resend_unknown: options.ResendUnknownOption = False,
    fallback_after: options.FallbackAfterOption = None,
    fallback_file: options.FallbackFileOption = None,
    fallback_exec: options.FallbackExecOption = None,
) -> ExitCode:
    wishes = CampaignWishes(
        map=join_mappings(map_),
        encoding=encoding,
        unique_by=unique_by,
        suppress=str(suppress.absolute()) if suppress else None,
        region=context.options.region,
        traffic_type=context.options.traffic_type,
        rate=rate,
        burst=str(burst) if burst else None,
        concurrency=str(concurrency) if concurrency else None,
        max_errors=max_errors,
        window=window,
        tz=tz,
        not_on=not_on,
        check="no" if no_check else None,
        strict=said(option=strict),
        skip_invalid=said(option=skip_invalid),
        fallback_after=fallback_after,
        fallback_file=str(fallback_file.absolute()) if fallback_file else None,
        fallback_exec=fallback_exec,
    )
    if resume is not None and name is not None:
        raise UsageError(problem="--resume and --name both name a campaign", fix="give one of them")
    request = CampaignRequest(
        recipients=str(recipients) if recipients else None,
        template=str(template) if template else None,
        resume=resume,
        name=name,
        journal=journal.absolute() if journal else None,
        wishes=wishes,
    )
    campaign = find_campaign(context, request)
    if test_to is not None:
        from bothub_cli.workflows.campaign.trial import send_test

        return send_test(context, campaign, number=test_to, count=limit or 3)
    from bothub_cli.workflows.campaign.run import RunChoices, run_campaign

    choices = RunChoices(limit=limit, sample=sample, max_duration=max_duration, confirm=confirm, force=force)
    if resend_unknown:
        choices = replace(choices, reopen=frozenset({RowState.UNKNOWN}))
    return run_campaign(context, campaign, choices)
