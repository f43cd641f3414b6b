"""``bothub schema``: prints the JSON Schema of an answer."""

import importlib
import json
import pkgutil
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output import documents
from bothub_cli.output.document import DOCUMENTS, json_schema


@command(
    help="Print the JSON Schema of a kind of answer. Without a name, list the kinds.",
    examples=("bothub schema", "bothub schema send-result"),
    shared=(),
)
def run(context: AppContext, *, name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None) -> None:
    load_all_documents()
    if name is None:
        context.show_text("\n".join(sorted(DOCUMENTS)))
        return
    if name not in DOCUMENTS:
        raise UsageError(problem=f"no schema {name!r}", fix=f"schemas: {', '.join(sorted(DOCUMENTS))}")
    context.show_text(json.dumps(json_schema(DOCUMENTS[name]), indent=2, ensure_ascii=False))


def load_all_documents() -> None:
    """Import every document module, so that each registers its schema."""
    for module in pkgutil.iter_modules(documents.__path__):
        importlib.import_module(f"{documents.__name__}.{module.name}")
