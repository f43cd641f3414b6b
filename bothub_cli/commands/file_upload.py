"""``bothub file upload``: stores a file with the platform, or lets the platform fetch one."""

from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.commands.command import command
from bothub_cli.commands.file_show import to_document
from bothub_cli.commands.options import API
from bothub_cli.commands.probing import complete_facts
from bothub_cli.commands.uploading import is_url, look_at_file, read_until, upload, wait_until_ready
from bothub_cli.context import AppContext
from bothub_cli.output.documents.files import FileState


@command(
    help="Store a file with the platform, so that messages can link to it; of a URL, the platform fetches the file.",
    examples=(
        "bothub file upload photo.jpg",
        "bothub file upload photo.jpg --wait --json --fields file_url",
        "bothub file upload https://shop.example/spring.mp4 --until 7d",
    ),
    shared=API,
    answers=(FileState,),
)
def run(
    context: AppContext,
    *,
    file: Annotated[str, typer.Argument(metavar="PATH|URL", help="The file.")],
    content_type: Annotated[
        str | None, typer.Option("--type", metavar="MIME", help="Its content type, when its name does not tell.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="What it is called. [default: its own name]")] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="Keep it until then: 7d, or a date. [default: 30d]")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until messages may link to it.")] = False,
) -> None:
    kept_until = read_until(until, now=context.clock.now())
    if is_url(file):
        file_type = content_type or complete_facts(context, file, None, 0, option="the URL", fix="--type MIME")[0]
        stored = context.client().link_file(file, file_type=file_type, until=kept_until)
    else:
        local = look_at_file(Path(file), name=name, content_type=content_type, type_option="--type")
        stored = upload(context, local, until=kept_until)
    context.show(to_document(wait_until_ready(context, stored) if wait else stored))
