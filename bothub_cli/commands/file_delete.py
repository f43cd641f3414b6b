"""``bothub file delete``: deletes a stored file."""

from bothub_cli.commands.command import command
from bothub_cli.commands.file_show import FileId, read_file_id
from bothub_cli.commands.options import API
from bothub_cli.context import AppContext
from bothub_cli.output.documents.files import FileDeleted


@command(
    help="Delete a stored file; messages that link to it show it no longer.",
    examples=("bothub file delete FILEID",),
    shared=API,
    answers=(FileDeleted,),
)
def run(context: AppContext, *, file_id: FileId) -> None:
    name = read_file_id(file_id)
    context.client().delete_file(name)
    context.show(FileDeleted(file_id=name))
