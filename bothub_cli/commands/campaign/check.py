"""``bothub campaign check``: reads a list and a template as ``run`` would, and sends nothing."""

import json
from typing import TYPE_CHECKING

from bothub_cli.campaign.journal.files import passing_journal
from bothub_cli.campaign.pace.bucket import read_state
from bothub_cli.campaign.requirements import require_templates
from bothub_cli.campaign.rows.cost import check_cost, read_max_cost
from bothub_cli.campaign.rows.problem_groups import ProblemGroups
from bothub_cli.campaign.run.options import read_run_options
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.campaign import options
from bothub_cli.commands.send.options import PhoneOption, PhoneProfile
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.library.assembly import campaign_pace_file, campaign_prices
from bothub_cli.output.blocks import TextLine, Tone
from bothub_cli.output.documents.campaign.check import (
    CampaignCheck,
    CampaignProblem,
    describe_alike,
    describe_check,
    describe_problem,
)
from bothub_cli.output.pictures import picture_of
from bothub_cli.sending.compose import OutgoingMessage

if TYPE_CHECKING:
    from bothub_cli.campaign.rows.survey import Survey
    from bothub_cli.lists.recipients import RowProblem


@command(
    help="Check a list and a template without sending anything: counts, every bad row with line and column,\n"
    "the first three messages as pictures, and how long sending takes.",
    examples=(
        "bothub campaign check recipients.csv --template offer.yaml --map to=phone",
        "bothub campaign check recipients.csv --template offer.yaml --rate 10/s --window 08:30-20:00",
        "bothub campaign check messages.jsonl.gz --json",
    ),
    shared=("traffic_type", "region", *API),
    answers=(CampaignCheck, CampaignProblem),
)
def run(
    context: AppContext,
    *,
    rows: options.CampaignListOptions,
    rate: options.RateOption = None,
    hours: options.HoursOptions,
    max_cost: options.MaxCostOption = None,
    phone: PhoneOption = "classic",
) -> ExitCode:
    require_templates()
    # the libraries that fill templates come with these, and need not be there for --help
    from bothub_cli.campaign.check import check_campaign  # loads jinja2
    from bothub_cli.campaign.definition import CampaignRequest, choose_files  # loads jinja2
    from bothub_cli.campaign.rows.read import read_input  # loads jinja2
    from bothub_cli.commands.campaign.running import surroundings_of  # loads jinja2

    settings = options.read_settings(
        context.options, rows, pace=options.PaceOptions(rate=rate), hours=hours, now=context.clock.now()
    )
    request = CampaignRequest(
        recipients=str(rows.recipients) if rows.recipients else None,
        template=str(rows.template) if rows.template else None,
    )
    given = read_input(choose_files(request, None), settings, surroundings_of(context))
    prices = campaign_prices(context.settings)
    most = read_max_cost(max_cost, prices) if max_cost is not None else None
    groups = ProblemGroups()

    def tell(problem: "RowProblem") -> None:
        if groups.take(problem) or context.printer.options.json:
            context.printer.show_row(describe_problem(problem))

    with passing_journal() as journal:
        checked = check_campaign(
            given,
            read_run_options(settings),
            journal=journal,
            clock=context.clock,
            pace_state=lambda: read_state(campaign_pace_file(context.settings)),
            on_problem=tell,
            prices=prices,
        )
    if not context.printer.options.json:
        context.printer.show_blocks(describe_alike(groups.large()))
    answer = describe_check(
        checked, recipients=given.recipients.name, template=str(request.template) if request.template else None
    )
    _show_samples(context, checked.found, phone)
    if context.printer.options.json:
        context.printer.show_summary(answer, is_answer=True)
    else:
        context.show(answer)
    if most is not None:
        check_cost(checked.found.billing, prices, most=most, rows=answer.ready)
    return ExitCode.INPUT_REFUSED if (answer.invalid and not rows.skip_invalid) or not answer.ready else ExitCode.DONE


def _show_samples(context: AppContext, found: "Survey", phone: PhoneProfile) -> None:
    for index, body in enumerate(found.samples, start=1):
        message = OutgoingMessage(payload=json.loads(body))
        title = TextLine(f"message {index}, to {message.contact}", Tone.STRONG)
        context.printer.show_blocks([title, picture_of(message, phone)])
