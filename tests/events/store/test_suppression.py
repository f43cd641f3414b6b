"""The suppression list."""

from datetime import timedelta

from bothub_cli.events.store.database import Database
from bothub_cli.events.store.suppression import SuppressionList
from tests.events.samples import NOW


def test_a_list_knows_nothing_of_another_profiles(database: Database) -> None:
    SuppressionList(database, profile="shop").add(["+33612345678"], now=NOW)
    assert SuppressionList(database, profile="bank").find("+33612345678") is None


def test_a_number_that_is_not_listed_cannot_be_removed(database: Database) -> None:
    assert SuppressionList(database, profile="shop").remove(["+33612345678"]) == 0


def test_numbers_are_compared_without_their_plus(database: Database) -> None:
    suppressed = SuppressionList(database, profile="shop")
    assert suppressed.add(["33612345678", "+33612345678", "tel:+33612345678"], now=NOW) == 1
    assert [entry.number for entry in suppressed] == ["+33612345678"]
    assert suppressed.find_listed(["+33612345678", "+33612345679"]) == {"+33612345678"}
    assert suppressed.remove(["+33612345678"]) == 1
    assert suppressed.find_listed(["+33612345678"]) == set()


def test_adding_again_keeps_the_first_date_and_reason(database: Database) -> None:
    suppressed = SuppressionList(database, profile="shop")
    suppressed.add(["+33612345678"], now=NOW)
    suppressed.add(["+33612345678"], now=NOW + timedelta(days=1), source="import")
    entry = suppressed.find("+33612345678")
    assert entry is not None
    assert (entry.since, entry.source) == (NOW, "manual")


def test_a_contact_that_is_no_number_can_be_listed(database: Database) -> None:
    suppressed = SuppressionList(database, profile="shop")
    suppressed.add(["sip:ann@example.com"], now=NOW)
    assert [entry.number for entry in suppressed] == ["sip:ann@example.com"]
