"""Answers a cached ``token show`` before Typer is loaded: scripts ask for tokens in every line that they run.

Only the plain case is answered here. Whatever needs more (a terminal, JSON, an expired token, an error, a warning)
is left to the command line, which answers it in the same words; tests/test_fast_token_show.py holds the two together.
"""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.chain import TokenChain
from bothub_cli.auth.identity import Identity
from bothub_cli.auth.tokens import CachedTokens
from bothub_cli.clock import SystemClock
from bothub_cli.config.settings import Settings, resolve
from bothub_cli.errors import BothubError

if TYPE_CHECKING:
    from bothub_cli.protocol.http import HttpRequest

_RAW = {"orange": "orange_token", "gsma": "gsma_token"}
_LEFT_TO_THE_COMMAND_LINE = ("BOTHUB_OUTPUT", "_BOTHUB_COMPLETE")


def show_cached_tokens(arguments: Sequence[str]) -> bool:
    """Print the answer of ``token show`` and return True, or print nothing and return False."""
    options = _read_options(arguments)
    if options is None or any(os.environ.get(name) for name in _LEFT_TO_THE_COMMAND_LINE):
        return False
    raw = options.get("raw")
    if sys.stdout is None or (raw is None and sys.stdout.isatty()):
        return False
    try:
        settings = resolve(flags={"profile": options.get("profile")})
        answer = _answer(settings, raw)
    except BothubError:
        return False  # the command line meets it again, and says it as it should be said
    if answer is None or settings.warnings or settings.output.value != "human":
        return False
    try:
        sys.stdout.write(answer)
        sys.stdout.flush()
    except OSError:
        return False  # a full disk, a reader that left: the command line meets that again too
    return True


def _read_options(arguments: Sequence[str]) -> dict[str, str] | None:
    """Return ``raw`` and ``profile`` as given; None for any other argument."""
    found: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        key = {"--raw": "raw", "--profile": "profile", "-p": "profile"}.get(name)
        if key is None or key in found or (name == "-p" and equals) or not (equals or rest):
            return None
        found[key] = value if equals else rest.pop(0)
    return None if found.get("raw", "gsma") not in _RAW else found


def _answer(settings: Settings, raw: str | None) -> str | None:
    clock = SystemClock()
    chain = TokenChain(
        Identity.from_settings(settings),
        cache=TokenCache(settings.directories.tokens),
        transport=_NoTransport(),
        clock=clock,
        notify=lambda _: None,
    )
    status, now = chain.status(), clock.now()
    if raw is not None:
        return _raw_token(status.tokens, raw) if status.tokens.are_fresh(now) else None
    from bothub_cli.output.documents.token import TokenStatus  # --raw needs no document
    from bothub_cli.output.plain import to_plain  # as above

    return to_plain(TokenStatus.of(status, settings=settings, now=now).blocks())


def _raw_token(tokens: CachedTokens, raw: str) -> str | None:
    token = tokens.orange_token if raw == "orange" else tokens.gsma_token
    return f"{token.value.reveal()}\n" if token else None


class _NoTransport:
    """Stands where a transport would: a look into the cache needs none, and loading a real one takes time."""

    def send(self, request: "HttpRequest") -> NoReturn:
        raise AssertionError(f"a look into the cache must not {request.operation}")

    def close(self) -> None:
        """Do nothing."""
