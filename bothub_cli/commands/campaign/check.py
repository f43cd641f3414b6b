"""``bothub campaign check``: reads a list and a template as ``run`` would, and sends nothing."""

import json
from typing import TYPE_CHECKING

from bothub_cli.campaign.pace.rate import find_end
from bothub_cli.campaign.settings import CampaignWishes, join_mappings, said
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.campaign import options
from bothub_cli.commands.send.options import PhoneOption
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.output.blocks import Line, Tone
from bothub_cli.output.documents.campaign import CampaignCheck, CampaignProblem
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.workflows.campaign.campaign import CampaignRequest, require_templates
from bothub_cli.workflows.send.send import PhoneProfile, picture_of

if TYPE_CHECKING:
    from bothub_cli.campaign.rows.prepare import CampaignInput, Survey
    from bothub_cli.campaign.rows.recipients import RowProblem


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
    recipients: options.RecipientsArgument = None,
    template: options.TemplateOption = None,
    map_: options.MapOption = None,
    encoding: options.EncodingOption = None,
    unique_by: options.UniqueByOption = None,
    suppress: options.SuppressOption = None,
    skip_invalid: options.SkipInvalidOption = False,
    strict: options.StrictOption = False,
    rate: options.RateOption = None,
    window: options.WindowOption = None,
    tz: options.ZoneOption = None,
    not_on: options.NotOnOption = None,
    phone: PhoneOption = "classic",
) -> ExitCode:
    wishes = CampaignWishes(
        map=join_mappings(map_),
        encoding=encoding,
        unique_by=unique_by,
        suppress=str(suppress) if suppress else None,
        region=context.options.region,
        traffic_type=context.options.traffic_type,
        rate=rate,
        window=window,
        tz=tz,
        not_on=not_on,
        strict=said(option=strict),
        skip_invalid=said(option=skip_invalid),
    )
    request = CampaignRequest(
        recipients=str(recipients) if recipients else None, template=str(template) if template else None
    )
    return _check(context, request, wishes, phone)


def _check(context: AppContext, request: CampaignRequest, wishes: CampaignWishes, phone: PhoneProfile) -> ExitCode:
    require_templates()
    from bothub_cli.workflows.campaign.campaign import choose_files
    from bothub_cli.workflows.campaign.input import check_first_rows, read_hours, read_input, read_pace
    from bothub_cli.workflows.campaign.survey import SUPPRESSED, count_invalid

    pace, hours = read_pace(wishes), read_hours(wishes)
    given = read_input(context, choose_files(request, None), wishes)
    check_first_rows(given)
    found = _survey(context, given)
    invalid = count_invalid(found)
    end = find_end(found.plan.total, rate=pace.rate, start=context.clock.now(), window=hours) if pace else None
    answer = CampaignCheck(
        recipients=given.recipients.name,
        template=request.template,
        ready=found.plan.total,
        duplicates=found.plan.duplicates,
        suppressed=found.problems.get(SUPPRESSED, 0),
        invalid=invalid,
        problems={kind: count for kind, count in found.problems.items() if kind != SUPPRESSED},
        rate=pace.rate if pace else None,
        seconds=round(found.plan.total / pace.rate, 1) if pace else None,
        ends_at=end,
        samples=tuple(json.loads(body) for body in found.samples),
    )
    _show_samples(context, found, phone)
    if context.printer.options.json:
        context.printer.show_summary(answer, is_answer=True)
    else:
        context.show(answer)
    return ExitCode.INPUT_REFUSED if (invalid and wishes.skip_invalid != "yes") or not answer.ready else ExitCode.DONE


def _survey(context: AppContext, given: "CampaignInput") -> "Survey":
    """Plan into a journal that vanishes, and print every bad row when it is found."""
    from bothub_cli.campaign.journal.files import passing_journal
    from bothub_cli.campaign.rows.prepare import survey

    def tell(problem: "RowProblem") -> None:
        from bothub_cli.workflows.campaign.survey import document_of

        context.printer.show_row(document_of(problem))

    now = context.clock.now()
    with passing_journal() as journal:
        return survey(given, journal=journal, now=now, on_problem=tell)


def _show_samples(context: AppContext, found: "Survey", phone: PhoneProfile) -> None:
    for index, body in enumerate(found.samples, start=1):
        message = OutgoingMessage(payload=json.loads(body))
        title = Line(f"message {index}, to {message.contact}", Tone.STRONG)
        context.printer.show_blocks([title, picture_of(message, phone)])
