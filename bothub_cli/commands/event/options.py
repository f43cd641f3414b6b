"""The options with which the ``event`` commands choose events, and name a webhook."""

import re
from typing import Annotated

import typer

from bothub_cli.context import AppContext
from bothub_cli.durations import read_since
from bothub_cli.events.opt_out import OptOutWords, build_words
from bothub_cli.events.store.read import EventFilter
from bothub_cli.invocation.completion import complete_message_id
from bothub_cli.messages.event.event import EVENT_KINDS
from bothub_cli.messages.event.read import read_kind
from bothub_cli.phone_numbers import NumberRefusedError, identify, normalise
from bothub_cli.redaction import Secret

DEFAULT_PORT = 8809
DEFAULT_PATH = "/webhook"
DEFAULT_WEBHOOK = f"http://127.0.0.1:{DEFAULT_PORT}{DEFAULT_PATH}"

KindOption = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="EVENT",
        help="Of this kind: message, response, messageStatus, newUser, isTyping, …",
        autocompletion=lambda: list(EVENT_KINDS),
    ),
]
NumberOption = Annotated[
    str | None, typer.Option("--number", metavar="NUMBER", help="Of this user: a number, or a chatId.")
]
MessageIdOption = Annotated[
    str | None,
    typer.Option("--message-id", metavar="MSGID", autocompletion=complete_message_id, help="About this message."),
]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="WHEN", help="Received since: 2h, 7d, 2026-11-24, or a full time.")
]
TokenFileOption = Annotated[
    str | None,
    typer.Option("--auth-token-file", metavar="FILE|-", help="A file with the token for the Authorization header."),
]
TOKEN_VARIABLE = "BOTHUB_AUTH_TOKEN"  # noqa: S105 -- the name of a variable, not a token

_NUMBER = re.compile(r"\+?[\d\s().\-/]+")  # what is meant as a number, readable or not
_LONG = re.compile(r"\d{16,}")  # E.164 has 15 digits at most: a chatId


def read_filter(
    context: AppContext, *, kind: str | None, number: str | None, message_id: str | None, since: str | None
) -> EventFilter:
    """Return which events are meant; those of all profiles unless one was named. Raises UsageError."""
    return EventFilter(
        profile=context.one_profile,
        kind=None if kind is None else read_kind(kind),
        number=None if number is None else read_user(context, number),
        msg_id=message_id,
        since=None if since is None else read_since(since, now=context.clock.now()),
    )


def read_user(context: AppContext, written: str) -> str:
    """Return a number in E.164, or a chatId as it was written. Raises NumberRefusedError for what can be neither."""
    try:
        return normalise(written, region=context.settings.region.value)
    except NumberRefusedError:
        user = identify(written)  # platforms leave the plus out
        if user == written.strip() and _NUMBER.fullmatch(user) and not _LONG.fullmatch(user):
            raise
        return user


def read_token(context: AppContext, file: str | None, *, option: str = "--auth-token-file") -> Secret | None:
    """Return the token of a file or of the environment, known to the redactor; None when there is none."""
    return context.read_token(file, option=option, variable=TOKEN_VARIABLE)


def read_words(context: AppContext) -> OptOutWords:
    """Return the words of the profile: STOP's relatives in French and English, and its own."""
    settings = context.settings
    return build_words(
        stop=_split(settings.stop_words.value),
        start=_split(settings.start_words.value),
        ignored=_split(settings.ignored_words.value),
    )


def _split(phrases: str | None) -> list[str]:
    return [phrase.strip() for phrase in (phrases or "").split(",") if phrase.strip()]
