"""``bothub help``: lists the pages of the manual, shows one, or shows what a command says of itself."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.group import make_group
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.cli.tree import TREE, Branch, Node
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.misspellings import find_near
from bothub_cli.output.documents.reference import TOPIC_WIDTH, HelpTopic, ManualPage, TopicList

TOPICS = (  # in the order in which somebody new would read them
    "getting-started", "accounts", "messages", "cards", "campaigns", "templates", "webhooks", "opt-out", "sandbox",
    "profiles", "secrets", "tokens", "output", "exit-codes", "sending-once", "environment", "cron", "systemd",
    "containers", "several-machines", "testing", "library", "privacy", "troubleshooting",
)  # fmt: skip


def complete_name(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the pages and the commands, and after a command its verbs."""
    node: Node = Branch("", TREE)
    words: list[str] = ctx.params.get("name") or []
    for word in words:
        if not isinstance(node, Branch) or word not in node.children:
            return []
        node = node.children[word]
    known = list(node.children) if isinstance(node, Branch) else []
    return [name for name in (*(() if words else pages()), *known) if name.startswith(incomplete)]


@command(
    help="Show a page of the manual, or the help of a command. Without a name, list the pages.",
    examples=("bothub help getting-started", "bothub help exit-codes", "bothub help campaign run"),
    shared=OUTPUT,
    answers=(HelpTopic,),
)
def run(
    context: AppContext,
    *,
    name: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TOPIC|COMMAND…]",
            help="A page of the manual, or a command with its verb.",
            autocompletion=complete_name,
            show_default=False,
        ),
    ] = None,
) -> None:
    words = name or []
    topic = " ".join(words)
    page = pages().get(topic)
    if not words:
        context.show(TopicList(topic="topics", text=_list()))
    elif page is not None:
        context.show(ManualPage(topic=topic, text=_read(page)))
    else:
        context.show(HelpTopic(topic=topic, text=_help_of(words)))


def pages() -> dict[str, Traversable]:
    """Return the pages of the manual by topic."""
    manual = files("bothub_cli") / "manual"
    found = {name: manual / f"{name}.md" for name in TOPICS}
    return {name: page for name, page in found.items() if page.is_file()}


def subtitle(page: Traversable) -> str:
    """Return the sentence under the title of a page."""
    return _read(page).splitlines()[2]


def _read(page: Traversable) -> str:
    """Return what people read of a page: comments in it are for the test that runs its examples."""
    return re.sub(r"<!--.*?-->\n", "", page.read_text("utf-8"))


def _list() -> str:
    """Return a line for each page: its name, and the sentence under its title."""
    lines = [f"  {name:<{TOPIC_WIDTH}}{subtitle(page)}" for name, page in pages().items()]
    return "\n".join(("The manual: bothub help TOPIC. Of a command: bothub help COMMAND.", "", *lines)) + "\n"


def _help_of(words: list[str]) -> str:
    """Return what ``--help`` of a command prints. Raises UsageError."""
    found: Any = make_group("bothub", Branch("", TREE))  # then what stands under it: Typer's classes share no name
    context = found.make_context("bothub", [], resilient_parsing=True)
    for count, word in enumerate(words):
        inner = found.get_command(context, word) if hasattr(found, "nodes") else None
        if inner is None:
            raise _unknown(words, count, list(getattr(found, "nodes", ())))
        context = inner.make_context(word, [], parent=context, resilient_parsing=True)
        found = inner
    return str(found.get_help(context)) + "\n"


def _unknown(words: list[str], count: int, known: list[str]) -> UsageError:
    """Say that the command whose first ``count`` words are right goes on with one of ``known``, or is a page."""
    asked, command = " ".join(words), " ".join(words[:count])
    if count and not known:
        near = [command]
    elif count:
        near = [f"{command} {name}" for name in find_near(words[count], known)] or [command]
    else:
        near = find_near(asked, [*pages(), *known]) or find_near(words[0], [*pages(), *known])
    fix = f"did you mean {near[0]!r}? bothub help lists the pages" if near else f"topics: {', '.join(pages())}"
    return UsageError(problem=f"no help topic {asked!r}", fix=fix)
