"""``bothub message convert``: makes FNW.11 of messages in Google's own format."""

from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.authoring.reader import read_drafts
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, InputRefusedError
from bothub_cli.messages.google_format import convert_google, is_google_format
from bothub_cli.output.blocks import TextLine, Tone
from bothub_cli.output.documents.message import ConvertedMessage
from bothub_cli.output.documents.note import Note


@command(
    help="Make FNW.11, as BotHub takes it, of messages in Google's RCS for Business format. Nothing is sent.\n\n"
    "What has no counterpart is told. Google's format lacks sizes that FNW.11 wants: --probe asks the files' hosts.",
    examples=(
        "bothub message convert google.json > card.json",
        "bothub message convert google.json --probe | bothub send - --to +33612345678",
    ),
    shared=OUTPUT,
    answers=(ConvertedMessage,),
)
def run(
    context: AppContext,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE|-", help="The messages; - is standard input.")],
    probe: Annotated[bool, typer.Option("--probe", help="Ask the host of each file for its type and size.")] = False,
) -> None:
    def ask(url: str) -> tuple[str | None, int | None]:
        try:
            facts = context.probe_media(url)
        except BothubError as error:
            context.printer.warn(f"{url}: {error.message}")
            return None, None
        return (facts.content_type, facts.size) if facts.is_public else (None, None)

    for index, draft in enumerate(read_drafts(context.stdin.open_file(file))):
        if not isinstance(draft.payload, dict) or not is_google_format(draft.payload):
            raise InputRefusedError(
                where=str(draft.location),
                problem="is no message in Google's format",
                fix="what FNW.11 says of it: bothub message check FILE",
            )
        made = convert_google(draft.payload, now=context.clock.now(), ask=ask if probe else None)
        for remark in made.remarks:
            where = str(draft.location)
            context.printer.warn_about(
                [Note(message=remark, where=where)], [TextLine(f"warning: {where}: {remark}", Tone.WARNING)]
            )
        context.printer.show_row(
            ConvertedMessage(
                index=index, source=str(draft.location), rcs_message=made.rcs_message, remarks=made.remarks
            ),
            as_it_is=True,
        )
