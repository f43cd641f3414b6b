"""From a list of recipients to messages that are ready to go, and to the plan of a campaign."""

import json
from array import array
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from typing import Literal, NamedTuple

from bothub_cli.campaign.journal.interface import BilledUnits, Journal, PlannedRow, PlanSummary, RowState, row_key
from bothub_cli.campaign.rows.columns import check_rows
from bothub_cli.campaign.rows.prepared_row import FindSuppressed, PreparedRow, find_nobody
from bothub_cli.campaign.rows.tally import BillingTally
from bothub_cli.campaign.rows.template import MessageTemplate, RowRefusedError, TrafficType
from bothub_cli.campaign.rows.warnings import CampaignWarning, WarningCounter, describe_doubts
from bothub_cli.campaign.rows.zones import FindZones
from bothub_cli.lists.recipients import EMPTY, SUPPRESSED, ReadingRules, Recipient, RowProblem, read_recipients
from bothub_cli.lists.sources import Source, fingerprint
from bothub_cli.messages.check.check import check_payload
from bothub_cli.messages.check.report import NOTHING_FOUND, CheckReport

_LOOKED_AT = 50  # rows
SAMPLES = 3  # messages that a check shows as pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignInput:
    """What a campaign sends and to whom; ``template`` None when the rows are ready-made messages.

    ``template_fingerprint`` changes with the template. ``unique_by``: one message for each number, or for each number
    and message. ``find_suppressed`` is asked when a row's turn has come.
    ``find_zones`` tells each row's own time zones; None when the sending hours are the same for all.
    ``check`` False lets messages through untouched; ``strict`` makes warnings errors. The addresses of files that the
    API itself keeps begin with ``own_files``.
    """

    recipients: Source
    template: MessageTemplate | None
    template_fingerprint: str = ""
    traffic: TrafficType = field(default_factory=TrafficType)
    rules: ReadingRules = field(default_factory=ReadingRules)
    find_suppressed: FindSuppressed = field(default=find_nobody)
    find_zones: FindZones | None = None
    unique_by: Literal["number", "message"] = "number"
    check: bool = True
    strict: bool = False
    own_files: str | None = None


class ComposedRow(NamedTuple):  # made for every row
    """A row with its message, and the columns that people would not want to read, each with what is wrong with it."""

    line: int
    number: str
    body: bytes
    doubts: frozenset[tuple[str, str]] = frozenset()
    zones: tuple[str, ...] = ()


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


def survey(
    given: CampaignInput, *, journal: Journal, now: datetime, on_problem: Callable[[RowProblem], None]
) -> Survey:
    """Read, fill and check every row, and plan the good ones; a problem is told as soon as it is found.

    Nothing is sent. Raises InputRefusedError for input that cannot be read as rows, and before anything is planned for
    a list and a template that do not go together, rather than that a million rows say so one by one.
    """
    problems: Counter[str] = Counter()
    zones: Counter[tuple[str, ...]] = Counter()
    left_out: dict[str, array[int]] = {}  # lines by kind of problem: eight bytes each
    warnings, tally = WarningCounter(given.template), BillingTally()
    samples: dict[int, bytes] = {}  # by key: a row that repeats another is left out, and not shown
    refused: set[int] = set()  # rows are not checked again when they are sent, so a later twin must not let them in

    def plan(rows: Iterable[Recipient | RowProblem]) -> Iterator[PlannedRow]:
        for row in compose_rows(given, rows, is_examined=given.check):
            examined = row if isinstance(row, RowProblem) else examine(row)
            if isinstance(examined, PlannedRow):
                yield examined
                continue
            left_out.setdefault(examined.kind, array("q")).append(examined.line)
            if examined.kind != EMPTY:
                problems[examined.kind] += 1
                on_problem(examined)

    def examine(row: ComposedRow) -> PlannedRow | RowProblem:
        key = find_key(row, given, salt=journal.salt)
        if key in refused:
            return RowProblem(line=row.line, kind="row.repeated", problem="it repeats a row that has a problem")
        checked = _check(row, now, given) if given.check else NOTHING_FOUND
        if isinstance(checked, RowProblem):
            refused.add(key)
            return checked
        warnings.count(row.line, row.doubts)
        warnings.count_findings(row.line, checked.findings)
        zones[row.zones] += 1
        tally.count(row.line, row.number, json.loads(row.body))
        if len(samples) < SAMPLES:
            samples.setdefault(key, row.body)
        return PlannedRow(key, row.line, row.number, row.body)

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
        summary = journal.plan(plan(chain(first, rows)), source=source)
    journal.note_left_out(left_out)
    tally.take_out(line for line, _ in journal.duplicates())
    journal.note_billing(tally.billing)
    return Survey(
        plan=summary,
        problems=dict(problems),
        empty=len(left_out.get(EMPTY, ())),
        warnings=warnings.found(),
        samples=tuple(samples.values()),
        billing=tally.billing,
        french_advertisements=tally.french_advertisements,
        zones=dict(zones),
    )


def needs_survey(given: CampaignInput, *, journal: Journal) -> bool:
    """Tell whether the list or the template is new to this journal; an unchanged one resumes at once."""
    return journal.planned_from != _name_source(given)


def prepare_rows(given: CampaignInput, *, salt: bytes) -> Iterator[PreparedRow]:
    """Yield every good row again, ready for the engine; the journal knows which of them are still to be sent.

    Whoever said STOP since they were planned is among them: that is looked at when their turn has come.
    """
    everybody = replace(given, rules=replace(given.rules, is_suppressed=_nobody))
    for row in compose_rows(everybody, read_rows(everybody)):
        if isinstance(row, ComposedRow):
            yield PreparedRow(find_key(row, given, salt=salt), row.body, row.number, row.zones)


def _nobody(_number: str) -> bool:
    return False


def find_key(row: ComposedRow, given: CampaignInput, *, salt: bytes) -> int:
    """The row's key: its content, so that a list in another order resumes as well."""
    if given.unique_by == "number":
        return row_key(row.number, salt=salt)
    return row_key(f"{row.number}\n{row.body.decode()}", salt=salt)


def read_rows(given: CampaignInput) -> Generator[Recipient | RowProblem, None, None]:
    """Read the list from its beginning."""
    return read_recipients(given.recipients.open(), rules=given.rules, name=given.recipients.name)


def compose_rows(
    given: CampaignInput, rows: Iterable[Recipient | RowProblem], *, is_examined: bool = False
) -> Iterator[ComposedRow | RowProblem]:
    """Yield each row with its message, unchecked, or what stands in the way; ``is_examined`` looks for doubts too."""
    template = given.template
    for row in rows:
        if isinstance(row, RowProblem):
            yield row
            continue
        doubts: set[tuple[str, str]] | None = set() if is_examined else None
        try:
            zones = given.find_zones(row) if given.find_zones is not None else ()
            body = (
                _write_ready_made(row, given.traffic)
                if template is None
                else template.fill(row.row, number=row.number, doubts=doubts)
            )
        except RowRefusedError as exc:
            column = exc.pointer or None
            yield RowProblem(line=row.line, kind="template", problem=exc.problem, column=column, fix=exc.fix)
            continue
        yield ComposedRow(row.line, row.number, body, frozenset(doubts) if doubts else frozenset(), zones)


def redirect_rows(given: CampaignInput, contact: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Yield the good rows' messages, addressed to one contact instead, for somebody who tries them first."""
    for row in compose_rows(given, read_rows(given)):
        if isinstance(row, ComposedRow):
            yield {**json.loads(row.body), "messageContact": contact}


def _name_source(given: CampaignInput) -> str:
    return f"{fingerprint(given.recipients)}:{given.template_fingerprint}:{given.unique_by}"


def _write_ready_made(row: Recipient, traffic: TrafficType) -> bytes:
    if row.payload is None:
        raise RowRefusedError("", "the row is no message, and no template is given")
    payload = {**traffic.apply(row.payload), "messageContact": {"userContact": row.number}}
    try:
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except ValueError as exc:  # NaN, or half a surrogate pair
        raise RowRefusedError("", f"the message cannot be written as JSON: {exc}") from exc


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
