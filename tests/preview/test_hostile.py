"""Any message that the model can hold gets a forecast and pictures, in bounded time and space."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from bothub_cli.messages import (
    CardContent,
    Content,
    GeneralPurposeCard,
    GeneralPurposeCardCarousel,
    Media,
    OpenUrl,
    RcsMessage,
    Reply,
    RichCardMessage,
    SuggestedChipList,
    TextMessage,
)
from bothub_cli.preview.forecast.findings import read_findings
from bothub_cli.preview.forecast.layout import forecast
from bothub_cli.preview.forecast.phones import PROFILES, ProfileName
from bothub_cli.preview.forecast.shapes import CardShape, CarouselShape
from bothub_cli.preview.html.page import render_page
from bothub_cli.preview.terminal.draw import render_text

texts = st.text(max_size=400)
suggestions = st.lists(
    st.builds(Reply, display_text=st.text(max_size=40))
    | st.builds(OpenUrl, display_text=st.text(max_size=40), url=texts),
    max_size=6,
).map(tuple)
media = st.builds(
    Media,
    media_url=texts,
    media_content_type=st.text(max_size=60),
    media_file_size=st.integers(min_value=0),
    height=st.sampled_from(["SHORT_HEIGHT", "MEDIUM_HEIGHT", "TALL_HEIGHT", "GIANT"]),
    content_description=st.none() | texts,
)
contents = st.builds(
    CardContent,
    media=st.none() | media,
    title=st.none() | texts,
    description=st.none() | texts,
    suggestions=suggestions,
)
cards = st.builds(
    GeneralPurposeCard,
    content=contents,
    orientation=st.sampled_from(["VERTICAL", "HORIZONTAL"]),
    image_alignment=st.sampled_from([None, "LEFT", "RIGHT", "TOP"]),
    title_font_style=st.lists(st.sampled_from(["bold", "italics", "underline", "<b>"]), max_size=3).map(tuple),
)
carousels = st.builds(
    GeneralPurposeCardCarousel,
    cards=st.lists(contents, max_size=4).map(tuple),
    card_width=st.sampled_from(["SMALL_WIDTH", "MEDIUM_WIDTH", "?"]),
)
anything: st.SearchStrategy[Content] = st.builds(TextMessage, text=texts) | st.builds(
    RichCardMessage, card=cards | carousels
)
messages = st.builds(
    RcsMessage,
    content=anything,
    suggested_chip_list=st.none() | st.builds(SuggestedChipList, suggestions=suggestions),
)


@given(
    st.builds(RcsMessage, content=st.builds(RichCardMessage, card=cards | carousels)), st.sampled_from(sorted(PROFILES))
)
def test_every_card_stays_between_its_limits(message: RcsMessage, profile: ProfileName) -> None:
    drawn = forecast(message, profile)
    if isinstance(drawn.shape, CardShape):
        assert 112 <= drawn.shape.height <= drawn.profile.standalone.height_max
    elif isinstance(drawn.shape, CarouselShape):
        heights = {card.height for card in drawn.shape.cards}
        assert len(heights) <= 1 or not drawn.shape.is_even
        assert heights <= set(range(112, 593))


@given(messages)
def test_every_loss_points_into_the_message(message: RcsMessage) -> None:
    payload = {"RCSMessage": message.to_payload()}
    for finding in read_findings(message, sorted(PROFILES), pointer="/RCSMessage"):
        place: object = payload
        for step in finding.pointer.split("/")[1:]:
            place = place[int(step)] if isinstance(place, list) else place[step]  # type: ignore[index]  # else it fails
        assert place is not None


@settings(max_examples=40)
@given(messages, st.integers(min_value=40, max_value=120), st.sampled_from(["utf-8", "ascii", "latin-1"]))
def test_every_message_can_be_drawn_in_a_terminal(message: RcsMessage, width: int, encoding: str) -> None:
    picture = render_text(message, width=width, encoding=encoding)
    assert not {"\x1b", "\x00", "\u202e"} & set(picture)
    picture.encode("utf-8" if encoding == "utf-8" else "ascii")


@settings(max_examples=40)
@given(messages)
def test_every_message_can_be_drawn_in_a_browser(message: RcsMessage) -> None:
    page = render_page([message])
    assert page.count("<article") == page.count("</article>") == 3
    page.encode("utf-8")


def test_a_huge_message_costs_no_more_than_what_is_seen_of_it() -> None:
    huge = CardContent(title="e" + "\u0301" * 1_000_000, description="word " * 1_000_000)
    message = RcsMessage(
        content=RichCardMessage(card=GeneralPurposeCardCarousel(cards=(huge,) * 100_000)),
        suggested_chip_list=SuggestedChipList(suggestions=(Reply(display_text="x" * 1_000_000),) * 100_000),
    )
    started = time.process_time()
    picture = render_text(message) + render_page([message])
    assert len(picture) < 2_000_000
    assert time.process_time() - started < 60
