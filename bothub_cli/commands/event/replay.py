"""``bothub event replay``: posts stored events again."""

from collections.abc import Iterable
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import CHANGING, NETWORK, OUTPUT
from bothub_cli.commands.event import options
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode, UsageError
from bothub_cli.events.dead_letters import post_again, store_again
from bothub_cli.events.forward.replay import Replayed, ReplayPlan, replay
from bothub_cli.events.forward.targets import read_url_target
from bothub_cli.events.store.event_records import DeadLetter, StoredEvent
from bothub_cli.events.store.read import find_event, list_dead_letters, list_events
from bothub_cli.events.store.write import StorePolicy, remove_dead_letter
from bothub_cli.invocation.completion import complete_event_id
from bothub_cli.output.documents.event import DeadLetterReplayed, DeadLetterRow, EventReplayed, EventRow, ReplaySummary
from bothub_cli.redaction import Secret


@command(
    help="Post stored events to a webhook again, in their order, byte for byte as they came.\n\n"
    "Name events by their IDs, or choose them with the filters. --speed 1 keeps their pace, 10 is ten times as fast;\n"
    "without it there are no pauses. Exit code 3 when the webhook did not take all of them.\n\n"
    "--dead reads again what was no event when it came (event list --dead), all of it or those IDs: what an update\n"
    "has learned to read is stored, or posted as it came with --to, and is no dead letter any more.",
    examples=(
        "bothub event replay 17 18 --to http://127.0.0.1:9000/events",
        "bothub event replay --since 1h --kind message --to http://127.0.0.1:9000/events",
        "bothub event replay --since 1h --speed 10 --to http://127.0.0.1:9000/events --dry-run",
        "bothub event replay --dead",
    ),
    shared=("profile", "region", *CHANGING, *NETWORK, *OUTPUT),
    answers=(EventReplayed, EventRow, DeadLetterReplayed),
)
def run(
    context: AppContext,
    *,
    event_ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID…]", autocompletion=complete_event_id, help="These events.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="URL", help="The webhook that shall get them.")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="Those that were no events when they came.")] = False,
    speed: Annotated[
        float | None,
        typer.Option(
            "--speed", metavar="FACTOR", help="Keep their pace, this many times as fast. [default: no pauses]"
        ),
    ] = None,
    kind: options.KindOption = None,
    number: options.NumberOption = None,
    message_id: options.MessageIdOption = None,
    since: options.SinceOption = None,
    auth_token_file: options.TokenFileOption = None,
) -> ExitCode:
    if speed is not None and speed <= 0:
        raise UsageError(problem="--speed must be above 0", fix="1 keeps the pace, 10 is ten times as fast")
    filters = {"kind": kind, "number": number, "message_id": message_id, "since": since}
    token = options.read_token(context, auth_token_file)
    if dead:
        if any(filters.values()) or speed is not None:
            raise UsageError(problem="--dead takes IDs and --to, no filters and no --speed")
        return _replay_dead(context, event_ids or [], to, token=token)
    if to is None:
        raise UsageError(problem="Missing option '--to'", fix="bothub event replay --help")
    target = read_url_target(to)
    plan = ReplayPlan(url=target.url, token=token or target.authorization, speed=speed)
    events = _choose(context, event_ids or [], filters)
    if context.options.dry_run:
        for stored in events:
            context.printer.show_row(EventRow.of(stored))
        return ExitCode.DONE
    results: list[bool] = []

    def tell(done: Replayed) -> None:
        results.append(done.problem is None)
        event_id, event_kind = str(done.stored.id), done.stored.event.kind
        context.printer.show_row(
            EventReplayed(id=event_id, kind=event_kind, taken=done.problem is None, problem=done.problem)
        )

    failed = replay(events, plan, transport=context.transport, clock=context.clock, on_done=tell)
    context.printer.show_summary(ReplaySummary(total=len(results), taken=len(results) - failed, failed=failed))
    return ExitCode.SOME_FAILED if failed else ExitCode.DONE


def _choose(context: AppContext, event_ids: list[int], filters: dict[str, str | None]) -> Iterable[StoredEvent]:
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


def _replay_dead(context: AppContext, letter_ids: list[int], to: str | None, *, token: Secret | None) -> ExitCode:
    store, letters = context.event_store_for_reading, _choose_letters(context, letter_ids)
    if context.options.dry_run:
        for letter in letters:
            context.printer.show_row(DeadLetterRow.of(letter))
        return ExitCode.DONE
    if to is None:
        replayed = store_again(store, letters, policy=StorePolicy(words=options.read_words(context)))
    else:
        target = read_url_target(to)
        replayed = post_again(
            letters,
            target.url,
            token=token or target.authorization,
            transport=context.transport,
            on_taken=lambda letter: remove_dead_letter(store, letter.id),
        )
    results = []
    for each in replayed:
        results.append(each.problem is None)
        context.printer.show_row(
            DeadLetterReplayed(
                id=str(each.letter.id), taken=each.problem is None, events=each.events, problem=each.problem
            )
        )
    taken = sum(results)
    if taken and to is None:
        context.printer.note("they are stored, not forwarded; a listener does both: --to http://127.0.0.1:8809/webhook")
    context.printer.show_summary(ReplaySummary(total=len(results), taken=taken, failed=len(results) - taken))
    return ExitCode.DONE if all(results) else ExitCode.SOME_FAILED


def _choose_letters(context: AppContext, letter_ids: list[int]) -> list[DeadLetter]:
    found = {
        letter.id: letter for letter in list_dead_letters(context.event_store_for_reading, profile=context.one_profile)
    }
    if missing := [str(letter_id) for letter_id in letter_ids if letter_id not in found]:
        problem = f"there is no dead letter {', '.join(missing)} in the store"
        raise UsageError(problem=problem, fix="bothub event list --dead")
    return [found[letter_id] for letter_id in letter_ids] if letter_ids else list(found.values())
