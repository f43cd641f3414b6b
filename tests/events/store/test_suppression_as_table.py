"""Suppression lists as files."""

import csv
import io

from bothub_cli.events.store.database import Database
from bothub_cli.events.store.suppression import SuppressionList, to_rows
from bothub_cli.lists.numbers import ListedNumber, read_numbers
from bothub_cli.lists.recipients import ReadingRules
from tests.events.samples import NOW


def test_what_is_exported_can_be_imported(database: Database) -> None:
    ours = SuppressionList(database, profile="shop")
    ours.add(["+33612345678", "sip:ann@example.com"], now=NOW)
    stream = io.StringIO()
    csv.writer(stream).writerows(to_rows(ours))
    content = io.BytesIO(stream.getvalue().encode())
    found = list(read_numbers(content, rules=ReadingRules(), name="-"))
    theirs = SuppressionList(database, profile="bank")
    assert theirs.add([each.number for each in found if isinstance(each, ListedNumber)], now=NOW, source="import") == 2
    assert [each.number for each in theirs] == [each.number for each in ours]
