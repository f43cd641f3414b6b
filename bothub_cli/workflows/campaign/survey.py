"""Reads a campaign's list before anything is sent, and refuses to go on when rows are bad."""

from bothub_cli.campaign.journal.interface import Journal
from bothub_cli.campaign.rows.prepare import Survey, survey
from bothub_cli.campaign.rows.recipients import RowProblem
from bothub_cli.context import AppContext
from bothub_cli.errors import InputRefusedError
from bothub_cli.output.documents.campaign import CampaignProblem, count_rows
from bothub_cli.workflows.campaign.campaign import Campaign

SUPPRESSED = "number.suppressed"
SHOWN = 20  # bad rows that `run` shows; `check` shows all


def count_invalid(found: Survey) -> int:
    """Return how many rows have a problem; people who said STOP are none."""
    return found.invalid - found.problems.get(SUPPRESSED, 0)


def survey_for_sending(context: AppContext, campaign: Campaign, journal: Journal) -> Survey:
    """Plan the rows. Raises InputRefusedError when some are bad and the user did not say to leave them out."""
    problems: list[RowProblem] = []

    def keep_first(problem: RowProblem) -> None:
        if problem.kind != SUPPRESSED and len(problems) < SHOWN:
            problems.append(problem)

    context.printer.note(f"checking {campaign.given.recipients.name}")
    found = survey(campaign.given, journal=journal, now=context.clock.now(), on_problem=keep_first)
    invalid = count_invalid(found)
    if not context.printer.options.json:
        for problem in problems:
            context.printer.warn_blocks(document_of(problem).blocks())
    if invalid and campaign.wishes.skip_invalid != "yes":
        raise InputRefusedError(
            problem=f"{count_rows(invalid)} cannot be used, nothing was sent",
            where=campaign.given.recipients.name,
            fix="see all of them: bothub campaign check; or go on without them: --skip-invalid",
        )
    _tell_left_out(context, found, invalid)
    return found


def _tell_left_out(context: AppContext, found: Survey, invalid: int) -> None:
    counts = {
        "invalid": invalid,
        "repeated": found.plan.duplicates,
        "suppressed": found.problems.get(SUPPRESSED, 0),
    }
    if words := ", ".join(f"{count:,} {word}" for word, count in counts.items() if count):
        context.printer.note(f"rows left out: {words}")


def document_of(problem: RowProblem) -> CampaignProblem:
    """Return the problem as an answer."""
    return CampaignProblem(
        line=problem.line, column=problem.column, kind=problem.kind, problem=problem.problem, fix=problem.fix
    )
