"""The order of statuses."""

import pytest

from bothub_cli.messages.event.statuses import find_furthest, has_reached, is_failure, is_final, is_underway


@pytest.mark.parametrize(("status", "wanted"), [("sent", "delivered"), ("failed", "delivered"), ("queued", "sent")])
def test_a_status_before_the_wanted_one_or_outside_the_order_has_not_reached_it(status: str, wanted: str) -> None:
    assert not has_reached(status, wanted)


@pytest.mark.parametrize(("status", "wanted"), [("displayed", "delivered"), ("sent", "sent"), ("queued", "queued")])
def test_a_displayed_message_was_delivered(status: str, wanted: str) -> None:
    assert has_reached(status, wanted)


@pytest.mark.parametrize("status", ["failed", "revoked", "cancelled", "canceled", "expired", "rejected", "REJECTED"])
def test_failures_end_a_message(status: str) -> None:
    assert is_failure(status)
    assert is_final(status)
    assert not is_underway(status)
    assert not is_failure("sent")


@pytest.mark.parametrize("status", ["pending", "queued", "accepted", "Queued", "sent"])
def test_what_is_queued_is_underway(status: str) -> None:
    assert is_underway(status)
    assert not is_final(status)


@pytest.mark.parametrize("status", ["displayed", "read", "Read"])
def test_a_read_message_was_displayed_and_gets_no_further(status: str) -> None:
    assert is_final(status)
    assert has_reached(status, "delivered")


def test_a_word_that_nobody_knows_is_shown_as_it_is_and_ends_nothing() -> None:
    assert not is_final("Teleported")
    assert not has_reached("teleported", "sent")
    assert find_furthest(["Teleported"]) == "Teleported"


@pytest.mark.parametrize(
    ("reported", "furthest"),
    [
        ([], None),
        (["displayed", "delivered", "sent"], "displayed"),
        (["failed", "sent"], "failed"),
        (["delivered", "revoked"], "delivered"),
        (["queued", "pending"], "pending"),
        (["queued"], "pending"),
        (["sent", "rejected"], "rejected"),
    ],
)
def test_the_furthest_status_counts_whatever_the_order_of_arrival(reported: list[str], furthest: str | None) -> None:
    assert find_furthest(reported) == furthest
