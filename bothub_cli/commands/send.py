"""``bothub send``: sends a message, or many."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.authoring.flags import read_suggestions
from bothub_cli.commands import message_options as options
from bothub_cli.commands.addressing import read_contacts
from bothub_cli.commands.awaiting import DEFAULT_PATIENCE, WaitOption, WaitTimeoutOption, read_wait
from bothub_cli.commands.command import command
from bothub_cli.commands.options import API, RECORDING
from bothub_cli.commands.sending import SendChoices, send_messages
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode, UsageError
from bothub_cli.messages import Content, RcsMessage, TextMessage
from bothub_cli.output.documents.sending import PlannedRequest, SendResult, WaitResult
from bothub_cli.sending.compose import OutgoingMessage, Overrides, compose, compose_drafts

_INPUTS = "--text, --text-file, --location, or a FILE of messages"


@command(
    help="Send a text, or messages from a JSON or YAML file, to one number or many.\n\n"
    "Everything is checked before anything is sent. What an option says beats what the file says.",
    examples=(
        "bothub send --to +33612345678 --text 'Hello, world'",
        "bothub send --to +33612345678 --text 'Shall we?' --reply Yes=yes_1 --reply No=no_1",
        "bothub send message.json --to +33612345678 --preview",
        "jq -c '.[]' messages.json | bothub send - --json",
        "bothub send --to +33612345678 --text Hello --curl",
    ),
    shared=("traffic_type", "region", "dry_run", "curl", *RECORDING, *API),
    answers=(SendResult, WaitResult, PlannedRequest),
)
def run(
    context: AppContext,
    *,
    file: options.FileArgument = None,
    to: options.ToOption = None,
    to_chat_id: options.ChatIdOption = None,
    text: Annotated[str | None, typer.Option("--text", help="What to say.")] = None,
    text_file: Annotated[
        str | None, typer.Option("--text-file", metavar="FILE|-", help="A UTF-8 file with what to say; - is stdin.")
    ] = None,
    location: Annotated[
        str | None, typer.Option("--location", metavar="LAT,LON[,LABEL]", help="A place to show on the map.")
    ] = None,
    reply: options.ReplyOption = None,
    open_url: options.OpenUrlOption = None,
    dial: options.DialOption = None,
    show_location: options.ShowLocationOption = None,
    calendar: options.CalendarOption = None,
    in_reply_to: options.InReplyToOption = None,
    expiry: options.ExpiryOption = None,
    preview: options.PreviewOption = False,
    phone: options.PhoneOption = "classic",
    strict: options.StrictOption = False,
    no_check: options.NoCheckOption = False,
    skip_invalid: options.SkipInvalidOption = False,
    stream: options.StreamOption = False,
    resend_unknown: options.ResendUnknownOption = False,
    ignore_suppression: options.IgnoreSuppressionOption = False,
    wait: WaitOption = None,
    wait_timeout: WaitTimeoutOption = DEFAULT_PATIENCE,
) -> ExitCode:
    from bothub_cli.authoring.flag_times import read_expiry

    overrides = Overrides(
        contacts=read_contacts(context, numbers=to or [], chat_ids=to_chat_id or []),
        traffic_type=context.options.traffic_type,
        default_traffic_type=None if no_check else context.settings.traffic_type.value,
        chips=read_suggestions(
            replies=reply or (),
            open_urls=open_url or (),
            dials=dial or (),
            show_locations=show_location or (),
            calendars=calendar or (),
        ),
        expiry=None if expiry is None else read_expiry(expiry, now=context.clock.now()),
        in_reply_to=in_reply_to,
    )
    choices = SendChoices(
        check=not no_check,
        strict=strict,
        skip_invalid=skip_invalid,
        preview=preview,
        phone=phone,
        stream=stream,
        resend_unknown=resend_unknown,
        ignore_suppression=ignore_suppression,
        wait=read_wait(wait, wait_timeout, stream=stream),
    )
    content = _read_content(context, text=text, text_file=text_file, location=location, has_file=file is not None)
    return send_messages(context, _messages(context, file, content, overrides), choices)


def _messages(
    context: AppContext, file: Path | None, content: Content | None, overrides: Overrides
) -> Iterator[OutgoingMessage]:
    if content is not None:
        return compose({"RCSMessage": RcsMessage(content=content).to_payload()}, overrides)
    from bothub_cli.authoring.reader import read_messages

    if file is None:
        raise UsageError(problem=f"nothing to send: give {_INPUTS}", fix="bothub send --help")
    return compose_drafts(read_messages(context.stdin("FILE") if str(file) == "-" else file), overrides)


def _read_content(
    context: AppContext, *, text: str | None, text_file: str | None, location: str | None, has_file: bool
) -> Content | None:
    """Return the content that the options describe; None when a file does."""
    given = [value for value in (text, text_file, location) if value is not None]
    if len(given) + has_file != 1:
        problem = "nothing to send" if not given else "more than one thing to send"
        raise UsageError(problem=f"{problem}: give one of {_INPUTS}", fix="bothub send --help")
    if location is not None:
        from bothub_cli.authoring.flag_places import read_location

        return read_location(location)
    if text_file is not None:
        return TextMessage(text=context.read_text(text_file, option="--text-file"))
    return None if text is None else TextMessage(text=text)
