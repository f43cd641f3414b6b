"""A program that checks, draws and sends one message of each kind: what the API takes, and what the library offers."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bothub_cli import Client, card, carousel, file, place, text
from bothub_cli.errors import InputRefusedError
from bothub_cli.messages import (
    AudioMessage,
    DialPhoneNumber,
    Finding,
    Media,
    OpenUrl,
    OutboundMessage,
    RcsMessage,
    UserContact,
    check_payload,
)
from bothub_cli.preview import read_findings, render_page, render_svg, render_text
from bothub_cli.sandbox.server import SandboxServer

TO = "+33612345678"


def make_catalogue(to: str) -> dict[str, OutboundMessage]:
    shoe = Media(media_url="https://shop.example/shoe.jpg", media_content_type="image/jpeg", media_file_size=90_000,
                 height="MEDIUM_HEIGHT")  # fmt: skip
    sound = AudioMessage(file_url="https://shop.example/a.mp3", file_mime_type="audio/mpeg", file_size=9_000,
                         playing_length=5)  # fmt: skip
    return {
        "text": text("Shall we?", to=to, replies=[("Yes", "yes_1"), ("No", "no_1")]),
        "card": card(
            "Red shoe",
            "It fits",
            to=to,
            media=shoe,
            suggestions=[
                OpenUrl(display_text="Open", url="https://shop.example", postback_data="open"),
                DialPhoneNumber(display_text="Call", phone_number="+33140000000", postback_data="call"),
            ],
        ),
        "carousel": carousel([card(f"Shoe {n}", "Red", media=shoe) for n in (1, 2, 3)], to=to, replies=["More"]),
        "picture": file("https://shop.example/a.jpg", content_type="image/jpeg", size=90_000, to=to),
        "place": place(48.8584, 2.2945, "Our shop", to=to),
        "sound": OutboundMessage(
            rcs_message=RcsMessage(content=sound, traffic_type="advertisement"), message_contact=UserContact(number=to)
        ),
    }


def check(message: OutboundMessage) -> tuple[Finding, ...]:
    return check_payload(message, now=datetime.now(UTC)).findings + read_findings(message)


def draw(messages: dict[str, OutboundMessage], directory: Path) -> None:
    for name, message in messages.items():
        (directory / f"{name}.txt").write_text(render_text(message, "google"), "utf-8")
        (directory / f"{name}.svg").write_text(render_svg(message), "utf-8")
    (directory / "all.html").write_text(render_page(list(messages.values()), title="Our messages"), "utf-8")


def test_every_kind_is_checked_drawn_and_sent(client: Client, bothub_sandbox: SandboxServer, tmp_path: Path) -> None:
    catalogue = make_catalogue(TO)
    warned = {name: [finding.rule for finding in check(message)] for name, message in catalogue.items()}
    assert {name: rules for name, rules in warned.items() if rules} == {
        "place": ["geolocation.google"],
        "sound": ["audio.google"],
    }
    draw(catalogue, tmp_path)
    sent = {client.send(message).msg_id for message in catalogue.values()}
    assert {message.msg_id for message in bothub_sandbox.messages(number=TO)} == sent
    assert "Red shoe" in (tmp_path / "card.txt").read_text("utf-8")
    assert "Shoe" in (tmp_path / "carousel.svg").read_text("utf-8")
    page = (tmp_path / "all.html").read_text("utf-8")
    assert all(words in page for words in ("Our messages", "Shall we?", "Red shoe", "Our shop"))


def test_what_phones_cut_is_a_warning_in_the_words_of_the_check() -> None:
    [loss] = read_findings(card("Shoe", "Red " * 400, to=TO), ["classic"])
    assert (loss.severity, loss.rule) == ("warning", "forecast.description.shortened")


@pytest.mark.parametrize("wrong", ["Hello", {"textMessage": "Hello"}, None])
def test_what_is_no_message_cannot_be_drawn_and_says_so(wrong: Any) -> None:
    for draw_it in (render_text, render_svg, read_findings):
        with pytest.raises(InputRefusedError, match="only a message can be drawn"):
            draw_it(wrong)
