"""``bothub file show``: shows what became of a stored file."""

from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.file import FileState

if TYPE_CHECKING:
    from bothub_cli.protocol.media import StoredFile

FileId = Annotated[str, typer.Argument(metavar="FILEID", help="The file_id that file upload told.")]


@command(
    help="Show what became of a stored file: pending, ready, expired or invalid.",
    examples=("bothub file show FILEID",),
    shared=API,
    answers=(FileState,),
)
def run(context: AppContext, *, file_id: FileId) -> None:
    context.show(to_document(context.client().show_file(read_file_id(file_id))))


def read_file_id(written: str) -> str:
    """Return the ID without the spaces that copying leaves around it. Raises UsageError for none."""
    if not written.strip():
        raise UsageError(problem="the file ID is empty", fix="bothub file upload --json tells the file_id")
    return written.strip()


def to_document(stored: "StoredFile") -> FileState:
    """Return a stored file as an answer."""
    return FileState(
        file_id=stored.file_id,
        file_url=stored.file_url,
        file_size=stored.file_size,
        status=stored.status,
        validity=stored.validity,
    )
