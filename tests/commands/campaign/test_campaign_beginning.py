"""A campaign is begun from files that explain themselves, and again with the same files by one word."""

from collections.abc import Callable
from typing import Any

import pytest

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py
GOOD = ["+33612000000", "+33612000001"]


def test_the_files_to_start_from_pass_the_check(bothub: Bothub, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.folder)
    assert bothub("campaign", "new", "summer").code == 0

    ran = bothub("campaign", "check", "summer.csv", "--template", "summer.yaml", "--strict")

    assert ran.code == 0, ran.err
    assert "Hello Ann, your order A-41 of 12.50 EUR is ready." in " ".join(ran.out.replace("│", " ").split())


def test_files_that_are_there_are_not_written_over(bothub: Bothub, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.folder)
    (shop.folder / "summer.yaml").write_text("mine")

    ran = bothub("campaign", "new", "summer")

    assert (ran.code, (shop.folder / "summer.yaml").read_text()) == (6, "mine")
    assert not (shop.folder / "summer.csv").exists()


@pytest.mark.parametrize("name", ["../x", "", ".hidden/x"])
def test_a_name_cannot_leave_the_folder(bothub: Bothub, shop: Shop, name: str) -> None:
    assert bothub("campaign", "new", name).code == 2


def test_a_forgotten_map_is_told_and_not_a_changed_template(bothub: Bothub, shop: Shop) -> None:
    people = ["campaign", "run", shop.write_list(GOOD, names="phone,first_name"), "-t", shop.write_template()]
    assert bothub(*people, "--map", "to=phone", "--rate", "none").code == 0

    ran = bothub(*people, "--rate", "none")

    assert ran.code == 6
    assert "you mapped to=phone before" in ran.err
    assert "changed" not in ran.err


def test_the_same_files_have_another_campaign_by_one_word(bothub: Bothub, shop: Shop) -> None:
    assert bothub(*shop.run(*GOOD)).code == 0
    assert "nothing is left to send" in bothub(*shop.run(*GOOD)).err

    assert bothub(*shop.run(*GOOD), "--new").code == 0

    assert set(shop.sent_to.values()) == {2}
    assert bothub(*shop.run(*GOOD), "--new", "--resume", "x").code == 2
