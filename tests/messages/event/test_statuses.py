"""The order of statuses."""

import pytest

from bothub_cli.messages.event.statuses import find_furthest, has_reached, is_failure


@pytest.mark.parametrize(("status", "wanted"), [("sent", "delivered"), ("failed", "delivered"), ("queued", "sent")])
def test_a_status_before_the_wanted_one_or_outside_the_order_has_not_reached_it(status: str, wanted: str) -> None:
    assert not has_reached(status, wanted)


@pytest.mark.parametrize(("status", "wanted"), [("displayed", "delivered"), ("sent", "sent"), ("queued", "queued")])
def test_a_displayed_message_was_delivered(status: str, wanted: str) -> None:
    assert has_reached(status, wanted)


@pytest.mark.parametrize("status", ["failed", "revoked", "cancelled", "expired"])
def test_failures_end_a_message(status: str) -> None:
    assert is_failure(status)
    assert not is_failure("sent")


@pytest.mark.parametrize(
    ("reported", "furthest"),
    [
        ([], None),
        (["displayed", "delivered", "sent"], "displayed"),
        (["failed", "sent"], "failed"),
        (["delivered", "revoked"], "delivered"),
        (["queued", "pending"], "pending"),
        (["queued"], "queued"),
    ],
)
def test_the_furthest_status_counts_whatever_the_order_of_arrival(reported: list[str], furthest: str | None) -> None:
    assert find_furthest(reported) == furthest
