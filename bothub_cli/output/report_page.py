"""Writes the report on a campaign as one self-contained page with charts: light and dark, on paper too, no script."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from hashlib import sha256
from html import escape
from math import log10

from bothub_cli.messages import PayloadError, RcsMessage
from bothub_cli.output.charts import Bar, Column, draw_bars, draw_columns
from bothub_cli.output.documents.campaign_report import CampaignReport, ReachCounts
from bothub_cli.output.words import describe_cause, describe_span
from bothub_cli.preview.forecast.phones import PROFILES
from bothub_cli.preview.html.message import render_message
from bothub_cli.preview.html.style import message_stylesheet

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--quiet:#59636e;--page:#fff;--rule:#d8dee4;
--good:#1a7f37;--bad:#cf222e;--warn:#bf8700;--plain:#0969da}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--quiet:#9198a1;--page:#0d1117;--rule:#30363d;
--good:#3fb950;--bad:#f85149;--warn:#d29922;--plain:#58a6ff}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:46rem;margin:2rem auto;
padding:0 1rem}
h1{font-size:1.5rem;margin:0;overflow-wrap:anywhere}h2{font-size:1.05rem;margin:2rem 0 .5rem}
p,dt{color:var(--quiet);margin:.2rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.5rem 0}
dd{margin:.2rem 0;overflow-wrap:anywhere}
.bars{grid-template-columns:fit-content(45%) 1fr max-content;gap:.25rem .75rem;align-items:center}
.bars dt{text-align:right}.bars dd,.bars dt{margin:0}.bar svg{display:block;width:100%;height:1.1rem}
.plot{width:100%;height:auto}.plot text{font-size:13px;fill:var(--ink)}.plot .label{text-anchor:end;fill:var(--quiet)}
.key span{margin-right:1rem}.key svg{width:.8rem;height:.8rem;margin-right:.35rem}
@media(max-width:36rem){.plot text{font-size:22px}body{margin:1rem auto}.facts,.bars{gap:.25rem .5rem}}
@media print{body{max-width:none}section{break-inside:avoid}}
.good{fill:var(--good)}.bad{fill:var(--bad)}.warn{fill:var(--warn)}.plain{fill:var(--plain)}
.rule{stroke:var(--rule);stroke-width:1}
"""


_KEY = "".join(
    f'<span><svg viewBox="0 0 1 1" aria-hidden="true"><rect width="1" height="1" class="{tone}"/></svg>{words}</span>'
    for tone, words in (("good", "accepted"), ("bad", "not accepted"))
)
_KEY = f'<p class="key">{_KEY}</p>'


def render_report(report: CampaignReport) -> str:
    """Return the page; its content security policy allows its own style and nothing else."""
    picture = _draw_message(report)
    style = _STYLE + (message_stylesheet() if picture else "")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    heading = escape(f"Campaign {report.campaign}")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading}</title>
<style>{style}</style>
</head>
<body>
<h1>{heading}</h1>
<p>{escape(report.state)}: {escape(report.outcomes.words())}</p>
<dl class="facts">{"".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _facts(report))}</dl>
{picture}
{"".join(f"<section><h2>{escape(title)}</h2>{chart}</section>" for title, chart in _charts(report) if chart)}
</body>
</html>
"""


def _draw_message(report: CampaignReport) -> str:
    """Draw the message with its blanks; "" when there is none, or when it makes no picture."""
    if not isinstance(report.message, Mapping):
        return ""
    payload = report.message.get("RCSMessage", report.message)
    try:
        message = RcsMessage.from_payload(payload)
    except PayloadError:
        return ""
    return f"<section><h2>Message</h2>{render_message(message, PROFILES['classic'], with_losses=False)}</section>"


def _facts(report: CampaignReport) -> Iterator[tuple[str, str]]:
    yield "List", f"{report.recipients}, {report.lines:,} rows"
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
        yield "Throughput, in messages a second", _KEY + columns
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
