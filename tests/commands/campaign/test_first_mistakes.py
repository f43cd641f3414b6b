"""What people do wrong the first time is named, with what helps."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py


def check(bothub: Bothub, shop: Shop, content: bytes, *words: str, text: str = "Hello {{ first_name }}") -> Any:
    people: Path = shop.folder / "people.csv"
    people.write_bytes(content)
    return bothub("campaign", "check", str(people), "-t", shop.write_template(text), *words)


def test_a_workbook_is_named_with_the_way_to_export_it(bothub: Bothub, shop: Shop) -> None:
    book = shop.folder / "people.xlsx"
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    ran = bothub("campaign", "check", str(book), "-t", shop.write_template())
    assert ran.code == 6
    assert "it is a spreadsheet, not text" in ran.err
    assert "File > Save As > CSV UTF-8" in ran.err


def test_an_old_workbook_too(bothub: Bothub, shop: Shop) -> None:
    ran = check(bothub, shop, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert ran.code == 6
    assert "it is a spreadsheet, not text" in ran.err


@pytest.mark.parametrize("words", [(), ("--encoding", "utf-16")])
def test_utf_16_is_read(bothub: Bothub, shop: Shop, words: tuple[str, ...]) -> None:
    """The "Unicode text" of spreadsheets is UTF-16 with tabs, and says so in its first two bytes."""
    content = "to\tfirst_name\n+33612000000\tZoé\n".encode("utf-16")
    ran = check(bothub, shop, content, *words)
    assert ran.code == 0, ran.err
    assert "Hello Zoé" in ran.out


def test_accents_in_another_encoding_are_named_in_the_first_line_too(bothub: Bothub, shop: Shop) -> None:
    content = "téléphone;first_name\n+33612000000;Zoé\n".encode("cp1252")
    ran = check(bothub, shop, content, "--map", "to=téléphone")
    assert ran.code == 6
    assert "line 1: is not UTF-8 text" in ran.err
    assert "--encoding cp1252" in ran.err
    assert check(bothub, shop, content, "--map", "to=téléphone", "--encoding", "cp1252").code == 0


def test_accents_in_another_encoding_are_a_bad_row(bothub: Bothub, shop: Shop) -> None:
    ran = check(bothub, shop, "to;first_name\n+33612000000;Zoé\n".encode("latin-1"))
    assert ran.code == 6
    assert "line 2: is not UTF-8 text" in ran.out


def test_a_column_that_is_not_there_is_named_with_those_that_are(bothub: Bothub, shop: Shop) -> None:
    ran = check(bothub, shop, b"to,first_name,order\n+33612000000,Ann,a1\n", text="Hello {{ firstname }}")
    assert ran.code == 6
    assert "the template names a column that is not there: firstname" in ran.err
    assert "--map firstname=first_name; the columns are to, first_name, order" in ran.err


def test_a_list_without_to_shows_its_columns(bothub: Bothub, shop: Shop) -> None:
    ran = check(bothub, shop, b"first_name,phone\nAnn,+33612000000\n")
    assert ran.code == 6
    assert "no column is called 'to'" in ran.err
    assert "--map to=phone; the columns are first_name, phone" in ran.err


def test_a_list_without_a_line_of_names_is_told_so(bothub: Bothub, shop: Shop) -> None:
    ran = check(bothub, shop, b"+33612000000,Ann\n+33612000001,Bob\n")
    assert ran.code == 6
    assert "the first line does not name the columns" in ran.err
    assert "add a first line such as to,first_name" in ran.err


def test_a_number_confirmed_for_a_campaign_that_is_done_is_no_mistake(bothub: Bothub, shop: Shop) -> None:
    words = shop.run("+33612345678")
    assert bothub(*words).code == 0
    ran = bothub(*words, "--confirm", "7")
    assert ran.code == 0
    assert "nothing is left to send" in ran.err


def test_a_retry_with_nothing_to_retry_does_not_say_that_nothing_is_left(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run("+33612345678", "+33612345679"), "--name", "summer", "--limit", "1")
    ran = bothub("campaign", "retry", "summer")
    assert ran.code == 0
    assert "nothing was put off for a time" in ran.err
    assert "1 left" in ran.out
