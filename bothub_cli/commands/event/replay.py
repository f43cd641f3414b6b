"""``bothub event replay``: posts stored events again."""

from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import CHANGING, NETWORK, OUTPUT
from bothub_cli.commands.event import options
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode, UsageError
from bothub_cli.output.documents.event import EventReplayed, EventRow, ReplaySummary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bothub_cli.events.forward.replay import Replayed
    from bothub_cli.events.store.event_records import StoredEvent


@command(
    help="Post stored events to a webhook again, in their order, byte for byte as they came.\n\n"
    "Name events by their IDs, or choose them with the filters. --speed 1 keeps their pace, 10 is ten times as fast;\n"
    "without it there are no pauses. Exit code 3 when the webhook did not take all of them.",
    examples=(
        "bothub event replay 17 18 --to http://127.0.0.1:9000/events",
        "bothub event replay --since 1h --kind message --to http://127.0.0.1:9000/events",
        "bothub event replay --since 1h --speed 10 --to http://127.0.0.1:9000/events --dry-run",
    ),
    shared=("profile", "region", *CHANGING, *NETWORK, *OUTPUT),
    answers=(EventReplayed, EventRow),
)
def run(
    context: AppContext,
    *,
    event_ids: Annotated[list[int] | None, typer.Argument(metavar="[ID…]", help="These events.")] = None,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The webhook that shall get them.")],
    speed: Annotated[
        float | None, typer.Option("--speed", metavar="FACTOR", help="Keep their pace, so many times as fast.")
    ] = None,
    kind: options.KindOption = None,
    number: options.NumberOption = None,
    message_id: options.MessageIdOption = None,
    since: options.SinceOption = None,
    auth_token_file: options.TokenFileOption = None,
) -> ExitCode:
    from bothub_cli.events.forward.replay import ReplayPlan, replay
    from bothub_cli.events.forward.targets import read_url_target

    if speed is not None and speed <= 0:
        raise UsageError(problem="--speed must be above 0", fix="1 keeps the pace, 10 is ten times as fast")
    filters = {"kind": kind, "number": number, "message_id": message_id, "since": since}
    token = options.read_token(context, auth_token_file)
    target = read_url_target(to)
    plan = ReplayPlan(url=target.url, token=token or target.authorization, speed=speed)
    events = _choose(context, event_ids or [], filters)
    if context.options.dry_run:
        for stored in events:
            context.printer.show_row(EventRow.of(stored))
        return ExitCode.DONE
    results: list[bool] = []

    def tell(done: "Replayed") -> None:
        results.append(done.problem is None)
        event_id, event_kind = str(done.stored.id), done.stored.event.kind
        context.printer.show_row(
            EventReplayed(id=event_id, kind=event_kind, taken=done.problem is None, problem=done.problem)
        )

    failed = replay(events, plan, transport=context.transport, clock=context.clock, on_done=tell)
    context.printer.show_summary(ReplaySummary(total=len(results), taken=len(results) - failed, failed=failed))
    return ExitCode.SOME_FAILED if failed else ExitCode.DONE


def _choose(context: AppContext, event_ids: list[int], filters: dict[str, str | None]) -> "Iterable[StoredEvent]":
    from bothub_cli.events.store.read import find_event, list_events

    store = context.event_store_for_reading
    if not event_ids:
        if not any(filters.values()):
            raise UsageError(
                problem="which events? Name their IDs, or choose with --since, --kind, --number or --message-id",
                fix="all of them: --since 1970-01-01",
            )
        wanted = options.read_filter(
            context,
            kind=filters["kind"],
            number=filters["number"],
            message_id=filters["message_id"],
            since=filters["since"],
        )
        return list_events(store, wanted)
    if any(filters.values()):
        raise UsageError(problem="events are named by their IDs or chosen by filters, not both")
    found = {event_id: find_event(store, event_id) for event_id in event_ids}
    missing = [str(event_id) for event_id, stored in found.items() if stored is None]
    if missing:
        raise UsageError(problem=f"there is no event {', '.join(missing)} in the store", fix="bothub event list")
    return [stored for stored in found.values() if stored is not None]
