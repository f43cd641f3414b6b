"""The story of a machine that takes part in a campaign: blocks from the shared ledger, one engine, one rate."""

import math
import os
import socket
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version

from bothub_cli.amounts import count_words
from bothub_cli.campaign.journal.interface import OPEN_STATES, Journal, SlowDowns
from bothub_cli.campaign.ledger.blocks import BlockKeeper, Machine
from bothub_cli.campaign.ledger.journal import LedgerJournal
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.link import LedgerConnection
from bothub_cli.campaign.ledger.pace import LedgerBucket
from bothub_cli.campaign.ledger.seal import BlockSeal
from bothub_cli.campaign.ledger.suppressions import ListedHashes
from bothub_cli.campaign.pace.bucket import Bucket
from bothub_cli.campaign.rows.prepared_row import FindSuppressed, find_nobody
from bothub_cli.campaign.run.engine import Engine, RunResult
from bothub_cli.campaign.run.limits import RunRules, read_limit
from bothub_cli.campaign.run.options import RunOptions, read_run_options
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.campaign.run.start import Destination, make_engine, make_transport
from bothub_cli.campaign.run.tokens import TokenKeeper
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.clock import Clock, SystemClock
from bothub_cli.errors import BothubError, ConfigurationError, LimitReachedError
from bothub_cli.transport.bulk import BulkTransport
from bothub_cli.transport.retry import RetryPolicy

_LOOK_EVERY = 1.0  # seconds between two looks for something to send
_TIDY_EVERY = 3600.0  # seconds between two looks for messages that are kept no longer
_WHY_STOPPED = {
    "stop": "somebody stopped this campaign for all machines",
    "plan": "this campaign is being planned again; nobody sends it meanwhile",
}


class ServerClock:
    """The time of the ledger's server, which is the same for all machines; it goes as this machine's clock goes."""

    def __init__(self, link: LedgerConnection, own: Clock) -> None:
        self._link = link
        self._own = own

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._link.server_now(), UTC)

    def monotonic(self) -> float:
        return self._own.monotonic()

    def sleep(self, seconds: float) -> None:
        self._own.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEquipment:
    """What a machine takes part with; each callable hears of it what its name says.

    ``on_engine`` gets the way to stop it, ``on_wait`` what keeps the first tokens from being had, and for how long.
    ``find_suppressed`` knows whom this machine's own list spares, beside those of the shared one.
    """

    destination: Destination
    clock: Clock = field(default_factory=SystemClock)
    report: Callable[[RunProgress], None] = lambda progress: None  # noqa: ARG005  nobody looks
    on_engine: Callable[[Callable[[], None]], None] = lambda stop: None  # noqa: ARG005  nobody stops it
    on_wait: Callable[[BothubError, float], None] = lambda error, seconds: None  # noqa: ARG005  nobody is told
    note: Callable[[str], None] = lambda text: None  # noqa: ARG005  nobody is told
    make_transport: Callable[[Destination], BulkTransport] = make_transport
    find_suppressed: FindSuppressed = find_nobody


WatchCampaign = Callable[[str, int], AbstractContextManager[Callable[[RunProgress], None]]]


def watch_nothing(_name: str, _total: int) -> AbstractContextManager[Callable[[RunProgress], None]]:
    """Nobody looks."""
    return nullcontext(lambda _progress: None)


@dataclass(frozen=True, slots=True)
class LedgerMachines:
    """The ``Machines`` of a campaign in the shared ledger."""

    ledger: SharedLedger
    equipment: WorkEquipment

    def release(self, journal: Journal, settings: CampaignSettings, rules: RunRules) -> None:
        assert isinstance(journal, LedgerJournal)
        journal.note_settings(settings.remembered())
        journal.release(max_duration=rules.max_duration)
        self.ledger.forget_old_messages()

    def clock(self, journal: Journal, own: Clock) -> Clock:
        assert isinstance(journal, LedgerJournal)
        return ServerClock(journal.link, own)

    def send(self, journal: Journal, options: RunOptions, report: Callable[[RunProgress], None]) -> RunResult:
        assert isinstance(journal, LedgerJournal)
        return take_part(self.ledger, journal, options, replace(self.equipment, report=report))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDone:
    """What a worker did: the campaigns that it took part in, and the rows that it brought to an end."""

    campaigns: tuple[str, ...]
    finished: int
    bad: int
    was_stopped: bool


def work(
    ledger: SharedLedger,
    equipment: WorkEquipment,
    *,
    name: str | None,
    until_done: bool,
    concurrency: int | None,
    max_wait: float,
    was_asked: Callable[[], bool],
    note: Callable[[str], None],
    say_error: Callable[[BothubError], str] = lambda error: error.message,
    watch: WatchCampaign = watch_nothing,
) -> WorkDone:
    """Take part in whatever is to be sent for this bot, or in one campaign, one after another.

    ``until_done`` ends when nothing is left; else it waits for more until it is asked to stop. ``watch`` is given the
    name of each campaign and how many rows it has left, and opens what hears of its progress on this machine.
    ``note`` is told of each step, with errors in the words of ``say_error``.
    """
    enduring = replace(ledger, max_wait=max_wait)
    # with nothing in hand, nobody waits for a ledger that is away once this machine is to stop
    idle = replace(enduring, times=replace(enduring.times, drain_within=0.0))
    equipment.on_engine(enduring.absence.ask_to_stop)
    campaigns: list[str] = []
    finished = bad = 0
    is_waiting = False
    tidy_at = -math.inf
    while not was_asked():
        try:
            if (now := equipment.clock.monotonic()) >= tidy_at:
                idle.forget_old_messages()
                tidy_at = now + _TIDY_EVERY
            found = [each for each in idle.to_send() if name in {None, each}]
            if not found:
                if until_done and not (name is not None and _is_being_planned(idle, name)):
                    break
                if not is_waiting:
                    note("nothing is to be sent now; waiting")
                is_waiting = True
                equipment.clock.sleep(_LOOK_EVERY)
                continue
            journal, left = _open(idle, found[0])
        except ConfigurationError:
            if was_asked():
                break
            raise
        is_waiting = False
        with closing(journal):
            options = read_options(journal, concurrency=concurrency, max_wait=max_wait)
            with watch(found[0], left) as show:
                note(f"taking part: {count_words(left, 'row')} left for all machines")
                result = take_part(enduring, journal, options, replace(equipment, report=show))
                note(f"{_say_why(result, say_error)}; {count_words(result.progress.finished, 'row')} by this machine")
        finished += result.progress.finished
        bad += result.progress.bad
        campaigns += [found[0]] if found[0] not in campaigns else []
        if result.error is not None and not isinstance(result.error, LimitReachedError):
            raise result.error
    return WorkDone(campaigns=tuple(campaigns), finished=finished, bad=bad, was_stopped=was_asked())


def _open(ledger: SharedLedger, name: str) -> tuple[LedgerJournal, int]:
    """Open a campaign to take part; return with it how many of its rows are left for all machines."""
    journal = ledger.place(name).open_to_work()
    try:
        counts = journal.counts()
        journal.find_number_hash()
    except BaseException:
        journal.close()
        raise
    return journal, sum(counts[state] for state in OPEN_STATES)


def _say_why(result: RunResult, say_error: Callable[[BothubError], str]) -> str:
    if result.error is not None:
        return say_error(result.error)
    return "nothing is left" if result.ended == "finished" else "stopped here"


def _is_being_planned(ledger: SharedLedger, name: str) -> bool:
    with closing(ledger.place(name).open_for_reading()) as journal:
        return journal.order == "plan"


def read_options(journal: LedgerJournal, *, concurrency: int | None, max_wait: float) -> RunOptions:
    """Return how a campaign is to be sent, as whoever planned it wanted."""
    options = read_run_options(CampaignSettings().completed(journal.record.settings))
    rules = replace(options.rules, concurrency=concurrency or options.rules.concurrency, max_wait=max_wait)
    return replace(options, rules=rules)


def take_part(ledger: SharedLedger, journal: LedgerJournal, options: RunOptions, equipment: WorkEquipment) -> RunResult:
    """Send what this machine gets of a released campaign, until nothing is left for anybody, or all are to stop.

    Raises ConfigurationError when the ledger cannot be used for longer than the rules' max_wait, or has forgotten.
    """
    secret = ledger.secret()
    rules = replace(options.rules, is_journal_far=True, max_duration=journal.max_duration)
    options = replace(options, rules=rules)
    max_wait = options.rules.max_wait
    looking = ledger.link(max_wait=max_wait)
    looking.expect(journal.incarnation)
    engines: list[Engine] = []

    def stop_engines() -> None:
        for engine in engines:
            engine.stop()

    def hear_signal() -> None:
        ledger.absence.ask_to_stop()
        stop_engines()

    keeper = BlockKeeper(
        looking,
        journal.id,
        machine=Machine(id=name_process(), host=socket.gethostname(), version=version("bothub-rcs")),
        seal=BlockSeal(secret, salt=journal.salt, campaign=journal.record.campaign_id),
        tickets=journal.tickets,
        listed=ListedHashes(bot=ledger.bot, number_hash=journal.find_number_hash()),
        on_stop=stop_engines,
        has_limits=_has_limits(options.rules),
        times=ledger.times,
    )
    journal.on_ended(keeper.note_ended)
    journal.outlive_outages(max_wait, ledger.times)
    bucket = _make_bucket(ledger, options, max_wait)
    transport = None
    try:
        retry = RetryPolicy(max_wait=max_wait)
        with TokenKeeper(equipment.destination.tokens, retry=retry, wait=_waiting(equipment)) as tokens:
            transport = equipment.make_transport(equipment.destination)
            keeper.start()

            def report(progress: RunProgress) -> None:
                keeper.tally.finished = progress.finished
                keeper.tally.bad = progress.bad
                keeper.tally.rate = progress.rate
                equipment.report(replace(progress, is_shared=True))

            engine = make_engine(
                journal=journal,
                destination=equipment.destination,
                keeper=tokens,
                transport=transport,
                options=options,
                clock=ServerClock(looking, equipment.clock),
                report=report,
                bucket=bucket,
                hold=keeper.hold,
                find_suppressed=lambda numbers: {
                    *keeper.listed.find_listed(numbers),
                    *equipment.find_suppressed(numbers),
                },
                find_elsewhere=lambda: keeper.elsewhere,
            )
            engines.append(engine)
            if keeper.order != "run":
                engine.stop()
            equipment.on_engine(hear_signal)
            result = _end(engine.run(keeper), keeper, journal, equipment)
            if result.progress.slow_downs != SlowDowns():
                journal.note_slow_downs(result.progress.slow_downs)
            return result
    except ConfigurationError as error:
        if not ledger.absence.is_to_stop:
            raise
        problem = f"{error.problem}; asked to stop, this machine ended without it: what it could not tell is unknown"
        raise ConfigurationError(problem=problem, where=error.where, fix=error.fix) from error
    finally:
        keeper.close()
        if isinstance(bucket, LedgerBucket):
            bucket.close()
        if transport is not None:
            transport.close()


def name_process() -> str:
    """Return a name for what this process does of one campaign: the number by which its host knows it, and chance."""
    return f"{os.getpid()}-{uuid.uuid4().hex}"


def _end(result: RunResult, keeper: BlockKeeper, journal: LedgerJournal, equipment: WorkEquipment) -> RunResult:
    """Let all stop at a limit that was reached here; say why this machine stopped where others wanted it."""
    if isinstance(result.error, LimitReachedError):
        journal.ask_to_stop("limit", result.error.limit)
    elif keeper.order == "limit" and result.error is None:
        return replace(result, ended="limit", error=read_limit(str(keeper.reason)))
    elif keeper.order != "run":
        equipment.note(keeper.reason or _WHY_STOPPED[keeper.order])
    return result


def _has_limits(rules: RunRules) -> bool:
    return any(limit is not None for limit in (rules.max_errors, rules.max_error_share, rules.max_duration))


def _make_bucket(ledger: SharedLedger, options: RunOptions, max_wait: float) -> Bucket | None:
    if options.pace is None:
        return None
    link = ledger.link(durable=False, max_wait=max_wait)
    return LedgerBucket(link, options.pace, bot=ledger.bot)


def _waiting(equipment: WorkEquipment) -> Callable[[BothubError, float], None]:
    def wait(error: BothubError, seconds: float) -> None:
        equipment.on_wait(error, seconds)
        equipment.clock.sleep(seconds)

    return wait
