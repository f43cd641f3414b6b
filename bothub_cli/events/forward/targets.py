"""Where events go on to: URLs and commands, each for all kinds of event or for some."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from bothub_cli.command_lines import SHELL, say_not_runnable, split_words
from bothub_cli.errors import UsageError
from bothub_cli.messages.event.event import EVENT_KINDS, VENDOR_EVENT_KINDS, Event
from bothub_cli.messages.event.read import read_kind
from bothub_cli.redaction import Secret
from bothub_cli.urls import is_web_url, without_query

_SHELL_SIGNS: Final = (">", "<", "|", "$", "&", ";", "`")


TokenSource = Callable[[], Secret | None]  # asked at each delivery: a token's file may have been changed


def no_token() -> Secret | None:
    """Return nothing: the target asks for no token."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlTarget:
    """An address that takes events by POST; ``kinds`` is None for all of them. The URL may hold a secret.

    ``identity`` is the address as it was stated, user and password included: what the queue knows it by.
    """

    url: str = field(repr=False)
    identity: str = field(repr=False)
    kinds: frozenset[str] | None = None
    basic: Secret | None = None
    token: TokenSource = no_token

    @property
    def authorization(self) -> Secret | None:
        """What goes into the Authorization header: the URL's own user and password before the token of all."""
        return self.basic or self.token()

    @property
    def key(self) -> str:
        """What the queue remembers the target by, from which the URL cannot be told."""
        return _digest("url", self.identity)

    @property
    def label(self) -> str:
        """What may be shown: the URL without user and query."""
        return without_query(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTarget:
    """A program that reads one event, as JSON, on its standard input; status 0 means that it took it."""

    argv: tuple[str, ...] = field(repr=False)
    kinds: frozenset[str] | None = None

    @property
    def key(self) -> str:
        """What the queue remembers the target by."""
        return _digest("command", *self.argv)

    @property
    def label(self) -> str:
        """What may be shown: the program without its arguments."""
        return "shell command" if self.argv[: len(SHELL)] == SHELL else f"command {self.argv[0]}"


Target = UrlTarget | CommandTarget


def read_url_target(url: str, *, kinds: frozenset[str] | None = None, token: TokenSource = no_token) -> UrlTarget:
    """Read an address; a user and a password in it become Basic credentials. Raises UsageError for no web address."""
    if not is_web_url(url):
        raise UsageError(
            problem=f'"{without_query(url)}" is no http or https URL', fix="for example http://127.0.0.1:9000/events"
        )
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    plain = urlunsplit(parts._replace(netloc=host))
    return UrlTarget(url=plain, identity=url, kinds=kinds, basic=_to_basic(user) if user else None, token=token)


def _to_basic(user: str) -> Secret:
    """Return the header of a URL's user and password (RFC 7617), of which either may be percent-encoded."""
    name, _, password = user.partition(":")
    plain = f"{unquote(name)}:{unquote(password)}".encode()
    return Secret(f"Basic {b64encode(plain).decode()}")


def read_routed_target(text: str, *, token: TokenSource = no_token) -> UrlTarget:
    """Read ``EVENT=URL``; several events are separated by commas. Raises UsageError."""
    stated, separator, url = text.partition("=")
    if not separator or "://" in stated:
        raise UsageError(
            problem=f'"{without_query(text)}" is not EVENT=URL',
            fix="for example message=http://127.0.0.1:9000/messages",
        )
    kinds = frozenset(read_kind(word.strip()) for word in stated.split(","))
    if unknown := sorted(kinds.difference(EVENT_KINDS, VENDOR_EVENT_KINDS)):
        known = ", ".join((*EVENT_KINDS, *VENDOR_EVENT_KINDS))
        raise UsageError(problem=f'no event is called "{", ".join(unknown)}"', fix=f"the events are {known}")
    return read_url_target(url.strip(), kinds=kinds, token=token)


def read_command_target(command: str, *, use_shell: bool = False) -> CommandTarget:
    """Read a command line, cut into words without a shell unless it is asked for. Raises UsageError."""
    if use_shell:
        return CommandTarget(argv=(*SHELL, command))
    try:
        argv = split_words(command)
    except ValueError as problem:
        raise UsageError(problem=f"the command cannot be read: {problem}") from problem
    if reason := say_not_runnable(argv):
        raise UsageError(option="exec", problem=reason, fix="a line for the shell: --exec-shell")
    return CommandTarget(argv=argv)


def find_shell_signs(command: str) -> tuple[str, ...]:
    """Return the signs in a command line that only a shell understands: without one they are plain words."""
    return tuple(sign for sign in _SHELL_SIGNS if sign in command)


def route(targets: Sequence[Target]) -> Callable[[Event], tuple[str, ...]]:
    """Return the function that names, by key, the targets an event goes to; each only once."""

    def targets_of(event: Event) -> tuple[str, ...]:
        wanted = (target.key for target in targets if target.kinds is None or event.kind in target.kinds)
        return tuple(dict.fromkeys(wanted))

    return targets_of


def _digest(*words: str) -> str:
    return hashlib.blake2b("\0".join(words).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
