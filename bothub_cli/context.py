"""Puts the program together for one command: settings, tokens, client, output; nothing is made before it is needed."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from bothub_cli.clock import Clock, SystemClock
from bothub_cli.errors import BothubError, InputRefusedError, NotLoggedInError, UsageError
from bothub_cli.output.document import Document, check_fields
from bothub_cli.output.printer import OutputOptions, Printer
from bothub_cli.redaction import Redactor, Secret

if TYPE_CHECKING:
    from bothub_cli.auth.chain import TokenChain
    from bothub_cli.campaign.running import Destination
    from bothub_cli.client import BothubClient, RetryNotice
    from bothub_cli.config.paths import Directories
    from bothub_cli.config.settings import Purpose, Settings
    from bothub_cli.config.sources import FlagValue
    from bothub_cli.config.store import ProfileStore
    from bothub_cli.listener.database import Database
    from bothub_cli.protocol.media import MediaFacts
    from bothub_cli.sandbox.server import SandboxServer
    from bothub_cli.transport.base import Transport, TransportSettings

T = TypeVar("T")

PROBE_MAX_WAIT = 3.0  # seconds between attempts to ask a file's host, which nothing depends on: flags can say it too
STDIN_MAX = 16 * 1024 * 1024  # bytes of a text, a key or an assertion on standard input


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOptions:
    """What the shared options of a command say; None and False mean "not given"."""

    profile: str | None = None
    sandbox: bool = False
    bot_id: str | None = None
    private_key: str | None = None
    authorization_file: str | None = None
    api_base: str | None = None
    auth_base: str | None = None
    traffic_type: str | None = None
    region: str | None = None
    timeout: str | None = None
    max_wait: str | None = None
    proxy: str | None = None
    ca_bundle: str | None = None
    no_input: bool = False
    no_record: bool = False
    keep_texts: bool = False
    dry_run: bool = False
    curl: bool = False
    json: bool = False
    fields: str | None = None
    quiet: bool = False
    verbose: int = 0
    log_content: bool = False

    def flags(self) -> "dict[str, FlagValue]":
        """Return the settings among them, as ``config.settings.resolve`` takes them."""
        said: dict[str, FlagValue] = {name: getattr(self, name) for name in _SETTINGS}
        return said | {name: True for name in _SWITCHES if getattr(self, name)}

    def output(self, environ: Mapping[str, str]) -> OutputOptions:
        """Return how to print; asking for fields asks for JSON."""
        chosen = tuple(name.strip() for name in (self.fields or "").split(",") if name.strip())
        as_json = self.json or bool(chosen) or environ.get("BOTHUB_OUTPUT") == "json"
        return OutputOptions(json=as_json, fields=chosen, quiet=self.quiet, verbose=self.verbose)


_SWITCHES = ("no_input", "log_content", "no_record", "keep_texts")
_SETTINGS = (
    "profile", "bot_id", "private_key", "authorization_file", "api_base", "auth_base", "traffic_type", "region",
    "timeout", "max_wait", "proxy", "ca_bundle",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Session:
    """One run of the program: its environment, and the printer as far as it is known how to print."""

    environ: Mapping[str, str]
    printer: Printer
    completion: str | None = None  # what the shell's completion script asks
    log_content: bool = False


def start_session(argv: Sequence[str]) -> Session:
    """Begin a run; before the options are read, ``--json`` is looked for by its name alone."""
    environ = dict(os.environ)
    early = SharedOptions(json="--json" in argv, verbose=sum(word in {"-v", "--verbose", "-vv"} for word in argv))
    printer = _make_printer(early.output(environ), environ)
    return Session(environ=environ, printer=printer, completion=environ.get("_BOTHUB_COMPLETE"))


def _make_printer(options: OutputOptions, environ: Mapping[str, str]) -> Printer:
    terminal = {name: environ[name] for name in ("TERM", "NO_COLOR") if name in environ}
    return Printer(stdout=sys.stdout, stderr=sys.stderr, options=options, terminal=terminal, redactor=Redactor())


@contextmanager
def open_context(session: Session, options: SharedOptions) -> "Iterator[AppContext]":
    """Give a command its context, and close what it opened, whatever happens."""
    session.printer = _make_printer(options.output(session.environ), session.environ)
    session.log_content = options.log_content
    with ExitStack() as closing:
        yield AppContext(session=session, options=options, closing=closing)


def stored_profile_names() -> tuple[str, ...]:
    """Return the names of the profiles, for the shell's completion; none where they cannot be read."""
    from bothub_cli.config.paths import find_directories
    from bothub_cli.config.store import ProfileStore

    try:
        return ProfileStore(find_directories(os.environ).config).names()
    except BothubError:  # somebody is typing: an error has no place in the line
        return ()


class AppContext:
    """What a command may use. Each part is made when it is first asked for, with the libraries that it needs."""

    def __init__(self, *, session: Session, options: SharedOptions, closing: ExitStack) -> None:
        self.options = options
        self.printer = session.printer
        self.environ = session.environ
        self.clock: Clock = SystemClock()
        self._session = session
        self._closing = closing
        self._stdin_taken_by: str | None = None

    # -- the answer ---------------------------------------------------------------------------------------------

    def check_fields(self, *answers: type[Document]) -> None:
        """Refuse ``--fields`` that none of the answers has, before anything is done."""
        check_fields(self.printer.options.fields, answers)

    def show(self, answer: Document) -> None:
        """Print the answer of the command."""
        self.printer.show(answer)

    def show_text(self, text: str) -> None:
        """Print a text that is the whole answer, as it is: a token, a key, a script."""
        self.printer.show_text(text)

    # -- settings -----------------------------------------------------------------------------------------------

    def _resolve(self, flags: "Mapping[str, FlagValue]", *, purpose: "Purpose") -> "Settings":
        """Decide every setting; tell the printer what must stay secret, and the user what is odd."""
        from bothub_cli.config.settings import resolve

        settings = resolve(flags=flags, environ=self.environ, purpose=purpose)
        for secret in settings.secrets():
            self.printer.redactor.learn(secret)
        self.printer.profile = settings.profile.value
        if settings.output.value == "json" and not self.printer.options.json:
            self.printer.options = replace(self.printer.options, json=True)
        for warning in settings.warnings:
            self.printer.warn(warning)
        return settings

    @cached_property
    def settings(self) -> "Settings":
        """Every setting; with ``--sandbox``, those of the sandbox inside this process."""
        settings = self._resolve(self.options.flags(), purpose="use")
        return self._in_sandbox(settings) if self.options.sandbox else settings

    def log_in_settings(self, flags: "Mapping[str, FlagValue]") -> "Settings":
        """Decide the settings for ``login``: the profile need not exist yet, and yields to the environment."""
        settings = self._resolve(dict(flags), purpose="login")
        return self._in_sandbox(settings) if self.options.sandbox else settings

    @property
    def directories(self) -> "Directories":
        """Where this user's files are, whatever the profile."""
        from bothub_cli.config.paths import find_directories

        return find_directories(self.environ)

    @property
    def bot_id(self) -> str:
        """The bot ID. Raises NotLoggedInError when nobody said one."""
        if self.settings.bot_id.value is None:
            from bothub_cli.auth.identity import Identity

            raise NotLoggedInError(missing=Identity.from_settings(self.settings).missing)
        return self.settings.bot_id.value

    @property
    def profile_name(self) -> str:
        """The name of the chosen profile, which need not exist."""
        return self._resolve(self.options.flags(), purpose="login").profile.value

    def require_profile(self, name: str) -> None:
        """Raise UsageError when there is no such profile."""
        from bothub_cli.config.store import unknown_profile

        if name not in self.profiles.names():
            raise unknown_profile(name, known=self.profiles.names(), where=None)

    @cached_property
    def profiles(self) -> "ProfileStore":
        """The stored profiles."""
        from bothub_cli.config.store import ProfileStore

        return ProfileStore(self.directories.config)

    # -- the network --------------------------------------------------------------------------------------------

    @cached_property
    def transport(self) -> "Transport":
        """The way to the network; every exchange is told with ``-v``."""
        return self.make_transport(self.settings)

    def make_transport(self, settings: "Settings") -> "Transport":
        """Open the way to the network that these settings describe."""
        from bothub_cli.transport.http import RequestsTransport
        from bothub_cli.transport.told import ToldTransport

        transport = RequestsTransport(_transport_settings(settings), user_agent=_user_agent())
        self._closing.callback(transport.close)
        return ToldTransport(transport, tell=self.printer.trace, log_content=settings.log_content.value)

    @cached_property
    def tokens(self) -> "TokenChain":
        """The two access tokens of the profile."""
        return self.make_tokens(self.settings)

    def make_tokens(self, settings: "Settings") -> "TokenChain":
        """Return the chain that gets tokens with these settings; its transport is opened when it needs one."""
        from bothub_cli.auth.cache import TokenCache
        from bothub_cli.auth.chain import TokenChain
        from bothub_cli.auth.identity import Identity
        from bothub_cli.transport.late import LateTransport

        return TokenChain(
            Identity.from_settings(settings),
            cache=TokenCache(settings.directories.tokens),
            transport=LateTransport(lambda: self.make_transport(settings)),
            clock=self.clock,
            notify=lambda notice: self.printer.warn(notice.message),
            learn=self.printer.redactor.learn,
        )

    def client(self, *, resend_unknown: bool = False) -> "BothubClient":
        """Return the API as the profile may use it. Raises NotLoggedInError without a bot ID."""
        return self._make_client(self.bot_id, resend_unknown=resend_unknown, max_wait=self.settings.max_wait.value)

    def campaign_destination(self) -> "Destination":
        """Return the bot as a campaign sends with it. Raises NotLoggedInError without a bot ID."""
        from bothub_cli.campaign.running import Destination

        return Destination(
            base=self.settings.api_base.value,
            bot_id=self.bot_id,
            tokens=self.tokens,
            settings=_transport_settings(self.settings),
            user_agent=_user_agent(),
        )

    @cached_property
    def heard(self) -> "Database | None":
        """What the webhook listener stored on this machine; None when it never ran."""
        path = self.settings.directories.event_store
        if not path.is_file():
            return None
        from bothub_cli.listener.database import open_database

        database = open_database(path)
        self._closing.callback(database.close)
        return database

    def probe_media(self, url: str) -> "MediaFacts":
        """Ask the host of a media URL for its type and size; no credentials are needed, none are sent."""
        patience = min(self.settings.max_wait.value, PROBE_MAX_WAIT)
        return self._make_client("", resend_unknown=False, max_wait=patience).look_at_media(url)

    def _make_client(self, bot_id: str, *, resend_unknown: bool, max_wait: float) -> "BothubClient":
        from bothub_cli.client import BothubClient, RetryPolicy

        return BothubClient(
            base=self.settings.api_base.value,
            bot_id=bot_id,
            transport=self.transport,
            tokens=self.tokens,
            clock=self.clock,
            retry=RetryPolicy(max_wait=max_wait, resend_unknown=resend_unknown),
            on_retry=self._tell_retry,
        )

    def _tell_retry(self, notice: "RetryNotice") -> None:
        self.printer.note(f"{notice.error.message}; attempt {notice.attempt} follows in {notice.seconds:.1f} s")

    def forget_tokens(self, profile: str) -> None:
        """Delete the cached tokens of a stored profile."""
        options = SharedOptions(profile=profile)
        from bothub_cli.config.settings import resolve

        self.make_tokens(resolve(flags=options.flags(), environ=self.environ, purpose="use")).clear()

    # -- the sandbox --------------------------------------------------------------------------------------------

    @cached_property
    def sandbox(self) -> "SandboxServer":
        """The sandbox inside this process, started; it stops with the command."""
        from bothub_cli.sandbox.identity import DEFAULT_BOT_ID, SandboxIdentity
        from bothub_cli.sandbox.server import SandboxServer

        identity = SandboxIdentity.generate(bot_id=self.options.bot_id or DEFAULT_BOT_ID)
        return self._closing.enter_context(SandboxServer([identity]))

    def _in_sandbox(self, settings: "Settings") -> "Settings":
        """Put the sandbox in the place of the API, and a directory that vanishes in the place of the user's own."""
        from tempfile import TemporaryDirectory

        from bothub_cli.config.sandbox_settings import point_to_sandbox

        directory = Path(self._closing.enter_context(TemporaryDirectory(prefix="bothub-")))
        identity = self.sandbox.identity
        changed = point_to_sandbox(
            settings,
            url=self.sandbox.url,
            bot_id=identity.bot_id,
            authorization=identity.authorization,
            private_key=identity.private_key_pem,
            directory=directory,
        )
        self.printer.profile = None
        return changed

    # -- the event store ----------------------------------------------------------------------------------------

    @property
    def has_event_store(self) -> bool:
        """True when something was heard, sent or suppressed before; telling so opens nothing."""
        return self.settings.directories.event_store.exists()

    @cached_property
    def event_store(self) -> "Database":
        """The store, made when it is not there. Raises ConfigurationError, LockBusyError."""
        return self._open_event_store(self.settings.directories.event_store)

    @cached_property
    def event_store_for_reading(self) -> "Database":
        """The store, or an empty one that vanishes: to look makes no files."""
        if self.has_event_store:
            return self.event_store
        from tempfile import TemporaryDirectory

        self.printer.note("nothing is stored yet: bothub listen")
        directory = Path(self._closing.enter_context(TemporaryDirectory(prefix="bothub-")))
        return self._open_event_store(directory / "events.db")

    def _open_event_store(self, path: Path) -> "Database":
        from bothub_cli.listener.database import open_database

        database = open_database(path)
        self._closing.callback(database.close)
        return database

    @property
    def one_profile(self) -> str | None:
        """The profile that was asked for; None when nobody named one, and all are meant."""
        chosen = self.settings.profile
        return None if chosen.origin.kind == "default" else chosen.value

    def keep_open(self, resource: "AbstractContextManager[T]") -> T:
        """Enter something that lives as long as the command."""
        return self._closing.enter_context(resource)

    # -- standard input and questions ---------------------------------------------------------------------------

    def stdin(self, wanted_by: str) -> BinaryIO:
        """Return standard input for the one option that reads it; a closed one is empty.

        Raises UsageError when another option has read it already.
        """
        if self._stdin_taken_by is not None:
            raise UsageError(
                problem=f"standard input is read by {self._stdin_taken_by} and by {wanted_by}",
                fix="give one of them as a file",
            )
        self._stdin_taken_by = wanted_by
        if sys.stdin is None:
            return BytesIO()
        if sys.stdin.isatty():
            self.printer.note("reading standard input; end it with Ctrl-D")
        return sys.stdin.buffer

    def close_later(self, close: Callable[[], None]) -> None:
        """Close something when the command ends, however it ends."""
        self._closing.callback(close)

    def text_or_stdin(self, text: str, *, wanted_by: str) -> str:
        """Return the text, or what standard input holds when the text is ``-``."""
        return self.text_from_stdin(wanted_by) if text == "-" else text

    def text_from_stdin(self, wanted_by: str) -> str:
        """Read the whole of standard input as UTF-8 text, without the final line end. Raises InputRefusedError."""
        return _decode(self.stdin(wanted_by).read(STDIN_MAX + 1), where="standard input")

    def read_text(self, name: str, *, option: str) -> str:
        """Read a UTF-8 text file, or standard input for ``-``, without the final line end. Raises InputRefusedError."""
        if name == "-":
            return self.text_from_stdin(option)
        try:
            with Path(name).open("rb") as stream:
                content = stream.read(STDIN_MAX + 1)
        except OSError as error:
            raise InputRefusedError(where=name, problem=f"cannot be read: {error.strerror}") from error
        return _decode(content, where=name)

    @property
    def may_ask(self) -> bool:
        """True when a person sits at the terminal and questions are wanted."""
        asking_off = self.options.no_input or bool(self.environ.get("CI"))
        return not asking_off and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, question: str, *, instead: str, default: str | None = None) -> str:
        """Ask on stderr; raise UsageError that names the flag or variable when nobody can be asked."""
        self._require_terminal(question, instead)
        shown = f" [{default}]" if default else ""
        self.printer.stderr.write(f"{question}{shown}: ")
        self.printer.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:  # Ctrl-D
            raise KeyboardInterrupt
        return answer.strip() or default or self.ask(question, instead=instead, default=default)

    def ask_secret(self, question: str, *, instead: str) -> Secret:
        """Ask without echo; raise UsageError that names the flag or variable when nobody can be asked."""
        from getpass import getpass

        self._require_terminal(question, instead)
        try:
            answer = getpass(f"{question}: ", stream=self.printer.stderr)
        except EOFError as error:
            raise KeyboardInterrupt from error
        secret = Secret(answer.strip())
        self.printer.redactor.learn(secret)
        return secret

    def confirm(self, question: str, *, flag: str) -> None:
        """Ask for a yes; anything else stops the command as Ctrl-C does."""
        if self.ask(f"{question} (y/n)", instead=flag, default="n").lower() not in {"y", "yes", "o", "oui"}:
            raise KeyboardInterrupt

    def _require_terminal(self, question: str, instead: str) -> None:
        if not self.may_ask:
            raise UsageError(problem=f"nobody can be asked: {question}", fix=f"give it with {instead}")


def _transport_settings(settings: "Settings") -> "TransportSettings":
    from bothub_cli.transport.base import TransportSettings

    bundle = settings.ca_bundle.value
    return TransportSettings(
        timeout=settings.timeout.value,
        connect_timeout=settings.connect_timeout.value,
        proxy=settings.proxy.value,
        ca_bundle=str(bundle) if bundle else None,
    )


def _user_agent() -> str:
    from bothub_cli import __version__

    return f"bothub/{__version__}"


def _decode(content: bytes, *, where: str) -> str:
    if len(content) > STDIN_MAX:
        raise InputRefusedError(where=where, problem=f"larger than {STDIN_MAX} bytes")
    try:
        return content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputRefusedError(
            where=where, problem=f"byte {error.start} is not UTF-8", fix="convert the text to UTF-8"
        ) from error
