"""The page for the browser: self-contained, escaped, usable without a mouse and without sight."""

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from bothub_cli.messages import (
    AudioMessage,
    CardContent,
    FileMessage,
    GeolocationPushMessage,
    IsTyping,
    Media,
    RcsMessage,
    Reply,
    SuggestedChipList,
    Suggestion,
    TextMessage,
)
from bothub_cli.preview.html.message import render_message
from bothub_cli.preview.html.page import render_page
from bothub_cli.preview.html.style import message_stylesheet

MediaBuilder = Callable[..., Media]
MessageBuilder = Callable[..., RcsMessage]
Suggestions = Callable[[int], tuple[Suggestion, ...]]

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\x00\u202e'


class _Tags(HTMLParser):
    """Collects every tag with its attributes, and whether all are closed in order."""

    VOID = frozenset({"meta", "input", "path"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def every_kind(
    card_message: MessageBuilder, carousel_message: MessageBuilder, media: MediaBuilder, replies: Suggestions
) -> list[RcsMessage]:
    content = CardContent(media=media(), title="Lisbon", description="By train", suggestions=replies(2))
    contents = (
        TextMessage(text="Hello"),
        FileMessage(file_url="https://example.com/a.pdf"),
        AudioMessage(file_url="https://example.com/a.m4a"),
        GeolocationPushMessage(latitude=48.8, longitude=2.3),
        IsTyping(active=True),
        IsTyping(active=False),
    )
    return [
        *(RcsMessage(content=kind) for kind in contents),
        card_message(content, *replies(3)),
        card_message(content, side="LEFT"),
        carousel_message(content, CardContent(title="Porto")),
        carousel_message(content, content, width="SMALL_WIDTH"),
    ]


def _hostile_message(card_message: MessageBuilder) -> RcsMessage:
    media = Media(
        media_url=f"https://example.com/{HOSTILE}",
        media_content_type=HOSTILE,
        media_file_size=1,
        height=HOSTILE,
        content_description=HOSTILE,
    )
    label = Reply(display_text="<b>&", postback_data=HOSTILE)
    return card_message(CardContent(media=media, title=HOSTILE, description=HOSTILE, suggestions=(label,)), label)


def test_hostile_text_stays_text(card_message: MessageBuilder) -> None:
    page = render_page([_hostile_message(card_message)], title=HOSTILE)
    tags = _Tags(page).tags
    assert not [tag for tag, _ in tags if tag in {"script", "img", "iframe", "object", "link", "b"}]
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert not {"\x00", "\u202e"} & set(page)
    assert "&lt;script&gt;" in page


def test_nothing_is_fetched_and_no_style_attribute_breaks_the_policy(every_kind: list[RcsMessage]) -> None:
    tags = _Tags(render_page(every_kind)).tags
    names = {name for _, attributes in tags for name in attributes}
    assert not names & {"src", "href", "style", "srcset", "action", "data"}
    assert not re.search(r"url\(|@import", message_stylesheet())


def test_the_policy_allows_this_style_and_nothing_else(every_kind: list[RcsMessage]) -> None:
    page = render_page(every_kind)
    style = page.split("<style>")[1].split("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert f'content="{policy}"' in page


def test_every_tag_is_closed(every_kind: list[RcsMessage]) -> None:
    assert _Tags(render_page(every_kind)).open == []


def test_every_id_is_used_once(every_kind: list[RcsMessage]) -> None:
    ids = [attributes["id"] for _, attributes in _Tags(render_page(every_kind)).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_phone_is_in_the_page_and_the_asked_one_is_shown_first() -> None:
    page = render_page([RcsMessage(content=TextMessage(text="Hello"))], profile="google")
    assert [page.count(f"phone-{name}") for name in ("classic", "google", "ios")] == [4, 4, 4]
    assert 'id="phone-google" checked' in page


def test_a_picture_is_described_to_who_does_not_see_it(card_message: MessageBuilder, media: MediaBuilder) -> None:
    described = render_message(card_message(CardContent(media=media(description="A yellow tram"))))
    silent = render_message(card_message(CardContent(media=media(description=None))))
    assert 'role="img" aria-label="image/jpeg, 123 kB, A yellow tram"' in described
    assert 'aria-label="image/jpeg, 123 kB, no description"' in silent


def test_what_scrolls_can_be_reached_by_keyboard(every_kind: list[RcsMessage]) -> None:
    lists = [attributes for tag, attributes in _Tags(render_page(every_kind)).tags if tag == "ul"]
    scrolling = [one for one in lists if re.search("rcs-(carousel|chips)", one.get("class") or "")]
    assert {one.get("tabindex") for one in scrolling} == {"0"}
    assert all(one.get("aria-label") for one in scrolling)


def test_what_is_cut_is_listed(card_message: MessageBuilder, media: MediaBuilder, long_text: str) -> None:
    fragment = render_message(card_message(CardContent(media=media("TALL_HEIGHT"), description=long_text)))
    assert "<li>description shortened after" in fragment
    assert "…</span>" in fragment


def test_a_picture_alone_has_nothing_to_tap(card_message: MessageBuilder, replies: Suggestions) -> None:
    assert "<button" not in render_message(card_message(CardContent(title="A", suggestions=replies(2))))


def test_a_page_that_answers_to_taps_learns_which_suggestion_it_was(
    carousel_message: MessageBuilder, replies: Suggestions
) -> None:
    card = CardContent(title="A", suggestions=replies(2))
    fragment = render_message(carousel_message(card, card), tappable=True)
    buttons = [attributes for tag, attributes in _Tags(fragment).tags if tag == "button"]
    places = [(button["data-card"], button["data-suggestion"]) for button in buttons]
    assert places == [("0", "0"), ("0", "1"), ("1", "0"), ("1", "1")]


def test_a_chip_that_answers_to_taps_tells_its_place() -> None:
    chips = SuggestedChipList(suggestions=(Reply(display_text="Yes"), Reply(display_text="No")))
    fragment = render_message(RcsMessage(content=TextMessage(text="Sure?"), suggested_chip_list=chips), tappable=True)
    assert 'data-chip="1"' in fragment


def test_every_style_name_of_a_message_can_join_another_page() -> None:
    names = re.findall(
        r"\.([a-zA-Z][\w-]*)(?=[^{}]*\{)", re.sub(r"/\*.*?\*/", "", message_stylesheet(), flags=re.DOTALL)
    )
    assert {name for name in names if not name.startswith("rcs-")} == set()
