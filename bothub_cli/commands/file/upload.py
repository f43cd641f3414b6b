"""``bothub file upload``: stores a file with the platform, or lets the platform fetch one."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.file.show import to_document
from bothub_cli.context import AppContext
from bothub_cli.output.documents.file import FileState
from bothub_cli.output.documents.send import PlannedRequest
from bothub_cli.workflows.send.media import complete_facts
from bothub_cli.workflows.upload import is_url, look_at_file, read_until, show_upload, upload, wait_until_ready


@command(
    help="Store a file with the platform, so that messages can link to it; of a URL, the platform fetches the file.",
    examples=(
        "bothub file upload photo.jpg",
        "bothub file upload photo.jpg --wait --json --fields file_url",
        "bothub file upload https://shop.example/spring.mp4 --until 7d",
        "bothub file upload photo.jpg --dry-run",
    ),
    shared=("dry_run", "curl", *API),
    answers=(FileState, PlannedRequest),
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
        str | None,
        typer.Option(
            "--until", metavar="WHEN", help="Keep it until then: 7d, or a day like 2030-01-01. [default: 30d]"
        ),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until messages may link to it.")] = False,
) -> None:
    kept_until = read_until(until, now=context.clock.now())
    rehearses = context.options.dry_run or context.options.curl
    if is_url(file):
        file_type = content_type or complete_facts(context, file, None, 0, option="the URL", fix="--type MIME")[0]
        if rehearses:
            _show_link(context, file, file_type=file_type, until=kept_until)
            return
        stored = context.client().link_file(file, file_type=file_type, until=kept_until)
    else:
        local = look_at_file(Path(file), name=name, content_type=content_type, type_option="--type")
        if rehearses:
            show_upload(context, local, until=kept_until)
            return
        stored = upload(context, local, until=kept_until)
    context.show(to_document(wait_until_ready(context, stored) if wait else stored))


def _show_link(context: AppContext, url: str, *, file_type: str, until: datetime) -> None:
    from bothub_cli.protocol.media import build_link_request
    from bothub_cli.workflows.dry_run import show_request

    show_request(
        context,
        lambda place: build_link_request(
            place.base, bot_id=place.bot_id, tokens=place.tokens, file_url=url, file_type=file_type, until=until
        ),
    )
