"""Rows whose fallback command began and was never seen to end: what a person finds out about them is written down."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from bothub_cli.campaign.journal.interface import Journal
from bothub_cli.errors import UsageError

LINES_SHOWN = 1000
ALL = "all"
_SPAN = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsInDoubt:
    """How many rows are in doubt, and the lines of the first of them."""

    count: int = 0
    lines: tuple[int, ...] = ()


def find_rows_in_doubt(journal: Journal) -> RowsInDoubt:
    """Find the rows that may have gone the other way, by line."""
    lines = [row.line for row in journal.handovers() if not row.is_done]
    return RowsInDoubt(count=len(lines), lines=tuple(lines[:LINES_SHOWN]))


def read_lines(written: str, *, option: str) -> list[range] | None:
    """Return the lines that ``3,5,8-10`` names; None for ``all``. Raises UsageError."""
    if written.strip().lower() == ALL:
        return None
    spans = []
    for part in written.split(","):
        found = _SPAN.fullmatch(part.strip())
        if found is None or int(found[2] or found[1]) < int(found[1]):
            raise UsageError(problem=f"{option}: {part.strip()!r} is no line", fix="write 3,5,8-10, or all")
        spans.append(range(int(found[1]), int(found[2] or found[1]) + 1))
    return spans


def settle_doubts(journal: Journal, spans: list[range] | None, *, taken: bool) -> list[int]:
    """Note that the rows on these lines were taken, or were not and may be handed over again; return their lines.

    Raises UsageError, and changes nothing, when one of them is not in doubt.
    """
    doubts = [row for row in journal.handovers() if not row.is_done]
    wanted = [row for row in doubts if spans is None or any(row.line in span for span in spans)]
    _refuse_others(spans, {row.line for row in doubts})
    for row in wanted:
        journal.finish_handover(row.row, taken=taken)
    return [row.line for row in wanted]


def _refuse_others(spans: list[range] | None, lines: Collection[int]) -> None:
    others = [span for span in spans or () if not any(line in span for line in lines)]
    if others:
        named = f"{others[0].start}" + (f"-{others[0].stop - 1}" if len(others[0]) > 1 else "")
        raise UsageError(problem=f"line {named} is not in doubt", fix="bothub campaign status names those that are")
