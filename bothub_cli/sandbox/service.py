"""A sandbox that runs for longer: what ``bothub sandbox start`` starts, says and waits for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bothub_cli.errors import UsageError
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import DEFAULT_BOT_ID, SandboxIdentity
from bothub_cli.sandbox.state.settings import SandboxSettings
from bothub_cli.sandbox.state.webhooks import WebhookTarget
from bothub_cli.sandbox.store.store import SandboxStore
from bothub_cli.serving.process import allow_open_files, rare_collections
from bothub_cli.urls import is_loopback, is_web_url

OPEN_FILES = 16_384  # each connection is one, and many systems allow 256 or 1,024 by default


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """What ``bothub sandbox start`` takes; ``bot_ids`` all belong to one application.

    ``identities`` are bots that were made before: those of ``bot_ids`` among them keep their keys.
    """

    host: str = "127.0.0.1"
    port: int = 0
    bot_ids: tuple[str, ...] = (DEFAULT_BOT_ID,)
    identities: tuple[SandboxIdentity, ...] = ()
    webhook_url: str | None = None
    webhook_authorization: Secret | None = None
    store: Path | None = None
    seed: int | None = None
    access_token: Secret | None = None
    names: tuple[str, ...] = ()  # by which it is asked for, besides its address
    settings: SandboxSettings = field(default_factory=SandboxSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFacts:
    """What the ready line tells: where the sandbox is, for others and for this machine, and as whom to speak to it."""

    url: str
    local_url: str
    port: int
    identities: tuple[SandboxIdentity, ...]
    is_reachable_from_elsewhere: bool

    def environment(self, *, private_key: Path) -> Mapping[str, str]:
        """Return the variables with which every bothub command uses the first bot; the key lies in that file."""
        first = self.identities[0]
        return {
            "BOTHUB_API_BASE": self.local_url,
            "BOTHUB_BOT_ID": first.bot_id,
            "BOTHUB_AUTHORIZATION": first.authorization.reveal(),
            "BOTHUB_PRIVATE_KEY": str(private_key),
        }


@contextmanager
def running_sandbox(
    options: SandboxOptions, *, tell: Callable[[str], None] | None = None
) -> Iterator[tuple[SandboxServer, ReadyFacts]]:
    """Run a sandbox inside the block; it is meant to be the whole process. ``tell`` hears what goes wrong meanwhile.

    Raises UsageError for options that do not fit, ConfigurationError and LockBusyError for an address or a store that
    cannot be used.
    """
    _check(options)
    allow_open_files(OPEN_FILES)
    store = SandboxStore.open(options.store) if options.store else None
    server = SandboxServer(
        _identities(options, store),
        settings=options.settings,
        host=options.host,
        port=options.port,
        seed=options.seed,
        store=store,
        access_token=options.access_token,
        names=options.names,
        tell=tell,
    )
    with rare_collections(), server:
        _set_webhooks(server, options)
        yield (
            server,
            ReadyFacts(
                url=server.url,
                local_url=server.local_url,
                port=server.port,
                identities=server.identities,
                is_reachable_from_elsewhere=not is_loopback(options.host),
            ),
        )


def _check(options: SandboxOptions) -> None:
    if not is_loopback(options.host) and options.access_token is None:
        raise UsageError(
            problem=f"a sandbox on {options.host} can be reached by others, so it needs a token",
            fix="--access-token-file FILE, or stay on 127.0.0.1",
        )
    if options.webhook_url is not None and not is_web_url(options.webhook_url):
        raise UsageError(problem="the webhook is not an http or https URL", fix="write it like http://127.0.0.1:8080/")
    if len(set(options.bot_ids)) < len(options.bot_ids):
        raise UsageError(problem="two bots have the same bot ID")
    if any(not bot_id or "/" in bot_id or not bot_id.isprintable() for bot_id in options.bot_ids):
        raise UsageError(problem="a bot ID is empty, or holds a '/' or a control character")


def _identities(options: SandboxOptions, store: SandboxStore | None) -> list[SandboxIdentity]:
    """Make the bots that were not made before, all with the first one's application."""
    known = SandboxServer.stored_identities(store)
    made_before = {identity.bot_id: identity for identity in options.identities}
    for bot_id in options.bot_ids:
        if bot_id in {identity.bot_id for identity in known}:
            continue
        application = known[0] if known else None
        known.append(made_before.get(bot_id) or SandboxIdentity.generate(bot_id=bot_id, application=application))
    return known


def _set_webhooks(server: SandboxServer, options: SandboxOptions) -> None:
    if options.webhook_url is None:
        return
    target = WebhookTarget(url=options.webhook_url, authorization=options.webhook_authorization)
    for bot_id in options.bot_ids:
        server.set_webhook(bot_id, target)
