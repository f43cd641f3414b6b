"""Puts a campaign's parts together and runs it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec

from bothub_cli.campaign.journal.interface import Claims, Journal, OtherMachines, SlowDowns
from bothub_cli.campaign.pace.bucket import Bucket, OwnBucket, SharedBucket
from bothub_cli.campaign.pace.own_hours import OwnHours
from bothub_cli.campaign.pace.pace import UNLIMITED, Pace
from bothub_cli.campaign.rows.prepare import CampaignInput, prepare_rows
from bothub_cli.campaign.rows.prepared_row import FindSuppressed, PreparedRow, find_nobody
from bothub_cli.campaign.run.engine import CampaignApi, Engine, RunResult
from bothub_cli.campaign.run.hours_feed import HoursFeed
from bothub_cli.campaign.run.options import RunOptions
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.campaign.run.tokens import TokenKeeper
from bothub_cli.client import TokenSource
from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError, InputRefusedError
from bothub_cli.field_check import check_fields
from bothub_cli.protocol.messaging import build_send_request
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.bulk import BulkTransport
from bothub_cli.transport.retry import RetryPolicy
from bothub_cli.transport.threads import PoolTransport


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """The bot that sends; ``Client.campaign_destination`` makes one."""

    base: str
    """Such as "https://api.orange.com"."""
    bot_id: str
    """The bot."""
    tokens: TokenSource
    """Where both tokens come from."""
    settings: TransportSettings
    """How the network is reached."""
    user_agent: str
    """What we call ourselves."""

    def __post_init__(self) -> None:
        check_fields(self)


def has_fast_transport() -> bool:
    """Tell whether pycurl is installed; without it the campaign runs about thirty times slower, and should say so."""
    return find_spec("pycurl") is not None


def make_engine(
    *,
    journal: Claims,
    destination: Destination,
    keeper: TokenKeeper,
    transport: BulkTransport,
    options: RunOptions,
    clock: Clock,
    report: Callable[[RunProgress], None],
    bucket: Bucket | None = None,
    hold: Callable[[], str | None] = lambda: None,
    find_suppressed: FindSuppressed = find_nobody,
    opens_in: Callable[[PreparedRow], float] = lambda row: 0.0,  # noqa: ARG005  at any time
    find_elsewhere: Callable[[], OtherMachines] = OtherMachines,
) -> Engine:
    """Build the engine; ``keeper`` has been entered, ``transport`` is closed by the caller.

    ``bucket`` None: at the pace of the options, for this machine alone.
    """
    pace = options.pace or Pace(rate=UNLIMITED, burst=1_000_000)
    return Engine(
        journal=journal,
        sender=CampaignApi(
            transport=transport,
            tokens=keeper,
            build_request=lambda tokens: build_send_request(
                destination.base, bot_id=destination.bot_id, tokens=tokens, payload={}
            ),
        ),
        bucket=bucket or make_bucket(options, clock),
        clock=clock,
        rules=options.rules,
        window=options.window,
        rate=pace.rate,
        burst=pace.burst,
        report=report,
        hold=hold,
        find_suppressed=find_suppressed,
        opens_in=opens_in,
        find_elsewhere=find_elsewhere,
    )


def send_rows(
    given: CampaignInput,
    *,
    journal: Journal,
    destination: Destination,
    options: RunOptions,
    clock: Clock,
    report: Callable[[RunProgress], None],
    on_engine: Callable[[Engine], None] = lambda engine: None,  # noqa: ARG005  nobody wants to stop it
    select: Callable[[Iterator[PreparedRow]], Iterable[PreparedRow]] = iter,
    on_wait: Callable[[BothubError, float], None] = lambda error, seconds: None,  # noqa: ARG005  nobody is told
) -> RunResult:
    """Send what the journal says is still to be sent, and return how it ended.

    ``on_engine`` gets the engine before it starts, to call its ``stop`` from a signal handler. ``select`` may leave
    rows out. ``on_wait`` hears what keeps the first tokens from being had, and the seconds until they are asked for
    again. Raises that BothubError after the rules' max_wait, ConfigurationError when the journal fails, and
    InputRefusedError when no survey put the list into it: nothing would be sent, and it would look finished.
    """
    if journal.planned_from is None:
        raise InputRefusedError(
            problem="the list was not surveyed, so the journal knows nobody to send to; nothing was sent",
            where=given.recipients.name,
            fix="survey(…) it first, or use send_campaign(…), which does",
        )

    def wait(error: BothubError, seconds: float) -> None:
        on_wait(error, seconds)
        clock.sleep(seconds)

    retry = RetryPolicy(max_wait=options.rules.max_wait)
    with TokenKeeper(destination.tokens, retry=retry, wait=wait) as keeper:
        transport = make_transport(destination)
        own = OwnHours(options.window, clock=clock) if options.window and given.find_zones else None

        def read_rows() -> Iterator[PreparedRow]:
            return iter(select(prepare_rows(given, salt=journal.salt)))

        feed = HoursFeed(read_rows, own, clock=clock) if own is not None else None
        try:
            engine = make_engine(
                journal=journal,
                destination=destination,
                keeper=keeper,
                transport=transport,
                options=replace(options, window=None) if own is not None else options,
                clock=clock,
                report=report,
                hold=lambda: feed.waits_for if feed is not None and engine.is_idle else None,
                find_suppressed=given.find_suppressed,
                opens_in=lambda row: own.opens_in(row.zones) if own is not None else 0.0,
            )
            on_engine(engine)
            result = engine.run(feed or read_rows())
            if result.progress.slow_downs != SlowDowns():
                journal.note_slow_downs(result.progress.slow_downs)
            return result
        finally:
            transport.close()


def make_transport(destination: Destination) -> BulkTransport:
    """Return libcurl's multi loop, or threads with requests where pycurl is missing."""
    settings, user_agent = destination.settings, destination.user_agent
    if has_fast_transport():
        from bothub_cli.transport.curl import CurlTransport  # loads pycurl and urllib3

        return CurlTransport(settings, user_agent=user_agent)
    from bothub_cli.transport.http import RequestsTransport  # loads requests

    return PoolTransport(lambda: RequestsTransport(settings, user_agent=user_agent))


def make_bucket(options: RunOptions, clock: Clock) -> Bucket:
    """Return what hands out requests at the pace that is wanted, alone or with the machine's other processes."""
    pace = options.pace or Pace(rate=UNLIMITED, burst=1_000_000)
    if options.pace_file is None:
        return OwnBucket(pace, clock=clock)
    return SharedBucket(options.pace_file, pace, clock=clock)
