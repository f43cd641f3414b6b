"""The answers about campaigns: what a list holds, how a run ended, where a campaign stands."""

import json
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from bothub_cli.campaign.journal.interface import CampaignOrder, CampaignRecord, JournalPlace, MachineState, RowState
from bothub_cli.campaign.report.status import CampaignState, Standing
from bothub_cli.campaign.rows.cost import Cost
from bothub_cli.campaign.rows.prepared_row import count_rows
from bothub_cli.campaign.run.limits import read_limit
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.clock import to_rfc3339
from bothub_cli.output.blocks import Block, Pairs, Raw, Table, TextLine, Tone
from bothub_cli.output.campaign_words import describe_cause, describe_span
from bothub_cli.output.document import document
from bothub_cli.output.documents.note import Note
from bothub_cli.output.failures import sentence_of

if TYPE_CHECKING:  # with them come the libraries that fill templates and send
    from bothub_cli.campaign.check import CheckedList
    from bothub_cli.campaign.definition import Campaign
    from bothub_cli.campaign.rows.problem_groups import AlikeProblems
    from bothub_cli.campaign.rows.warnings import CampaignWarning
    from bothub_cli.campaign.send import CampaignEnd
    from bothub_cli.lists.recipients import RowProblem


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignStart:
    """A list and a message that were written to start from."""

    schema_name: ClassVar[str] = "campaign-new"

    recipients: str
    template: str

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"written: {self.recipients} and {self.template}", Tone.GOOD)
        yield Raw(f"next: bothub campaign check {self.recipients} --template {self.template}")


@document
@dataclass(frozen=True, slots=True, kw_only=True)
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
@dataclass(frozen=True, slots=True, kw_only=True)
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
        yield TextLine(
            f"{say_messages(self.ready)} ready" + (f", {count_rows(self.invalid)} invalid" if self.invalid else ""),
            tone,
        )
        left_out = {"repeated": self.duplicates, "suppressed": self.suppressed, "empty": self.empty}
        rows = [(name, f"{count_rows(count)} left out") for name, count in left_out.items() if count]
        rows += [(kind, count_rows(count)) for kind, count in sorted(self.problems.items())]
        if self.billing:
            rows.append(("billed as", ", ".join(f"{count:,} {name}" for name, count in self.billing.items())))
        if self.cost is not None:
            cost = Cost(amount=Decimal(str(self.cost)), currency=self.currency, unpriced=self.unpriced)
            rows.append(("costs about", cost.words()))
        if self.rate is not None and self.seconds is not None and self.ready:
            end = f", until {to_rfc3339(self.ends_at.replace(microsecond=0))}" if self.ends_at else ""
            rows.append(("at " + _per_second(self.rate), f"{describe_span(self.seconds)}{end}"))
        if self.slowed_seconds >= 1 and self.ready:
            rows.append(("pace", f"{describe_span(self.slowed_seconds)} of it because the API asked for less of late"))
        yield Pairs(tuple(rows))
        for warning in self.warnings:
            yield TextLine(warning.words, Tone.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Rows by outcome: ``left`` are still to be sent, ``in_flight`` are claimed by a run."""

    total: int
    accepted: int
    refused: int
    failed: Annotated[int, "put off again and again, surely not accepted: bothub campaign retry"]
    unknown: Annotated[int, "the request went out and no answer came: never sent again by itself"]
    left: int
    in_flight: int
    suppressed: Annotated[int, "not sent: on the suppression list when their turn came"]
    gone: Annotated[int, "not sent: the list does not name them any more"]

    def words(self) -> str:
        """Say those that are not zero."""
        counts = {
            "accepted": self.accepted,
            "refused": self.refused,
            "failed": self.failed,
            "unknown": self.unknown,
            "left": self.left,
            "in flight": self.in_flight,
            "suppressed": self.suppressed,
            "no longer in the list": self.gone,
        }
        return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count) or "nothing to do"

    @property
    def tone(self) -> Tone:
        """Good only when all was accepted that was to go out."""
        return Tone.GOOD if self.accepted + self.suppressed + self.gone == self.total else Tone.WARNING


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRun:
    """How a run of a campaign ended."""

    schema_name: ClassVar[str] = "campaign-run"

    campaign: str
    ended: Annotated[
        Literal["finished", "stopped", "limit", "error", "planned"],
        "finished: nothing is left of what this run was for; stopped by the user; by a limit; by an error; planned"
        " for other machines",
    ]
    outcomes: Annotated[Outcomes, "of the whole campaign"]
    sent: Annotated[int, "rows that this run sent and brought to an end"]
    causes: Annotated[Mapping[str, int], "what stood in the way in this run, later attempts included"]
    seconds: float
    rate: Annotated[float, "messages a second of this run"]
    latency_ms: Annotated[Mapping[str, float], "p50, p95 and p99 of the API's answers"]
    fallback: Annotated[Mapping[str, int], "rows that went another way in this run, by reason"]
    journal: str
    resume: Annotated[str | None, "the command that goes on; null when nothing is left"]
    slowdowns: Annotated[int, "how often the API asked for less in this run"] = 0
    lowest_rate: Annotated[float | None, "messages a second, to which that brought it; null when it held its rate"] = (
        None
    )
    handover_in_doubt: Annotated[int, "rows whose fallback command began and was never seen to end"] = 0
    handover_in_doubt_lines: Annotated[tuple[int, ...], "lines of the list where these are, the first thousand"] = ()
    asked_to_wait: Annotated[float, "seconds of this run in which nothing went, because the API asked to wait"] = 0.0

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"campaign {self.campaign}: {self.outcomes.words()}", self.outcomes.tone)
        rows = []
        if self.sent:
            speed = f"{say_messages(self.sent)} in {describe_span(self.seconds)}, {_per_second(self.rate)}"
            rows.append(("this run", speed))
            rows.append(("latency", ", ".join(f"{name} {value:g} ms" for name, value in self.latency_ms.items())))
        rows += [("in the way", f"{count:,} × {describe_cause(cause)}") for cause, count in self.causes.items()]
        if pace := describe_pace(self.slowdowns, self.lowest_rate, self.asked_to_wait):
            rows.append(("pace", pace))
        rows += [("another way", f"{reason}: {count:,}") for reason, count in self.fallback.items()]
        if self.handover_in_doubt:
            rows.append(("in doubt", _count_doubts(self.handover_in_doubt, self.handover_in_doubt_lines)))
        if rows:
            yield Pairs(tuple(rows))
        yield from (TextLine(text) for text in self._what_now())
        if self.handover_in_doubt:
            yield from tell_doubts(self.campaign, self.handover_in_doubt_lines)
        if self.resume:
            yield Raw(f"go on with: {self.resume}")  # in one piece on a narrow terminal too, so that it can be copied

    def _what_now(self) -> Iterable[str]:
        """Say which command helps with what did not go well."""
        if self.outcomes.in_flight:
            yield "in flight may have been accepted: once it is gone on with, they are unknown, and not sent again"
        if self.outcomes.unknown:
            yield f"unknown may have been accepted, so they are not sent again: bothub campaign status {self.campaign}"
        if self.outcomes.failed:
            yield f"failed were put off again and again: bothub campaign retry {self.campaign}"
        if self.outcomes.refused:
            yield f"which rows were refused, and why: bothub campaign report {self.campaign} --format csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignMachine:
    """A machine that takes or took part."""

    host: str
    version: str
    since: datetime
    sent: Annotated[int, "rows that it brought to an end"]
    failed: Annotated[int, "of these, rows that were not accepted"]
    rate: Annotated[float, "messages a second now"]
    silent_seconds: Annotated[float, "since it was heard of last"]
    state: Annotated[Literal["working", "silent", "left"], "silent: others take its rows over"]
    process: Annotated[int | None, "its process on that host"] = None

    def cells(self, *, is_alone: bool) -> tuple[str, ...]:
        """Return a line of the table; one that is not alone on its host is told by its process too."""
        name = self.host if is_alone or self.process is None else f"{self.host}, process {self.process}"
        since = to_rfc3339(self.since.replace(microsecond=0))
        rate = _per_second(self.rate) if self.state == "working" else "-"
        ago = f"{self.silent_seconds:.0f} s ago"
        heard = {"working": ago, "silent": f"silent, {ago}", "left": "left"}[self.state]
        return (name, since, f"{self.sent:,}", rate, heard)


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignStatus:
    """Where a campaign stands."""

    schema_name: ClassVar[str] = "campaign-status"

    campaign: str
    state: CampaignState
    created_at: datetime
    profile: str | None
    recipients: str
    template: str | None
    outcomes: Outcomes
    duplicates: int
    handed_over: Annotated[int, "rows that went another way"]
    handover_in_doubt: Annotated[int, "rows whose fallback command began and was never seen to end"]
    handover_in_doubt_lines: Annotated[tuple[int, ...], "lines of the list where these are, the first thousand"]
    unknown_lines: Annotated[tuple[int, ...], "lines of the list whose outcome is unknown, the first thousand"]
    journal: str
    resume: Annotated[str | None, "the command that goes on; null while it runs, and when nothing is left"] = None
    resend_unknown: Annotated[str | None, "the command that also sends again what may have been accepted"] = None
    machines: Annotated[tuple[CampaignMachine, ...], "who takes or took part; only for a shared ledger"] = ()
    rate: Annotated[float | None, "messages a second of all machines together, now; only for a shared ledger"] = None
    rate_asked: Annotated[str | None, "how fast they may be together; null where nothing was said"] = None
    slowed_to: Annotated[
        float | None, "messages a second at most now, since the API asked for less of late; only for a shared ledger"
    ] = None
    slowdowns: Annotated[int, "how often the API asked for less, in all runs that came to their end"] = 0
    lowest_rate: Annotated[float | None, "messages a second, to which that brought it; null when it held its rate"] = (
        None
    )
    asked_to_wait: Annotated[float, "seconds in which nothing went, because the API asked to wait"] = 0.0
    order: Annotated[
        Literal["send", "stop", "limit", "wait"] | None,
        "what all machines are to do; limit: one stopped it; wait: nobody let it go yet; only for a shared ledger",
    ] = None
    order_reason: Annotated[str | None, "which limit stopped it"] = None
    hands_over: Annotated[
        bool | None,
        "whether a machine hands over what RCS does not reach; null where none need do it; only for a shared ledger",
    ] = None
    coordinate: Annotated[str | None, "the command that hands over, where the list is; null when none is needed"] = None
    take_part: Annotated[
        str | None, "the command with which any machine takes part, while it may be sent; only for a shared ledger"
    ] = None

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"campaign {self.campaign}, {self.situation()}: {self.outcomes.words()}", self.outcomes.tone)
        rows = [
            ("rows", f"{self.outcomes.total:,}" + (f", {self.duplicates:,} repeated" if self.duplicates else "")),
            ("began", to_rfc3339(self.created_at.replace(microsecond=0))),
            ("recipients", self.recipients),
            ("template", self.template or "-"),
            ("profile", self.profile or "-"),
            ("journal", self.journal),
        ]
        if self.handed_over:
            rows.insert(1, ("another way", f"{self.handed_over:,}"))
        if self.handover_in_doubt:
            rows.insert(2, ("in doubt", _count_doubts(self.handover_in_doubt, self.handover_in_doubt_lines)))
        if pace := describe_pace(self.slowdowns, self.lowest_rate, self.asked_to_wait):
            rows.append(("pace", pace))
        if self.unknown_lines:
            rows.append(("unknown", "lines " + _first_lines(self.unknown_lines)))
        yield Pairs(tuple(rows))
        if self.machines:
            hosts = Counter(machine.host for machine in self.machines)
            yield TextLine(f"{self._count_working()}{self.speed()}")
            yield Table(
                columns=("machine", "since", "sent", "rate", "heard of"),
                rows=tuple(machine.cells(is_alone=hosts[machine.host] == 1) for machine in self.machines),
            )
        yield from self._what_now()

    def situation(self) -> str:
        """Say its state, and of one that several machines share why nobody sends it."""
        if self.state != "unfinished" or self.order is None:
            return self.state
        return f"{self.state}, {_WHY_NOBODY[self.order]}" + (f" ({self.order_reason})" if self.order_reason else "")

    def _count_working(self) -> str:
        working = sum(machine.state == "working" for machine in self.machines)
        return f"{working} machine{'' if working == 1 else 's'} at work"

    def speed(self) -> str:
        """Say how fast all machines are together, and how fast they may be; "" where that is not known."""
        if self.rate is None:
            return ""
        asked = f" of {self.rate_asked}" if self.rate_asked else ""
        slowed = f", slowed to {_per_second(self.slowed_to)}: the API asked for less" if self.slowed_to else ""
        return f", {_per_second(self.rate)}{asked}{slowed}"

    def _what_now(self) -> Iterable[Block]:
        """Say which command helps."""
        if self.take_part is not None and self.state == "unfinished":
            yield TextLine("no machine works on it: start one, or more", Tone.WARNING)
            yield Raw(self.take_part)
        if self.coordinate is not None:
            yield TextLine("no machine hands over what RCS does not reach; the one with the list can", Tone.WARNING)
            yield Raw(self.coordinate)
        if self.handover_in_doubt:
            yield from tell_doubts(self.campaign, self.handover_in_doubt_lines)
        if self.resend_unknown:
            yield TextLine("unknown may have been accepted, so they are not sent again, unless you say so:")
            yield Raw(self.resend_unknown)
        if self.outcomes.failed:
            yield Raw(f"failed were put off again and again: bothub campaign retry {self.campaign}")
        if self.resume and self.order != "send":
            yield Raw(f"go on with: {self.resume}")


_ORDERS: Mapping[CampaignOrder, Literal["send", "stop", "limit", "wait"]] = {
    "run": "send",
    "stop": "stop",
    "limit": "limit",
    "plan": "wait",
}
_WHY_NOBODY = {
    "send": "no machine works on it",
    "stop": "stopped by somebody",
    "limit": "stopped by a limit",
    "wait": "planned, and not let go yet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """One campaign of the list; ``problem`` when its journal cannot be read."""

    campaign: str
    state: CampaignState | None
    created_at: datetime | None
    outcomes: Outcomes | None
    where: Annotated[str, "the journal's file, or the ledger"]
    problem: str | None


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignList:
    """The campaigns of this machine."""

    schema_name: ClassVar[str] = "campaign-list"

    campaigns: tuple[CampaignLine, ...]
    stored_in: str

    def blocks(self) -> Iterable[Block]:
        if not self.campaigns:
            yield TextLine("no campaign yet: bothub campaign run --help")
            return
        yield Table(
            columns=("campaign", "state", "began", "outcomes", "where"),
            rows=tuple(
                (
                    line.campaign,
                    line.state or "unreadable",
                    to_rfc3339(line.created_at.replace(microsecond=0)) if line.created_at else "-",
                    line.outcomes.words() if line.outcomes else line.problem or "-",
                    "ledger" if "://" in line.where else "here",
                )
                for line in self.campaigns
            ),
        )
        yield TextLine(f"stored in {self.stored_in}", Tone.QUIET)


def say_messages(count: int) -> str:
    return f"{count:,} message" + ("" if count == 1 else "s")


def _per_second(rate: float) -> str:
    """Write a rate so that it can be read, and typed again after --rate."""
    if not rate:
        return "0/s"
    if rate >= 10:
        return f"{rate:,.0f}/s"
    if rate >= 1:
        return f"{rate:.3g}/s"
    return f"{rate * 60:.3g}/min" if rate * 60 >= 1 else f"{rate * 3600:.3g}/h"


def _first_lines(lines: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, lines[:10]))
    return f"{shown} …" if len(lines) > 10 else shown


def _count_doubts(count: int, lines: tuple[int, ...]) -> str:
    return f"{count:,} × fallback command interrupted: lines {_first_lines(lines)}"


def tell_doubts(campaign: str, lines: tuple[int, ...]) -> Iterable[Block]:
    """Say what helps with rows whose fallback command was never seen to end."""
    yield TextLine(
        "in doubt: the fallback command may have taken them, so it is not run for them again: look for these "
        "lines in your other channel, and say what you found:"
    )
    some = ",".join(map(str, lines[:3]))
    yield Raw(f"bothub campaign handover {campaign} --done {some}")
    yield Raw(f"bothub campaign handover {campaign} --again {some}")


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignHandover:
    """What was said of rows that were in doubt."""

    schema_name: ClassVar[str] = "campaign-handover"

    campaign: str
    done: Annotated[tuple[int, ...], "lines that went the other way"]
    again: Annotated[tuple[int, ...], "lines that the next run hands over again"]
    in_doubt: Annotated[int, "rows that are still in doubt"]
    in_doubt_lines: tuple[int, ...]

    def blocks(self) -> Iterable[Block]:
        if self.done:
            yield TextLine(f"{count_rows(len(self.done))} went the other way", Tone.GOOD)
        if self.again:
            yield TextLine(f"{count_rows(len(self.again))} go the other way in the next run", Tone.GOOD)
        if not (self.done or self.again):
            yield TextLine("nothing is in doubt")
        if self.in_doubt:
            yield TextLine(f"still in doubt: lines {_first_lines(self.in_doubt_lines)}", Tone.WARNING)


def name_outcomes(counts: Mapping[RowState, int]) -> Outcomes:
    """Return what a journal counts under the names that people read."""
    return Outcomes(
        total=sum(counts.values()),
        accepted=counts[RowState.ACCEPTED],
        refused=counts[RowState.REFUSED],
        failed=counts[RowState.FAILED],
        unknown=counts[RowState.UNKNOWN],
        left=counts[RowState.PLANNED] + counts[RowState.RETURNED],
        in_flight=counts[RowState.CLAIMED],
        suppressed=counts[RowState.SUPPRESSED],
        gone=counts[RowState.GONE],
    )


def resume_command(record: CampaignRecord, place: JournalPlace, flags: tuple[str, ...] = ()) -> str:
    """Return the command that goes on with the campaign in this place.

    ``flags`` say how the API is reached, where the user said so on the command line.
    """
    profile = ["--profile", record.profile] if record.profile not in {"", "default"} else []
    source = " - < LIST" if record.recipients_path == "-" else ""
    return shlex.join(["bothub", "campaign", "run", *place.options, *profile, *flags]) + source


def worker_command(record: CampaignRecord, place: JournalPlace, flags: tuple[str, ...] = ()) -> str | None:
    """Return the command that takes part in the campaign, from any machine; None when it is one machine's."""
    if (options := place.worker_options) is None:
        return None
    profile = ["--profile", record.profile] if record.profile not in {"", "default"} else []
    return shlex.join(["bothub", "campaign", "worker", *options, *profile, *flags])


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
            f"{count_rows(group.rows)}: {_place(group.first)}{group.first.problem}, first on line {group.first.line}"
            + (f" ({group.first.fix})" if group.first.fix else ""),
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


def describe_end(campaign: "Campaign", end: "CampaignEnd", *, resume: str | None) -> CampaignRun:
    """Return how a run ended as an answer; ``resume`` is the command that goes on."""
    progress = end.progress
    elapsed = progress.elapsed if progress else 0.0
    sent = progress.finished - progress.outcomes.get(RowState.SUPPRESSED, 0) if progress else 0
    return CampaignRun(
        campaign=campaign.record.campaign_id,
        ended=end.ended,
        outcomes=name_outcomes(end.counts),
        sent=sent,
        causes=dict(progress.causes) if progress else {},
        seconds=round(elapsed, 3),
        rate=round(sent / elapsed, 2) if elapsed else 0.0,
        latency_ms=_latencies(progress) if progress else {},
        fallback=dict(end.fallback),
        journal=campaign.place.where,
        resume=resume if end.can_go_on else None,
        handover_in_doubt=end.doubts.count,
        handover_in_doubt_lines=end.doubts.lines,
        slowdowns=progress.slowdowns if progress else 0,
        lowest_rate=round_rate(progress.lowest_rate) if progress else None,
        asked_to_wait=round(progress.asked_to_wait, 1) if progress else 0.0,
    )


def round_rate(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 2)


def describe_pace(slowdowns: int, lowest: float | None, waited: float) -> str:
    """Say that, and why, it went slower than it was asked to; "" when it did not."""
    asked = f"the API asked for less {slowdowns:,} times" if slowdowns > 1 else "the API asked for less"
    parts = []
    if lowest is not None:
        parts.append(f"down to {_per_second(lowest)}, and faster again after a minute")
    if waited >= 1:
        parts.append(f"{describe_span(waited)} waited, as it asked")
    if not parts:
        return asked if slowdowns else ""
    return f"{'; '.join(parts)}: {asked}" if slowdowns else f"{'; '.join(parts)}: the API had asked for less before"


def _latencies(progress: RunProgress) -> dict[str, float]:
    shares = {"p50": progress.latency_p50, "p95": progress.latency_p95, "p99": progress.latency_p99}
    return {name: round(seconds * 1000, 1) for name, seconds in shares.items()}


def describe_standing(standing: Standing, place: JournalPlace) -> CampaignStatus:
    """Return where a campaign stands as an answer."""
    record, outcomes = standing.record, name_outcomes(standing.counts)
    resume = resume_command(record, place)
    machines = tuple(_describe_machine(machine) for machine in standing.machines)
    may_be_sent = standing.orders is not None and standing.orders.order == "run"
    return CampaignStatus(
        campaign=record.campaign_id,
        state=standing.state,
        created_at=record.created_at,
        profile=record.profile or None,
        recipients=record.recipients_path,
        template=record.template_path or None,
        outcomes=outcomes,
        duplicates=standing.duplicates,
        handed_over=standing.handed_over,
        handover_in_doubt=standing.handover_in_doubt,
        handover_in_doubt_lines=standing.handover_in_doubt_lines,
        unknown_lines=standing.unknown_lines,
        journal=place.where,
        resume=resume if standing.state == "unfinished" else None,
        resend_unknown=f"{resume} --resend-unknown" if outcomes.unknown and standing.state != "running" else None,
        machines=machines,
        rate=round(sum(each.rate for each in machines if each.state == "working"), 2) if machines else None,
        rate_asked=record.settings.get("rate") if machines else None,
        slowed_to=round_rate(standing.slowed_to),
        slowdowns=standing.slow_downs.times,
        lowest_rate=round_rate(standing.slow_downs.lowest_rate),
        asked_to_wait=round(standing.slow_downs.waited, 1),
        order=_ORDERS[standing.orders.order] if standing.orders is not None else None,
        order_reason=_say_limit(standing.orders.reason) if standing.orders is not None else None,
        hands_over=standing.hands_over,
        coordinate=resume if standing.hands_over is False else None,
        take_part=worker_command(record, place) if may_be_sent and standing.state != "finished" else None,
    )


def _say_limit(reason: str | None) -> str | None:
    """Say which limit stopped it as the command line does."""
    return None if reason is None else sentence_of(read_limit(reason)).removeprefix("stopped: ")


_SILENT_AFTER = 8.0  # seconds without a life sign: the ledger's own limit


def _describe_machine(machine: MachineState) -> CampaignMachine:
    process = machine.machine.partition("-")[0]
    return CampaignMachine(
        process=int(process) if process.isdecimal() else None,
        host=machine.host,
        version=machine.version,
        since=datetime.fromtimestamp(machine.since, UTC),
        sent=machine.finished,
        failed=machine.bad,
        rate=round(machine.rate, 2),
        silent_seconds=round(max(0.0, machine.silent), 1),
        state="left" if machine.has_left else "silent" if machine.silent > _SILENT_AFTER else "working",
    )
