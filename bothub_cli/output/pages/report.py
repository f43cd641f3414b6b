"""Writes the report on a campaign as one self-contained page with charts: light and dark, on paper too, no script."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from importlib.resources import files
from math import log10

from bothub_cli.amounts import count_words
from bothub_cli.messages import PayloadError, RcsMessage
from bothub_cli.output.campaign_words import describe_cause, describe_span
from bothub_cli.output.documents.campaign.report import CampaignReport, ReachCounts
from bothub_cli.output.pages.charts import Bar, Column, draw_bars, draw_columns
from bothub_cli.preview.forecast.phones import PROFILES
from bothub_cli.preview.html.message import render_message
from bothub_cli.preview.html.style import message_stylesheet
from bothub_cli.preview.html.templates import as_markup, render_document


def render_report(report: CampaignReport) -> str:
    """Return the page; its content security policy allows its own style and nothing else."""
    picture = _draw_message(report)
    style = files(__package__).joinpath("report.css").read_text("utf-8") + (message_stylesheet() if picture else "")
    return render_document(
        "output/pages/report.html",
        title=f"Campaign {report.campaign}",
        style=style,
        report=report,
        facts=_facts(report),
        picture=as_markup(picture),
        charts=[(title, as_markup(chart)) for title, chart in _charts(report)],
    )


def _draw_message(report: CampaignReport) -> str:
    """Draw the message with its blanks; "" when there is none, or when it makes no picture."""
    if not isinstance(report.message, Mapping):
        return ""
    payload = report.message.get("RCSMessage", report.message)
    try:
        message = RcsMessage.from_payload(payload)
    except PayloadError:
        return ""
    return render_message(message, PROFILES["classic"], with_losses=False)


def _facts(report: CampaignReport) -> Iterator[tuple[str, str]]:
    yield "List", f"{report.recipients}, {count_words(report.lines, 'row')}"
    if left_out := report.left_out_words():
        yield "Left out", left_out
    yield "Message", report.template or "ready-made in the list"
    if report.profile:
        yield "Profile", report.profile
    yield "Began", _moment(report.created_at, report.zone)
    if report.first_at and report.last_at:
        span = describe_span((report.last_at - report.first_at).total_seconds())
        yield "Sent", f"{_moment(report.first_at, report.zone)} to {_moment(report.last_at, report.zone)}, {span}"
    if pace := report.pace_words():
        yield "Pace", pace


def _charts(report: CampaignReport) -> Iterator[tuple[str, str]]:
    yield "Outcomes", draw_bars(_outcome_bars(report), title="Rows by outcome")
    if report.reach is not None:
        yield "Reached, as far as the webhook heard", _draw_reach(report, report.reach)
    if columns := draw_columns(_columns(report), title="Messages a second over time", unit="messages a second"):
        yield "Throughput, in messages a second", columns
    if any(report.latency_ms.values()):
        chart = draw_bars(_latency_bars(report), title="Latency by percentile")
        yield "Latency of the API's answers (bars by powers of ten)", chart
    if report.causes:
        yield "Not accepted, by cause", draw_bars(_cause_bars(report.causes), title="Rows by cause")
    if report.handed_over:
        yield (
            "Went another way",
            draw_bars(_count_bars(report.handed_over, "warn"), title="Rows handed over, by reason"),
        )


def _outcome_bars(report: CampaignReport) -> list[Bar]:
    outcomes = report.outcomes
    counts = (
        ("accepted", outcomes.accepted, "good"),
        ("refused", outcomes.refused, "bad"),
        ("failed for a time", outcomes.failed, "bad"),
        ("unknown", outcomes.unknown, "warn"),
        ("left to send", outcomes.left + outcomes.in_flight, "plain"),
    )
    return [
        Bar(label=label, value=count, text=_share(count, outcomes.total), tone=tone)
        for label, count, tone in counts
        if count or label == "accepted"
    ]


def _draw_reach(report: CampaignReport, reach: ReachCounts) -> str:
    if not reach.is_known:
        return "<p>The webhook heard nothing of these messages: <code>bothub listen</code></p>"
    return draw_bars(_reach_bars(report, reach), title="Messages by how far they got")


def _reach_bars(report: CampaignReport, reach: ReachCounts) -> list[Bar]:
    counts = {
        "accepted": report.outcomes.accepted,
        "delivered": reach.delivered,
        "displayed": reach.displayed,
        "people who replied": reach.replied,
        "failed": reach.failed,
    }
    return [
        Bar(
            label=name,
            value=count,
            text=_share(count, report.outcomes.accepted),
            tone="bad" if name == "failed" else "good",
        )
        for name, count in counts.items()
    ]


def _latency_bars(report: CampaignReport) -> list[Bar]:
    """Draw by powers of ten: one answer that took a minute would make lines of all the others."""
    return [Bar(label=name, value=log10(1 + value), text=f"{value:,g} ms") for name, value in report.latency_ms.items()]


def _count_bars(counts: Mapping[str, int], tone: str) -> list[Bar]:
    return [Bar(label=name, value=count, text=f"{count:,}", tone=tone) for name, count in counts.items()]


def _cause_bars(causes: Mapping[str, int]) -> list[Bar]:
    return [
        Bar(label=describe_cause(cause), value=count, text=f"{count:,}", tone=_tone(cause))
        for cause, count in causes.items()
    ]


def _tone(cause: str) -> str:
    """Colour what is unknown as its outcome is coloured."""
    return "warn" if cause.startswith(("answer.", "interrupted")) else "bad"


def _moment(instant: datetime, zone: tzinfo) -> str:
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def _columns(report: CampaignReport) -> list[Column]:
    width = report.slice_seconds
    return [
        Column(
            label=f"{each.start.astimezone(report.zone):%H:%M:%S %Z}",
            good=each.accepted / width,
            bad=each.other / width,
        )
        for each in report.throughput
    ]


def _share(count: int, total: int) -> str:
    return f"{count:,} ({count / total:.1%})" if total else f"{count:,}"
