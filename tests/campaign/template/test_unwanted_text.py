"""What people would not want to read is found in cells and in templates, and what is fine is left alone."""

import pytest

from bothub_cli.campaign.template.unwanted_text import find_foreign_tags, name_doubts


@pytest.mark.parametrize(
    ("cell", "doubts"),
    [
        ("", ["empty"]),
        (" \u00a0", ["empty"]),
        ("nan", ["nan"]),
        ("None", ["None"]),
        ("NULL", ["NULL"]),
        ("#N/A", ["#N/A"]),
        ("#REF!", ["#REF!"]),
        ("#DIV/0!", ["#DIV/0!"]),
        ("#VALEUR!", ["#VALEUR!"]),
        ("undefined", ["undefined"]),
        ("[object Object]", ["[object Object]"]),
        ("L&eacute;a", ["HTML entity"]),
        ("Tom &amp; Jo", ["HTML entity"]),
        ("<b>Zoé</b>", ["HTML tag"]),
        ("one\\ntwo", ["\\n"]),
        ("ZoÃ©", ["mojibake"]),
        ("donâ€™t", ["mojibake"]),
        ("Zo\ufffd", ["mojibake"]),
        ("Zoé", []),
        ("Nan Goldin", []),
        ("AT&T; more", []),
        ("1 < 2 > 0", []),
        ("#PROMO", []),
        ("São Ângela", []),
        ("0", []),
    ],
)
def test_a_cell(cell: str, doubts: list[str]) -> None:
    assert list(name_doubts(cell)) == doubts


@pytest.mark.parametrize(
    ("text", "written", "column", "is_sure"),
    [
        ("Hi {first_name}!", "{first_name}", "first_name", True),
        ("Hi *|FNAME|*", "*|FNAME|*", "FNAME", True),
        ("Hi %first_name%", "%first_name%", "first_name", True),
        ("Hi %%First Name%%", "%%First Name%%", "First Name", True),
        ("Hi <<First Name>>", "<<First Name>>", "First Name", True),
        ("Hi ${name}", "${name}", "name", True),
        ("Hi #{name}", "#{name}", "name", True),
        ("Hi [First Name]", "[First Name]", "First Name", False),
        ("Hi $first_name", "$first_name", "first_name", False),
        ("Hi %name%", "%name%", "name", False),
        ("Hi @name@", "@name@", "name", False),
    ],
)
def test_a_tag_of_another_tool(text: str, written: str, column: str, is_sure: bool) -> None:
    [tag] = find_foreign_tags(text)
    assert (tag.written, tag.column, tag.is_sure) == (written, column, is_sure)


@pytest.mark.parametrize(
    "text",
    [
        "20% de 30%",
        "50%-70% off",
        "it costs $5",
        "US$ 12",
        "a@b.example, c@d.example",
        "{}",
        "{ 1 }",
        "https://x.fr/%C3%A9",
    ],
)
def test_plain_text_is_no_tag(text: str) -> None:
    assert list(find_foreign_tags(text)) == []
