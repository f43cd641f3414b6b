"""What a list holds, and what is wrong with its rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, ClassVar

from bothub_cli.amounts import count_words
from bothub_cli.campaign.rows.cost import Cost
from bothub_cli.clock import to_rfc3339
from bothub_cli.output.blocks import Block, Pairs, Raw, TextLine, Tone
from bothub_cli.output.campaign_words import describe_span
from bothub_cli.output.document import document
from bothub_cli.output.documents.note import Note

if TYPE_CHECKING:  # with them come the libraries that fill templates and send
    from bothub_cli.campaign.check import CheckedList
    from bothub_cli.campaign.rows.problem_groups import AlikeProblems
    from bothub_cli.campaign.rows.warnings import CampaignWarning
    from bothub_cli.lists.recipients import RowProblem
from bothub_cli.output.documents.campaign.outcomes import per_second


@document
class CampaignStart:
    """A list and a message that were written to start from."""

    schema_name: ClassVar[str] = "campaign-new"

    recipients: str
    template: str

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"written: {self.recipients} and {self.template}", Tone.GOOD)
        yield Raw(f"next: bothub campaign check {self.recipients} --template {self.template}")


@document
class CampaignProblem:
    """A row that gets no message, and why."""

    schema_name: ClassVar[str] = "campaign-problem"

    line: int
    column: Annotated[str | None, "a column of the list, or a JSON pointer into the message"]
    kind: Annotated[str, "a stable word"]
    problem: str
    fix: str | None

    def blocks(self) -> Iterable[Block]:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        yield TextLine(f"{place}: {self.problem}" + (f" ({self.fix})" if self.fix else ""), Tone.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignDoubt:
    """What looks wrong in the template or in a column, and goes out all the same unless --strict is given."""

    kind: Annotated[str, "a stable word"]
    column: str | None
    where: Annotated[str | None, "the place in the template, or in the message as a JSON pointer"]
    rows: Annotated[int | None, "how many rows; null for the template"]
    first_line: int | None
    problem: str
    fix: str | None
    words: Annotated[str, "all of it in one line"]


@document
class CampaignCheck:
    """What a list holds, checked without sending anything."""

    schema_name: ClassVar[str] = "campaign-check"

    recipients: str
    template: str | None
    ready: Annotated[int, "messages that would be sent"]
    duplicates: Annotated[int, "rows left out because an earlier one has the same number"]
    suppressed: Annotated[int, "rows left out because these people asked not to be written to"]
    invalid: Annotated[int, "rows with a problem"]
    empty: Annotated[int, "rows left out because they hold separators and nothing else"]
    problems: Annotated[Mapping[str, int], "rows by kind of problem"]
    rate: Annotated[float | None, "messages a second; null without a limit"]
    seconds: Annotated[float | None, "that sending takes at this rate"]
    ends_at: Annotated[datetime | None, "when the last message has gone, if it began now; null for more than a year"]
    samples: Annotated[tuple[object, ...], "the first messages, as they would be sent"]
    warnings: Annotated[tuple[CampaignDoubt, ...], "what looks wrong, and goes out all the same"] = ()
    billing: Annotated[Mapping[str, int], "what is billed, by class; rich messages by segments of 160 bytes"] = field(
        default_factory=dict
    )
    cost: Annotated[float | None, "an estimate, by the profile's prices; null when it has none"] = None
    currency: str | None = None
    unpriced: Annotated[tuple[str, ...], "billing classes in the list whose price the profile does not say"] = ()
    slowed_seconds: Annotated[float, "of that time, because the API asked for less of late"] = 0.0

    def blocks(self) -> Iterable[Block]:
        tone = Tone.GOOD if self.ready and not self.invalid else Tone.WARNING
        invalid = f", {count_words(self.invalid, 'row')} invalid" if self.invalid else ""
        yield TextLine(f"{count_words(self.ready, 'message')} ready{invalid}", tone)
        left_out = {"repeated": self.duplicates, "suppressed": self.suppressed, "empty": self.empty}
        rows = [(name, f"{count_words(count, 'row')} left out") for name, count in left_out.items() if count]
        rows += [(kind, count_words(count, "row")) for kind, count in sorted(self.problems.items())]
        if self.billing:
            rows.append(("billed as", ", ".join(f"{count:,} {name}" for name, count in self.billing.items())))
        if self.cost is not None:
            cost = Cost(amount=Decimal(str(self.cost)), currency=self.currency, unpriced=self.unpriced)
            rows.append(("costs about", cost.words()))
        if self.rate is not None and self.seconds is not None and self.ready:
            end = f", until {to_rfc3339(self.ends_at.replace(microsecond=0))}" if self.ends_at else ""
            rows.append(("at " + per_second(self.rate), f"{describe_span(self.seconds)}{end}"))
        if self.slowed_seconds >= 1 and self.ready:
            rows.append(("pace", f"{describe_span(self.slowed_seconds)} of it because the API asked for less of late"))
        yield Pairs(tuple(rows))
        for warning in self.warnings:
            yield TextLine(warning.words, Tone.WARNING)


def describe_problem(problem: "RowProblem") -> CampaignProblem:
    """Return a bad row as an answer."""
    return CampaignProblem(
        line=problem.line, column=problem.column, kind=problem.kind, problem=problem.problem, fix=problem.fix
    )


def problem_note(problem: "RowProblem") -> Note:
    """Return a bad row as a warning."""
    return Note(message=problem.problem, code=problem.kind, line=problem.line, column=problem.column, fix=problem.fix)


def doubt_note(doubt: "CampaignWarning") -> Note:
    """Return what looks wrong, and goes out all the same, as a warning."""
    return Note(
        message=doubt.problem, code=doubt.kind, where=doubt.where, line=doubt.first_line, column=doubt.column,
        rows=doubt.rows, fix=doubt.fix,
    )  # fmt: skip


def describe_alike(groups: "Sequence[AlikeProblems]") -> list[Block]:
    """Say how many rows have the same problem: 500 rows: label longer than 25, first on line 7."""
    return [
        TextLine(
            f"{count_words(group.rows, 'row')}: {_place(group.first)}{group.first.problem},"
            f" first on line {group.first.line}" + (f" ({group.first.fix})" if group.first.fix else ""),
            Tone.WARNING,
        )
        for group in groups
    ]


def _place(problem: "RowProblem") -> str:
    return f"{problem.column}: " if problem.column else ""


def describe_check(checked: "CheckedList", *, recipients: str, template: str | None) -> CampaignCheck:
    """Return what a list holds as an answer."""
    found = checked.found
    return CampaignCheck(
        recipients=recipients,
        template=template,
        ready=found.plan.total,
        duplicates=found.plan.duplicates,
        suppressed=found.suppressed,
        invalid=found.unusable,
        empty=found.empty,
        problems=checked.problems,
        rate=checked.rate,
        seconds=checked.seconds,
        ends_at=checked.ends_at,
        slowed_seconds=round(checked.slowed, 1),
        samples=tuple(json.loads(body) for body in found.samples),
        billing={name: billed.units for name, billed in found.billing.items()},
        cost=float(checked.cost.amount) if checked.cost is not None else None,
        currency=checked.cost.currency if checked.cost is not None else None,
        unpriced=checked.cost.unpriced if checked.cost is not None else (),
        warnings=tuple(
            CampaignDoubt(
                kind=each.kind,
                column=each.column,
                where=each.where,
                rows=each.rows,
                first_line=each.first_line,
                problem=each.problem,
                fix=each.fix,
                words=each.words(),
            )
            for each in found.warnings
        ),
    )
