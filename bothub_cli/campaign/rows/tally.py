"""Counts the messages of a list by what they cost and by whom they reach, before money is spent."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping

from bothub_cli.campaign.journal.interface import BilledUnits
from bothub_cli.messages import classify_billing

BILLING_CLASSES = ("basic", "single", "rich", "rich-media")
_FRANCE = "+33"
ADVERTISEMENT = "advertisement"


class BillingTally:
    """Billing classes and French advertisements, a few bytes a row, so that repeated rows can be taken out again."""

    def __init__(self) -> None:
        self._lines = array("q")
        self._units = array("q")  # billed units, times ten, and the class
        self._french = array("b")

    def count(self, line: int, number: str, payload: Mapping[str, object]) -> None:
        """Count a message; rows come by line."""
        found = classify_billing(payload, number=number)
        message = payload.get("RCSMessage")
        traffic = message.get("trafficType") if isinstance(message, Mapping) else None
        self._lines.append(line)
        self._units.append(-1 if found is None else found.segments * 10 + BILLING_CLASSES.index(found.name))
        self._french.append(number.startswith(_FRANCE) and traffic == ADVERTISEMENT)

    def take_out(self, lines: Iterable[int]) -> None:
        """Take out rows that repeat another."""
        for line in lines:
            place = bisect_left(self._lines, line)
            if place < len(self._lines) and self._lines[place] == line:
                self._units[place], self._french[place] = -1, 0

    @property
    def billing(self) -> dict[str, BilledUnits]:
        """What is billed, by class; a rich message counts once for each segment of 160 bytes."""
        kinds = Counter(each for each in self._units if each >= 0)
        found: dict[str, BilledUnits] = {}
        for each, times in kinds.items():
            segments, name = each // 10, BILLING_CLASSES[each % 10]
            before = found.get(name, BilledUnits(0, 0))
            found[name] = BilledUnits(before.units + segments * times, max(before.most, segments))
        return {name: found[name] for name in BILLING_CLASSES if name in found}

    @property
    def french_advertisements(self) -> int:
        return sum(self._french)
