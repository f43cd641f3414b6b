"""``send`` says and draws what concerns a message once, however many people get it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Bothub = Callable[..., Any]

TWO_PEOPLE = ("--to", "+33612345678", "--to", "+33612345679")
CUT = {
    "richcardMessage": {
        "message": {
            "generalPurposeCard": {
                "layout": {"cardOrientation": "VERTICAL"},
                "content": {"title": "Shoes", "description": "Two for the price of one, while they last. " * 40},
            }
        }
    }
}


def test_a_forecast_that_counts_as_an_error_stops_the_message(bothub: Bothub, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text(json.dumps(CUT))
    ran = bothub("send", str(tmp_path / "card.json"), *TWO_PEOPLE, "--sandbox", "--strict", "--json")
    assert ran.code == 6
    assert "forecast.description.shortened" in {finding["rule"] for finding in ran.error["findings"]}


def test_what_phones_cut_is_said_once_and_the_message_goes_out(bothub: Bothub, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text(json.dumps(CUT))
    ran = bothub("send", str(tmp_path / "card.json"), *TWO_PEOPLE, "--sandbox")
    assert ran.code == 0
    assert ran.err.count("on classic phones") == 1


def test_without_a_check_nothing_is_forecast(bothub: Bothub, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text(json.dumps(CUT))
    ran = bothub("send", str(tmp_path / "card.json"), *TWO_PEOPLE, "--sandbox", "--no-check")
    assert "phones" not in ran.err


def test_a_message_to_two_people_is_drawn_once(bothub: Bothub) -> None:
    ran = bothub("send", *TWO_PEOPLE, "--text", "Shall we meet?", "--preview", "--sandbox")
    assert ran.out.count("Shall we meet?") == 1
