"""What a client is made of, and the ways to make one: alike for programs that wait and for event loops."""

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from copy import copy
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from bothub_cli.auth.identity import Identity
from bothub_cli.client import RetryNotice, RetryPolicy
from bothub_cli.client.operations import SupportsPayload, to_payload
from bothub_cli.clock import SystemClock
from bothub_cli.config.credentials import AUTHORIZATION, CLIENT_ID, CLIENT_SECRET, PASSPHRASE
from bothub_cli.config.fields import FIELDS
from bothub_cli.config.paths import CONFIG_DIR_VARIABLE, STATE_DIR_VARIABLE, find_missing
from bothub_cli.config.settings import Settings, resolve
from bothub_cli.config.sources import FlagValue
from bothub_cli.errors import ConfigurationError, InputRefusedError, NotLoggedInError, UsageError
from bothub_cli.files import may_exist, passing_directory
from bothub_cli.library.assembly import (
    find_shared_ledger,
    make_sending_store,
    make_tokens,
    transport_settings,
    user_agent,
)
from bothub_cli.messages import MessageRefusedError
from bothub_cli.misspellings import did_you_mean
from bothub_cli.phone_numbers import read_number
from bothub_cli.redaction import Secret, looks_like_key
from bothub_cli.sending.check import check_body, find_own_files
from bothub_cli.sending.compose import Overrides, compose
from bothub_cli.transport.base import Transport
from bothub_cli.transport.http import RequestsTransport
from bothub_cli.transport.traced import LOGGER, TracedTransport

if TYPE_CHECKING:
    from bothub_cli.campaign.ledger.suppressions import SharedSuppressions
    from bothub_cli.events.store.database import Database
    from bothub_cli.sending.outbox import SendingStore

# What the program's own environment says of this machine, which no argument of ours can say.
_PLACES = (CONFIG_DIR_VARIABLE, STATE_DIR_VARIABLE, "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "APPDATA")
_SHARED_LIST = "BOTHUB_LEDGER"  # neither can a program know who said STOP to another machine

_HOMELESS = "this user has no home directory"

T = TypeVar("T")
SettingValue = FlagValue | Path | timedelta  # durations may be numbers (seconds), "5s", or a timedelta


class ClientSetup:
    """What a client is made of: the settings, the log, the event store; for both kinds of client.

    ``settings`` as ``Client.from_profile`` takes them, ``environ`` is that of the program unless another is given.
    Who has no home directory keeps the tokens as long as the client lives; messages go out when nobody need look who
    has said STOP.
    """

    def __init__(
        self,
        settings: Mapping[str, SettingValue],
        *,
        resend_unknown: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.is_closed = False
        self.process = os.getpid()
        self.closing = ExitStack()
        self.environ = os.environ if environ is None else environ
        try:
            self.settings = self._resolve(_to_flags(settings), self.environ)
            self._prepare(resend_unknown=resend_unknown)
        except BaseException:
            self.closing.close()
            raise

    def _resolve(self, flags: Mapping[str, FlagValue], environ: Mapping[str, str]) -> Settings:
        missing = find_missing(environ)
        self.is_homeless = STATE_DIR_VARIABLE in missing
        if missing:
            passing = self.closing.enter_context(passing_directory(prefix="bothub-"))
            environ = {**environ, **dict.fromkeys(missing, str(passing))}
            LOGGER.warning("%s: tokens are kept as long as the client lives; %s", _HOMELESS, _name_places(missing))
        return resolve(flags=flags, environ=environ, label=str)

    def _prepare(self, *, resend_unknown: bool) -> None:
        settings = self.settings
        for warning in settings.warnings:
            LOGGER.warning("%s", warning)
        self.clock = SystemClock()
        self.retry = RetryPolicy(max_wait=settings.max_wait.value, resend_unknown=resend_unknown)
        self.tokens = make_tokens(settings, open_transport=self.open_transport, clock=self.clock, warn=_warn)
        self._store: Database | None = None
        self._shared: SharedSuppressions | None = None
        self._opening = threading.Lock()
        self.sending_store: SendingStore = make_sending_store(
            settings,
            find_store=self.find_store,
            open_store=self._open_store,
            clock=self.clock,
            warn=_warn,
            find_elsewhere=self._find_shared_wishes if settings.ledger.value is not None else None,
        )

    @property
    def base(self) -> str:
        """Where the API is."""
        return self.settings.api_base.value

    @property
    def bot_id(self) -> str:
        """The bot. Raises NotLoggedInError when nobody said which."""
        if self.settings.bot_id.value is None:
            raise NotLoggedInError(missing=Identity.from_settings(self.settings).missing)
        return self.settings.bot_id.value

    def again(self) -> Self:
        """Return the same for the process into which this one was copied by a fork: nothing of it may be shared."""
        copied = copy(self)
        copied.process, copied.closing = os.getpid(), ExitStack()
        copied._prepare(resend_unknown=self.retry.resend_unknown)  # noqa: SLF001 -- our own
        return copied

    def require_home(self) -> None:
        """Raise ConfigurationError for who has no place for what must be there tomorrow."""
        if self.is_homeless:
            raise ConfigurationError(problem=_HOMELESS, fix=_name_places((STATE_DIR_VARIABLE,)))

    def require_open(self) -> None:
        """Raise UsageError once the client was closed: its connections and its store are gone."""
        if self.is_closed:
            raise UsageError(
                problem="this client was closed, and nothing was sent",
                fix="use it inside its with block, or make another one",
            )

    def open_transport(self) -> Transport:
        """Open the way to the network, which is traced at DEBUG."""
        transport = RequestsTransport(transport_settings(self.settings), user_agent=user_agent())
        self.closing.callback(transport.close)
        return TracedTransport(transport, log_content=self.settings.log_content.value)

    def prepare(
        self, message: Mapping[str, object] | SupportsPayload, *, check: bool, strict: bool
    ) -> Mapping[str, object]:
        """Return the body of a message, checked. Raises MessageRefusedError with every finding."""
        self.require_open()
        payload = to_payload(message)
        if not check:
            return payload
        overrides = Overrides(
            default_traffic_type=self.settings.traffic_type.value,
            read_number=partial(read_number, region=self.settings.region.value),
        )
        [composed] = compose(payload, overrides)
        report = check_body(composed, now=self.clock.now(), strict=strict, own_files=find_own_files(self.base))
        if report.is_refused:
            raise MessageRefusedError(report=report)
        for finding in report.findings:
            LOGGER.warning("message: %s at %s", finding.rule, finding.pointer or "the whole")
        assert isinstance(composed.payload, Mapping)  # the check refuses whatever else it may be
        return composed.payload

    def close(self) -> None:
        """Give back connections and the store."""
        self.is_closed = True
        self.closing.close()

    def __repr__(self) -> str:
        return f"bot {self.settings.bot_id.value!r} at {self.base}"

    def _find_shared_wishes(self, contacts: Collection[str]) -> dict[str, datetime]:
        """Ask the list of all machines who is not to be written to, and since when; the store's lock is held."""
        if self._shared is None:
            ledger = find_shared_ledger(self.settings, bot_id=self.bot_id, warn=_warn)
            assert ledger is not None  # a setting names it
            from bothub_cli.campaign.ledger.suppressions import SharedSuppressions  # loads psycopg, which is there

            link = ledger.link()
            self.closing.callback(link.close)
            self._shared = SharedSuppressions.of(ledger, link)
        return self._shared.find(contacts)

    def find_store(self) -> "Database | None":
        """Return the event store, None where there is none. Raises ConfigurationError where nobody can look."""
        if self.is_homeless:
            if self.settings.no_record.value or self.settings.ledger.value is not None:
                return None
            raise ConfigurationError(
                problem=f"{_HOMELESS}, so nobody can look who has said STOP",
                fix=f"{_name_places((STATE_DIR_VARIABLE,))}, or say that none is kept: no_record=True",
            )
        return self._open_store() if may_exist(self.settings.directories.event_store) else None

    def _open_store(self) -> "Database":
        self.require_home()
        from bothub_cli.events.store.database import open_database  # a program that keeps none opens none

        with self._opening:
            if self._store is None:
                self._store = open_database(self.settings.directories.event_store)
                self.closing.callback(self._store.close)
            return self._store


def _credential_flags(
    *,
    bot_id: str,
    authorization: str | Secret,
    private_key: str | Path,
    private_key_passphrase: str | Secret | None,
) -> dict[str, FlagValue]:
    """Return credentials that a program holds itself, as ``config.settings.resolve`` takes them.

    Raises InputRefusedError for what is none: above all None, of a variable that is not set.
    """
    given: tuple[tuple[str, object, tuple[type, ...]], ...] = (
        ("bot_id", bot_id, (str,)),
        ("authorization", authorization, (str, Secret)),
        ("private_key", private_key, (str, Path)),
    )
    for name, value, kinds in given:
        if not isinstance(value, kinds) or not value:
            said = "None" if value is None else "an empty one" if value == "" else type(value).__name__
            raise InputRefusedError(
                problem=f"{name} takes {' or '.join(kind.__name__ for kind in kinds)}, not {said}",
                fix="is the variable set that it comes from?" if not value else None,
            )
    return {
        "bot_id": bot_id,
        "authorization": _to_secret(authorization),
        "private_key": _to_key(private_key),
        "private_key_passphrase": None if private_key_passphrase is None else _to_secret(private_key_passphrase),
    }


def _to_flags(settings: Mapping[str, SettingValue]) -> Mapping[str, FlagValue]:
    """Return settings as the command line would give them.

    Raises UsageError for a name that is none: it would be ignored without a word.
    """
    secrets = (AUTHORIZATION, CLIENT_SECRET, PASSPHRASE)
    known = {field.name for field in FIELDS} | {CLIENT_ID, *secrets, *(f"{name}_file" for name in secrets)}
    for name in settings:
        if name not in known:
            fix = did_you_mean(name, known) or "the settings are those that profile show lists"
            raise UsageError(problem=f"there is no setting {name!r}", fix=fix)
    return {name: _to_flag(value) for name, value in settings.items()}


def _to_flag(value: SettingValue) -> FlagValue:
    match value:
        case Path():
            return str(value)
        case timedelta():
            return value.total_seconds()
        case _:
            return value


def _place_variables() -> dict[str, str]:
    """Return what the environment says of this machine; a program that gives its credentials wants no more of it."""
    return {name: os.environ[name] for name in (*_PLACES, _SHARED_LIST) if name in os.environ}


class MadeOfSettings(ABC):
    """The ways in which a client is made, alike for both kinds: from credentials, a profile, or the environment."""

    _setup: ClientSetup

    def __init__(
        self,
        *,
        bot_id: str,
        authorization: str | Secret,
        private_key: str | Path,
        private_key_passphrase: str | Secret | None = None,
        resend_unknown: bool = False,
        **settings: SettingValue,
    ) -> None:
        """Set up a client with these credentials; ``settings`` as in ``from_profile``. Nothing is sent yet."""
        flags = _credential_flags(
            bot_id=bot_id,
            authorization=authorization,
            private_key=private_key,
            private_key_passphrase=private_key_passphrase,
        )
        self._set_up(ClientSetup(flags | settings, resend_unknown=resend_unknown, environ=_place_variables()))

    @classmethod
    def from_profile(cls, name: str | None = None, *, resend_unknown: bool = False, **settings: SettingValue) -> Self:
        """Return the client of a stored profile (``bothub login``), of the default one when none is named.

        ``settings`` win over those of the profile, under the names of ``bothub profile show``: ``timeout="5s"``,
        ``api_base=…``, ``region="FR"``. ``resend_unknown`` sends again what may have been accepted already.
        """
        named = {**settings, "profile": name} if name is not None else settings
        return cls._of(ClientSetup(named, resend_unknown=resend_unknown))

    @classmethod
    def from_environment(cls, *, resend_unknown: bool = False, **settings: SettingValue) -> Self:
        """Return the client that BOTHUB_BOT_ID, BOTHUB_AUTHORIZATION, BOTHUB_PRIVATE_KEY and the others describe."""
        return cls._of(ClientSetup(settings, resend_unknown=resend_unknown))

    @classmethod
    def _of(cls, setup: ClientSetup) -> Self:
        client = cls.__new__(cls)
        client._set_up(setup)  # noqa: SLF001 -- our own
        return client

    @abstractmethod
    def _set_up(self, setup: ClientSetup) -> None:
        """Make the client's own parts."""

    def __reduce__(self) -> NoReturn:
        raise UsageError(
            problem="a client cannot be copied, or sent to another process: its connections belong to this one",
            fix="make one in each process",
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._setup!r}>"


def log_retry(notice: RetryNotice) -> None:
    """Write to the log that a call will be tried again."""
    LOGGER.info("%s: %s; attempt %d follows in %.1f s", notice.operation, notice.error, notice.attempt, notice.seconds)


def _name_places(variables: Iterable[str]) -> str:
    return f"name a directory: {' '.join(f'{name}=/…' for name in variables)}"


def _warn(text: str) -> None:
    LOGGER.warning("%s", text)


def _to_secret(value: str | Secret) -> Secret:
    return value if isinstance(value, Secret) else Secret(value)


def _to_key(key: str | Path) -> Any:  # a FlagValue: a path as text, or the key itself as a secret
    return Secret(key) if isinstance(key, str) and looks_like_key(key) else str(key)
