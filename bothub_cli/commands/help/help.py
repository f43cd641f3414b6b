"""``bothub help``: explains a topic."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.commands.help.topics import TOPICS
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.reference import HelpTopic


@command(
    help=f"Explain a topic: {', '.join(TOPICS)}. Without one, list them.",
    examples=("bothub help exit-codes", "bothub help sending-once"),
    shared=OUTPUT,
    answers=(HelpTopic,),
)
def run(
    context: AppContext,
    *,
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", autocompletion=lambda: list(TOPICS))] = None,
) -> None:
    if topic is not None and topic not in TOPICS:
        raise UsageError(problem=f"no help topic {topic!r}", fix=f"topics: {', '.join(TOPICS)}")
    text = TOPICS[topic] if topic else "".join(f"bothub help {name}\n" for name in TOPICS)
    context.show(HelpTopic(topic=topic or "topics", text=text))
