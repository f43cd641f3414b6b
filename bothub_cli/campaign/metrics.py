"""What a running campaign tells about itself to who watches from outside."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.run.progress import RunProgress

Show = Callable[[RunProgress], None]
OpenProgress = Callable[[int], AbstractContextManager[Show]]

_ENDS = (RowState.ACCEPTED, RowState.REFUSED, RowState.FAILED, RowState.UNKNOWN)


class CampaignMetrics:
    """Remembers the latest moment of a run, and tells it at each scrape."""

    def __init__(self, campaign: str) -> None:
        self._campaign = campaign
        self._total = 0
        self._latest: RunProgress | None = None

    def watching(self, open_progress: OpenProgress) -> OpenProgress:
        """Return the same way to show progress, which is remembered on its way."""

        @contextmanager
        def watched(total: int) -> Iterator[Show]:
            self._total = total
            with open_progress(total) as show:

                def remember_and_show(progress: RunProgress) -> None:
                    self._latest = progress
                    show(progress)

                yield remember_and_show

        return watched

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of this moment; of a run that has not begun, how many rows it has."""
        name = [self._campaign]
        latest = self._latest
        rows = CounterMetricFamily("bothub_campaign_rows", "Rows that ended.", labels=["campaign", "outcome"])
        for state in _ENDS:
            rows.add_metric([*name, state.name.lower()], latest.outcomes.get(state, 0) if latest else 0)
        yield rows
        left = self._total - (latest.finished if latest else 0)
        yield _gauge("bothub_campaign_rows_left", "Rows that this run has not ended.", name, max(left, 0))
        if latest is None:
            return
        yield _gauge("bothub_campaign_rate", "Messages a second.", name, latest.rate)
        yield _gauge("bothub_campaign_in_flight", "Messages whose answer is awaited.", name, latest.in_flight)
        yield _gauge("bothub_campaign_paused", "1 while nothing is sent on purpose.", name, latest.paused is not None)
        causes = CounterMetricFamily(
            "bothub_campaign_errors", "Why rows were not accepted.", labels=["campaign", "cause"]
        )
        for cause, count in latest.causes.items():
            causes.add_metric([*name, cause], count)
        yield causes
        latency = GaugeMetricFamily(
            "bothub_campaign_latency_seconds", "Time until an answer.", labels=["campaign", "quantile"]
        )
        quantiles = {"0.5": latest.latency_p50, "0.95": latest.latency_p95, "0.99": latest.latency_p99}
        for quantile, seconds in quantiles.items():
            latency.add_metric([*name, quantile], seconds)
        yield latency


class WorkerMetrics:
    """Tells at each scrape of the campaign that this machine sends; between two, that it waits."""

    def __init__(self) -> None:
        self._campaign: CampaignMetrics | None = None

    def watching(
        self, watch: Callable[[str, int], AbstractContextManager[Show]]
    ) -> Callable[[str, int], AbstractContextManager[Show]]:
        """Return the same way to show each campaign, which is remembered on its way."""

        @contextmanager
        def watched(name: str, total: int) -> Iterator[Show]:
            metrics = CampaignMetrics(name)
            self._campaign = metrics
            with metrics.watching(lambda rows: watch(name, rows))(total) as show:
                yield show
            self._campaign = None

        return watched

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of this moment."""
        campaign = self._campaign
        yield GaugeMetricFamily(
            "bothub_worker_sending", "1 while this machine takes part in a campaign.", value=float(campaign is not None)
        )
        if campaign is not None:
            yield from campaign.collect()


def _gauge(name: str, what: str, campaign: list[str], value: float) -> Metric:
    family = GaugeMetricFamily(name, what, labels=["campaign"])
    family.add_metric(campaign, float(value))
    return family
