"""``bothub campaign retry``: sends again what the API put off for a time, and nothing else."""

from bothub_cli.campaign.journal.files import JournalFile
from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.requirements import require_templates
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.output.documents.campaign.run import CampaignRun


@command(
    help="Send again the rows that were refused for a time only: too many requests, unavailable, no connection.\n\n"
    "What was never tried, what was refused for good, and what may have arrived, stays as it is.",
    examples=("bothub campaign retry recipients-a1b2c3", "bothub campaign retry recipients-a1b2c3 --rate 5/s"),
    shared=("ledger", "no_input", *API),
    answers=(CampaignRun,),
)
def run(
    context: AppContext,
    *,
    campaign: options.CampaignArgument = None,
    journal: options.JournalFileOption = None,
    rate: options.RateOption = None,
    limits: options.LimitOptions,
    confirm: options.ConfirmOption = None,
    force: options.ForceOption = False,
) -> ExitCode:
    options.require_name(campaign, journal)
    options.refuse_for_shared(context, **{"--journal": journal, "--limit": limits.limit})
    require_templates()
    # the libraries that fill templates and send come with these, and need not be there for --help
    from bothub_cli.campaign.definition import CampaignRequest  # loads jinja2
    from bothub_cli.campaign.send import RunChoices  # loads jinja2
    from bothub_cli.commands.campaign.running import find_campaign, run_campaign, show_end  # loads jinja2

    request = CampaignRequest(
        resume=campaign or (journal.stem if journal else None),  # one that is there, of either kind
        place=JournalFile(journal.absolute()) if journal else None,
        settings=CampaignSettings(rate=rate, max_errors=limits.max_errors, max_cost=limits.max_cost),
    )
    choices = RunChoices(
        limit=limits.limit,
        max_duration=limits.max_duration,
        force=force,
        reopen=frozenset({RowState.FAILED, RowState.SUPPRESSED}),
        open_states=frozenset({RowState.RETURNED}),
        nothing_to_do="nothing was put off for a time, so there is nothing to retry",
    )
    return show_end(context, run_campaign(context, find_campaign(context, request), choices, confirm=confirm))
