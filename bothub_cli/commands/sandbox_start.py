"""``bothub sandbox start``: runs a BotHub on this machine, and writes a profile for it."""

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.commands.command import command
from bothub_cli.commands.event_options import DEFAULT_WEBHOOK, read_token
from bothub_cli.commands.options import OUTPUT
from bothub_cli.config.key_source import KeyFile
from bothub_cli.config.profile import Profile
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.sandbox import SandboxReady

if TYPE_CHECKING:
    from bothub_cli.sandbox.identity import SandboxIdentity
    from bothub_cli.sandbox.postbox import WebhookTarget

PROFILE_NAME = "sandbox"


@command(
    help="Run a BotHub on this machine: offline, without an account. It answers as the real one, remembers messages,\n"
    "and stops with Ctrl-C. A profile for it is written, so that every command can use it: -p sandbox.",
    examples=(
        "bothub sandbox start",
        "bothub sandbox start --port 0 --json",
        "bothub sandbox start --webhook http://127.0.0.1:8809/webhook",
        "bothub send -p sandbox --to +33612345678 --text Hello",
    ),
    shared=OUTPUT,
    answers=(SandboxReady,),
)
def run(
    context: AppContext,
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Listen here; 0 takes a free port.")] = 8808,
    seed: Annotated[int | None, typer.Option("--seed", help="Make chance repeatable.")] = None,
    profile: Annotated[
        str, typer.Option("--write-profile", metavar="NAME", help="The profile to write.")
    ] = PROFILE_NAME,
    no_profile: Annotated[bool, typer.Option("--no-profile", help="Write no profile.")] = False,
    webhook: Annotated[
        str | None, typer.Option("--webhook", metavar="URL", help="Post the bot's events there: bothub listen.")
    ] = None,
    webhook_token_file: Annotated[
        str | None,
        typer.Option("--webhook-token-file", metavar="FILE|-", help="The token to send along, in Authorization."),
    ] = None,
) -> None:
    from bothub_cli.sandbox.server import SandboxServer

    target = _webhook_target(context, webhook, webhook_token_file)
    identity = _identity(context, None if no_profile else profile)
    with SandboxServer([identity], port=port, seed=seed) as server:
        server.set_webhook(identity.bot_id, target)
        if not no_profile:
            _write_profile(context, profile, identity, server.url)
        context.show(
            SandboxReady(
                url=server.url,
                bot_id=identity.bot_id,
                profile=None if no_profile else profile,
                private_key=None if no_profile else str(context.profiles.key_path(profile)),
                webhook=webhook,
            )
        )
        context.printer.stdout.flush()
        _wait_for_the_end()


def _webhook_target(context: AppContext, url: str | None, token_file: str | None) -> "WebhookTarget | None":
    if url is None:
        if token_file is not None:
            raise UsageError(problem="--webhook-token-file needs --webhook URL")
        return None
    from bothub_cli.sandbox.origins import is_web_url
    from bothub_cli.sandbox.postbox import WebhookTarget

    if not is_web_url(url):
        raise UsageError(problem="--webhook takes an http or https URL", fix=f"for example {DEFAULT_WEBHOOK}")
    token = read_token(context, token_file, option="--webhook-token-file") if token_file else None
    return WebhookTarget(url=url, authorization=token)


def _identity(context: AppContext, profile: str | None) -> "SandboxIdentity":
    """Return the bot of last time when its profile is there, so that other processes' tokens and scripts go on."""
    from bothub_cli.sandbox.identity import SandboxIdentity, identity_from

    stored = context.profiles.get(profile) if profile else None
    if (
        stored is None
        or not stored.bot_id
        or not stored.authorization
        or not stored.stored_key
        or not stored.private_key
    ):
        return SandboxIdentity.generate()
    from bothub_cli.auth.signing import read_pem

    pem = read_pem(KeyFile(path=stored.private_key))
    return identity_from(bot_id=stored.bot_id, authorization=stored.authorization, private_key_pem=pem)


def _write_profile(context: AppContext, name: str, identity: "SandboxIdentity", url: str) -> None:
    profile = Profile(name=name, bot_id=identity.bot_id, authorization=identity.authorization, api_base=url)
    context.profiles.save(profile, key_pem=identity.private_key_pem.reveal().encode(), may_be_default=False)


def _wait_for_the_end() -> None:
    """Sleep until Ctrl-C or SIGTERM; both end the sandbox as intended."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
