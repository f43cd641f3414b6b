"""``bothub campaign retry``: sends again what the API put off for a time, and nothing else."""

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.settings import CampaignWishes
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode, UsageError
from bothub_cli.output.documents.campaign import CampaignRun
from bothub_cli.workflows.campaign.campaign import CampaignRequest, find_campaign


@command(
    help="Send again the rows that were refused for a time only: too many requests, unavailable, no connection.\n\n"
    "What was never tried, what was refused for good, and what may have arrived, stays as it is.",
    examples=("bothub campaign retry recipients-a1b2c3", "bothub campaign retry recipients-a1b2c3 --rate 5/s"),
    shared=("no_input", *API),
    answers=(CampaignRun,),
)
def run(
    context: AppContext,
    *,
    campaign: options.CampaignArgument = None,
    journal: options.JournalOption = None,
    rate: options.RateOption = None,
    max_errors: options.MaxErrorsOption = None,
    max_duration: options.MaxDurationOption = None,
    limit: options.LimitOption = None,
    confirm: options.ConfirmOption = None,
    force: options.ForceOption = False,
) -> ExitCode:
    if campaign is None and journal is None:
        raise UsageError(problem="which campaign?", fix="bothub campaign list")
    wishes = CampaignWishes(rate=rate, max_errors=max_errors)
    request = CampaignRequest(resume=campaign, journal=journal.absolute() if journal else None, wishes=wishes)
    found = find_campaign(context, request)
    from bothub_cli.workflows.campaign.run import RunChoices, run_campaign

    choices = RunChoices(
        limit=limit,
        max_duration=max_duration,
        confirm=confirm,
        force=force,
        reopen=frozenset({RowState.FAILED}),
        open_states=frozenset({RowState.RETURNED}),
        nothing_to_do="nothing was put off for a time, so there is nothing to retry",
    )
    return run_campaign(context, found, choices)
