"""A message is remembered by what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.messages.model.summary import summarise

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["RCSMessage", "richcardMessage", "message", "generalPurposeCard", "generalPurposeCardCarousel", "content",
             "title", "textMessage"]
        ),
        inner,
        max_size=4,
    ),
)  # fmt: skip


@given(_JSON)
def test_no_shape_makes_it_fail(payload: object) -> None:
    assert isinstance(summarise(payload), str | None)


def _carousel(*titles: str) -> dict[str, object]:
    content = [{"title": title} for title in titles]
    return {"richcardMessage": {"message": {"generalPurposeCardCarousel": {"content": content}}}}


@pytest.mark.parametrize(
    ("rcs_message", "summary"),
    [
        ({}, None),
        ({"textMessage": "Hello"}, "Hello"),
        (_carousel("One", "Two"), "One | Two"),
        ({"fileMessage": {"fileUrl": "https://shop.example/a.pdf"}}, "[fileMessage]"),
    ],
)
def test_it_is_the_text_the_titles_or_the_kind(rcs_message: dict[str, object], summary: str | None) -> None:
    assert summarise({"RCSMessage": rcs_message}) == summary
