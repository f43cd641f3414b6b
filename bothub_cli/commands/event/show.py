"""``bothub event show``: shows one event with its body."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.event import EventDetails, EventRow


@command(
    help="Show one event of the store, with the body as the platform posted it.",
    examples=("bothub event show 17", "bothub event show 17 --body > event.json"),
    shared=OUTPUT,
    answers=(EventDetails,),
)
def run(
    context: AppContext,
    *,
    event_id: Annotated[int, typer.Argument(metavar="ID", min=1, help="The number in the first column of event list.")],
    body: Annotated[bool, typer.Option("--body", help="Print the body alone, byte for byte.")] = False,
) -> None:
    from bothub_cli.events.store.read import find_event

    stored = find_event(context.event_store_for_reading, event_id)
    if stored is None:
        raise UsageError(problem=f"there is no event {event_id} in the store", fix="bothub event list")
    text = stored.body.decode("utf-8", "backslashreplace")
    if body:
        context.show_text(text)
    else:
        context.show(EventDetails(event=EventRow.of(stored), body=text))
