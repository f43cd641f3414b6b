"""A campaign that goes on does not take another list for its own."""

from collections.abc import Callable
from typing import Any

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py

FIRST = ["+33612345678", "+33612345679"]
OTHER = ["+33712345678", "+33712345679"]


def begin(bothub: Bothub, shop: Shop) -> None:
    assert bothub(*shop.run(*FIRST), "--name", "summer", "--limit", "1").code == 0


def test_another_list_is_refused_and_nobody_on_it_is_written_to(bothub: Bothub, shop: Shop) -> None:
    begin(bothub, shop)
    other = shop.write_list(OTHER, name="other.csv")
    ran = bothub("campaign", "run", other, "--resume", "summer")
    assert ran.code == 6
    assert "people.csv" in ran.err
    assert "--force" in ran.err
    assert list(shop.sent_to) == FIRST[:1]


def test_another_list_that_is_forced_is_the_one_that_the_campaign_goes_on_with(bothub: Bothub, shop: Shop) -> None:
    begin(bothub, shop)
    other = shop.write_list([*FIRST, *OTHER], name="other.csv")
    assert bothub("campaign", "run", other, "--resume", "summer", "--force", "--limit", "1").code == 0
    assert bothub("campaign", "status", "summer", "--json").json["recipients"] == other
    assert bothub("campaign", "run", "--resume", "summer").code == 0
    assert shop.sent_to == dict.fromkeys([*FIRST, *OTHER], 1)


def test_the_same_list_at_another_place_goes_on(bothub: Bothub, shop: Shop) -> None:
    begin(bothub, shop)
    moved = shop.write_list(FIRST, name="moved.csv")
    assert bothub("campaign", "run", moved, "--resume", "summer").code == 0
    assert shop.sent_to == dict.fromkeys(FIRST, 1)
    assert bothub("campaign", "status", "summer", "--json").json["recipients"] == moved


def test_a_list_that_grew_in_its_place_goes_on(bothub: Bothub, shop: Shop) -> None:
    begin(bothub, shop)
    shop.write_list([*FIRST, *OTHER])
    assert bothub("campaign", "run", "--resume", "summer").code == 0
    assert shop.sent_to == dict.fromkeys([*FIRST, *OTHER], 1)
