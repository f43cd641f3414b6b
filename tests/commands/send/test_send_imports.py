"""What a plain ``send`` loads: each module costs the script that calls it half a millisecond, or several."""

import subprocess
import sys

import pytest

from tests.commands.conftest import Bot
from tests.conftest import Bothub

UNNEEDED_LIBRARIES = [
    "rich", "jose", "cryptography", "yaml", "phonenumbers", "tomlkit", "filelock", "starlette", "wcwidth", "pydantic",
]  # fmt: skip
# What only cards, files, suggestions, other commands, an expired token or a refusal need.
UNNEEDED_MODULES = [
    "authoring", "preview", "sandbox", "campaign",
    "auth.obtain", "auth.signing", "protocol.faults", "protocol.media", "protocol.capabilities",
    "messages.model.actions", "messages.model.suggestions", "messages.model.richcard", "messages.event.event",
    "messages.check.cards",
    "sending.attachments", "sending.media", "sending.upload", "commands.event.wait", "output.documents.event",
    "events.opt_out",
    # The words of errors, forms, keys that were pasted, secrets out of programs, times, another platform's format.
    "transport.failures", "transport.multipart", "transport.curl", "delays", "protocol.excerpt", "protocol.pem",
    "protocol.fault_bodies", "child_processes", "durations", "messages.google_format", "messages.media_types",
    "output.findings", "output.failures", "output.columns", "misspellings", "phone_numbers.countries",
]  # fmt: skip
SEND = """
import sys
from bothub_cli.entry import run
sys.argv = ["bothub", "send", "--to", "+33612345678", "--text", "Hello"]
try:
    run()
except SystemExit as leaving:
    assert leaving.code == 0
print("loaded", *sys.modules)
"""


@pytest.fixture
def loaded(account: Bot, bothub: Bothub) -> set[str]:
    """The modules of a process that sends a text, with tokens in the cache and an event store that is there."""
    assert bothub("send", "--to", "+33612345678", "--text", "the first one").code == 0
    ran = subprocess.run([sys.executable, "-c", SEND], capture_output=True, text=True, check=True)
    assert account.texts == ["the first one", "Hello"]
    return set(ran.stdout.partition("loaded ")[2].split())


def test_a_text_is_sent_without_a_library_that_it_does_not_need(loaded: set[str]) -> None:
    assert "requests" in loaded
    assert loaded.isdisjoint(UNNEEDED_LIBRARIES)


def test_a_text_is_sent_without_what_cards_files_and_refusals_need(loaded: set[str]) -> None:
    assert "bothub_cli.sending.deliver" in loaded
    assert loaded.isdisjoint(f"bothub_cli.{name}" for name in UNNEEDED_MODULES)
