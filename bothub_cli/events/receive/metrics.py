"""What a listener tells about itself to who watches from outside."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError
from bothub_cli.events.forward.deliveries import DeliveryQueue
from bothub_cli.events.receive.webhook import WebhookCounts
from bothub_cli.events.store.database import open_database

READ_WAIT: Final = 1.0  # seconds: a scrape does not wait for a busy store
STRANDED: Final = "not of this listener"  # the target of events that wait for none of its own


class ListenerMetrics:
    """Reads everything at each scrape; ``counts`` and ``refusals`` are asked then."""

    def __init__(
        self,
        *,
        store: Path,
        clock: Clock,
        counts: Callable[[], WebhookCounts],
        refusals: Callable[[], Mapping[tuple[int, str], int]],
        labels: Mapping[str, str],
    ) -> None:
        self._store = store
        self._clock = clock
        self._counts = counts
        self._refusals = refusals
        self._labels = labels  # target key -> what may be shown

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of this moment."""
        counts = self._counts()
        events = CounterMetricFamily("bothub_listener_events", "Events that were stored.", labels=["kind"])
        for kind, count in sorted(counts.kinds.items()):
            events.add_metric([kind], count)
        yield events
        yield CounterMetricFamily(
            "bothub_listener_events_repeated", "Events that were there already.", value=counts.repeated
        )
        refused = CounterMetricFamily(
            "bothub_listener_requests_refused", "Requests that were not served.", labels=["status", "reason"]
        )
        for (status, reason), count in self._refusals().items():
            refused.add_metric([str(status), reason], count)
        yield refused
        yield GaugeMetricFamily(
            "bothub_listener_storing", "1 while events can be stored.", value=float(counts.store_problem is None)
        )
        yield _latency(counts)
        yield GaugeMetricFamily(
            "bothub_listener_disk_free_bytes",
            "Room on the disk of the event store.",
            value=shutil.disk_usage(self._store.parent).free,
        )
        yield from self._queue()

    def _queue(self) -> Iterator[Metric]:
        length = GaugeMetricFamily("bothub_listener_queue_length", "Events that wait for a target.", labels=["target"])
        age = GaugeMetricFamily("bothub_listener_queue_oldest_seconds", "Age of the oldest of them.", labels=["target"])
        waiting: dict[str, tuple[int, datetime | None]] = dict.fromkeys(self._labels.values(), (0, None))
        try:
            with closing(open_database(self._store, wait=READ_WAIT)) as database:
                for key, count, oldest in DeliveryQueue(database).measure_waiting():
                    label = self._labels.get(key, STRANDED)
                    known, since = waiting.get(label, (0, None))
                    waiting[label] = (known + count, oldest if since is None else min(since, oldest))
        except BothubError:
            return  # bothub_listener_storing tells it; a length that is not known is no length
        for label, (count, since) in waiting.items():
            length.add_metric([label], count)
            age.add_metric([label], (self._clock.now() - since).total_seconds() if since else 0.0)
        yield length
        yield age


def _latency(counts: WebhookCounts) -> Metric:
    family = HistogramMetricFamily("bothub_listener_store_seconds", "Time until an event was on the disk.")
    buckets, total = [], 0
    for limit, count in counts.latency.items():
        total += count
        buckets.append(("+Inf" if limit == float("inf") else str(limit), float(total)))
    family.add_metric([], buckets, counts.latency_sum)
    return family
