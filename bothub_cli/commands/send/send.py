"""``bothub send``: sends a message, or many."""

from dataclasses import replace

from bothub_cli.cli.command import command
from bothub_cli.commands.send.answer import ANSWERS, send_and_show
from bothub_cli.commands.send.content import ContentOptions, FileDetails, choose_content
from bothub_cli.commands.send.options import SHARED, AddressOptions, FileArgument, SendingOptions, SuggestionOptions
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.sending.compose import compose, compose_drafts


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
    shared=SHARED,
    answers=ANSWERS,
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
    given = choose_content(context, content, details, has_messages=file is not None)
    if given is not None:
        choices = replace(choices, stream=False, prepare=given.prepare)
        return send_and_show(context, compose({"RCSMessage": given.content.to_payload()}, overrides), choices)
    assert file is not None  # choose_content wants a content, or a file of messages
    from bothub_cli.authoring.reader import read_messages  # a text from an option needs no reader

    return send_and_show(
        context,
        compose_drafts(read_messages(context.stdin.open_file(file), goes_on=choices.stream), overrides),
        choices,
    )
