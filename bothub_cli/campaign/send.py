"""The story of a run: read the list, ask for a yes, send, hand over what RCS does not reach, say how it ended."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol

from bothub_cli.amounts import count_words
from bothub_cli.campaign.check import check_campaign
from bothub_cli.campaign.definition import Campaign
from bothub_cli.campaign.fallback.deliveries import FindStatus, find_deliveries
from bothub_cli.campaign.fallback.hand_over import Fallback
from bothub_cli.campaign.fallback.in_doubt import RowsInDoubt, find_rows_in_doubt
from bothub_cli.campaign.fallback.search import FallbackPlatform
from bothub_cli.campaign.journal.interface import OPEN_STATES, Journal, JournalLostError, RowState
from bothub_cli.campaign.pace.bucket import OwnBucket, read_state
from bothub_cli.campaign.pace.pace import Pace, PaceState
from bothub_cli.campaign.rows.cost import Prices, check_cost, estimate_cost, read_max_cost
from bothub_cli.campaign.rows.survey import Survey, needs_survey
from bothub_cli.campaign.rows.warnings import CampaignWarning
from bothub_cli.campaign.run.engine import Engine, RunResult
from bothub_cli.campaign.run.limits import RunRules, read_max_duration
from bothub_cli.campaign.run.options import RunOptions
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.campaign.run.sample import Select, pick_keys, pick_sample
from bothub_cli.campaign.run.start import Destination, has_fast_transport, make_bucket, send_rows
from bothub_cli.campaign.run.stop import Stopper
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.client import BothubClient
from bothub_cli.clock import Clock, SystemClock
from bothub_cli.errors import BothubError, ExitCode, InputRefusedError
from bothub_cli.field_check import check_fields
from bothub_cli.lists.recipients import SUPPRESSED, RowProblem

MAX_WAIT = 600.0  # seconds without one clear answer before a run gives up
PROBLEMS_SHOWN = 20  # bad rows that a run tells; a check tells all

RunEnding = Literal["finished", "stopped", "limit", "error", "planned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChoices:
    """What is wanted of this run alone."""

    limit: int | None = None
    """It ends after so many messages."""
    sample: int | None = None
    """It sends to so many rows of all."""
    max_duration: str | float | timedelta | None = None
    """It ends after that time: seconds, "30m", or a timedelta."""
    force: bool = False
    """Go on although the list has changed."""
    reopen: frozenset[RowState] = frozenset()
    """Rows that ended in these states are taken up again."""
    open_states: frozenset[RowState] = OPEN_STATES
    """Those that are sent at all."""
    plan_only: bool = False
    """Nothing is sent."""
    nothing_to_do: str = "nothing is left to send"
    """What is noted when no row is left."""

    def __post_init__(self) -> None:
        check_fields(self)


def _ignore(_: object) -> None:
    """Nobody listens."""


def _ignore_progress(_total: int) -> AbstractContextManager[Callable[[RunProgress], None]]:
    return nullcontext(_ignore)


def _allow(pending: int, total: int) -> None:
    """Nobody is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """What a run says, each to a callable."""

    note: Callable[[str], None] = _ignore
    """What happens."""
    warn: Callable[[str], None] = _ignore
    """What may be wrong."""
    problem: Callable[[RowProblem], None] = _ignore
    """A row that cannot be sent."""
    doubt: Callable[[CampaignWarning], None] | None = None
    """What looks wrong in the list; who names none hears it as a warning."""
    progress: Callable[[int], AbstractContextManager[Callable[[RunProgress], None]]] = _ignore_progress
    """Is given the number of messages, and opens what hears each moment of the sending."""

    def __post_init__(self) -> None:
        check_fields(self)

    def tell_doubt(self, doubt: CampaignWarning) -> None:
        """Say what looks wrong and goes out all the same."""
        if self.doubt is None:
            self.warn(doubt.words())
        else:
            self.doubt(doubt)


class Machines(Protocol):
    """Whoever sends a campaign that several machines share; this machine is one of them."""

    def release(self, journal: Journal, settings: CampaignSettings, rules: RunRules) -> None:
        """Let every machine send what is planned, as the settings say, until a limit of the rules is reached."""
        ...

    def clock(self, journal: Journal, own: Clock) -> Clock:
        """Return the clock by which all machines go: outcomes, and what waits for them, are of one time."""
        ...

    def send(self, journal: Journal, options: RunOptions, report: Callable[[RunProgress], None]) -> RunResult:
        """Take part until nothing is left for anybody."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What a campaign is sent with, all of it given."""

    destination: Destination
    """The bot that sends: ``Client.campaign_destination()``."""
    clock: Clock = field(default_factory=SystemClock)
    """What time it is."""
    stopper: Stopper = field(default_factory=lambda: Stopper(_ignore))
    """Hears the signals that end a run in order."""
    listeners: Listeners = field(default_factory=Listeners)
    """Who hears what the run says."""
    confirm: Callable[[int, int], None] = _allow
    """Gets the messages of this run and the rows of all, and raises when they are not to go out."""
    pace_file: Path | None = None
    """Shares the rate with the machine's other processes."""
    max_wait: float = MAX_WAIT
    """Seconds that a run goes on without a clear answer."""
    prices: Prices = field(default_factory=Prices)
    """Those of the user's contract."""
    machines: Machines | None = None
    """Sends when the journal is shared with other machines."""
    client: Callable[[], BothubClient] | None = None
    """For the fallback: asks about messages and takes them back."""
    find_status: FindStatus | None = None
    """For the fallback: what a webhook heard; None when none ran."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What the fallback's program gets."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEnd:
    """How a run of a campaign ended."""

    campaign: Campaign
    """Which one."""
    ended: RunEnding
    """In a word."""
    counts: Mapping[RowState, int]
    """Where all rows of the campaign stand."""
    progress: RunProgress | None
    """What this run did; None when it only planned."""
    fallback: Mapping[str, int]
    """How many rows the other channel took, by outcome."""
    invalid: int = 0
    """Rows that cannot be sent at all."""
    doubts: RowsInDoubt = field(default_factory=RowsInDoubt)
    """Rows that may have gone the other way."""
    error: BothubError | KeyboardInterrupt | None = None
    """What ended the run early."""
    stopped_by: ExitCode | None = None
    """128 + the signal that stopped it."""

    @property
    def can_go_on(self) -> bool:
        """Tell whether rows are still to be sent, by a journal that is still there."""
        is_left = self.counts[RowState.PLANNED] + self.counts[RowState.RETURNED] > 0
        return is_left and not isinstance(self.error, JournalLostError)

    @property
    def exit_code(self) -> ExitCode:
        """13 when an outcome is unknown, else 3 when any row was not accepted (help exit-codes)."""
        if self.stopped_by is not None:
            return self.stopped_by
        if self.ended == "stopped":
            return ExitCode.LIMIT_REACHED  # by somebody else: bothub campaign stop
        if self.counts[RowState.UNKNOWN]:
            return ExitCode.OUTCOME_UNKNOWN
        is_whole = not (self.counts[RowState.REFUSED] or self.counts[RowState.FAILED] or self.invalid)
        return ExitCode.DONE if is_whole else ExitCode.SOME_FAILED


def send_campaign(campaign: Campaign, choices: RunChoices, equipment: Equipment) -> CampaignEnd:
    """Send what is left of a campaign, and say how that ended, also when it broke off.

    Raises BothubError when nothing of it has begun.
    """
    said = campaign.settings.max_cost
    max_cost = read_max_cost(said, equipment.prices) if said is not None else None
    options = _complete_options(campaign, choices, equipment)
    campaign.channel.check()
    with _opened(campaign, force=choices.force) as journal:
        invalid = _plan(campaign, journal, equipment, force=choices.force)
        if choices.reopen:
            journal.reopen(choices.reopen)
        pending = _count_pending(journal, choices)
        if pending:
            _tell_cost(journal, equipment, pending, most=max_cost)
            equipment.confirm(pending, sum(journal.counts().values()))
        else:
            equipment.listeners.note(choices.nothing_to_do)
        if equipment.machines is not None and pending:
            equipment.machines.release(journal, campaign.settings, options.rules)
        run = _Run(campaign, journal, choices, equipment, options)
        if choices.plan_only:
            return run.describe(ended="planned", invalid=invalid)
        try:
            return run.go(pending, invalid)
        except (BothubError, KeyboardInterrupt) as error:
            if (end := run.describe_early_end(error)) is None:
                raise
            return end


@contextmanager
def _opened(campaign: Campaign, *, force: bool) -> Iterator[Journal]:
    """Open the journal for sending; one that is new, and was not used in the end, is taken away again."""
    is_new = not campaign.place.exists()
    journal = campaign.place.open_for_sending(campaign.record, force=force)
    try:
        yield journal
    except BaseException:
        unused = is_new and _is_unused(journal)
        journal.close()
        if unused:
            campaign.place.discard(journal)
        raise
    journal.close()


def _is_unused(journal: Journal) -> bool:
    with suppress(BothubError):
        counts = journal.counts()
        return all(count == 0 for state, count in counts.items() if state is not RowState.PLANNED)
    return False


def _complete_options(campaign: Campaign, choices: RunChoices, equipment: Equipment) -> RunOptions:
    options = campaign.options
    rules = replace(
        options.rules,
        limit=choices.limit,
        max_duration=read_max_duration(choices.max_duration),
        max_wait=equipment.max_wait,
    )
    return replace(options, rules=rules, pace_file=equipment.pace_file if options.pace else None)


def _plan(campaign: Campaign, journal: Journal, equipment: Equipment, *, force: bool) -> int:
    """Read the list when it is new to the journal; return how many rows were left out as invalid."""
    invalid = 0
    if campaign.is_elsewhere:
        if force or not journal.planned_from:  # it is planned anew, or its messages were deleted
            campaign.given.recipients.open()
        return invalid
    is_cost_missing = campaign.settings.max_cost is not None and journal.billing() is None
    # what lies sealed in a ledger may be lost, with its key or by time: --force makes it anew from the list
    is_made_anew = force and equipment.machines is not None
    if is_cost_missing or is_made_anew or needs_survey(campaign.given, journal=journal):
        if journal.planned_from is not None and not force:
            _refuse_other_list(campaign, journal.record.recipients_path)
        invalid = _survey(campaign, journal, equipment).unusable
    journal.note_files(recipients=campaign.record.recipients_path, template=campaign.record.template_path)
    return invalid


def _tell_cost(journal: Journal, equipment: Equipment, pending: int, *, most: Decimal | None) -> None:
    """Say what the whole campaign costs by its list. Raises LimitReachedError when that may be more than is wanted."""
    billing, prices = journal.billing(), equipment.prices
    if billing is None:
        return
    if most is not None:
        counts = journal.counts()
        gone = sum(counts.values()) - sum(counts[state] for state in OPEN_STATES)
        check_cost(billing, prices, most=most, rows=gone + pending)
    if (cost := estimate_cost(billing, prices)) is not None:
        equipment.listeners.note(f"the whole list costs about {cost.words()}")


def _refuse_other_list(campaign: Campaign, known: str) -> None:
    """Refuse people of another file, who are perhaps not those that the campaign is for; a file may grow."""
    if campaign.record.recipients_path == known:
        return
    raise InputRefusedError(
        problem=f"this campaign is for another list, {known}; nothing was sent",
        where=campaign.given.recipients.name,
        fix="write to these people too: --force; or begin a new campaign: --name NAME, without --resume",
    )


def _survey(campaign: Campaign, journal: Journal, equipment: Equipment) -> Survey:
    """Plan the rows. Raises InputRefusedError when some are bad and the user did not say to leave them out."""
    listeners, problems = equipment.listeners, list[RowProblem]()

    def keep_first(problem: RowProblem) -> None:
        if problem.kind != SUPPRESSED and len(problems) < PROBLEMS_SHOWN:
            problems.append(problem)

    listeners.note(f"checking {campaign.given.recipients.name}")
    pace_file = equipment.pace_file
    found = check_campaign(
        campaign.given,
        campaign.options,
        journal=journal,
        clock=equipment.clock,
        pace_state=lambda: read_state(pace_file) if pace_file is not None else PaceState(),
        on_problem=keep_first,
    ).found
    for problem in problems:
        listeners.problem(problem)
    for warning in found.warnings:
        listeners.tell_doubt(warning)
    if found.unusable and campaign.settings.skip_invalid != "yes":
        raise InputRefusedError(
            problem=f"{count_words(found.unusable, 'row')} cannot be used, nothing was sent",
            where=campaign.given.recipients.name,
            fix="see all of them: bothub campaign check; or go on without them: --skip-invalid",
        )
    if left_out := found.describe_left_out():
        listeners.note(f"rows left out: {left_out}")
    return found


def _count_pending(journal: Journal, choices: RunChoices) -> int:
    counts = journal.counts()
    most = [count for count in (choices.limit, choices.sample) if count is not None]
    return min([sum(counts[state] for state in choices.open_states), *most])


class _Run:
    """One run of a campaign whose journal is open."""

    def __init__(
        self,
        campaign: Campaign,
        journal: Journal,
        choices: RunChoices,
        equipment: Equipment,
        options: RunOptions,
    ) -> None:
        self._campaign = campaign
        self._journal = journal
        self._choices = choices
        self._equipment = equipment
        self._options = options

    def go(self, pending: int, invalid: int) -> CampaignEnd:
        """Send, with the fallback beside it where one is wanted."""
        stopper = self._equipment.stopper
        with self._fallback() as fallback:
            with fallback.beside_the_sending() if fallback is not None else nullcontext():
                result = self._send(pending) if pending else None
            error = result.error if result is not None else None
            if result is not None and result.ended == "finished" and self._is_for_all:
                self._journal.note_gone()
            if fallback is not None and not stopper.was_asked and error is None:
                error = _finish(fallback)
        return self.describe(
            ended=_name_ending(result),
            progress=result.progress if result is not None else None,
            fallback=fallback.counts if fallback is not None else None,
            invalid=invalid,
            error=error,
            stopped_by=stopper.exit_code,
        )

    def describe(
        self,
        *,
        ended: RunEnding,
        progress: RunProgress | None = None,
        fallback: Mapping[str, int] | None = None,
        invalid: int = 0,
        error: BothubError | KeyboardInterrupt | None = None,
        stopped_by: ExitCode | None = None,
    ) -> CampaignEnd:
        """Say where the campaign stands now that the run has ended."""
        return CampaignEnd(
            campaign=self._campaign,
            ended=ended,
            counts=self._journal.counts(),
            progress=progress,
            fallback=fallback or {},
            invalid=invalid,
            doubts=find_rows_in_doubt(self._journal),
            error=error,
            stopped_by=stopped_by,
        )

    @property
    def _is_for_all(self) -> bool:
        """Tell whether the run looked for every row that is still to be sent."""
        choices = self._choices
        return choices.limit is None and choices.sample is None and choices.open_states == OPEN_STATES

    def describe_early_end(self, error: BothubError | KeyboardInterrupt) -> CampaignEnd | None:
        """Say what is known when the journal failed or the user would not wait; None when nothing had begun."""
        with suppress(BothubError):  # a journal that is gone: the error says so
            counts = self._journal.counts()
            left = counts[RowState.PLANNED] + counts[RowState.RETURNED]
            if left < sum(counts.values()):
                return self.describe(ended="error" if isinstance(error, BothubError) else "stopped", error=error)
        return None

    def _send(self, pending: int) -> RunResult:
        equipment, note = self._equipment, self._equipment.listeners.note
        if not has_fast_transport():
            note("pycurl is not installed: sending goes about thirty times slower than it could")
        engines: list[Engine] = []

        def attend(engine: Engine) -> None:
            engines.append(engine)
            equipment.stopper.attend(engine.stop)

        with equipment.listeners.progress(pending) as show:

            def watch(progress: RunProgress) -> None:
                if self._campaign.place.is_asked_to_stop():
                    engines[0].stop()
                show(progress)

            if equipment.machines is not None:
                return equipment.machines.send(self._journal, self._options, show)
            return send_rows(
                self._campaign.given,
                journal=self._journal,
                destination=equipment.destination,
                options=self._options,
                clock=equipment.clock,
                report=watch,
                on_engine=attend,
                on_wait=lambda error, seconds: note(f"{error.message}; tokens are asked for again in {seconds:.0f} s"),
                select=self._selection(),
            )

    def _selection(self) -> Select:
        choices = self._choices
        if choices.sample is not None:
            return pick_sample(self._journal.lowest_key(choices.sample))
        return iter if choices.open_states == OPEN_STATES else pick_keys(self._journal.keys(choices.open_states))

    @contextmanager
    def _fallback(self) -> Iterator[Fallback | None]:
        """Give the block what hands rows over; None when no fallback is wanted."""
        channel = self._campaign.channel
        if channel.file is None and channel.command is None:
            yield None
            return
        if self._campaign.is_elsewhere:
            self._equipment.listeners.warn(
                "this machine hands nothing over: the list is on another one, where `bothub campaign run --resume"
                f" {self._campaign.record.campaign_id}` does it"
            )
            yield None
            return
        with closing(self._campaign.place.open_beside()) as journal:
            machines, own = self._equipment.machines, self._equipment.clock
            yield Fallback(
                replace(channel, environment=self._equipment.environment),
                self._campaign.given,
                journal,
                make_delivery=self._find_deliveries,
                clock=own if machines is None else machines.clock(journal, own),
                was_asked=lambda: self._equipment.stopper.was_asked,
                note=self._equipment.listeners.note,
                warn=self._equipment.listeners.warn,
            )

    def _find_deliveries(self, after: float, is_stopped: Callable[[], bool]) -> FallbackPlatform:
        equipment = self._equipment
        assert equipment.client is not None, "a fallback that waits for deliveries needs a client"
        if equipment.find_status is None:
            equipment.listeners.note(
                "no webhook listener ran here: the API is asked about each delivery, out of the same rate"
            )
        # asking keeps to Orange's limit when sending has none
        shared = make_bucket(self._options, equipment.clock) if self._options.pace_file is not None else None
        return find_deliveries(
            equipment.client(),
            equipment.find_status,
            after=after,
            bucket=shared or OwnBucket(Pace(), clock=equipment.clock),
            clock=equipment.clock,
            is_stopped=is_stopped,
        )


def _finish(fallback: Fallback) -> BothubError | None:
    """Hand over the rest; an error waits until the user has seen how the sending ended."""
    try:
        fallback.finish()
    except BothubError as error:
        return error
    return None


def _name_ending(result: RunResult | None) -> RunEnding:
    if result is None:
        return "finished"
    if result.error is not None:
        return "limit" if result.error.exit_code is ExitCode.LIMIT_REACHED else "error"
    return result.ended
