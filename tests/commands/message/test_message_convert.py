"""``message convert``: FNW.11 on standard output, what is lost on standard error."""

import json
from pathlib import Path
from typing import Any

GOOGLE = {"contentMessage": {"text": "Hi", "suggestions": [{"reply": {"text": "Yes", "postbackData": "y"}}]}}


def test_the_answer_can_be_piped_into_check(bothub: Any, tmp_path: Path) -> None:
    file = tmp_path / "google.json"
    file.write_text(json.dumps(GOOGLE | {"priority": 3}))

    ran = bothub("message", "convert", str(file))

    assert ran.code == 0
    assert json.loads(ran.out)["textMessage"] == "Hi"
    assert "priority has no counterpart" in ran.err
    made = tmp_path / "made.json"
    made.write_text(ran.out)
    assert bothub("message", "check", str(made)).code == 0


def test_what_is_fnw11_already_is_refused(bothub: Any, tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    file.write_text(json.dumps({"textMessage": "Hi"}))

    ran = bothub("message", "convert", str(file))

    assert ran.code == 6
    assert "no message in Google's format" in ran.err


def test_a_message_that_lacks_its_contact_is_told_the_option(bothub: Any, tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    file.write_text(json.dumps({"textMessage": "Hi"}))

    ran = bothub("send", str(file))

    assert ran.code == 6
    assert "--to NUMBER" in ran.err
