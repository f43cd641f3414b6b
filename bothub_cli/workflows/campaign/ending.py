"""Says how a run of a campaign ended, also when it broke off."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from bothub_cli.campaign.journal.interface import Journal
from bothub_cli.campaign.run.progress import Progress
from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, ExitCode
from bothub_cli.output.documents.campaign import CampaignRun
from bothub_cli.workflows.campaign.campaign import Campaign
from bothub_cli.workflows.campaign.outcomes import outcomes_of

if TYPE_CHECKING:
    from bothub_cli.campaign.run.engine import RunResult

Ending = Literal["finished", "stopped", "limit", "error"]


@contextmanager
def telling_an_early_end(context: AppContext, campaign: Campaign, journal: Journal) -> Iterator[None]:
    """When the journal fails or the user will not wait, say what is known and how to go on, before the error."""
    try:
        yield
    except BothubError:
        _tell(context, campaign, journal, "error")
        raise
    except KeyboardInterrupt:
        _tell(context, campaign, journal, "stopped")
        raise


def _tell(context: AppContext, campaign: Campaign, journal: Journal, ended: Ending) -> None:
    with suppress(BothubError):  # a journal or a terminal that is gone; the error that ended the run is told next
        answer = describe_run(context, campaign, journal, None, {})
        if answer.outcomes.left < answer.outcomes.total:  # else the journal is new, and is taken away again
            context.show(replace(answer, ended=ended))


def describe_run(
    context: AppContext,
    campaign: Campaign,
    journal: Journal,
    result: "RunResult | None",
    fallback: Mapping[str, int],
) -> CampaignRun:
    """Return what a run of the campaign came to; ``result`` None when there was nothing to send."""
    outcomes = outcomes_of(journal.counts())
    progress = result.progress if result is not None else None
    elapsed = progress.elapsed if progress else 0.0
    sent = progress.finished if progress else 0
    return CampaignRun(
        campaign=campaign.record.campaign_id,
        ended=_ended(result),
        outcomes=outcomes,
        sent=sent,
        causes=dict(progress.causes) if progress else {},
        seconds=round(elapsed, 3),
        rate=round(sent / elapsed, 2) if elapsed else 0.0,
        latency_ms=_latencies(progress) if progress else {},
        fallback=dict(fallback),
        journal=campaign.place.where,
        resume=campaign.resume_command() if outcomes.left and not context.options.sandbox else None,
    )


def _ended(result: "RunResult | None") -> Ending:
    if result is None:
        return "finished"
    if result.error is not None:
        return "limit" if result.error.exit_code is ExitCode.LIMIT_REACHED else "error"
    return result.ended


def _latencies(progress: Progress) -> dict[str, float]:
    shares = {"p50": progress.latency_p50, "p95": progress.latency_p95, "p99": progress.latency_p99}
    return {name: round(seconds * 1000, 1) for name, seconds in shares.items()}
