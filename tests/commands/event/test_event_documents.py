"""What the commands about events print as JSON is what their schemas promise."""

import jsonschema
import pytest

from bothub_cli.commands.schema import load_all_documents
from bothub_cli.output.document import DOCUMENTS, json_schema
from tests.commands.webhooks import fill_store
from tests.conftest import Bothub
from tests.events.samples import open_inbox, status_event, text_event

_TAP = {"response": {"reply": {"displayText": "Yes", "postback": {"data": "yes_1"}}}}
_CONTACT = {"userContact": "+33612345678"}


@pytest.fixture(autouse=True)
def _store(bothub: Bothub) -> None:
    fill_store(
        text_event("m1", "STOP"),
        status_event("m2", "failed"),
        {"RCSMessage": {"msgId": "m3", "suggestedResponse": _TAP}, "messageContact": _CONTACT, "event": "response"},
        {"event": "hitlStart"},
        {},
    )


@pytest.mark.parametrize(
    "argv",
    [
        ("event", "list"),
        ("event", "list", "--dead-letters"),
        ("event", "show", "1"),
        ("event", "chat", "+33612345678"),
        ("event", "wait", "--for", "response", "--since", "2026-11-24"),
        ("event", "trigger", "message", "--dry-run"),
        ("event", "purge", "--older-than", "1h", "--dry-run"),
        ("event", "replay", "1", "2", "--to", "URL"),
        ("suppression", "list"),
        ("suppression", "add", "+33612345679"),
        ("send", "--sandbox", "--to", "+33612345679", "--to", "+33612345680", "--text", "Hi", "--wait", "sent"),
    ],
    ids=" ".join,
)
def test_every_line_satisfies_the_schema_that_it_names(bothub: Bothub, argv: tuple[str, ...]) -> None:
    load_all_documents()
    with open_inbox() as inbox:
        ran = bothub(*(inbox.url if word == "URL" else word for word in argv), "--json")
    assert ran.code == 0
    assert ran.lines
    for line in ran.lines:
        name = line["schema"].removeprefix("bothub/").removesuffix("/1")
        jsonschema.validate(line, json_schema(DOCUMENTS[name]))
