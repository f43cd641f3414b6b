"""``bothub event list``: lists what the webhook heard."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.commands.event import options
from bothub_cli.context import AppContext
from bothub_cli.events.store.read import list_dead_letters, list_events, trace_message
from bothub_cli.messages.event.event import EVENT_KINDS
from bothub_cli.messages.event.read import read_kind
from bothub_cli.misspellings import choose_from
from bothub_cli.output.blocks import Table
from bothub_cli.output.columns import one_line
from bothub_cli.output.documents.event import DeadLetterRow, EventRow, EventSummary, SentRow

LIMIT = 100


@command(
    help="List what the webhook heard, the newest last; with --message-id, the whole life of a message.\n\n"
    "Events of all profiles are listed unless --profile names one.",
    examples=(
        "bothub event list",
        "bothub event list --kind response --since 2h",
        "bothub event list --message-id MSGID",
        "bothub event list --number +33612345678 --json",
        "bothub event list --dead",
    ),
    shared=("profile", "region", *OUTPUT),
    answers=(EventRow, SentRow, DeadLetterRow),
)
def run(
    context: AppContext,
    *,
    kind: options.KindOption = None,
    number: options.NumberOption = None,
    message_id: options.MessageIdOption = None,
    since: options.SinceOption = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=0, help="The newest, this many at most; 0 for all.")
    ] = LIMIT,
    dead_letters: Annotated[
        bool, typer.Option("--dead", "--dead-letters", help="List what came to the webhook and was no event.")
    ] = False,
) -> None:
    if dead_letters:
        _list_dead_letters(context)
        return
    wanted = options.read_filter(context, kind=kind, number=number, message_id=message_id, since=since)
    if message_id is not None:
        _show_sending(context, message_id)
    found = list_events(context.event_store_for_reading, wanted, latest=limit + 1 if limit else None)
    if limit == 0:
        total, more = sum(_show(context, [EventRow.of(stored)]) for stored in found), False
    else:
        rows = [EventRow.of(stored) for stored in found]
        more = len(rows) > limit
        total = _show(context, rows[-limit:])
    if total == 0 and kind is not None:
        _doubt(context, kind)
    context.printer.show_summary(EventSummary(total=total, more=more))


def _doubt(context: AppContext, kind: str) -> None:
    """Name the kinds when nothing is of a kind that FNW.11 does not know: it may be misspelt, or a platform's own."""
    if read_kind(kind) not in EVENT_KINDS:
        context.printer.note(choose_from(kind, EVENT_KINDS, f"FNW.11's kinds are {', '.join(EVENT_KINDS)}"))


def _show_sending(context: AppContext, message_id: str) -> None:
    sent = trace_message(context.event_store_for_reading, message_id, profile=context.one_profile).sent
    if sent is not None:
        context.printer.show_row(SentRow.of(sent))


def _show(context: AppContext, rows: list[EventRow]) -> int:
    """Print the rows, as a table for a person who watches; return how many there are."""
    if context.printer.is_interactive and not context.printer.options.json and len(rows) > 1:
        context.printer.show_blocks([_table(rows)])
    else:
        for row in rows:
            context.printer.show_row(row)
    return len(rows)


def _table(rows: list[EventRow]) -> Table:
    tones = tuple(row.tone for row in rows)
    beginnings = [(row.id, f"{row.received_at.astimezone():%m-%d %H:%M:%S}", row.kind, row.who) for row in rows]
    ends = [(one_line(row.marked), one_line(row.postback or ""), row.message_id or "") for row in rows]
    titles = ("id", "received", "event", "who", "what")
    return Table(
        columns=(*titles, "postback", "message"),
        rows=tuple((*beginning, *end) for beginning, end in zip(beginnings, ends, strict=True)),
        tones=tones,
        narrow=Table(  # the message under what happened to it
            columns=titles,
            rows=tuple((*beginning, _stack(*end)) for beginning, end in zip(beginnings, ends, strict=True)),
            tones=tones,
        ),
    )


def _stack(what: str, postback: str, message_id: str) -> str:
    said = f"{what}  [{postback}]" if postback else what
    return f"{said}\n{message_id}" if message_id else said


def _list_dead_letters(context: AppContext) -> None:
    total = 0
    for letter in list_dead_letters(context.event_store_for_reading, profile=context.one_profile):
        context.printer.show_row(DeadLetterRow.of(letter))
        total += 1
    context.printer.show_summary(EventSummary(total=total, more=False))
