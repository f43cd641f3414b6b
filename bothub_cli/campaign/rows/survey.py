"""Goes through a list before anything is sent: every row filled, checked and counted, and the good ones planned."""

import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice

from bothub_cli.campaign.journal.interface import BilledUnits, Journal, PlannedRow, PlanSummary, RowState
from bothub_cli.campaign.rows.columns import check_rows
from bothub_cli.campaign.rows.prepare import CampaignInput, ComposedRow, compose_rows, find_key, read_rows
from bothub_cli.campaign.rows.tally import BillingTally
from bothub_cli.campaign.rows.warnings import CampaignWarning, WarningCounter, describe_doubts
from bothub_cli.lists.recipients import EMPTY, SUPPRESSED, Recipient, RowProblem
from bothub_cli.lists.sources import fingerprint
from bothub_cli.messages.check.check import check_payload
from bothub_cli.messages.check.report import NOTHING_FOUND, CheckReport

_LOOKED_AT = 50  # rows
SAMPLES = 3  # messages that a check shows as pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a list holds: the plan, problems by kind, what looks wrong and goes out all the same, the first messages.

    ``empty`` rows are no problem: they hold separators and nothing else.
    """

    plan: PlanSummary
    problems: Mapping[str, int]
    empty: int = 0
    warnings: tuple[CampaignWarning, ...] = ()
    samples: tuple[bytes, ...] = field(repr=False)
    billing: Mapping[str, BilledUnits] = field(default_factory=dict)
    french_advertisements: int = 0
    zones: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    @property
    def invalid(self) -> int:
        return sum(self.problems.values())

    @property
    def suppressed(self) -> int:
        return self.problems.get(SUPPRESSED, 0)

    @property
    def unusable(self) -> int:
        """How many rows have a problem; people who said STOP are none."""
        return self.invalid - self.suppressed

    def describe_left_out(self) -> str:
        """Say which rows get no message, by kind; "" when all do."""
        counts = {"invalid": self.unusable, "repeated": self.plan.duplicates, "suppressed": self.suppressed}
        return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)


def needs_survey(given: CampaignInput, *, journal: Journal) -> bool:
    """Tell whether the list or the template is new to this journal; an unchanged one resumes at once."""
    return journal.planned_from != _name_source(given)


def survey(
    given: CampaignInput, *, journal: Journal, now: datetime, on_problem: Callable[[RowProblem], None]
) -> Survey:
    """Read, fill and check every row, and plan the good ones; a problem is told as soon as it is found.

    Nothing is sent. Raises InputRefusedError for input that cannot be read as rows, and before anything is planned for
    a list and a template that do not go together, rather than that a million rows say so one by one.
    """
    surveyor = _Surveyor(given, salt=journal.salt, now=now, on_problem=on_problem)
    source = _name_source(given)
    with closing(read_rows(given)) as rows:
        first = list(islice(rows, _LOOKED_AT))
        check_rows(
            [row for row in first if isinstance(row, Recipient)],
            given.template,
            name=given.recipients.name,
            is_text_checked=given.check,
            strict=given.strict,
        )
        journal.reopen(frozenset({RowState.GONE}))  # the list may name them again
        summary = journal.plan(surveyor.plan(chain(first, rows)), source=source)
    journal.note_left_out(surveyor.left_out)
    surveyor.tally.take_out(line for line, _ in journal.duplicates())
    journal.note_billing(surveyor.tally.billing)
    return surveyor.describe(summary)


def _name_source(given: CampaignInput) -> str:
    return f"{fingerprint(given.recipients)}:{given.template_fingerprint}:{given.unique_by}"


class _Surveyor:
    """Counts while rows pass."""

    def __init__(
        self, given: CampaignInput, *, salt: bytes, now: datetime, on_problem: Callable[[RowProblem], None]
    ) -> None:
        self._given = given
        self._salt = salt
        self._now = now
        self._on_problem = on_problem
        self._warnings = WarningCounter(given.template)
        self._problems: Counter[str] = Counter()
        self._zones: Counter[tuple[str, ...]] = Counter()
        self._samples: dict[int, bytes] = {}  # by key: a row that repeats another is left out, and not shown
        self._refused: set[int] = set()  # a later twin must not let them in, since nothing is checked when it is sent
        self.left_out: dict[str, array[int]] = {}  # lines by kind of problem: eight bytes each
        self.tally = BillingTally()

    def plan(self, rows: Iterable[Recipient | RowProblem]) -> Iterator[PlannedRow]:
        """Yield the rows that are to be sent."""
        for row in compose_rows(self._given, rows, is_examined=self._given.check):
            examined = row if isinstance(row, RowProblem) else self._examine(row)
            if isinstance(examined, PlannedRow):
                yield examined
                continue
            self.left_out.setdefault(examined.kind, array("q")).append(examined.line)
            if examined.kind != EMPTY:
                self._problems[examined.kind] += 1
                self._on_problem(examined)

    def _examine(self, row: ComposedRow) -> PlannedRow | RowProblem:
        key = find_key(row, self._given, salt=self._salt)
        if key in self._refused:
            return RowProblem(line=row.line, kind="row.repeated", problem="it repeats a row that has a problem")
        checked = _check(row, self._now, self._given) if self._given.check else NOTHING_FOUND
        if isinstance(checked, RowProblem):
            self._refused.add(key)
            return checked
        self._warnings.count(row.line, row.doubts)
        self._warnings.count_findings(row.line, checked.findings)
        self._zones[row.zones] += 1
        self.tally.count(row.line, row.number, json.loads(row.body))
        if len(self._samples) < SAMPLES:
            self._samples.setdefault(key, row.body)
        return PlannedRow(key, row.line, row.number, row.body)

    def describe(self, summary: PlanSummary) -> Survey:
        """Return what was found in all of them."""
        return Survey(
            plan=summary,
            problems=dict(self._problems),
            empty=len(self.left_out.get(EMPTY, ())),
            warnings=self._warnings.found(),
            samples=tuple(self._samples.values()),
            billing=self.tally.billing,
            french_advertisements=self.tally.french_advertisements,
            zones=dict(self._zones),
        )


def _check(row: ComposedRow, now: datetime, given: CampaignInput) -> CheckReport | RowProblem:
    if given.strict and row.doubts:
        column, doubt = min(row.doubts)
        words = describe_doubts(column, doubt)
        return RowProblem(line=row.line, kind="cell", problem=words.problem, column=column, fix=words.fix)
    body = json.loads(row.body.decode())
    report = check_payload(body, now=now, strict=given.strict, bare=False, own_files=given.own_files)
    if not report.is_refused:
        return report
    first, more = report.errors[0], len(report.errors) - 1
    problem = first.message + (f" (and {more} more)" if more else "")
    return RowProblem(line=row.line, kind=first.rule, problem=problem, column=first.pointer, fix=first.fix)
