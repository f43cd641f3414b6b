"""``bothub listen``: receives the webhook's events, keeps them, shows them, sends them on."""

import shlex
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import NETWORK, OUTPUT
from bothub_cli.commands.event import options
from bothub_cli.config.key_source import say_unusable
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.events.forward.deliveries import DeliveryQueue
from bothub_cli.events.forward.targets import (
    find_shell_signs,
    no_token,
    read_command_target,
    read_routed_target,
    read_url_target,
)
from bothub_cli.events.receive.refusals import RefusalNotice
from bothub_cli.events.token_files import TokenFiles
from bothub_cli.output.documents.event import EventRow
from bothub_cli.output.documents.listen import (
    ListChange,
    ListenerReady,
    ListenerTrouble,
    ListenSummary,
    RefusalCount,
    RequestsRefused,
    TargetLine,
)
from bothub_cli.output.live.event_lines import EventLines
from bothub_cli.output.log_file import LogFile
from bothub_cli.output.plain import to_plain
from bothub_cli.phone_numbers import identify
from bothub_cli.redaction import mask_number
from bothub_cli.serving.limits import ServingLimits
from bothub_cli.serving.process import allow_open_files, rare_collections
from bothub_cli.signals import signals_handled, stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bothub_cli.events.forward.deliveries import DeliveryOutcome
    from bothub_cli.events.forward.targets import Target, TokenSource
    from bothub_cli.events.receive.listen import Listened, MetricsPlace, Notice, Ready
    from bothub_cli.events.receive.share_opt_outs import Share
    from bothub_cli.events.store.event_records import StoredEvent
    from bothub_cli.events.store.opt_out_queue import SharedOptOut
    from bothub_cli.redaction import Secret

SHARE_WAIT = 2.0  # seconds that the ledger may be away before that is said; the listener goes on, and asks again


@command(
    help="Receive what BotHub posts to the bot's webhook. Each event is on the disk before it is answered, is shown,\n"
    "and then goes on to other programs, again and again until they take it. Ctrl-C stops; nothing is lost.\n\n"
    "On a terminal events are shown as a table, else as JSON Lines, the first of which says that it listens.\n"
    "A STOP puts its number on the profile's suppression list, a START takes it off; with --ledger every machine that\n"
    "sends hears it within two seconds. What is refused is said, and why: the first of each kind at once, then a sum\n"
    "a minute.",
    examples=(
        "bothub listen",
        "bothub listen --forward-to http://127.0.0.1:9000/events",
        "bothub listen --on message,response=http://127.0.0.1:9000/talk --exec './log-event --all'",
        "bothub listen --host 0.0.0.0 --auth-token-file token.txt",
        "bothub listen --port 0 | jq -r 'select(.kind == \"response\") | .postback'",
    ),
    shared=("profile", "ledger", *NETWORK, *OUTPUT),
    answers=(EventRow, ListenerReady, RequestsRefused, ListenerTrouble),
)
def run(
    context: AppContext,
    *,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Listen on this address.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="Listen on this port; 0 takes a free one.")
    ] = options.DEFAULT_PORT,
    path: Annotated[str, typer.Option("--path", metavar="PATH", help="The webhook's path.")] = options.DEFAULT_PATH,
    auth_token_file: Annotated[
        list[str] | None,
        typer.Option(
            "--auth-token-file",
            metavar="FILE|-",
            help="A file with the token that the platform sends in Authorization; without one, only this machine may. "
            "Read again when it changes. Repeatable: each of the tokens is good.",
        ),
    ] = None,
    forward_to: Annotated[
        list[str] | None, typer.Option("--forward-to", metavar="URL", help="Post every event there too. Repeatable.")
    ] = None,
    on: Annotated[
        list[str] | None,
        typer.Option("--on", metavar="EVENT=URL", help="Post these events there: message,response=URL. Repeatable."),
    ] = None,
    execute: Annotated[
        list[str] | None,
        typer.Option(
            "--exec", metavar="COMMAND", help="Run this for every event, with the event as JSON on its standard input."
        ),
    ] = None,
    execute_shell: Annotated[
        list[str] | None,
        typer.Option("--exec-shell", metavar="LINE", help="The same with a line for the shell: > | $ mean something."),
    ] = None,
    forward_token_file: Annotated[
        str | None,
        typer.Option("--forward-token-file", metavar="FILE|-", help="The token to send to the URLs, in Authorization."),
    ] = None,
    forward_ca_bundle: Annotated[
        Path | None,
        typer.Option(
            "--forward-ca-bundle", metavar="FILE", help="Trust these certificates of the URLs, not --ca-bundle."
        ),
    ] = None,
    metrics_port: Annotated[
        str | None,
        typer.Option(
            "--metrics-port",
            metavar="[HOST:]PORT",
            help="Metrics for Prometheus there, open to who reaches it; without it at /metrics, for who has the token.",
        ),
    ] = None,
    log_file: Annotated[
        Path | None,
        typer.Option("--log-file", metavar="FILE", help="Append what happens here too; opened again on SIGHUP."),
    ] = None,
) -> None:
    from bothub_cli.events.receive.listen import ListenPlan, listen  # loads uvicorn and starlette
    from bothub_cli.events.receive.server import ListenerSettings  # loads uvicorn
    from bothub_cli.events.receive.webhook import WebhookSettings  # loads asyncio

    tokens = _watch_tokens(context, auth_token_file or [])
    stated = _Targets(forward_to or [], on or [], execute or [], execute_shell or [])
    targets = stated.read(context, _watch_forward_token(context, forward_token_file))
    if forward_ca_bundle and (problem := say_unusable(forward_ca_bundle.expanduser(), folder=True)):
        raise UsageError(problem=f"--forward-ca-bundle: {problem}")
    profile = context.settings.profile.value
    view = _View(context, profile=profile, targets=targets)
    limits = ServingLimits()
    plan = ListenPlan(
        listener=ListenerSettings(
            store=context.lasting.event_store,
            webhook=WebhookSettings(profile=profile, path=_read_path(path), tokens=tokens),
            host=host,
            port=port,
            limits=limits.within(allow_open_files(2 * limits.connections)),
        ),
        make_transport=lambda: context.make_forward_transport(forward_ca_bundle),
        clock=context.clock,
        targets=targets,
        words=options.read_words(context),
        on_forward=view.show_outcome,
        metrics=_read_metrics_place(metrics_port),
        share=_share_with(context),
    )
    with _logging_to(context, log_file), rare_collections(), stop_on_signals() as request:
        ended = listen(
            plan,
            on_ready=view.show_ready,
            on_event=view.show_event,
            on_notice=view.show_notice,
            stopping=request.asked,
        )
        view.show_end(ended)


class _View:
    """What is shown while it listens: a table for a person, else JSON Lines."""

    def __init__(self, context: AppContext, *, profile: str, targets: "Sequence[Target]") -> None:
        self._context = context
        self._profile = profile
        self._targets = targets
        self._table = EventLines()
        self._shown = 0
        self._troubled: set[str] = set()

    def show_ready(self, ready: "Ready") -> None:
        """Say that it listens; from here on the answer is JSON Lines unless a person watches."""
        printer = self._context.printer
        if not printer.stdout.isatty():
            printer.options = replace(printer.options, json=True)
        described = self._describe(ready)
        printer.log("info", f"listening at {described.url}, kept in {described.store}")
        for target in described.targets:
            printer.log("info", f"forwarding to {target.target}: {target.waiting} waiting")
        printer.show_row(described)
        printer.show_blocks([self._table.header()])

    def show_event(self, stored: "StoredEvent") -> None:
        """Show one event."""
        printer, row = self._context.printer, EventRow.of(stored)
        self._shown += 1
        printer.log("info", f"event {row.id}: {row.kind} of {mask_number(row.who)}")
        if printer.options.json:
            printer.show_row(row)
        else:
            printer.show_blocks([self._table.row(row)])
        self._show_wish(stored)
        printer.stdout.flush()

    def _show_wish(self, stored: "StoredEvent") -> None:
        """Say that the user is on the suppression list now, or off it, or that somebody should look at a text."""
        printer, who = self._context.printer, identify(stored.event.conversation)
        if stored.spoken is not None:
            change = ListChange(
                change="opted out" if stored.spoken.is_stop else "opted in", number=who, word=stored.spoken.word
            )
            printer.log("info", f"{change.change}: {mask_number(who)}")
            printer.show_row(change)
        elif stored.is_doubtful:
            said = "wrote a text that may be meant as STOP, and was not taken for it"
            discreet = f"{mask_number(who)} {said} (bothub event show {stored.id})"
            full = f"{who} {said}; if it was: bothub suppression add {shlex.quote(who)} --profile {self._profile}"
            # Without a terminal stderr is a log (journald's, a container's), and those keep nobody's number.
            is_shown = printer.stderr.isatty() or self._context.settings.log_content.value
            printer.note(full if is_shown else discreet, log=discreet)

    def show_outcome(self, key: str, outcome: "DeliveryOutcome") -> None:
        """Say once that a target takes nothing, and once that it does again; the queue works on meanwhile."""
        printer, label = self._context.printer, {target.key: target.label for target in self._targets}[key]
        if outcome.state == "failed":
            printer.warn(f"an event was given up for {label}: {outcome.problem}")
        elif outcome.problem is None and key in self._troubled:
            self._troubled.discard(key)
            printer.note(f"{label} takes events again")
        elif outcome.problem is not None and key not in self._troubled:
            self._troubled.add(key)
            printer.warn(f"{label} did not take an event: {outcome.problem}. It is kept, and tried again")

    def show_notice(self, notice: "Notice") -> None:
        """Say what was refused, or that nothing can be stored: on stderr, and among the JSON Lines as well."""
        printer = self._context.printer
        if isinstance(notice, RefusalNotice):
            row: RequestsRefused | ListenerTrouble = RequestsRefused(
                status=notice.status,
                reason=notice.reason,
                count=notice.count,
                senders=notice.senders,
                more_senders=notice.others,
                first=notice.is_first,
            )
        else:
            row = ListenerTrouble(what=notice.what, is_over=notice.problem is None, problem=notice.problem)
        if isinstance(row, ListenerTrouble) and row.is_over:
            printer.note(row.text)
        else:
            printer.warn(row.text)
        if printer.options.json:
            printer.show_row(row)

    def show_end(self, ended: "Listened") -> None:
        """Say what was received and refused, and what still waits."""
        waiting = DeliveryQueue(self._context.event_store).count_waiting()
        refused = tuple(
            RefusalCount(status=status, reason=reason, count=count) for (status, reason), count in ended.refused.items()
        )
        summary = ListenSummary(
            events=self._shown, waiting=sum(waiting.values()), repeated=ended.repeated, refused=refused
        )
        for line in to_plain(summary.blocks()).splitlines():
            self._context.printer.log("info", line)
        self._context.printer.show_summary(summary)

    def _describe(self, ready: "Ready") -> ListenerReady:
        lines = tuple(
            TargetLine(
                target=target.label,
                events=tuple(sorted(target.kinds)) if target.kinds else None,
                waiting=ready.waiting.get(target.key, 0),
            )
            for target in self._targets
        )
        here = {target.key for target in self._targets}
        return ListenerReady(
            url=ready.url,
            profile=self._profile,
            store=str(self._context.settings.directories.event_store),
            authenticated=not ready.is_open,
            targets=lines,
            metrics=ready.metrics,
            ledger=ledger.where if (ledger := self._context.shared_ledger) is not None else None,
            stranded=sum(count for key, count in ready.waiting.items() if key not in here),
        )


def _share_with(context: AppContext) -> "Share | None":
    """Return what tells the shared ledger who said STOP or START; None where there is no ledger."""
    shared = context.open_shared_suppressions(max_wait=SHARE_WAIT)
    if shared is None:
        return None
    from bothub_cli.campaign.ledger.suppressions import SuppressionChange  # with it the database's library

    def share(wishes: "Sequence[SharedOptOut]") -> None:
        shared.tell(
            SuppressionChange(number=wish.number, is_stopped=wish.is_stop, since=wish.said_at, source="user")
            for wish in wishes
        )

    return share


def _read_path(path: str) -> str:
    from bothub_cli.events.receive.webhook import HEALTH_PATH  # loads asyncio

    whole = path if path.startswith("/") else f"/{path}"
    if whole == HEALTH_PATH or not whole.isprintable() or any(sign in whole for sign in " ?#%"):
        raise UsageError(problem=f'--path: "{path}" cannot be the webhook\'s path', fix="for example: --path /webhook")
    return whole


def _read_metrics_place(written: str | None) -> "MetricsPlace | None":
    from bothub_cli.events.receive.listen import MetricsPlace  # loads uvicorn and starlette
    from bothub_cli.serving.sockets import read_address  # loads socket

    if written is None:
        return None
    host, port = read_address(written, option="--metrics-port")
    return MetricsPlace(host=host, port=port)


@contextmanager
def _logging_to(context: AppContext, path: Path | None) -> "Iterator[None]":
    """Write what is said to a file as well, inside the block; SIGHUP opens it again (logrotate)."""
    if path is None:
        yield
        return

    with LogFile(path.expanduser(), now=context.clock.now) as log:
        context.printer.add_log(log.write)
        with signals_handled(("SIGHUP",), lambda *_: log.reopen_soon()):
            yield


def _watch_tokens(context: AppContext, files: list[str]) -> "Callable[[], tuple[Secret, ...]] | None":
    """Return the tokens of all these files, else of the environment, each read again when it changes.

    None when there is none. One that cannot be read keeps nobody from changing another.
    """
    stated: list[str | None] = [*files] or [None]
    watched = [_watch_token(context, file, option="--auth-token-file") for file in stated]
    if not any(tokens() for tokens in watched):
        return None
    return lambda: tuple(token for tokens in watched for token in tokens())


def _watch_token(context: AppContext, file: str | None, *, option: str) -> "TokenFiles":
    variable = options.TOKEN_VARIABLE
    fixed = context.read_token(file, option=option, variable=variable) if file == "-" else None

    def read() -> "tuple[Secret, ...]":
        token = fixed or context.read_token(file, option=option, variable=variable)
        return () if token is None else (token,)

    path = None if file == "-" else file or context.environ.get(f"{variable}_FILE")

    def say(problem: str | None) -> None:
        if problem is None:
            context.printer.note(f"{option}: {path} was read again")
        else:
            cause = problem.removeprefix(f"{option}: ")
            context.printer.warn(f"{option}: {cause}; the token of before counts")

    return TokenFiles(read, [Path(path).expanduser()] if path else [], on_change=say)


def _watch_forward_token(context: AppContext, file: str | None) -> "TokenSource":
    if file is None:
        return no_token
    return _watch_token(context, file, option="--forward-token-file").first


@dataclass(frozen=True, slots=True)
class _Targets:
    """Where events go on to, as it was stated."""

    forward_to: list[str]
    on: list[str]
    execute: list[str]
    execute_shell: list[str]

    def read(self, context: AppContext, token: "TokenSource") -> "tuple[Target, ...]":
        """Return them; secrets in them are known to the redactor, and a line for a shell is doubted aloud."""
        urls = [
            *(read_url_target(url, token=token) for url in self.forward_to),
            *(read_routed_target(text, token=token) for text in self.on),
        ]
        for target in urls:
            if target.basic is not None:
                context.printer.redactor.learn(target.basic)
        commands = [
            *(read_command_target(text) for text in self.execute),
            *(read_command_target(text, use_shell=True) for text in self.execute_shell),
        ]
        for text in self.execute:
            _doubt(context, text)
        return (*urls, *commands)


def _doubt(context: AppContext, command: str) -> None:
    if signs := find_shell_signs(command):
        shown = " ".join(signs)
        context.printer.warn(f"--exec is no shell: {shown} goes to the program as it is; for a shell: --exec-shell")
