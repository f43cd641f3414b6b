"""``bothub send``: sends a message, or many."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API, RECORDING
from bothub_cli.commands.send.options import AddressOptions, FileArgument, SendingOptions, SuggestionOptions
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.output.documents.send import PlannedRequest, SendResult, WaitResult
from bothub_cli.sending.compose import OutgoingMessage, Overrides, compose, compose_drafts
from bothub_cli.workflows.send.content import ContentOptions, DescribedContent, FileDetails, read_content
from bothub_cli.workflows.send.send import Preparation, send_messages


@command(
    help="Send a text, a file, a place, or messages from a JSON or YAML file, to one number or many.\n\n"
    "Everything is checked before anything is sent. What an option says beats what the file says.",
    examples=(
        "bothub send --to +33612345678 --text 'Hello, world'",
        "bothub send --to +33612345678 --text 'Shall we?' --reply Yes=yes_1 --reply No=no_1",
        "bothub send --to +33612345678 --file photo.jpg",
        "bothub send message.json --to +33612345678 --preview",
        "jq -c '.[]' messages.json | bothub send - --json",
        "bothub send --to +33612345678 --text Hello --curl",
    ),
    shared=("traffic_type", "region", "dry_run", "curl", *RECORDING, *API),
    answers=(SendResult, WaitResult, PlannedRequest),
)
def run(
    context: AppContext,
    *,
    file: FileArgument = None,
    address: AddressOptions,
    content: ContentOptions,
    details: FileDetails,
    suggestions: SuggestionOptions,
    sending: SendingOptions,
) -> ExitCode:
    overrides = sending.overrides(context, address, chips=suggestions.read())
    choices = sending.choices()
    described = read_content(context, content, details, has_messages=file is not None)
    if described is None:
        return send_messages(context, _messages(context, file, overrides, goes_on=choices.stream), choices)
    choices = replace(choices, stream=False, prepare=_upload(context, described) if described.uploads else None)
    return send_messages(context, compose({"RCSMessage": described.content.to_payload()}, overrides), choices)


def _upload(context: AppContext, described: DescribedContent) -> Preparation:
    from bothub_cli.workflows.send.attachments import upload_all

    return partial(upload_all, context, described.uploads)


def _messages(
    context: AppContext, file: Path | None, overrides: Overrides, *, goes_on: bool
) -> Iterator[OutgoingMessage]:
    from bothub_cli.authoring.reader import read_messages

    assert file is not None  # read_content wants a content, or a file of messages
    source = context.stdin.open("FILE") if str(file) == "-" else file
    return compose_drafts(read_messages(source, goes_on=goes_on), overrides)
