"""What ``campaign run`` and ``retry`` share: the campaign as this profile sends it, and the showing of how it ended."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bothub_cli.campaign.definition import Campaign, CampaignRequest, define_campaign, find_known
from bothub_cli.campaign.rows.read import STDIN, Surroundings
from bothub_cli.campaign.rows.warnings import CampaignWarning
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.campaign.run.stop import Stopper, listening_to_signals
from bothub_cli.campaign.send import CampaignEnd, Equipment, Listeners, Machines, RunChoices, send_campaign
from bothub_cli.child_processes import child_environment
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode, OutputError, UsageError
from bothub_cli.events.store.listed_numbers import ListedNumbers
from bothub_cli.events.store.reach import find_reported_status
from bothub_cli.invocation.options import SharedOptions
from bothub_cli.library.assembly import (
    campaign_max_wait,
    campaign_pace_file,
    campaign_prices,
    campaign_sender,
    campaign_surroundings,
)
from bothub_cli.lists.recipients import RowProblem
from bothub_cli.lists.sources import Source, StreamSource
from bothub_cli.output.blocks import TextLine, Tone
from bothub_cli.output.documents.campaign.check import describe_problem, doubt_note, problem_note
from bothub_cli.output.documents.campaign.outcomes import resume_command, worker_command
from bothub_cli.output.documents.campaign.run import describe_end
from bothub_cli.output.live.campaign_progress import campaign_progress
from bothub_cli.serving.sockets import read_address
from bothub_cli.urls import is_loopback_url

if TYPE_CHECKING:  # with it comes the database's library
    from bothub_cli.campaign.worker import WatchCampaign, WorkEquipment

CONFIRM_ABOVE = 100  # messages to real people that go out without being asked about
_CONNECTION = ("bot_id", "api_base", "auth_base", "timeout", "max_wait", "proxy")
_CONNECTION_FILES = ("private_key", "authorization_file", "ca_bundle")
_PASSWORD = re.compile(r"//[^/@]*@")


def find_campaign(context: AppContext, request: CampaignRequest) -> Campaign:
    """Return the campaign that the request means, with the profile that it began with unless another is named."""
    known = find_known(request, context.ledger)
    is_named = context.options.profile is not None or context.environ.get("BOTHUB_PROFILE")
    if known is not None and known.profile and not is_named and context.shared_ledger is None:
        context.use_profile(known.profile)
    return define_campaign(
        request,
        known,
        context.ledger_for_sending,
        find_sender=lambda: campaign_sender(context.settings, bot_id=context.bot_id),
        surroundings=surroundings_of(context),
        now=context.clock.now(),
    )


def surroundings_of(context: AppContext) -> Surroundings:
    """Return what the profile, the listener and standard input say beside the list."""
    found = campaign_surroundings(context.settings, listed=_listed(context), note=context.printer.warn)
    return replace(found, read_stdin=lambda: _read_stdin(context))


def _listed(context: AppContext) -> ListedNumbers:
    """Return what knows who is on the list now, also on one that begins while the campaign runs."""
    return ListedNumbers(
        lambda: context.event_store if context.has_event_store else None, profile=context.settings.profile.value
    )


def _read_stdin(context: AppContext) -> Source:
    source = StreamSource(context.stdin.open("RECIPIENTS"))
    context.close_later(source.close)
    return source


def run_campaign(
    context: AppContext,
    campaign: Campaign,
    choices: RunChoices,
    *,
    confirm: int | None,
    metrics_port: str | None = None,
) -> CampaignEnd:
    """Send it as the profile says, while signals and metrics are looked after."""
    with listening_to_signals(context.printer.note) as stopper:
        equipment = _equip(context, stopper, confirm)
        if metrics_port is not None:
            equipment = _with_metrics(context, equipment, campaign, metrics_port)
        return send_campaign(campaign, choices, equipment)


def show_end(context: AppContext, end: CampaignEnd) -> ExitCode:
    """Show how it ended, and return the exit code; raises the error that stopped it, if one did."""
    make_command = worker_command if end.ended == "planned" else resume_command
    command = make_command(end.campaign.record, end.campaign.place, connection_flags(context.options))
    try:
        context.show(describe_end(end, resume=None if context.options.sandbox else command))
    except OutputError:
        if end.stopped_by is None and end.error is None:  # whoever closed the terminal does not read how it ended
            raise
    if end.error is not None:
        raise end.error
    return end.exit_code


def _with_metrics(context: AppContext, equipment: Equipment, campaign: Campaign, written: str) -> Equipment:
    """Serve metrics of the run as long as the command lasts."""
    from bothub_cli.campaign.metrics import CampaignMetrics  # prometheus_client is there with the extra server alone
    from bothub_cli.serving.metrics import MetricsServer  # likewise

    host, port = read_address(written, option="--metrics-port")
    metrics = CampaignMetrics(campaign.record.campaign_id)
    server = context.keep_open(MetricsServer(metrics.collect, host=host, port=port))
    context.printer.note(f"metrics are at {server.url}")
    listeners = replace(equipment.listeners, progress=metrics.watching(equipment.listeners.progress))
    return replace(equipment, listeners=listeners)


def watching_campaigns(context: AppContext, metrics_port: str | None) -> "WatchCampaign":
    """Return what shows how each campaign of a worker goes, and serves metrics of the one that it is sending."""

    @contextmanager
    def show(name: str, total: int) -> Iterator[Callable[[RunProgress], None]]:
        with context.printer.of_campaign(name), campaign_progress(context.printer, total=total) as report:
            yield report

    if metrics_port is None:
        return show
    from bothub_cli.campaign.metrics import WorkerMetrics  # prometheus_client takes 60 ms: only where it is wanted
    from bothub_cli.serving.metrics import MetricsServer  # likewise

    host, port = read_address(metrics_port, option="--metrics-port")
    metrics = WorkerMetrics()
    server = context.keep_open(MetricsServer(metrics.collect, host=host, port=port))
    context.printer.note(f"metrics are at {server.url}")
    return metrics.watching(show)


def _equip(context: AppContext, stopper: Stopper, confirm: int | None) -> Equipment:
    received = context.received_events
    return Equipment(
        destination=context.campaign_destination(),
        clock=context.clock,
        stopper=stopper,
        listeners=_listeners(context),
        confirm=lambda pending, total: _confirm(context, confirm, pending=pending, total=total),
        machines=_find_machines(context, stopper),
        pace_file=campaign_pace_file(context.settings),
        max_wait=campaign_max_wait(context.settings),
        prices=campaign_prices(context.settings),
        client=context.client,
        find_status=partial(find_reported_status, received) if received is not None else None,
        environment=child_environment(context.environ),
    )


def _find_machines(context: AppContext, stopper: Stopper) -> Machines | None:
    """Return the machines that send together; None for a campaign of this machine alone."""
    ledger = context.shared_ledger
    if ledger is None:
        return None
    from bothub_cli.campaign.worker import LedgerMachines  # with it comes the database's library

    return LedgerMachines(ledger, work_equipment(context, stopper))


def work_equipment(context: AppContext, stopper: Stopper) -> "WorkEquipment":
    """Return what this machine takes part with in what several send."""
    from bothub_cli.campaign.worker import WorkEquipment  # loads psycopg and cryptography

    return WorkEquipment(
        destination=context.campaign_destination(),
        clock=context.clock,
        on_engine=stopper.attend,
        on_wait=lambda error, seconds: context.printer.note(
            f"{error.message}; tokens are asked for again in {seconds:.0f} s"
        ),
        find_suppressed=_listed(context).find,
        note=context.printer.note,
    )


def _listeners(context: AppContext) -> Listeners:
    printer = context.printer

    def tell_problem(problem: RowProblem) -> None:
        printer.warn_about([problem_note(problem)], describe_problem(problem).blocks())

    def tell_doubt(doubt: CampaignWarning) -> None:
        printer.warn_about([doubt_note(doubt)], [TextLine(f"warning: {doubt.words()}", Tone.WARNING)])

    return Listeners(
        note=printer.note,
        warn=printer.warn,
        problem=tell_problem,
        doubt=tell_doubt,
        progress=lambda total: campaign_progress(printer, total=total),
    )


def _confirm(context: AppContext, expected: int | None, *, pending: int, total: int) -> None:
    """Make sure that the user knows how many people get a message. Raises UsageError, KeyboardInterrupt."""
    if expected is not None:
        if expected not in {pending, total}:
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


def connection_flags(options: SharedOptions) -> tuple[str, ...]:
    """Return the flags that say how the API is reached, to be typed again from any folder; without a password."""
    words: list[str] = []
    for name in (*_CONNECTION, *_CONNECTION_FILES):
        value: str | None = getattr(options, name)
        if value is None:
            continue
        if name in _CONNECTION_FILES and value != STDIN:
            value = str(Path(value).absolute())
        words += [f"--{name.replace('_', '-')}", _PASSWORD.sub("//USER:PASSWORD@", value)]
    return tuple(words)
