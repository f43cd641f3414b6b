"""``bothub event trigger``: makes an event up and posts it to a webhook."""

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import CHANGING, NETWORK, OUTPUT
from bothub_cli.commands.event import options
from bothub_cli.context import AppContext
from bothub_cli.errors import InputRefusedError, NetworkError
from bothub_cli.events.forward.targets import UrlTarget, read_url_target
from bothub_cli.events.forward.trigger import TriggerPlan, build_trigger, trigger
from bothub_cli.files import say_unreadable
from bothub_cli.messages.event.event import EVENT_KINDS
from bothub_cli.output.documents.event import EventTriggered
from bothub_cli.record import record
from bothub_cli.redaction import Secret
from bothub_cli.urls import is_loopback_url


@command(
    help="Post an event to a webhook as the platform would: a valid one of its kind, with members of your own set by\n"
    "path, or a body of your own. An unknown path is an error.\n\n"
    "Kinds: message, isTyping, messageStatus, fileStatus, response, alias, newUser.",
    examples=(
        "bothub event trigger message --from +33612345678 --set textMessage='Where is my order?'",
        "bothub event trigger response --set reply.displayText=Yes --set reply.postback.data=yes_1",
        "bothub event trigger messageStatus --set msgId=MSGID --set status=failed",
        "bothub event trigger message --body body.json --to https://bot.example/webhook --auth-token-file token",
    ),
    shared=("region", *CHANGING, *NETWORK, *OUTPUT),
    answers=(EventTriggered,),
)
def run(
    context: AppContext,
    *,
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="The kind of event.", autocompletion=lambda: list(EVENT_KINDS)),
    ],
    sender: Annotated[
        str | None, typer.Option("--from", metavar="NUMBER", help="The user whom it is about. [default: +33612345678]")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Set a member; its end is enough. Repeatable."),
    ] = None,
    body: Annotated[
        str | None,
        typer.Option("--body", metavar="FILE|-", help="Post this body; byte for byte without --set, --from."),
    ] = None,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The webhook.")] = options.DEFAULT_WEBHOOK,
    auth_token_file: options.TokenFileOption = None,
) -> None:
    target = read_url_target(to)
    content = build_trigger(
        TriggerPlan(
            kind=kind,
            now=context.clock.now(),
            msg_id=uuid4().hex,
            number=None if sender is None else options.read_user(context, sender),
            settings=tuple(settings or ()),
            body=None if body is None else _read_body(context, body),
        )
    )
    token = options.read_token(context, auth_token_file)
    taken = not context.options.dry_run
    if taken:
        _post(context, target, content, token=token or target.authorization)
    context.show(EventTriggered(url=target.label, taken=taken, body=content.decode("utf-8", "backslashreplace")))


def _post(context: AppContext, target: UrlTarget, content: bytes, *, token: Secret | None) -> None:
    try:
        trigger(target.url, content, token=token, transport=context.transport)
    except NetworkError as error:
        if error.stage == "connect" and is_loopback_url(target.url):
            raise NobodyListensError(host=error.host, stage=error.stage, detail=error.detail) from error
        raise


@record(frozen=False, eq=False)
class NobodyListensError(NetworkError):
    """No webhook is there on this machine."""

    @property
    def remedy(self) -> str | None:
        return "start it in another terminal: bothub listen; or name your webhook: --to URL"


def _read_body(context: AppContext, name: str) -> bytes:
    """Return the bytes as they are: what is no JSON is for the webhook to refuse."""
    if name == "-":
        return context.stdin.open("--body").read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InputRefusedError(where=name, problem=say_unreadable(error)) from error
