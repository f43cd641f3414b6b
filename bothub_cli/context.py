"""Puts the program together for one command: settings, tokens, client, output; nothing is made before it is needed."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bothub_cli.clock import Clock, SystemClock
from bothub_cli.errors import BothubError, ConfigurationError, NotLoggedInError, UsageError
from bothub_cli.files import may_exist, passing_directory
from bothub_cli.invocation.options import SharedOptions
from bothub_cli.invocation.session import Session, make_printer
from bothub_cli.output.document import Document, check_chosen_fields
from bothub_cli.redaction import ProgramSecret, Secret

if TYPE_CHECKING:
    from datetime import datetime

    from bothub_cli.auth.chain import TokenChain
    from bothub_cli.campaign.journal.interface import Ledger
    from bothub_cli.campaign.ledger.ledger import SharedLedger
    from bothub_cli.campaign.ledger.suppressions import SharedSuppressions
    from bothub_cli.campaign.run.start import Destination
    from bothub_cli.client import BothubClient, RetryNotice
    from bothub_cli.config.paths import Directories
    from bothub_cli.config.profile_store import ProfileStore
    from bothub_cli.config.settings import Purpose, Settings
    from bothub_cli.config.sources import FlagValue
    from bothub_cli.events.store.database import Database
    from bothub_cli.invocation.questions import Questions
    from bothub_cli.invocation.standard_input import StandardInput
    from bothub_cli.protocol.media import MediaFacts
    from bothub_cli.sandbox.server import SandboxServer
    from bothub_cli.sending.deliver import Sender
    from bothub_cli.transport.base import Transport

T = TypeVar("T")

# Secrets that may come through standard input; client_secret_file and the like are options of login alone.
_FROM_STANDARD_INPUT = frozenset(
    {"private_key", "authorization_file", "client_secret_file", "private_key_passphrase_file"}
)
PROBE_MAX_WAIT = 3.0  # seconds between attempts to ask a file's host, which nothing depends on: flags can say it too


@contextmanager
def open_context(session: Session, options: SharedOptions) -> "Iterator[AppContext]":
    """Give a command its context, and close what it opened, whatever happens."""
    session.printer = make_printer(options.output(session.environ), session.environ, argv=session.argv)
    session.log_content = options.log_content
    with ExitStack() as closing:
        context = AppContext(session=session, options=options, closing=closing)
        try:
            yield context
        except NotLoggedInError as error:
            with suppress(BothubError):  # without a place for profiles there are no others
                error.others = tuple(name for name in context.profiles.names() if name != session.printer.profile)
            raise


class AppContext:
    """What a command may use. Each part is made when it is first asked for, with the libraries that it needs."""

    def __init__(self, *, session: Session, options: SharedOptions, closing: ExitStack) -> None:
        self.options = options
        self.printer = session.printer
        self.environ = session.environ
        self.clock: Clock = SystemClock()
        self._closing = closing
        self._given: dict[str, Secret] = {}  # what standard input held, by the option that read it
        self._shows_log = False

    # -- the answer ---------------------------------------------------------------------------------------------

    def check_fields(self, *answers: type[Document]) -> None:
        """Refuse ``--fields`` that none of the answers has, before anything is done."""
        check_chosen_fields(self.printer.options.fields, answers)

    def show(self, answer: Document, *, as_it_is: bool = False) -> None:
        """Print the answer of the command; ``as_it_is`` for one that is a secret, or a message to be passed on."""
        self.printer.show(answer, as_it_is=as_it_is)

    def show_text(self, text: str) -> None:
        """Print a text that is the whole answer, as it is: a token, a key, a script."""
        self.printer.show_text(text)

    @property
    def is_dry_run(self) -> bool:
        """Whether requests are only shown: ``--dry-run``, ``--curl``."""
        return self.options.dry_run or self.options.curl

    # -- settings -----------------------------------------------------------------------------------------------

    def _resolve(self, flags: "Mapping[str, FlagValue]", *, purpose: "Purpose") -> "Settings":
        """Decide every setting; tell the printer what must stay secret, and the user what is odd."""
        from bothub_cli.config.settings import resolve  # help, schemas and the like have no settings

        is_passing = purpose == "use" or self.options.sandbox  # what is to last needs a place that lasts
        environ = self._passing_environ if is_passing else self.environ
        settings = resolve(flags=self._read_secrets(flags), environ=environ, purpose=purpose)
        for secret in settings.secrets():
            if isinstance(secret, ProgramSecret):
                secret.tell(self.printer.redactor.learn)
            else:
                self.printer.redactor.learn(secret)
        self.printer.profile = settings.profile.value
        if settings.output.value == "json" and not self.printer.options.json:
            self.printer.options = replace(self.printer.options, json=True)
        for warning in settings.warnings:
            self.printer.warn(warning)
        return settings

    def _read_secrets(self, flags: "Mapping[str, FlagValue]") -> "Mapping[str, FlagValue]":
        """Replace each ``-`` of a secret by what standard input holds. Raises UsageError for a second one."""
        if "-" not in flags.values():
            return flags

        read = dict(flags)
        for name in [name for name, value in flags.items() if value == "-" and name in _FROM_STANDARD_INPUT]:
            if name not in self._given:
                self._given[name] = Secret(self.stdin.read_secret(f"--{name.replace('_', '-')}"))
                self.printer.redactor.learn(self._given[name])
            del read[name]
            read[name.removesuffix("_file")] = self._given[name]
        return read

    @property
    def _passing_environ(self) -> "Mapping[str, str]":
        """The environment; for who has no home, with directories that vanish with the command."""
        from bothub_cli.config.paths import find_missing  # as above

        missing = find_missing(self.environ)
        return {**self.environ, **dict.fromkeys(missing, str(self._passing_directory))} if missing else self.environ

    def _tell_homeless(self) -> None:
        """Say what is not kept of a command whose user has no home."""
        from bothub_cli.config.paths import STATE_DIR_VARIABLE, find_missing  # as above

        if missing := find_missing(self.environ):
            lost = ", nothing is noted, and nobody looked who has said STOP" if STATE_DIR_VARIABLE in missing else ""
            names = " ".join(f"{name}=/…" for name in missing)
            self.printer.warn(f"this user has no home directory: tokens are not kept{lost}; name directories: {names}")

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
        from bothub_cli.config.paths import find_directories  # help, schemas and the like have no files

        return find_directories(self.environ)

    def read_token(self, file: str | None, *, option: str, variable: str | None = None) -> "Secret | None":
        """Return the token of a file or of a variable, known to the redactor; None when there is none.

        Raises UsageError for one that cannot be read, or that is no single line.
        """
        from bothub_cli.config.credentials import read_guard_token  # few commands guard a door

        token = read_guard_token(
            file,
            option=option,
            variable=variable,
            environ=self.environ,
            cwd=Path.cwd(),
            read_stdin=self.stdin.read,
            warn=self.printer.warn,
        )
        if token is not None:
            self.printer.redactor.learn(token)
        return token

    @property
    def bot_id(self) -> str:
        """The bot ID. Raises NotLoggedInError when nobody said one."""
        if self.settings.bot_id.value is None:
            from bothub_cli.auth.identity import Identity  # only who is not logged in hears of it

            raise NotLoggedInError(missing=Identity.from_settings(self.settings).missing)
        return self.settings.bot_id.value

    @property
    def profile_name(self) -> str:
        """The name of the chosen profile, which need not exist."""
        return self._resolve(self.options.flags(), purpose="change").profile.value

    def require_profile(self, name: str) -> None:
        """Raise UsageError when there is no such profile."""
        from bothub_cli.config.profile_store import unknown_profile  # most commands take the profile as it is

        if name not in self.profiles.names():
            raise unknown_profile(name, known=self.profiles.names(), where=None)

    @cached_property
    def profiles(self) -> "ProfileStore":
        """The stored profiles."""
        from bothub_cli.config.profile_store import ProfileStore  # many commands read no stored profile

        return ProfileStore(self.directories.config)

    # -- the network --------------------------------------------------------------------------------------------

    @cached_property
    def transport(self) -> "Transport":
        """The way to the network; every exchange is told with ``-v``."""
        return self.make_transport(self.settings)

    def make_transport(self, settings: "Settings") -> "Transport":
        """Open the way to the network that these settings describe."""
        from bothub_cli.library.assembly import transport_settings, user_agent  # few need a network
        from bothub_cli.transport.http import RequestsTransport  # loads requests
        from bothub_cli.transport.traced import TracedTransport  # loads logging

        transport = RequestsTransport(transport_settings(settings), user_agent=user_agent())
        self._closing.callback(transport.close)
        self._show_log()
        return TracedTransport(transport, log_content=settings.log_content.value)

    def _show_log(self) -> None:
        if self.printer.options.verbose and not self._shows_log:
            from bothub_cli.output.log_handler import showing_log  # few ask for it

            self._closing.enter_context(showing_log(self.printer.trace))
            self._shows_log = True

    def make_forward_transport(self, ca_bundle: Path | None) -> "Transport":
        """Open the way to the targets of a listener, which has certificates of its own to trust if they are named."""
        from bothub_cli.library.assembly import transport_settings, user_agent  # few need a network
        from bothub_cli.transport.http import RequestsTransport  # loads requests

        settings = transport_settings(self.settings)
        if ca_bundle is not None:
            place = str(ca_bundle.expanduser())
            settings = replace(settings, ca_bundle=place, ca_bundle_origin="--forward-ca-bundle")
        return RequestsTransport(settings, user_agent=user_agent())

    @cached_property
    def tokens(self) -> "TokenChain":
        """The two access tokens of the profile."""
        if not self.options.sandbox:
            self._tell_homeless()
        return self.make_tokens(self.settings)

    def make_tokens(self, settings: "Settings") -> "TokenChain":
        """Return the chain that gets tokens with these settings; its transport is opened when it needs one."""
        from bothub_cli.library.assembly import make_tokens  # what stays on this machine needs no tokens

        return make_tokens(
            settings,
            open_transport=lambda: self.make_transport(settings),
            clock=self.clock,
            warn=self.printer.warn,
            learn=self.printer.redactor.learn,
        )

    def client(self, *, resend_unknown: bool = False) -> "BothubClient":
        """Return the API as the profile may use it. Raises NotLoggedInError without a bot ID."""
        return self._make_client(self.bot_id, resend_unknown=resend_unknown, max_wait=self.settings.max_wait.value)

    def open_outbox(self, *, resend_unknown: bool, ignore_suppression: bool) -> "Sender":
        """Return the way out: past the suppression list, and into the event store.

        Without a profile, in cron or CI, nothing is left behind but the token cache, unless a store is there already.
        """
        client, settings = self.client(resend_unknown=resend_unknown), self.settings
        is_wanted = settings.stored_profile is not None and not settings.no_record.value
        find_elsewhere = None if ignore_suppression else self._find_shared_wishes()
        if not is_wanted and not self.has_event_store and find_elsewhere is None:
            return client
        from bothub_cli.library.assembly import make_sending_store  # without a store there is none to ask
        from bothub_cli.sending.outbox import Outbox  # loads sqlite3

        store = make_sending_store(
            settings,
            find_store=self._find_event_store,
            open_store=lambda: self.event_store,
            clock=self.clock,
            warn=self.printer.warn,
            find_elsewhere=find_elsewhere,
        )
        return Outbox(client, store, ignore_suppression=ignore_suppression)

    def _find_shared_wishes(self) -> "Callable[[Collection[str]], Mapping[str, datetime]] | None":
        """Return how the list of all machines is asked; None without a ledger, and for the sandbox of one command."""
        shared = None if self.options.sandbox else self.open_shared_suppressions()
        return shared.find if shared is not None else None

    def _find_event_store(self) -> "Database | None":
        """Return the store if there is one; with ``--no-record`` one that cannot be used counts as none."""
        if not self.has_event_store:
            return None
        try:
            return self.event_store
        except ConfigurationError as error:
            if not self.settings.no_record.value:
                raise
            self.printer.warn(f"nobody looked who has said STOP: {error.message}")
            return None

    def prepare_to_receive(self) -> None:
        """Make the event store ready; with the sandbox inside this process, listen to its webhook as well."""
        database = self.event_store
        if self.options.sandbox:
            from bothub_cli.events.receive.server import ListenerServer, ListenerSettings  # loads uvicorn
            from bothub_cli.events.receive.webhook import WebhookSettings  # loads starlette
            from bothub_cli.sandbox.state.webhooks import WebhookTarget  # loads asyncio

            webhook = WebhookSettings(profile=self.settings.profile.value)
            listener = self.keep_open(ListenerServer(ListenerSettings(store=database.path, webhook=webhook)))
            self.sandbox.set_webhook(self.bot_id, WebhookTarget(url=listener.url))

    def campaign_destination(self) -> "Destination":
        """Return the bot as a campaign sends with it. Raises NotLoggedInError without a bot ID."""
        from bothub_cli.campaign.run.start import Destination  # loads jinja2
        from bothub_cli.library.assembly import transport_settings, user_agent  # few need a network

        return Destination(
            base=self.settings.api_base.value,
            bot_id=self.bot_id,
            tokens=self.tokens,
            settings=transport_settings(self.settings),
            user_agent=user_agent(),
        )

    def probe_media(self, url: str) -> "MediaFacts":
        """Ask the host of a media URL for its type and size; no credentials are needed, none are sent."""
        max_wait = min(self.settings.max_wait.value, PROBE_MAX_WAIT)
        return self._make_client("", resend_unknown=False, max_wait=max_wait).look_at_media(url)

    def _make_client(self, bot_id: str, *, resend_unknown: bool, max_wait: float) -> "BothubClient":
        from bothub_cli.client import BothubClient, RetryPolicy  # what stays on this machine calls nobody

        return BothubClient(
            base=self.settings.api_base.value,
            bot_id=bot_id,
            transport=self.transport,
            tokens=self.tokens,
            clock=self.clock,
            retry=RetryPolicy(max_wait=max_wait, resend_unknown=resend_unknown),
            on_retry=self._tell_retry,
            log_content=self.settings.log_content.value,
        )

    def _tell_retry(self, notice: "RetryNotice") -> None:
        self.printer.note(f"{notice.error.message}; attempt {notice.attempt} follows in {notice.seconds:.1f} s")

    def forget_tokens(self, profile: str) -> None:
        """Delete the cached tokens of a stored profile."""
        options = SharedOptions(profile=profile)
        from bothub_cli.config.settings import resolve  # help, schemas and the like have no settings

        self.make_tokens(resolve(flags=options.flags(), environ=self.environ, purpose="use")).clear()

    # -- the sandbox --------------------------------------------------------------------------------------------

    @cached_property
    def sandbox(self) -> "SandboxServer":
        """The sandbox inside this process, started; it stops with the command."""
        from bothub_cli.sandbox.server import SandboxServer  # loads uvicorn and starlette
        from bothub_cli.sandbox.state.bots import DEFAULT_BOT_ID, SandboxIdentity  # as above

        identity = SandboxIdentity.generate(bot_id=self.options.bot_id or DEFAULT_BOT_ID)
        return self._closing.enter_context(SandboxServer([identity]))

    @cached_property
    def _passing_directory(self) -> Path:
        """A directory that vanishes with the command."""
        return self._closing.enter_context(passing_directory(prefix="bothub-"))

    def _in_sandbox(self, settings: "Settings") -> "Settings":
        """Put the sandbox in the place of the API, and a directory that vanishes in the place of the user's own."""
        from bothub_cli.config.sandbox_settings import point_to_sandbox  # the real API needs none of it

        identity = self.sandbox.identity
        changed = point_to_sandbox(
            settings,
            url=self.sandbox.url,
            bot_id=identity.bot_id,
            authorization=identity.authorization,
            private_key=identity.private_key_pem,
            directory=self._passing_directory,
        )
        self.printer.profile = None
        return changed

    # -- the person and their files -----------------------------------------------------------------------------

    @cached_property
    def stdin(self) -> "StandardInput":
        """Standard input, which one option of the command may read."""
        from bothub_cli.invocation.standard_input import StandardInput  # few commands read it

        return StandardInput(self.printer)

    @cached_property
    def questions(self) -> "Questions":
        """The way to ask the person at the terminal."""
        from bothub_cli.invocation.questions import Questions  # few commands ask

        return Questions(self.printer, environ=self.environ, no_input=self.options.no_input)

    # -- campaigns ----------------------------------------------------------------------------------------------

    @property
    def ledger(self) -> "Ledger":
        """Where this user's campaigns are kept: in the database that is named, else on this machine."""
        return self.shared_ledger or self.own_ledger

    @property
    def own_ledger(self) -> "Ledger":
        """The campaigns of this machine alone."""
        from bothub_cli.campaign.journal.files import FileLedger  # loads sqlite3

        return FileLedger(self.directories.campaigns)

    @property
    def ledger_for_sending(self) -> "Ledger":
        """Where a campaign is kept while it is sent: what a sandbox takes is forgotten with it."""
        from bothub_cli.campaign.journal.files import FileLedger  # loads sqlite3

        return self.shared_ledger or FileLedger(self.lasting.campaigns)

    @cached_property
    def shared_ledger(self) -> "SharedLedger | None":
        """The ledger that several machines share; None when nobody named one. Raises UsageError, ConfigurationError."""
        if not self._may_name_ledger() or self.settings.ledger.value is None:
            return None
        from bothub_cli.library.assembly import find_shared_ledger  # few share a ledger

        return find_shared_ledger(self.settings, bot_id=self.bot_id, warn=self.printer.note)

    def open_shared_suppressions(self, *, max_wait: float | None = None) -> "SharedSuppressions | None":
        """Return whom all machines that share a ledger spare, until the command ends; None without a ledger.

        ``max_wait`` is how many seconds the database may be away, instead of the setting.
        """
        ledger = self.shared_ledger
        if ledger is None:
            return None
        from bothub_cli.campaign.ledger.suppressions import SharedSuppressions  # with it the database's library

        return SharedSuppressions.of(ledger, self.keep_open(closing(ledger.link(max_wait=max_wait))))

    def require_shared_ledger(self) -> "SharedLedger":
        """Return the ledger that several machines share. Raises UsageError when nobody named one."""
        if self.shared_ledger is None:
            raise UsageError(
                problem="which ledger?", fix="name the database: --ledger postgresql://bothub@db.internal/bothub"
            )
        return self.shared_ledger

    def _may_name_ledger(self) -> bool:
        """Tell whether anything names a ledger; where nothing does, no setting is read for it."""
        if "settings" in self.__dict__:  # they are read already
            return self.settings.ledger.value is not None
        if self.options.ledger is not None or self.environ.get("BOTHUB_LEDGER"):
            return True
        stored = map(self.profiles.get, self.profiles.names())
        return any(profile is not None and profile.ledger is not None for profile in stored)

    def use_profile(self, name: str) -> None:
        """Go on with this profile, whatever was chosen before."""
        self.options = SharedOptions(**self.options.given | {"profile": name})
        self.__dict__.pop("settings", None)

    # -- the event store ----------------------------------------------------------------------------------------

    @property
    def lasting(self) -> "Directories":
        """The directories, for what must still be there tomorrow. Raises ConfigurationError for who has no home."""
        from bothub_cli.config.paths import state_dir  # as in directories

        if not self.options.sandbox:
            state_dir(self.environ)
        return self.settings.directories

    @property
    def has_event_store(self) -> bool:
        """True when something was heard, sent or suppressed before; telling so opens nothing."""
        return may_exist(self.settings.directories.event_store)

    @cached_property
    def event_store(self) -> "Database":
        """The store, made when it is not there. Raises ConfigurationError, LockBusyError."""
        return self._open_event_store(self.lasting.event_store)

    @cached_property
    def event_store_for_reading(self) -> "Database":
        """The store, or an empty one that vanishes: to look makes no files."""
        if may_exist(self.lasting.event_store):
            return self.event_store
        from tempfile import TemporaryDirectory  # only an empty store needs one

        self.printer.note("nothing is stored yet: bothub listen")
        directory = Path(self._closing.enter_context(TemporaryDirectory(prefix="bothub-")))
        return self._open_event_store(directory / "events.db")

    @cached_property
    def received_events(self) -> "Database | None":
        """What the webhook listener stored on this machine; None when it never ran."""
        path = self.settings.directories.event_store
        return self._open_event_store(path) if path.is_file() else None

    def _open_event_store(self, path: Path) -> "Database":
        from bothub_cli.events.store.database import open_database  # loads sqlite3

        database = open_database(path)
        self._closing.callback(database.close)
        return database

    @property
    def one_profile(self) -> str | None:
        """The profile that was asked for; None when nobody named one, and all are meant."""
        chosen = self.settings.profile
        return None if chosen.origin.kind == "default" else chosen.value

    def close_later(self, close: Callable[[], None]) -> None:
        """Close something when the command ends, however it ends."""
        self._closing.callback(close)

    def keep_open(self, resource: "AbstractContextManager[T]") -> T:
        """Enter something that lives as long as the command."""
        return self._closing.enter_context(resource)
