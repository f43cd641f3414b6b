"""The report on a campaign."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from bothub_cli.campaign.report.report import Report
from bothub_cli.campaign.report.status import CampaignState
from bothub_cli.clock import to_rfc3339
from bothub_cli.output.blocks import Block, Line, Pairs, Table
from bothub_cli.output.document import document
from bothub_cli.output.documents.campaign import Outcomes, name_outcomes
from bothub_cli.output.words import describe_cause, describe_span


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
@dataclass(frozen=True, slots=True, kw_only=True)
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

    def blocks(self) -> Iterable[Block]:
        yield Line(f"campaign {self.campaign}, {self.state}: {self.outcomes.words()}", self.outcomes.tone)
        rows = [("rows", f"{self.outcomes.total:,}" + (f", {self.duplicates:,} repeated" if self.duplicates else ""))]
        if self.first_at and self.last_at:
            seconds = (self.last_at - self.first_at).total_seconds()
            rows.append(
                ("sent", f"{to_rfc3339(self.first_at)} to {to_rfc3339(self.last_at)}, {describe_span(seconds)}")
            )
        if any(self.latency_ms.values()):
            rows.append(("latency", ", ".join(f"{name} {value:g} ms" for name, value in self.latency_ms.items())))
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


def describe_report(report: Report[ReachCounts]) -> CampaignReport:
    """Return a report as an answer."""
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
    )


def _name(share: float) -> str:
    return f"p{share * 100:g}"
