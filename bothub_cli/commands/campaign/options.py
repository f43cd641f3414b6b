"""The options that the campaign commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

RecipientsArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[RECIPIENTS|-]", help="CSV, JSON Lines or JSON messages, also gzipped; - is stdin."),
]
TemplateOption = Annotated[
    Path | None,
    typer.Option(
        "--template", "-t", metavar="FILE", help="A message in YAML or JSON, with {{ column }} in any string."
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="NAME=COLUMN", help="What a column is called in the template: to=phone. Repeatable."),
]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="How the list is encoded. [default: utf-8]")
]
UniqueByOption = Annotated[
    Literal["number", "message"] | None,
    typer.Option("--unique-by", help="One message for each number, or for each number and text. [default: number]"),
]
SuppressOption = Annotated[
    Path | None,
    typer.Option(
        "--suppress", metavar="FILE", help="Numbers that get nothing, one a line, beside those who said STOP."
    ),
]
SkipInvalidOption = Annotated[bool, typer.Option("--skip-invalid", help="Go on without the rows that have a problem.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Treat warnings of the check as errors.")]
RateOption = Annotated[
    str | None,
    typer.Option("--rate", metavar="N/s", help="Messages a second (or /min, /h), none for no limit. [default: 25/s]"),
]
WindowOption = Annotated[
    str | None,
    typer.Option("--window", metavar="HH:MM-HH:MM", help="Send at these hours only; pause, and go on, by itself."),
]
ZoneOption = Annotated[
    str | None, typer.Option("--tz", metavar="ZONE", help="The time zone of --window. [default: Europe/Paris]")
]
NotOnOption = Annotated[
    str | None,
    typer.Option("--not-on", metavar="DAYS", help="Not on these days: sunday,holidays (the French public ones)."),
]
NoCheckOption = Annotated[bool, typer.Option("--no-check", help="Send the messages as they are, unchecked.")]
BurstOption = Annotated[
    int | None, typer.Option("--burst", min=1, metavar="N", help="How many may go at once after a pause. [default: 1]")
]
ConcurrencyOption = Annotated[
    int | None,
    typer.Option(
        "--concurrency", min=1, max=1024, metavar="N", help="Requests in flight. [default: found out from the latency]"
    ),
]
MaxErrorsOption = Annotated[
    str | None,
    typer.Option("--max-errors", metavar="N|N%", help="Stop when more fail: a number, or a share of those sent."),
]
MaxDurationOption = Annotated[
    str | None, typer.Option("--max-duration", metavar="TIME", help="Stop after this time: 90m, 2h.")
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="Send this many at most, in the order of the list.")
]
ConfirmOption = Annotated[
    int | None,
    typer.Option("--confirm", metavar="N", help="Say how many messages you expect; needed for more than 100."),
]
ResendUnknownOption = Annotated[
    bool,
    typer.Option(
        "--resend-unknown", help="Send again where no answer came, although the message may have been accepted."
    ),
]
JournalOption = Annotated[
    Path | None, typer.Option("--journal", metavar="FILE", help="Keep the campaign's journal in this file.")
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Go on with another template, profile or list than the campaign began with.")
]
FallbackAfterOption = Annotated[
    str | None,
    typer.Option(
        "--fallback-after",
        metavar="TIME",
        help="Wait so long for each delivery (30m); revoke what did not arrive, and let it go the other way.",
    ),
]
FallbackFileOption = Annotated[
    Path | None,
    typer.Option(
        "--fallback-file",
        metavar="FILE",
        help="Write a CSV file of the rows that RCS does not reach, for another channel.",
    ),
]
FallbackExecOption = Annotated[
    str | None,
    typer.Option(
        "--fallback-exec",
        metavar="COMMAND",
        help="Run this for each row that RCS does not reach, with the row as JSON on its standard input.",
    ),
]
CampaignArgument = Annotated[
    str | None, typer.Argument(metavar="[CAMPAIGN]", help="Its name, as `bothub campaign list` shows it.")
]
