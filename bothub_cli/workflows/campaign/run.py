"""Runs a campaign for ``run`` and ``retry``: plan, confirm, send, hand over what RCS does not reach, report."""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bothub_cli.campaign.journal.interface import OPEN_STATES, Journal, RowState
from bothub_cli.campaign.run.stop import Stopper, listening_to_signals
from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, ExitCode, InputRefusedError, OutputError, UsageError
from bothub_cli.output.campaign_progress import campaign_progress
from bothub_cli.output.documents.campaign import Outcomes
from bothub_cli.urls import is_loopback_url
from bothub_cli.workflows.campaign.campaign import Campaign, opened
from bothub_cli.workflows.campaign.ending import describe_run, telling_an_early_end
from bothub_cli.workflows.campaign.fallback import Fallback, check_fallback, handing_over
from bothub_cli.workflows.campaign.input import check_first_rows, read_hours, read_pace, read_rules
from bothub_cli.workflows.campaign.survey import count_invalid, survey_for_sending

if TYPE_CHECKING:
    from bothub_cli.campaign.run.engine import RunResult
    from bothub_cli.campaign.run.sample import Select
    from bothub_cli.campaign.run.start import RunOptions

CONFIRM_ABOVE = 100  # messages to real people that go out without being asked about
PATIENCE = 600.0  # seconds without one clear answer, unless --max-wait says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChoices:
    """What the user wants of this run alone."""

    limit: int | None = None
    sample: int | None = None
    max_duration: str | None = None
    confirm: int | None = None
    force: bool = False
    reopen: frozenset[RowState] = frozenset()
    open_states: frozenset[RowState] = OPEN_STATES
    nothing_to_do: str = "nothing is left to send"


def run_campaign(context: AppContext, campaign: Campaign, choices: RunChoices) -> ExitCode:
    """Run it, show how it ended, and return the exit code; raises the error that stopped it, if one did."""
    options = _read_options(context, campaign, choices)
    check_fallback(campaign.wishes)
    with opened(campaign, force=choices.force) as journal, listening_to_signals(context.printer.note) as stopper:
        invalid = _plan(context, campaign, journal, force=choices.force)
        if choices.reopen:
            journal.reopen(choices.reopen)
        pending = _count_pending(journal, choices)
        if pending:
            _confirm(context, journal, pending, choices.confirm)
        else:
            context.printer.note(choices.nothing_to_do)
        with (
            telling_an_early_end(context, campaign, journal),
            handing_over(context, campaign, options, stopper) as fallback,
        ):
            with fallback.beside_the_sending() if fallback is not None else nullcontext():
                result = _send(context, campaign, journal, options, choices, stopper) if pending else None
            error = result.error if result is not None else None
            if fallback is not None and not stopper.was_asked and error is None:
                error = _finish(fallback)
        counts = fallback.counts if fallback is not None else {}
        answer = describe_run(context, campaign, journal, result, counts)
    try:
        context.show(answer)
    except OutputError:
        if not stopper.was_asked:  # whoever closed the terminal does not read how it ended
            raise
    if error is not None:
        raise error
    return stopper.exit_code or _exit_code(answer.outcomes, invalid=invalid)


def _read_options(context: AppContext, campaign: Campaign, choices: RunChoices) -> "RunOptions":
    from bothub_cli.auth.identity import Identity
    from bothub_cli.campaign.run.start import RunOptions

    settings = context.settings
    patience = settings.max_wait.value if context.options.max_wait is not None else PATIENCE
    return RunOptions(
        rules=read_rules(campaign.wishes, limit=choices.limit, max_duration=choices.max_duration, patience=patience),
        pace=(pace := read_pace(campaign.wishes)),
        pace_file=settings.directories.paces / Identity.from_settings(settings).cache_key() if pace else None,
        window=read_hours(campaign.wishes),
    )


def _plan(context: AppContext, campaign: Campaign, journal: Journal, *, force: bool) -> int:
    """Read the list when it is new to the journal; return how many rows were left out as invalid."""
    from bothub_cli.campaign.rows.prepare import needs_survey

    invalid = 0
    if needs_survey(campaign.given, journal=journal):
        if journal.planned_from is not None and not force:
            _refuse_other_list(campaign, journal.record.recipients_path)
        check_first_rows(campaign.given)
        invalid = count_invalid(survey_for_sending(context, campaign, journal))
    journal.note_files(recipients=campaign.record.recipients_path, template=campaign.record.template_path)
    return invalid


def _refuse_other_list(campaign: Campaign, known: str) -> None:
    """Refuse people of another file, who are perhaps not those that the campaign is for; a file may grow."""
    if campaign.record.recipients_path == known:
        return
    raise InputRefusedError(
        problem=f"this campaign is for another list, {known}; nothing was sent",
        where=campaign.given.recipients.name,
        fix="write to these people too: --force; or begin a new campaign: --name NAME, without --resume",
    )


def _count_pending(journal: Journal, choices: RunChoices) -> int:
    counts = journal.counts()
    most = [count for count in (choices.limit, choices.sample) if count is not None]
    return min([sum(counts[state] for state in choices.open_states), *most])


def _confirm(context: AppContext, journal: Journal, pending: int, expected: int | None) -> None:
    """Make sure that the user knows how many people get a message. Raises UsageError, KeyboardInterrupt."""
    if expected is not None:
        if expected not in {pending, sum(journal.counts().values())}:
            raise UsageError(
                problem=f"--confirm says {expected:,} messages, there are {pending:,}", fix="bothub campaign check"
            )
        return
    if pending <= CONFIRM_ABOVE or _is_on_this_machine(context):
        return
    question = f"{pending:,} people get a message. Type the number to go on"
    answer = context.questions.ask(question, instead=f"--confirm {pending}")
    if answer.replace(",", "").replace(" ", "") != str(pending):
        raise UsageError(problem=f"{answer!r} is not {pending}: nothing was sent")


def _is_on_this_machine(context: AppContext) -> bool:
    return context.options.sandbox or is_loopback_url(context.settings.api_base.value)


def _send(
    context: AppContext,
    campaign: Campaign,
    journal: Journal,
    options: "RunOptions",
    choices: RunChoices,
    stopper: Stopper,
) -> "RunResult":
    from bothub_cli.campaign.run.start import has_fast_transport
    from bothub_cli.campaign.run.start import run_campaign as send_all

    if not has_fast_transport():
        context.printer.note("pycurl is not installed: sending goes about thirty times slower than it could")
    total = _count_pending(journal, choices)
    with campaign_progress(context.printer, total=total) as show:
        return send_all(
            campaign.given,
            journal=journal,
            destination=context.campaign_destination(),
            options=options,
            clock=context.clock,
            report=show,
            on_engine=stopper.attend,
            on_wait=lambda error, seconds: context.printer.note(
                f"{error.message}; tokens are asked for again in {seconds:.0f} s"
            ),
            select=_selection(journal, choices),
        )


def _selection(journal: Journal, choices: RunChoices) -> "Select":
    from bothub_cli.campaign.run.sample import pick_keys, pick_sample

    if choices.sample is not None:
        return pick_sample(journal.lowest_key(choices.sample))
    return iter if choices.open_states == OPEN_STATES else pick_keys(journal.keys(choices.open_states))


def _finish(fallback: Fallback) -> BothubError | None:
    """Hand over the rest; an error waits until the user has seen how the sending ended."""
    try:
        fallback.finish()
    except BothubError as error:
        return error
    return None


def _exit_code(outcomes: Outcomes, *, invalid: int) -> ExitCode:
    """13 when an outcome is unknown, else 3 when any row was not accepted (help exit-codes)."""
    if outcomes.unknown:
        return ExitCode.OUTCOME_UNKNOWN
    return ExitCode.SOME_FAILED if outcomes.refused or outcomes.failed or invalid else ExitCode.DONE
