"""``bothub file delete``: deletes a stored file."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.file.show import FileId, read_file_id
from bothub_cli.context import AppContext
from bothub_cli.output.documents.file import FileDeleted
from bothub_cli.output.documents.send import PlannedRequest


@command(
    help="Delete a stored file; messages that link to it show it no longer.",
    examples=("bothub file delete FILEID",),
    shared=("dry_run", "curl", *API),
    answers=(FileDeleted, PlannedRequest),
)
def run(context: AppContext, *, file_id: FileId) -> None:
    name = read_file_id(file_id)
    if context.options.dry_run or context.options.curl:
        from bothub_cli.protocol.media import build_delete_request
        from bothub_cli.workflows.dry_run import show_request

        show_request(
            context,
            lambda place: build_delete_request(place.base, bot_id=place.bot_id, tokens=place.tokens, file_id=name),
        )
        return
    context.client().delete_file(name)
    context.show(FileDeleted(file_id=name))
