"""The report on a campaign."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from bothub_cli.campaign.report.report import Report, write_instant
from bothub_cli.campaign.report.status import CampaignState
from bothub_cli.output.blocks import Block, Pairs, Table, TextLine
from bothub_cli.output.campaign_words import describe_cause, describe_span
from bothub_cli.output.document import document
from bothub_cli.output.documents.campaign.outcomes import Outcomes, describe_pace, name_outcomes, round_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputSlice:
    """A piece of the time line: rows that ended in it."""

    start: datetime
    accepted: int
    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachCounts:
    """How far messages got, as the webhook heard; a displayed one was delivered too."""

    delivered: int
    displayed: int
    failed: int
    replied: Annotated[int, "people who wrote or tapped after they got the message"]

    @property
    def is_known(self) -> bool:
        """Tell whether anything was heard at all."""
        return any((self.delivered, self.displayed, self.failed, self.replied))


@document
class CampaignReport:
    """How a campaign went; counts what each row's last attempt was."""

    schema_name: ClassVar[str] = "campaign-report"

    campaign: str
    state: CampaignState
    profile: str | None
    recipients: str
    template: str | None
    created_at: datetime
    first_at: Annotated[datetime | None, "when the first row ended"]
    last_at: datetime | None
    outcomes: Outcomes
    duplicates: int
    handed_over: Annotated[Mapping[str, int], "rows that went another way, by reason"]
    causes: Annotated[Mapping[str, int], "rows that were not accepted, by cause"]
    throughput: tuple[ThroughputSlice, ...]
    slice_seconds: float
    latency_ms: Annotated[Mapping[str, float], "of the API's answers, by percentile"]
    reach: Annotated[ReachCounts | None, "null when the webhook listener never ran on this machine"]
    lines: Annotated[
        int, "rows of the list: those of the outcomes, and those left out as repeated, suppressed, invalid, empty"
    ]
    suppressed: Annotated[int, "rows left out because these people asked not to be written to"]
    invalid: Annotated[int, "rows left out because they have a problem"]
    left_out: Annotated[Mapping[str, int], "rows that were neither planned nor repeated, by kind of problem"]
    empty: Annotated[int, "rows left out because they hold separators and nothing else"]
    message: Annotated[object, "the template's message, with its blanks; null when the file is gone"]
    time_zone: Annotated[str, "of the times that people read; those of JSON are UTC"] = "UTC"
    slowdowns: Annotated[int, "how often the API asked for less, in all runs that came to their end"] = 0
    lowest_rate: Annotated[float | None, "messages a second, to which that brought it; null when it held its rate"] = (
        None
    )
    asked_to_wait: Annotated[float, "seconds in which nothing went, because the API asked to wait"] = 0.0

    @property
    def zone(self) -> tzinfo:
        return UTC if self.time_zone == "UTC" else ZoneInfo(self.time_zone)

    def pace_words(self) -> str:
        """Say that, and why, it went slower than it was asked to; "" when it did not."""
        return describe_pace(self.slowdowns, self.lowest_rate, self.asked_to_wait)

    def left_out_words(self) -> str:
        """Say which rows of the list got no message; "" when all did."""
        counts = {
            "repeated": self.duplicates,
            "suppressed": self.suppressed,
            "invalid": self.invalid,
            "empty": self.empty,
        }
        return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"campaign {self.campaign}, {self.state}: {self.outcomes.words()}", self.outcomes.tone)
        rows = [("list", self.recipients), ("message", self.template or "ready-made in the list")]
        left_out = self.left_out_words()
        rows.append(
            ("rows", f"{self.lines:,}" + (f": {self.outcomes.total:,} planned, {left_out}" if left_out else ""))
        )
        if self.first_at and self.last_at:
            seconds = (self.last_at - self.first_at).total_seconds()
            first, last = (write_instant(each, self.zone) for each in (self.first_at, self.last_at))
            rows.append(("sent", f"{first} to {last}, {describe_span(seconds)}"))
        if any(self.latency_ms.values()):
            rows.append(("latency", ", ".join(f"{name} {value:g} ms" for name, value in self.latency_ms.items())))
        if pace := self.pace_words():
            rows.append(("pace", pace))
        rows += [("another way", f"{reason}: {count:,}") for reason, count in self.handed_over.items()]
        if self.reach:
            rows.append(("reached", _reach_words(self.reach)))
        yield Pairs(tuple(rows))
        if self.causes:
            yield Table(
                columns=("rows", "cause", "meaning"),
                rows=tuple((f"{count:,}", cause, describe_cause(cause)) for cause, count in self.causes.items()),
            )


def _reach_words(reach: ReachCounts) -> str:
    if not reach.is_known:
        return "the webhook heard nothing of these messages: bothub listen"
    return (
        f"{reach.delivered:,} delivered, {reach.displayed:,} displayed, {reach.failed:,} failed, "
        f"{reach.replied:,} people replied"
    )


def describe_report(report: Report[ReachCounts], *, time_zone: str = "UTC") -> CampaignReport:
    """Return a report as an answer; people read its times in a zone."""
    record, course = report.record, report.course
    return CampaignReport(
        campaign=record.campaign_id,
        state=report.state,
        profile=record.profile or None,
        recipients=record.recipients_path,
        template=record.template_path or None,
        created_at=record.created_at,
        first_at=course.first_at,
        last_at=course.last_at,
        outcomes=name_outcomes(report.counts),
        duplicates=report.duplicates,
        handed_over=report.handed_over,
        causes=course.causes,
        throughput=tuple(
            ThroughputSlice(start=each.start, accepted=each.accepted, other=each.other) for each in course.slices
        ),
        slice_seconds=course.slice_seconds,
        latency_ms={_name(share): round(seconds * 1000, 1) for share, seconds in course.latencies.items()},
        reach=report.reach,
        lines=report.lines,
        suppressed=report.suppressed,
        invalid=report.invalid,
        empty=report.empty,
        left_out=report.left_out,
        message=report.message,
        time_zone=time_zone,
        slowdowns=report.slow_downs.times,
        lowest_rate=round_rate(report.slow_downs.lowest_rate),
        asked_to_wait=round(report.slow_downs.waited, 1),
    )


def _name(share: float) -> str:
    return f"p{share * 100:g}"
