"""``bothub event show``: shows one event with its body."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.events.store.read import find_dead_letter, find_event, find_last_id
from bothub_cli.invocation.completion import complete_event_id
from bothub_cli.output.documents.event import DeadLetterDetails, DeadLetterRow, EventDetails, EventRow


@command(
    help="Show one event of the store, with the body as the platform posted it; with --dead, a body that was no event.",
    examples=("bothub event show 17", "bothub event show 17 --body > event.json", "bothub event show --dead 3"),
    shared=OUTPUT,
    answers=(EventDetails, DeadLetterDetails),
)
def run(
    context: AppContext,
    *,
    event_id: Annotated[
        int,
        typer.Argument(
            metavar="ID", autocompletion=complete_event_id, min=1, help="The number in the first column of event list."
        ),
    ],
    body: Annotated[bool, typer.Option("--body", help="Print the body alone, byte for byte.")] = False,
    dead: Annotated[bool, typer.Option("--dead", help="ID is that of event list --dead.")] = False,
) -> None:
    found = _find_letter(context, event_id) if dead else _find_event(context, event_id)
    if body:
        context.show_text(found.body)
    else:
        context.show(found)


def _find_event(context: AppContext, event_id: int) -> EventDetails:
    stored = find_event(context.event_store_for_reading, event_id)
    if stored is None:
        newest = find_last_id(context.event_store_for_reading)
        fix = f"the newest is {newest}: bothub event list" if newest else "bothub event list"
        raise UsageError(problem=f"there is no event {event_id} in the store", fix=fix)
    return EventDetails(event=EventRow.of(stored), body=stored.body.decode("utf-8", "backslashreplace"))


def _find_letter(context: AppContext, letter_id: int) -> DeadLetterDetails:
    letter = find_dead_letter(context.event_store_for_reading, letter_id)
    if letter is None:
        raise UsageError(problem=f"there is no dead letter {letter_id} in the store", fix="bothub event list --dead")
    return DeadLetterDetails(
        letter=DeadLetterRow.of(letter),
        content_encoding=letter.content_encoding,
        body=letter.body.decode("utf-8", "backslashreplace"),
    )
