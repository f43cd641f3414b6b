"""The options with which ``send`` and ``send-card`` address, check and show a message."""

from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.commands.sending import PhoneProfile

ToOption = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="NUMBER", help="Who gets it: +33…, or a national number with --region. Repeatable."),
]
ChatIdOption = Annotated[
    list[str] | None,
    typer.Option("--to-chat-id", metavar="ID", help="Who gets it: an anonymous user's chatId. Repeatable."),
]
ReplyOption = Annotated[
    list[str] | None,
    typer.Option("--reply", metavar="LABEL[=POSTBACK]", help="A suggested reply; the postback is what you get back."),
]
OpenUrlOption = Annotated[
    list[str] | None, typer.Option("--open-url", metavar="LABEL=URL", help="An action that opens a page.")
]
DialOption = Annotated[
    list[str] | None, typer.Option("--dial", metavar="LABEL=NUMBER", help="An action that calls a number.")
]
ShowLocationOption = Annotated[
    list[str] | None,
    typer.Option(
        "--show-location",
        metavar="LABEL=LAT,LON[,NAME]",
        help="An action that shows a place, or LABEL=WORDS to find it.",
    ),
]
CalendarOption = Annotated[
    list[str] | None,
    typer.Option(
        "--calendar", metavar="LABEL=START/END/TITLE[/TEXT]", help="An action that makes a calendar entry (ISO 8601)."
    ),
]
InReplyToOption = Annotated[
    str | None, typer.Option("--in-reply-to", metavar="MSGID", help="The msgId of the user's message this answers.")
]
ExpiryOption = Annotated[
    str | None,
    typer.Option("--expiry", metavar="WHEN", help="Do not deliver later than this: 2h, 3d, or 2026-12-24T18:00+01:00."),
]
FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE|-]", help="Messages in JSON, JSON Lines or YAML; - is standard input."),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Treat warnings of the check as errors.")]
NoCheckOption = Annotated[bool, typer.Option("--no-check", help="Send the message as it is, unchecked.")]
SkipInvalidOption = Annotated[
    bool, typer.Option("--skip-invalid", help="Of many messages, send those that the check accepts.")
]
PreviewOption = Annotated[
    bool, typer.Option("--preview", help="Draw it as the phone will, then send it; with -n only draw.")
]
PhoneOption = Annotated[
    PhoneProfile, typer.Option("--phone", help="How --preview draws: GSMA's rules, Google Messages, or an iPhone.")
]
StreamOption = Annotated[
    bool, typer.Option("--stream", help="Send each message as soon as it is read, instead of checking all first.")
]
ResendUnknownOption = Annotated[
    bool,
    typer.Option(
        "--resend-unknown", help="Send again when no answer came, although the message may have been accepted."
    ),
]
