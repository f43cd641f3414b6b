"""How a run of a campaign ended, and what became of rows that were in doubt."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from bothub_cli.amounts import count_words
from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.output.blocks import Block, Pairs, Raw, TextLine, Tone
from bothub_cli.output.campaign_words import describe_cause, describe_span
from bothub_cli.output.document import document

if TYPE_CHECKING:  # with it come the libraries that fill templates and send
    from bothub_cli.campaign.send import CampaignEnd
from bothub_cli.output.documents.campaign.outcomes import (
    Outcomes,
    count_doubts,
    describe_pace,
    first_lines,
    name_outcomes,
    per_second,
    round_rate,
    tell_doubts,
)


@document
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
            speed = f"{count_words(self.sent, 'message')} in {describe_span(self.seconds)}, {per_second(self.rate)}"
            rows.append(("this run", speed))
            rows.append(("latency", ", ".join(f"{name} {value:g} ms" for name, value in self.latency_ms.items())))
        rows += [("in the way", f"{count:,} × {describe_cause(cause)}") for cause, count in self.causes.items()]
        if pace := describe_pace(self.slowdowns, self.lowest_rate, self.asked_to_wait):
            rows.append(("pace", pace))
        rows += [("another way", f"{reason}: {count:,}") for reason, count in self.fallback.items()]
        if self.handover_in_doubt:
            rows.append(("in doubt", count_doubts(self.handover_in_doubt, self.handover_in_doubt_lines)))
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


@document
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
            yield TextLine(f"{count_words(len(self.done), 'row')} went the other way", Tone.GOOD)
        if self.again:
            yield TextLine(f"{count_words(len(self.again), 'row')} go the other way in the next run", Tone.GOOD)
        if not (self.done or self.again):
            yield TextLine("nothing is in doubt")
        if self.in_doubt:
            yield TextLine(f"still in doubt: lines {first_lines(self.in_doubt_lines)}", Tone.WARNING)


def describe_end(end: "CampaignEnd", *, resume: str | None) -> CampaignRun:
    """Return how a run ended as an answer; ``resume`` is the command that goes on."""
    progress = end.progress
    elapsed = progress.elapsed if progress else 0.0
    sent = progress.finished - progress.outcomes.get(RowState.SUPPRESSED, 0) if progress else 0
    return CampaignRun(
        campaign=end.campaign.record.campaign_id,
        ended=end.ended,
        outcomes=name_outcomes(end.counts),
        sent=sent,
        causes=dict(progress.causes) if progress else {},
        seconds=round(elapsed, 3),
        rate=round(sent / elapsed, 2) if elapsed else 0.0,
        latency_ms=_latencies(progress) if progress else {},
        fallback=dict(end.fallback),
        journal=end.campaign.place.where,
        resume=resume if end.can_go_on else None,
        handover_in_doubt=end.doubts.count,
        handover_in_doubt_lines=end.doubts.lines,
        slowdowns=progress.slowdowns if progress else 0,
        lowest_rate=round_rate(progress.lowest_rate) if progress else None,
        asked_to_wait=round(progress.asked_to_wait, 1) if progress else 0.0,
    )


def _latencies(progress: RunProgress) -> dict[str, float]:
    shares = {"p50": progress.latency_p50, "p95": progress.latency_p95, "p99": progress.latency_p99}
    return {name: round(seconds * 1000, 1) for name, seconds in shares.items()}
