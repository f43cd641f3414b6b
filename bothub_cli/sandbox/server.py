"""A running sandbox: a local BotHub at a loopback URL, for as long as a block lasts."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

try:
    import starlette  # noqa: F401 -- asked first, so that who lacks it hears what to install
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("a sandbox needs: pip install 'bothub-rcs[server]'", name="starlette") from error

from bothub_cli.errors import ConfigurationError, InputRefusedError, StillPendingError
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.control.actions import perform_action
from bothub_cli.sandbox.control.message_query import LIMIT_MAX, MessageQuery
from bothub_cli.sandbox.http.thread import SandboxHosting, ServerThread
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.settings import SandboxSettings
from bothub_cli.sandbox.state.webhooks import WebhookTarget
from bothub_cli.sandbox.store.records import read_identity
from bothub_cli.sandbox.store.store import SandboxStore
from bothub_cli.serving.sockets import open_sockets

__all__ = [
    "RateLimits", "SandboxIdentity", "SandboxMessage", "SandboxServer", "SandboxSettings", "WebhookTarget",
]  # fmt: skip

T = TypeVar("T")


class SandboxServer:
    """A context manager: inside it the sandbox answers at ``url``; after it nothing is left.

    Port 0 takes a free one. Without ``identities``, in the store neither, one bot is made with new keys (100 ms).
    An open ``store`` keeps everything for the next start; the server closes it. ``tell`` hears, in the server's
    thread, of what goes wrong while it runs; without it a warning is logged. ``names`` are those by which others
    ask for it, besides its address.
    """

    def __init__(
        self,
        identities: Iterable[SandboxIdentity] = (),
        *,
        settings: SandboxSettings | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int | None = None,
        store: SandboxStore | None = None,
        access_token: Secret | None = None,
        names: Iterable[str] = (),
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self.identities = _join(identities, store) or (SandboxIdentity.generate(),)
        self._access_token = access_token
        self._names = tuple(names)
        self._tell = tell
        self._store = store
        self._settings = settings or SandboxSettings()
        self._host = host
        self._wanted_port = port
        self._seed = seed
        self._place: SandboxHosting | None = None
        self._thread: ServerThread | None = None

    @property
    def identity(self) -> SandboxIdentity:
        """The first bot."""
        return self.identities[0]

    @property
    def port(self) -> int:
        """The port in use; RuntimeError when the server does not run."""
        return self._running()[0].listening.port

    @property
    def url(self) -> str:
        """The API base, as others reach it; RuntimeError when the server does not run."""
        return self._running()[0].listening.url

    @property
    def local_url(self) -> str:
        """The API base for programs on this machine; RuntimeError when the server does not run."""
        return self._running()[0].listening.local_url

    def start(self) -> None:
        """Listen. Raises ConfigurationError when the address cannot be used."""
        try:
            listening = open_sockets(self._host, self._wanted_port, also_here=True)
        except ConfigurationError:
            if self._store is not None:
                self._store.close()
            raise
        self._place = SandboxHosting(
            listening=listening, store=self._store, access_token=self._access_token, names=self._names
        )
        if self._tell is not None:
            self._place = replace(self._place, tell=self._tell)
        self._thread = ServerThread(self._place, make_sandbox=self._make_sandbox)
        self._thread.start_and_wait()

    def stop(self) -> None:
        """Close every connection and the thread; harmless when it does not run.

        Raises ConfigurationError when the store could not take everything.
        """
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop_and_wait()

    def run(self, work: Callable[[Sandbox], T]) -> T:
        """Return what ``work`` makes of the sandbox, done in the server's own thread."""
        return self._running()[1].run(work)

    def advance(self, **duration: float) -> None:
        """Move sandbox time forward, e.g. ``advance(hours=1)``, and do all that became due, before returning."""
        self.run(lambda sandbox: sandbox.advance(timedelta(**duration)))

    def counts(self) -> dict[str, int]:
        """Return how many calls each operation has had: ``oauth``, ``auth``, ``messages``…"""
        return self.run(lambda sandbox: dict(sandbox.counts))

    def messages(self, **conditions: Any) -> list[SandboxMessage]:  # each has a type of its own
        """Return the messages that match, oldest first; the conditions are those of MessageQuery."""
        query = MessageQuery(**{"limit": LIMIT_MAX, **conditions})
        return self.run(lambda sandbox: query.newest(sandbox.messages))

    def wait_for_message(self, *, timeout: float = 5.0, **conditions: Any) -> SandboxMessage:  # likewise
        """Return the first message that matches, as soon as it is there.

        Raises StillPendingError after ``timeout`` seconds.
        """
        message = self._running()[1].wait_for_message(MessageQuery(**conditions), timeout=timeout)
        if message is None:
            raise StillPendingError(subject="the message", waited=timeout)
        return message

    def act(self, number: str, action: str, **arguments: Any) -> SandboxMessage | None:  # JSON values
        """Let a phone's user do something, e.g. ``act("+33612345678", "tap", label="Yes")``; return what the bot gets.

        None when it gets nothing: the tap on an action without a postback.

        Actions and arguments are those of POST /sandbox/api/phones/{number}/actions. Raises ControlError.
        """
        given = {"action": action, **arguments}
        return self.run(lambda sandbox: perform_action(sandbox, sandbox.phones.get(number), given))

    def set_webhook(self, bot_id: str, target: WebhookTarget | None) -> None:
        """Tell where a bot's events go; None for nowhere."""
        self.run(lambda sandbox: sandbox.set_webhook(bot_id, target))

    @staticmethod
    def stored_identities(store: SandboxStore | None) -> list[SandboxIdentity]:
        """Return the bots of a store."""
        return [read_identity(record) for record in store.load("identity")] if store else []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _running(self) -> tuple[SandboxHosting, ServerThread]:
        if self._place is None or self._thread is None:
            raise RuntimeError("the sandbox is not running")
        return self._place, self._thread

    def _make_sandbox(self, directory: Path) -> Sandbox:
        settings = replace(self._settings, public_url=self.url)
        return Sandbox(self.identities, directory=directory, settings=settings, seed=self._seed)


def _join(identities: object, store: SandboxStore | None) -> tuple[SandboxIdentity, ...]:
    if isinstance(identities, SandboxIdentity | str) or not isinstance(identities, Iterable):
        raise InputRefusedError(
            problem=f"SandboxServer takes a list of bots, not {type(identities).__name__}", fix="write [identity]"
        )
    stored = SandboxServer.stored_identities(store)
    known = {identity.bot_id: identity for identity in [*stored, *identities]}
    return tuple(known.values())
