"""Stores a file with the platform, or lets the platform fetch one; shows and deletes it."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.dry_run import show_request
from bothub_cli.cli.shared_options import API
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.file import FileDeleted, FileState
from bothub_cli.output.documents.send import PlannedRequest
from bothub_cli.output.live.progress import show_progress
from bothub_cli.protocol.media import StoredFile, build_delete_request, build_link_request, build_upload_request
from bothub_cli.sending.media import complete_facts
from bothub_cli.sending.upload import LocalFile, file_part, is_url, look_at_file, read_until, wait_until_ready
from bothub_cli.sending.upload import upload as upload_to_platform

FileId = Annotated[str, typer.Argument(metavar="FILEID", help="The file_id that file upload told.")]


@command(
    help="Show what became of a stored file: pending, ready, expired or invalid.",
    examples=("bothub file show FILEID",),
    shared=API,
    answers=(FileState,),
)
def show(context: AppContext, *, file_id: FileId) -> None:
    context.show(to_document(context.client().show_file(read_file_id(file_id))))


def read_file_id(written: str) -> str:
    """Return the ID without the spaces that copying leaves around it. Raises UsageError for none."""
    if not written.strip():
        raise UsageError(problem="the file ID is empty", fix="bothub file upload --json tells the file_id")
    return written.strip()


def to_document(stored: StoredFile) -> FileState:
    """Return a stored file as an answer."""
    return FileState(
        file_id=stored.file_id,
        file_url=stored.file_url,
        file_size=stored.file_size,
        status=stored.status,
        validity=stored.validity,
    )


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
def upload(
    context: AppContext,
    *,
    file: Annotated[str, typer.Argument(metavar="PATH|URL", help="The file.")],
    content_type: Annotated[
        str | None, typer.Option("--type", metavar="MIME", help="Its content type, when its name does not tell.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What it is called. [default: its own name]")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="WHEN", help="Keep it until then: 7d, or a day like 2030-01-01. [default: 30d]"
        ),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until messages may link to it.")] = False,
) -> None:
    kept_until = read_until(until, now=context.clock.now())
    progress = partial(show_progress, context.printer)
    if is_url(file):
        facts = partial(
            complete_facts, context.probe_media, where="the URL", fix="--type MIME", tell=context.printer.warn
        )
        file_type = content_type or facts(file, None, 0)[0]
        if context.is_dry_run:
            _show_link(context, file, file_type=file_type, until=kept_until)
            return
        stored = context.client().link_file(file, file_type=file_type, until=kept_until)
    else:
        local = look_at_file(Path(file), name=name, content_type=content_type, type_option="--type")
        if local.doubt is not None:
            context.printer.warn(local.doubt)
        if context.is_dry_run:
            _show_upload(context, local, until=kept_until)
            return
        stored = upload_to_platform(context.client(), local, until=kept_until, show_progress=progress)
    if wait:
        stored = wait_until_ready(context.client(), stored, clock=context.clock, show_progress=progress)
    context.show(to_document(stored))


def _show_link(context: AppContext, url: str, *, file_type: str, until: datetime) -> None:
    show_request(
        context,
        lambda place: build_link_request(
            place.base, bot_id=place.bot_id, tokens=place.tokens, file_url=url, file_type=file_type, until=until
        ),
    )


def _show_upload(context: AppContext, file: LocalFile, *, until: datetime) -> None:
    """Print the request that would store a file, which must be readable."""
    with file_part(file) as part:
        show_request(
            context,
            lambda place: build_upload_request(
                place.base, bot_id=place.bot_id, tokens=place.tokens, file=part, until=until
            ),
        )


@command(
    help="Delete a stored file; messages that link to it show it no longer.",
    examples=("bothub file delete FILEID",),
    shared=("dry_run", "curl", *API),
    answers=(FileDeleted, PlannedRequest),
)
def delete(context: AppContext, *, file_id: FileId) -> None:
    name = read_file_id(file_id)
    if context.is_dry_run:
        show_request(
            context,
            lambda place: build_delete_request(place.base, bot_id=place.bot_id, tokens=place.tokens, file_id=name),
        )
        return
    context.client().delete_file(name)
    context.show(FileDeleted(file_id=name))
