"""``bothub event queue``: what the targets of the listener have not taken yet."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import CHANGING, OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.events.forward.deliveries import DeliveryQueue, OpenFilter
from bothub_cli.output.documents.event_queue import QueueChange, QueuedEvent, QueueSummary

LIMIT = 100
ALL = "all"


@command(
    help="List the events that wait for a URL or a command of listen, and those that were given up after a week.\n\n"
    "--retry makes them due at once: a running listener takes them. --drop takes them out of the queue; the events\n"
    "themselves stay in the store. ID is that of the queue, in the first column.",
    examples=(
        "bothub event queue",
        "bothub event queue --retry all",
        "bothub event queue --drop 17",
        "bothub event queue --target KEY --drop all --dry-run",
    ),
    shared=("profile", *CHANGING, *OUTPUT),
    answers=(QueuedEvent, QueueChange),
)
def run(
    context: AppContext,
    *,
    retry: Annotated[str | None, typer.Option("--retry", metavar="ID|all", help="Try again at once.")] = None,
    drop: Annotated[str | None, typer.Option("--drop", metavar="ID|all", help="Forward no more.")] = None,
    target: Annotated[
        str | None, typer.Option("--target", metavar="KEY", help="Only what goes to this target.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=0, help="List the oldest, this many at most; 0 for all.")
    ] = LIMIT,
) -> None:
    if retry is not None and drop is not None:
        raise UsageError(problem="--retry and --drop exclude each other")
    if retry is not None:
        _retry(context, _choose(context, retry, target, option="--retry"))
    elif drop is not None:
        _drop(context, _choose(context, drop, target, option="--drop"))
    elif context.options.dry_run:
        raise UsageError(problem="a list changes nothing", fix="--dry-run goes with --retry or --drop")
    else:
        _list(context, target, limit)


def _list(context: AppContext, target: str | None, limit: int) -> None:
    queue, wanted = _open_queue(context), _filter(context, target)
    for delivery in queue.list_open(wanted, limit=limit or None):
        context.printer.show_row(QueuedEvent.of(delivery))
    count = queue.count_open(wanted)
    waiting, given_up = count.get("pending", 0), count.get("failed", 0)
    total = waiting + given_up
    context.printer.show_summary(
        QueueSummary(total=total, waiting=waiting, given_up=given_up, more=bool(limit) and total > limit)
    )


def _retry(context: AppContext, chosen: list[int]) -> None:
    if not context.options.dry_run and chosen:
        _open_queue(context).retry(chosen, now=context.clock.now())
        context.printer.note("a listener that forwards to these targets takes them: bothub listen --help")
    context.show(QueueChange(action="retry", changed=len(chosen), dry_run=context.options.dry_run))


def _drop(context: AppContext, chosen: list[int]) -> None:
    if not context.options.dry_run and chosen:
        _open_queue(context).drop(chosen)
    context.show(QueueChange(action="drop", changed=len(chosen), dry_run=context.options.dry_run))


def _choose(context: AppContext, written: str, target: str | None, *, option: str) -> list[int]:
    """Return the queue's IDs that ``ID`` or ``all`` stands for. Raises UsageError for one that is not there."""
    if written == ALL:
        return [each.id for each in _open_queue(context).list_open(_filter(context, target))]
    if not (written.isascii() and written.isdigit() and len(written) < 19):
        raise UsageError(problem=f"{option} takes an ID of the queue, or all", fix="bothub event queue")
    found = [each.id for each in _open_queue(context).list_open(_filter(context, target, delivery_id=int(written)))]
    if not found:
        raise UsageError(problem=f"{written} is not in the queue", fix="bothub event queue")
    return found


def _open_queue(context: AppContext) -> DeliveryQueue:
    return DeliveryQueue(context.event_store_for_reading)


def _filter(context: AppContext, target: str | None, *, delivery_id: int | None = None) -> OpenFilter:
    return OpenFilter(profile=context.one_profile, target=target, delivery_id=delivery_id)
