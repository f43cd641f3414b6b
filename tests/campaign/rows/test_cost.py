"""What a campaign costs is known before money is spent, and what is not known of it is said."""

from decimal import Decimal

import pytest

from bothub_cli.campaign.journal.interface import BilledUnits
from bothub_cli.campaign.rows.cost import Cost, Prices, check_cost, estimate_cost, read_max_cost
from bothub_cli.errors import LimitReachedError, UsageError

PRICES = Prices(by_class={"basic": Decimal("0.04"), "single": Decimal("0.07")}, currency="EUR")
LIST = {"basic": BilledUnits(300, 1), "single": BilledUnits(100, 1)}


def test_without_prices_nothing_is_estimated() -> None:
    assert estimate_cost(LIST, Prices()) is None


def test_units_are_multiplied_by_their_prices_and_added() -> None:
    assert estimate_cost(LIST, PRICES) == Cost(amount=Decimal("19.00"), currency="EUR")


def test_a_class_without_a_price_is_named() -> None:
    cost = estimate_cost({**LIST, "rich": BilledUnits(2, 2)}, PRICES)
    assert cost is not None
    assert cost.words() == "at least 19.00 EUR (no price is known of rich)"


@pytest.mark.parametrize("written", ["", "much", "-1", "1,5", "1e3", "250 euros", "inf", "nan"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="is no amount"):
        read_max_cost(written, PRICES)


@pytest.mark.parametrize("written", ["250.5", " 250.50 ", "250.5EUR", "250.5 eur"])
def test_an_amount_is_read_with_or_without_the_currency(written: str) -> None:
    assert read_max_cost(written, PRICES) == Decimal("250.5")


def test_another_currency_than_that_of_the_prices_is_refused() -> None:
    with pytest.raises(UsageError, match="is in USD, the prices are in EUR"):
        read_max_cost("250 USD", PRICES)


def test_a_limit_without_the_price_of_every_class_is_refused() -> None:
    with pytest.raises(UsageError, match="no price is known of rich-media") as caught:
        check_cost({**LIST, "rich-media": BilledUnits(1, 1)}, PRICES, most=Decimal(100), rows=401)
    assert caught.value.remedy is not None
    assert "price_rich_media=" in caught.value.remedy


def test_what_would_cost_more_is_stopped_and_a_part_of_it_that_surely_does_not_is_not() -> None:
    check_cost(LIST, PRICES, most=Decimal(19), rows=400)
    with pytest.raises(LimitReachedError, match=r"may cost 19.00 EUR, more than max_cost 18.99"):
        check_cost(LIST, PRICES, most=Decimal("18.99"), rows=400)
    check_cost(LIST, PRICES, most=Decimal("0.70"), rows=10)
    with pytest.raises(LimitReachedError, match=r"may cost 0.70 EUR"):
        check_cost(LIST, PRICES, most=Decimal("0.69"), rows=10)
