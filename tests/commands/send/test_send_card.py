"""``send-card`` builds the card that its options describe, asks the media's server, and takes cards from files."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

Bothub = Callable[..., Any]
TO = ("--to", "+33612345678")
GIVEN = ("--media", "https://shop.example/van.jpg", "--media-type", "image/jpeg", "--media-size", "48213")


class _Files(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        status, headers = {
            "/van.jpg": (200, {"Content-Type": "image/jpeg", "Content-Length": "48213"}),
            "/moved.jpg": (302, {"Location": "/van.jpg"}),
            "/sizeless.jpg": (200, {"Content-Type": "image/jpeg"}),
        }.get(self.path, (404, {}))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def files() -> Iterator[str]:
    """The address of a server of pictures."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Files) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def card_of(account: Any) -> Any:
    return account.bodies[0]["RCSMessage"]["richcardMessage"]["message"]["generalPurposeCard"]


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        ((), 2, "nothing to send: give --title"),
        (("card.yaml", "--title", "Hi"), 2, "not from both"),
        (("--media-type", "image/png", "--title", "Hi"), 2, "there is none"),
        (("--title", "x" * 201), 6, "200"),
        (("--title", "Hi", "--height", "huge"), 2, "'short', 'medium', 'tall'"),
        (("--title", "Hi", "--orientation", "diagonal"), 2, "'vertical', 'horizontal'"),
        ((*GIVEN, "--media-size", "-1"), 6, "mediaFileSize"),
        ((*GIVEN, "--media-type", "nonsense"), 6, "mediaContentType"),
        (("absent.yaml",), 6, "absent.yaml: there is no such file"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_sent(
    bothub: Bothub, account: Any, argv: tuple[str, ...], code: int, says: str
) -> None:
    ran = bothub("send-card", *TO, *argv)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert account.server.counts() == {}


def test_the_card_has_all_that_the_options_say(bothub: Bothub, account: Any) -> None:
    ran = bothub(
        "send-card", *TO, "--title", "Your order", "--description", "On its way.", *GIVEN, "--media-text", "A van",
        "--height", "tall", "--reply", "Thanks", "--open-url", "Track=https://shop.example/t/1",
        "--dial", "Call=+33123456789", "--show-location", "Here=48.85,2.29,Paris",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    card = card_of(account)
    assert card["layout"]["cardOrientation"] == "VERTICAL"
    assert card["content"]["title"] == "Your order"
    assert card["content"]["description"] == "On its way."
    assert card["content"]["media"] == {
        "mediaUrl": "https://shop.example/van.jpg", "mediaContentType": "image/jpeg", "mediaFileSize": 48213,
        "height": "TALL_HEIGHT", "contentDescription": "A van",
    }  # fmt: skip
    assert [next(iter(suggestion)) for suggestion in card["content"]["suggestions"]] == ["reply", *["action"] * 3]


def test_a_calendar_entry_is_an_action(bothub: Bothub, account: Any) -> None:
    when = "2099-12-24T18:00+01:00/2099-12-24T19:00+01:00/Dinner/At home"
    assert bothub("send-card", *TO, "--title", "Come", "--calendar", f"Save={when}").code == 0
    event = card_of(account)["content"]["suggestions"][0]["action"]["calendarAction"]["createCalendarEvent"]
    assert (event["title"], event["description"]) == ("Dinner", "At home")


def test_a_horizontal_card_gets_a_side(bothub: Bothub, account: Any) -> None:
    assert bothub("send-card", *TO, "--title", "Hi", *GIVEN, "--orientation", "horizontal").code == 0
    assert card_of(account)["layout"]["imageAlignment"] == "LEFT"


def test_type_and_size_are_asked_from_the_server_of_the_media(bothub: Bothub, account: Any, files: str) -> None:
    ran = bothub("send-card", *TO, "--title", "Hi", "--media", f"{files}/van.jpg", "--no-check")
    assert ran.code == 0, ran.err
    media = card_of(account)["content"]["media"]
    assert (media["mediaContentType"], media["mediaFileSize"]) == ("image/jpeg", 48213)


def test_a_thumbnail_is_asked_for_too(bothub: Bothub, account: Any, files: str) -> None:
    assert bothub("send-card", *TO, *GIVEN, "--thumbnail", f"{files}/van.jpg", "--no-check").code == 0
    media = card_of(account)["content"]["media"]
    assert (media["thumbnailContentType"], media["thumbnailFileSize"]) == ("image/jpeg", 48213)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("absent.jpg", "answers HTTP 404"),
        ("moved.jpg", "redirects"),
        ("sizeless.jpg", "does not say the size"),
    ],
)
def test_media_whose_facts_cannot_be_asked_are_refused_with_the_options_that_say_them(
    bothub: Bothub, account: Any, files: str, name: str, says: str
) -> None:
    ran = bothub("send-card", *TO, "--title", "Hi", "--media", f"{files}/{name}")
    assert ran.code == 6
    assert says in ran.err
    assert "--media-type MIME --media-size BYTES" in ran.err
    assert account.server.counts() == {}


def test_media_on_a_server_that_is_not_there_are_refused(bothub: Bothub, account: Any) -> None:
    assert bothub("send-card", *TO, "--media", "http://127.0.0.1:1/x.jpg", "--max-wait", "0").code == 6


CAROUSEL = """\
message:
  generalPurposeCardCarousel:
    layout: {cardWidth: SMALL_WIDTH}
    content:
      - {title: One, description: First}
      - {title: Two, description: Second}
"""


def test_a_carousel_comes_from_yaml(bothub: Bothub, account: Any, tmp_path: Path) -> None:
    (tmp_path / "cards.yaml").write_text(CAROUSEL)
    ran = bothub("send-card", str(tmp_path / "cards.yaml"), *TO)
    assert ran.code == 0, ran.err
    carousel = account.bodies[0]["RCSMessage"]["richcardMessage"]["message"]["generalPurposeCardCarousel"]
    assert [card["title"] for card in carousel["content"]] == ["One", "Two"]


def test_a_carousel_of_one_is_refused_with_the_line_of_the_file(bothub: Bothub, account: Any, tmp_path: Path) -> None:
    (tmp_path / "cards.yaml").write_text(CAROUSEL.replace("      - {title: Two, description: Second}\n", ""))
    ran = bothub("send-card", str(tmp_path / "cards.yaml"), *TO)
    assert ran.code == 6
    assert "error: line 4, /RCSMessage" in ran.err


def test_the_picture_of_a_card_is_drawn(bothub: Bothub, account: Any) -> None:
    ran = bothub("send-card", *TO, "--title", "Your order", "--reply", "Thanks", "--preview", "--dry-run")
    assert ran.out.index("Your order") < ran.out.index("Thanks")
    assert "POST" not in ran.out


@pytest.mark.parametrize("option", [(), ("--stream",)])  # a card made of options is no stream
def test_media_of_this_machine_are_uploaded_first(
    bothub: Bothub, account: Any, tmp_path: Path, option: tuple[str, ...]
) -> None:
    van = tmp_path / "van.png"
    van.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

    ran = bothub("send-card", *TO, "--title", "Van", "--media", str(van), "--thumbnail", str(van), *option)

    assert ran.code == 0
    media = card_of(account)["content"]["media"]
    assert media["mediaUrl"].startswith("http")
    assert "upload.invalid" not in media["mediaUrl"] + media["thumbnailUrl"]
    assert (media["mediaContentType"], media["mediaFileSize"], media["thumbnailFileSize"]) == ("image/png", 108, 108)


def test_media_that_are_not_there_are_named(bothub: Bothub, account: Any) -> None:
    ran = bothub("send-card", *TO, "--title", "Van", "--media", "../van-of-nobody.jpg")

    assert ran.code == 6
    assert "../van-of-nobody.jpg: there is no such file" in ran.err


def test_a_type_that_the_server_contradicts_is_told(bothub: Bothub, account: Any, files: str) -> None:
    ran = bothub(
        "send-card", *TO, "--title", "Hi", "--media", f"{files}/van.jpg", "--media-type", "image/png", "--no-check"
    )
    assert ran.code == 0
    assert "--media: the server says image/jpeg, not image/png" in ran.err
