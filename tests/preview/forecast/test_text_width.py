"""How wide a text is, by estimate."""

import pytest

from bothub_cli.preview.forecast.text_width import iterate_clusters, measure_text


def test_an_empty_text_has_no_width() -> None:
    assert measure_text("", size=16) == 0


def test_control_and_joining_characters_have_no_width() -> None:
    assert measure_text("\x00\x1b\u200b\u202e\ud800", size=16) == 0


def test_an_accent_written_apart_adds_nothing() -> None:
    assert measure_text("cafe\u0301", size=16) == measure_text("cafe", size=16)


@pytest.mark.parametrize("picture", ["👋🏽", "👨‍👩‍👧‍👦", "🇫🇷", "❤\ufe0f", "1\ufe0f\u20e3"])
def test_an_emoji_sequence_is_as_wide_as_one_emoji(picture: str) -> None:
    assert list(iterate_clusters(picture)) == [picture]
    assert measure_text(picture, size=16) == measure_text("😀", size=16)


def test_a_chinese_character_fills_its_square() -> None:
    assert measure_text("你好", size=16) == 32


def test_narrow_letters_take_less_than_wide_ones() -> None:
    assert measure_text("illi", size=16) < measure_text("mmmm", size=16) / 3


# Sums of the advances in Roboto Regular's hmtx table at 16 px.
@pytest.mark.parametrize(
    ("sentence", "roboto"),
    [
        ("Two nights between the river and the hills, with breakfast, bicycles and a boat, for a fair price.", 658),
        ("Deux nuits entre la rivière et les collines, petit déjeuner compris ; à partir de 99 €. Où êtes-vous ?", 677),
        ("Zwei Nächte zwischen Fluss und Hügeln, mit Frühstück, Fahrrädern und einem Boot für große Gruppen.", 730),
        ("Две ночи между рекой и холмами, с завтраком, велосипедами и лодкой, по цене, в которую вы не поверите.", 823),
        ("Δύο νύχτες ανάμεσα στο ποτάμι και τους λόφους, με πρωινό, ποδήλατα και βάρκα.", 603),
    ],
)
def test_a_sentence_is_within_two_percent_of_roboto(sentence: str, roboto: float) -> None:
    assert measure_text(sentence, size=16) == pytest.approx(roboto, rel=0.02)
