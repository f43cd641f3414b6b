"""Where events go on to: URLs and commands, each for all kinds of event or for some."""

import hashlib
import shlex
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bothub_cli.errors import UsageError
from bothub_cli.messages.event.event import EVENT_KINDS, VENDOR_EVENT_KINDS, Event
from bothub_cli.messages.event.read import read_kind
from bothub_cli.redaction import Secret
from bothub_cli.urls import is_web_url, without_query

_SHELL: Final = ("/bin/sh", "-c")


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlTarget:
    """An address that takes events by POST; ``kinds`` is None for all of them. The URL may hold a secret."""

    url: str = field(repr=False)
    kinds: frozenset[str] | None = None
    token: Secret | None = None

    @property
    def key(self) -> str:
        """What the queue remembers the target by, from which the URL cannot be told."""
        return _digest("url", self.url)

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
        return f"command {self.argv[0]}"


Target = UrlTarget | CommandTarget


def read_url_target(url: str, *, kinds: frozenset[str] | None = None, token: Secret | None = None) -> UrlTarget:
    """Read an address. Raises UsageError for what is no http or https URL."""
    if not is_web_url(url):
        raise UsageError(problem=f'"{url}" is no http or https URL', fix="for example http://127.0.0.1:9000/events")
    return UrlTarget(url=url, kinds=kinds, token=token)


def read_routed_target(text: str, *, token: Secret | None = None) -> UrlTarget:
    """Read ``EVENT=URL``; several events are separated by commas. Raises UsageError."""
    stated, separator, url = text.partition("=")
    if not separator:
        raise UsageError(problem=f'"{text}" is not EVENT=URL', fix="for example message=http://127.0.0.1:9000/messages")
    kinds = frozenset(read_kind(word.strip()) for word in stated.split(","))
    if unknown := sorted(kinds.difference(EVENT_KINDS, VENDOR_EVENT_KINDS)):
        known = ", ".join((*EVENT_KINDS, *VENDOR_EVENT_KINDS))
        raise UsageError(problem=f'no event is called "{", ".join(unknown)}"', fix=f"the events are {known}")
    return read_url_target(url.strip(), kinds=kinds, token=token)


def read_command_target(command: str, *, use_shell: bool = False) -> CommandTarget:
    """Read a command line, cut into words without a shell unless it is asked for. Raises UsageError."""
    if use_shell:
        return CommandTarget(argv=(*_SHELL, command))
    try:
        argv = tuple(shlex.split(command))
    except ValueError as problem:
        raise UsageError(problem=f"the command cannot be read: {problem}") from problem
    if not argv or shutil.which(argv[0]) is None:
        raise UsageError(problem=f'no program "{argv[0] if argv else ""}" can be run')
    return CommandTarget(argv=argv)


def route(targets: Sequence[Target]) -> Callable[[Event], tuple[str, ...]]:
    """Return the function that names, by key, the targets an event goes to; each only once."""

    def targets_of(event: Event) -> tuple[str, ...]:
        wanted = (target.key for target in targets if target.kinds is None or event.kind in target.kinds)
        return tuple(dict.fromkeys(wanted))

    return targets_of


def _digest(*words: str) -> str:
    return hashlib.blake2b("\0".join(words).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
