"""Charts are well-formed, show every value as text, and let no label break out."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.output.pages.charts import Bar, Column, draw_bars, draw_columns


def test_no_columns_are_no_chart() -> None:
    assert draw_columns([], title="nothing", unit="a second") == ""


@pytest.mark.parametrize("value", [0, 0.0, 1e-9, 1e12])
def test_any_value_fits_into_the_drawing(value: float) -> None:
    drawing = ET.fromstring(
        draw_bars([Bar(label="a", value=value, text="x"), Bar(label="b", value=0, text="y")], title="t")
    )
    widths = [float(each.attrib["width"]) for each in drawing.iter("rect")]
    assert all(0 <= width <= 640 for width in widths)


def test_every_value_can_be_read() -> None:
    drawing = draw_bars([Bar(label="accepted", value=3, text="3 (75.0%)")], title="Outcomes")
    assert "accepted" in drawing
    assert "3 (75.0%)" in drawing


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=60))
def test_no_label_breaks_out(label: str) -> None:
    ET.fromstring(draw_bars([Bar(label=label, value=1, text=label)], title=label))
    ET.fromstring(draw_columns([Column(label=label, good=1, bad=2)], title=label, unit=label))


@pytest.mark.parametrize(("value", "written"), [(0.25, "0.25"), (7700.4, "7,700"), (123_456.0, "123,456")])
def test_the_scale_is_written_in_digits(value: float, written: str) -> None:
    chart = draw_columns([Column(label="now", good=value, bad=0)], title="rate", unit="a second")
    assert f">{written}</text>" in chart
    assert "e+0" not in chart
