"""``bothub event chat``: shows both sides of a conversation."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.commands.event import options
from bothub_cli.context import AppContext
from bothub_cli.durations import read_since
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.events.store.read import latest_users, read_conversation
from bothub_cli.events.store.sent import SentMessage
from bothub_cli.messages.event.statuses import find_furthest
from bothub_cli.misspellings import did_you_mean
from bothub_cli.output.documents.event import ChatLine, EventSummary
from bothub_cli.output.event_words import describe_event

_USERS_LOOKED_AT = 1000  # the latest, when nothing was said with the one that is asked for
_UNSPOKEN = frozenset({"messageStatus", "isTyping", "fileStatus"})


@command(
    help="Show the conversation with a user, both sides in order. Each message of ours shows how far it got.\n\n"
    "Of our own texts only the length is kept, unless they were sent with --keep-texts (or keep_texts=true).",
    examples=("bothub event chat +33612345678", "bothub event chat '06 12 34 56 78' --region FR --json"),
    shared=("profile", "region", *OUTPUT),
    answers=(ChatLine,),
)
def run(
    context: AppContext,
    *,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The user's number, or chatId.")],
    since: options.SinceOption = None,
) -> None:
    start = None if since is None else read_since(since, now=context.clock.now())
    user = options.read_user(context, number)
    lines = read_conversation(context.event_store_for_reading, user, profile=context.one_profile)
    total = 0
    for line in _to_lines(list(lines)):
        if start is None or line.at >= start:
            context.printer.show_row(line)
            total += 1
    if total == 0:
        near = did_you_mean(user, latest_users(context.event_store_for_reading, _USERS_LOOKED_AT))
        context.printer.note(f"nothing was said yet with {user}" + (f"; {near}" if near else ""))
    if context.printer.options.json:
        context.printer.show_summary(EventSummary(total=total, more=False))


def _to_lines(conversation: Iterable[SentMessage | StoredEvent]) -> Iterator[ChatLine]:
    """Leave out what is not said; the status of a message stands on its own line."""
    conversation = list(conversation)
    reports: dict[str, list[str]] = {}
    for line in conversation:
        if not isinstance(line, SentMessage) and line.event.kind == "messageStatus" and line.event.msg_id:
            reports.setdefault(line.event.msg_id, []).append(line.event.status or "")
    for line in conversation:
        if isinstance(line, SentMessage):
            known = [line.status or "", *reports.get(line.msg_id or "", [])]
            yield ChatLine(
                at=line.sent_at,
                direction="to_user",
                kind="message",
                text=line.summary,
                postback=None,
                message_id=line.msg_id,
                status=find_furthest(word for word in known if word),
                profile=line.profile,
            )
        elif line.event.kind not in _UNSPOKEN:
            yield ChatLine(
                at=line.received_at,
                direction="from_user",
                kind=line.event.kind,
                text=describe_event(line.event),
                postback=line.event.postback,
                message_id=line.event.msg_id,
                status=None,
                profile=line.profile,
            )
