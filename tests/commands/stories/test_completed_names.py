"""The names that a shell is offered are those that the commands just made."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bothub_cli.invocation.completion import complete_campaign, complete_event_id, complete_message_id

Bothub = Callable[..., Any]


def test_a_campaign_is_offered_by_its_name(bothub: Bothub, account: Any, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("to\n+33612345678\n")
    (tmp_path / "offer.yaml").write_text("textMessage: Hello\n")
    files = (str(tmp_path / "people.csv"), "--template", str(tmp_path / "offer.yaml"))
    assert bothub("campaign", "run", *files, "--name", "summer").code == 0
    assert (complete_campaign("su"), complete_campaign("w")) == (["summer"], [])


def test_a_message_that_was_sent_is_offered_by_its_id(bothub: Bothub, account: Any) -> None:
    sent = bothub("send", "--to", "+33612345678", "--text", "Hello", "--json").json["message_id"]
    assert complete_message_id("") == [sent]
    assert complete_event_id("") == []
