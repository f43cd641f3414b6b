"""What a campaign costs at the prices of the user's contract, before it is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bothub_cli.campaign.journal.interface import BilledUnits
from bothub_cli.errors import LimitReachedError, UsageError

_AMOUNT = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([A-Za-z]{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a billed unit costs, as far as somebody said it."""

    by_class: Mapping[str, Decimal] = field(default_factory=dict)
    """By billing class: "basic", "single", "rich", "rich-media"."""
    currency: str | None = None
    """Three letters: "EUR"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """An estimate; ``unpriced`` are the billing classes in the list of which nobody said the price."""

    amount: Decimal
    currency: str | None = None
    unpriced: tuple[str, ...] = ()

    def words(self) -> str:
        """Say it in one piece, and what is not in it."""
        least = "at least " if self.unpriced else ""
        missing = f" (no price is known of {', '.join(self.unpriced)})" if self.unpriced else ""
        return f"{least}{write_amount(self.amount, self.currency)}{missing}"


def write_amount(amount: Decimal, currency: str | None) -> str:
    """Write an amount with two digits behind the point, more where a price needs them."""
    digits = max(2, min(6, -int(amount.normalize().as_tuple().exponent)))
    return f"{amount:,.{digits}f}" + (f" {currency}" if currency else "")


def estimate_cost(billing: Mapping[str, BilledUnits], prices: Prices) -> Cost | None:
    """Return what so many billed units cost; None when no price is known at all."""
    if not prices.by_class:
        return None
    known = {name: billed.units * prices.by_class[name] for name, billed in billing.items() if name in prices.by_class}
    unpriced = tuple(name for name in billing if name not in prices.by_class)
    return Cost(amount=sum(known.values(), Decimal(0)), currency=prices.currency, unpriced=unpriced)


def read_max_cost(written: str, prices: Prices) -> Decimal:
    """Read ``250`` or ``250 EUR``. Raises UsageError, also for another currency than that of the prices."""
    found = _AMOUNT.fullmatch(written.strip())
    if found is None:
        raise UsageError(option="max_cost", problem=f"{written!r} is no amount", fix="write 250, 250.50 or 250EUR")
    said = found[2].upper() if found[2] else None
    if said is not None and said != prices.currency:
        known = f"in {prices.currency}" if prices.currency else "in no currency"
        raise UsageError(
            option="max_cost",
            problem=f"max_cost is in {said}, the prices are {known}",
            fix=f"bothub profile set currency={said}",
        )
    return Decimal(found[1])


def check_cost(billing: Mapping[str, BilledUnits], prices: Prices, *, most: Decimal, rows: int) -> None:
    """Refuse ``rows`` messages out of what is billed so when they may cost more than that.

    Raises LimitReachedError; UsageError when a price is not known.
    """
    cost = estimate_cost(billing, prices)
    missing = list(billing) if cost is None else cost.unpriced
    if missing:
        raise UsageError(
            option="max_cost",
            problem=f"no price is known of {', '.join(missing)} messages",
            fix=f"bothub profile set {price_setting(missing[0])}=0.05 currency=EUR",
        )
    assert cost is not None or not billing
    dearest = max((prices.by_class[name] * billed.most for name, billed in billing.items()), default=Decimal(0))
    amount = min(cost.amount if cost is not None else Decimal(0), dearest * rows)
    if amount > most:
        raise LimitReachedError(
            limit=f"the campaign may cost {write_amount(amount, prices.currency)}, more than max_cost {most:f};"
            " nothing was sent",
            option="max_cost",
        )


def price_setting(billing_class: str) -> str:
    """Return how a profile calls the price of a billing class."""
    return f"price_{billing_class.replace('-', '_')}"
