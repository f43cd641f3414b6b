"""``bothub sandbox start``: runs a BotHub on this machine, and writes a profile for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

import typer

from bothub_cli.auth.signing import read_pem
from bothub_cli.child_processes import open_in_browser
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.commands.sandbox.options import PROFILE_NAME, AccessTokenFile, read_access_token
from bothub_cli.config.key_source import KeyFile
from bothub_cli.config.profile import Profile
from bothub_cli.config.sandbox_profiles import claimed_profiles, write_sandbox_profile
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.files import write_private
from bothub_cli.output.documents.sandbox import SandboxReady
from bothub_cli.output.live.request_lines import RequestLines
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.state.bots import identity_from
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import BulkWindow, PhonePace, SandboxSettings
from bothub_cli.signals import stop_on_signals

if TYPE_CHECKING:
    from bothub_cli.sandbox.server import SandboxServer
    from bothub_cli.sandbox.service import ReadyFacts, SandboxOptions
    from bothub_cli.sandbox.state.bots import SandboxIdentity
    from bothub_cli.sandbox.state.call_log import CallRecord
    from bothub_cli.sandbox.state.sandbox import Sandbox

Pace = Literal["instant", "normal", "slow", "by-hand"]

SLOW = (timedelta(seconds=1), timedelta(seconds=3), timedelta(seconds=10))  # to sent, delivered, displayed


@command(
    help="Run a BotHub on this machine: offline, without an account. It answers as the real one, remembers messages,\n"
    "shows the phones on a page, and stops with Ctrl-C. A profile for it is written: -p sandbox.",
    examples=(
        "bothub sandbox start",
        "bothub sandbox start --webhook http://127.0.0.1:8809/webhook",
        "bothub sandbox start --store ~/sandbox.db --no-limits --pace instant",
        "bothub sandbox start --port 0 --json",
        "bothub sandbox start --open",
    ),
    shared=OUTPUT,
    answers=(SandboxReady,),
)
def run(
    context: AppContext,
    *,
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="Listen here; 0 takes a free port.")
    ] = 8808,
    host: Annotated[
        str,
        typer.Option("--host", metavar="ADDRESS", help="Listen on this address; others than 127.0.0.1 need a token."),
    ] = "127.0.0.1",
    host_name: Annotated[
        list[str] | None,
        typer.Option("--host-name", metavar="NAME", help="Answer to this name too, which others ask for. Repeatable."),
    ] = None,
    bot_id: Annotated[
        list[str] | None,
        typer.Option("--bot-id", metavar="ID", help="A bot of it; again for more. Each gets a profile."),
    ] = None,
    webhook: Annotated[
        str | None, typer.Option("--webhook", metavar="URL", help="Post the bots' events there: bothub listen.")
    ] = None,
    webhook_token_file: Annotated[
        str | None,
        typer.Option("--webhook-token-file", metavar="FILE|-", help="The token to send along, in Authorization."),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option("--store", metavar="FILE", help="Remember everything in this file for the next start."),
    ] = None,
    pace: Annotated[
        Pace, typer.Option("--pace", help="How fast messages are delivered and read; by-hand: when you say so.")
    ] = "normal",
    no_limits: Annotated[bool, typer.Option("--no-limits", help="Refuse nothing for being too fast.")] = False,
    rate: Annotated[
        int | None,
        typer.Option(
            "--rate",
            metavar="N",
            min=1,
            help="Requests a second; what an application asks beyond is refused. [default: 25]",
        ),
    ] = None,
    bulk_window: Annotated[
        BulkWindow, typer.Option("--bulk-window", help="When many capabilities may be asked at once; off: always.")
    ] = "paris",
    fetch_media: Annotated[
        bool,
        typer.Option("--fetch-media", help="Show pictures that are not uploaded to it too: the sandbox fetches them."),
    ] = False,
    fetch_local_media: Annotated[
        bool, typer.Option("--fetch-local-media", help="The same, and from servers on this machine too.")
    ] = False,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="Make chance repeatable.")] = None,
    profile: Annotated[
        str, typer.Option("--write-profile", metavar="NAME", help="The profile to write.")
    ] = PROFILE_NAME,
    no_profile: Annotated[bool, typer.Option("--no-profile", help="Write no profile.")] = False,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    access_token_file: AccessTokenFile = None,
) -> None:
    from bothub_cli.sandbox.service import SandboxOptions, running_sandbox  # loads uvicorn and starlette

    webhook_token = _read_webhook_token(context, webhook_token_file, webhook=webhook)
    token = read_access_token(context, access_token_file)
    with (
        stop_on_signals() as stop,
        _places(context, None if no_profile else profile, bots=len(bot_id or ()) or 1) as places,
    ):
        made_before = _identities(context, places)
        options = SandboxOptions(
            host=host,
            port=port,
            bot_ids=tuple(bot_id or (made.bot_id for made in made_before[:1])) or SandboxOptions().bot_ids,
            identities=made_before,
            webhook_url=webhook,
            webhook_authorization=webhook_token,
            store=store.expanduser() if store else None,
            seed=seed,
            access_token=token,
            names=tuple(host_name or ()),
            settings=SandboxSettings(
                rate_limits=_limits(rate, no_limits=no_limits),
                pace=_pace(pace),
                bulk_window=bulk_window,
                fetch_media="local" if fetch_local_media else "public" if fetch_media else "never",
                profile=places.names[0] if places.names else None,
            ),
        )
        with running_sandbox(options, tell=context.printer.warn) as (server, facts):
            _warn_of_others(context, facts)
            ready = _announce(context, options, facts, places)
            server.run(lambda sandbox: sandbox.key_files.update(places.key_files(context, options.bot_ids)))
            context.show(ready, as_it_is=True)
            context.printer.stdout.flush()
            _show_requests(context, server)
            if open_page:
                _open_page(context, facts.local_url)
            stop.wait()


def _show_requests(context: AppContext, server: "SandboxServer") -> None:
    """Say each request to a person who watches; a program, or a log, has the sandbox's own API for that."""
    if context.options.quiet or not context.printer.stderr.isatty():
        return
    lines = RequestLines(context.printer.note)

    def show(call: "CallRecord") -> None:
        lines.show(call.method, call.path, call.status, call.reason)

    def listen(sandbox: "Sandbox") -> None:
        sandbox.calls.on_call = show

    server.run(listen)


def _open_page(context: AppContext, url: str) -> None:
    if not open_in_browser(url):
        context.printer.note(f"no browser could be opened: the page is at {url}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where the bots' credentials go: profiles, or with ``--no-profile`` a directory that vanishes."""

    names: tuple[str, ...] = ()
    directory: Path | None = None

    def key_files(self, context: AppContext, bot_ids: tuple[str, ...]) -> dict[str, str]:
        """Return the file of each bot's private key."""
        if self.directory is None:
            paths = [context.profiles.key_path(name) for name in self.names]
        else:
            paths = [self.directory / f"bot-{place}.pem" for place in range(1, len(bot_ids) + 1)]
        return {bot_id: str(path) for bot_id, path in zip(bot_ids, paths, strict=False)}


@contextmanager
def _places(context: AppContext, profile: str | None, *, bots: int) -> Iterator[_Places]:
    if profile is None:
        with TemporaryDirectory(prefix="bothub-sandbox-") as directory:
            yield _Places(directory=Path(directory))
        return
    with claimed_profiles(context.profiles, profile, bots=bots) as claimed:
        if claimed.is_guest:
            context.printer.warn(
                f"another sandbox runs with the profile {profile}: this one has {', '.join(claimed.names)}, "
                "and takes it away when it stops"
            )
        yield _Places(names=claimed.names)


def _limits(rate: int | None, *, no_limits: bool) -> "RateLimits":
    if no_limits and rate is not None:
        raise UsageError(problem="--rate and --no-limits exclude each other")
    if no_limits:
        return RateLimits.off()
    return RateLimits() if rate is None else RateLimits(requests_per_second=rate)


def _pace(pace: Pace) -> "PhonePace":
    match pace:
        case "instant":
            return PhonePace(sent=timedelta(), delivered=timedelta(), displayed=timedelta())
        case "slow":
            return PhonePace(sent=SLOW[0], delivered=SLOW[1], displayed=SLOW[2])
        case "by-hand":
            return PhonePace.by_hand()
        case _:
            return PhonePace()


def _read_webhook_token(context: AppContext, file: str | None, *, webhook: str | None) -> Secret | None:
    if file is None:
        return None
    if webhook is None:
        raise UsageError(problem="--webhook-token-file needs --webhook URL")
    return context.read_token(file, option="--webhook-token-file")


def _identities(context: AppContext, places: _Places) -> "tuple[SandboxIdentity, ...]":
    """Return the bots of last time whose profiles are there, so that other processes' tokens and scripts go on."""
    stored = (_identity(context, name) for name in places.names)
    return tuple(identity for identity in stored if identity is not None)


def _identity(context: AppContext, name: str) -> "SandboxIdentity | None":
    stored = context.profiles.get(name)
    if (
        stored is None
        or not stored.from_sandbox
        or not (stored.bot_id and stored.authorization and stored.stored_key and stored.private_key)
    ):
        return None
    pem = read_pem(KeyFile(path=stored.private_key))
    return identity_from(bot_id=stored.bot_id, authorization=stored.authorization, private_key_pem=pem)


def _announce(context: AppContext, options: "SandboxOptions", facts: "ReadyFacts", places: _Places) -> SandboxReady:
    """Write the profiles, or the keys alone, and return how to reach the sandbox."""
    by_id = {identity.bot_id: identity for identity in facts.identities}
    key_files = places.key_files(context, options.bot_ids)
    for name, bot_id in zip(places.names, options.bot_ids, strict=False):
        _write_profile(context, name, by_id[bot_id], facts.local_url)
    if places.directory is not None:
        for bot_id, path in key_files.items():
            write_private(Path(path), by_id[bot_id].private_key_pem.reveal().encode())
    first = options.bot_ids[0]
    return SandboxReady(
        url=facts.url,
        bot_id=first,
        profile=places.names[0] if places.names else None,
        authorization=by_id[first].authorization.reveal(),
        private_key=key_files[first],
        webhook=options.webhook_url,
        bot_ids=options.bot_ids,
        profiles=places.names,
    )


def _write_profile(context: AppContext, name: str, identity: "SandboxIdentity", url: str) -> None:
    profile = Profile(name=name, bot_id=identity.bot_id, authorization=identity.authorization, api_base=url)
    write_sandbox_profile(context.profiles, profile, key_pem=identity.private_key_pem.reveal().encode())


def _warn_of_others(context: AppContext, facts: "ReadyFacts") -> None:
    if facts.is_reachable_from_elsewhere:
        port = urlsplit(facts.url).port
        context.printer.warn(f"others can reach this sandbox at {facts.url}; its page and its own API need the token")
        context.printer.note(
            "bothub commands take http from their own machine only: from another one, "
            f"ssh -L {port}:127.0.0.1:{port} THIS-MACHINE, then --api-base http://127.0.0.1:{port}"
        )
