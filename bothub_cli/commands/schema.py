"""``bothub schema``: prints the JSON Schema of an answer."""

import importlib
import json
import pkgutil
import re
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.misspellings import did_you_mean
from bothub_cli.output import documents
from bothub_cli.output.document import DOCUMENTS, json_schema

_ANSWERS_NAME = re.compile(r"bothub/([^/]+)/1")  # an answer's own "schema": bothub/send-result/1


def complete_schema(incomplete: str) -> list[str]:
    """Offer the kinds of answers to the shell."""
    load_all_documents()
    return [name for name in sorted(DOCUMENTS) if name.startswith(incomplete)]


@command(
    help="Print the JSON Schema of a kind of answer. Without a name, list the kinds.",
    examples=("bothub schema", "bothub schema send-result"),
    shared=(),
)
def run(
    context: AppContext,
    *,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="As `bothub schema` lists it, or as an answer names it.",
            autocompletion=complete_schema,
        ),
    ] = None,
) -> None:
    load_all_documents()
    if name is None:
        context.show_text("\n".join(sorted(DOCUMENTS)))
        return
    document = DOCUMENTS.get(_ANSWERS_NAME.sub(r"\1", name))
    if document is None:
        near = did_you_mean(name, DOCUMENTS, most=3)
        fix = f"{near} to list them: bothub schema" if near else f"there are {', '.join(sorted(DOCUMENTS))}"
        raise UsageError(problem=f"no schema {name!r}", fix=fix)
    context.show_text(json.dumps(json_schema(document), indent=2, ensure_ascii=False))


def load_all_documents() -> None:
    """Import every document module, so that each registers its schema."""
    for module in pkgutil.walk_packages(documents.__path__, f"{documents.__name__}."):
        importlib.import_module(module.name)
