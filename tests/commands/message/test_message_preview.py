"""``message preview`` draws messages in the terminal, as a page, as a picture."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Bothub = Callable[..., Any]

TEXT = {"textMessage": "Shall we meet?"}
CARD = {
    "generalPurposeCard": {
        "layout": {"cardOrientation": "VERTICAL"},
        "content": {"title": "Shoes", "description": "Two for the price of one, while they last. " * 40},
    }
}


def _stdin(*payloads: object) -> bytes:
    return "\n".join(map(json.dumps, payloads)).encode()


def test_what_cannot_be_drawn_is_refused_with_its_line(bothub: Bothub) -> None:
    ran = bothub("message", "preview", "-", stdin=b'{"textMessage": "Hi"}\n{"textMessage": 7}')
    assert ran.code == 6
    assert "standard input, line 2: cannot be drawn: /textMessage: must be a string" in ran.err


def test_a_page_that_cannot_be_written_is_a_wrong_argument(bothub: Bothub, tmp_path: Path) -> None:
    ran = bothub("message", "preview", "-", "--html", str(tmp_path / "no" / "page.html"), stdin=_stdin(TEXT))
    assert ran.code == 2
    assert "--html" in ran.err


def test_every_message_is_drawn_in_its_order(bothub: Bothub) -> None:
    ran = bothub("message", "preview", "-", stdin=_stdin(TEXT, CARD))
    assert ran.code == 0
    assert ran.out.index("Shall we meet?") < ran.out.index("Shoes")
    assert "standard input, line 2" in ran.out


def test_a_program_gets_what_is_lost_instead_of_a_picture(bothub: Bothub) -> None:
    [loss] = bothub("message", "preview", "-", "--json", stdin=_stdin(CARD)).json["losses"]
    assert loss["rule"] == "forecast.description.shortened"
    assert loss["pointer"] == "/richcardMessage/message/generalPurposeCard/content/description"


def test_one_page_holds_all_messages_for_every_phone(bothub: Bothub, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ran = bothub("message", "preview", "-", "--html", str(page), "--phone", "ios", stdin=_stdin(TEXT, CARD))
    text = page.read_text()
    assert (ran.code, ran.out) == (0, f"wrote {page}\n")
    assert text.count("Shall we meet?") == 3
    assert 'id="phone-ios" checked' in text
    assert "<script" not in text


def test_the_page_goes_to_stdout_when_asked(bothub: Bothub) -> None:
    assert bothub("message", "preview", "-", "--html", "-", stdin=_stdin(TEXT)).out.startswith("<!doctype html>")


def test_several_messages_become_several_pictures(bothub: Bothub, tmp_path: Path) -> None:
    ran = bothub("message", "preview", "-", "--svg", str(tmp_path / "card.svg"), stdin=_stdin(TEXT, CARD))
    assert ran.code == 0
    assert sorted(path.name for path in tmp_path.glob("*.svg")) == ["card-1.svg", "card-2.svg"]
