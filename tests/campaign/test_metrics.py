"""A running campaign is seen from outside."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client.parser import text_string_to_metric_families

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.metrics import CampaignMetrics, Show
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.serving.metrics import MetricsServer

MOMENT = RunProgress(
    outcomes={RowState.ACCEPTED: 7, RowState.REFUSED: 1},
    causes={"not on RCS": 1},
    skipped=0,
    in_flight=3,
    concurrency=10,
    elapsed=2.0,
    rate=4.0,
    latency_p50=0.1,
    latency_p95=0.2,
    latency_p99=0.3,
    paused="outside its hours",
)


def _scrape(url: str) -> dict[str, float]:
    with urllib.request.urlopen(url, timeout=30) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    return {
        " ".join(
            [sample.name, *(value for name, value in sorted(sample.labels.items()) if name != "campaign")]
        ): sample.value
        for family in families
        for sample in family.samples
    }


def test_each_scrape_tells_the_latest_moment_which_is_shown_as_well() -> None:
    shown: list[RunProgress] = []

    @contextmanager
    def open_progress(total: int) -> Iterator[Show]:
        assert total == 20
        yield shown.append

    metrics = CampaignMetrics("spring")
    with (
        MetricsServer(metrics.collect, host="127.0.0.1", port=0) as server,
        metrics.watching(open_progress)(20) as show,
    ):
        before = _scrape(server.url)
        show(MOMENT)
        after = _scrape(server.url)
    assert before["bothub_campaign_rows_left"] == 20
    assert shown == [MOMENT]
    assert after["bothub_campaign_rows_total accepted"] == 7
    assert after["bothub_campaign_rows_total refused"] == 1
    assert after["bothub_campaign_rows_left"] == 12
    assert after["bothub_campaign_errors_total not on RCS"] == 1
    assert after["bothub_campaign_paused"] == 1
    assert after["bothub_campaign_rate"] == 4
    assert after["bothub_campaign_latency_seconds 0.95"] == 0.2
