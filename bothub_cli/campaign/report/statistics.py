"""What a journal tells about its campaign, counted in one pass over its rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bothub_cli.campaign.journal.interface import RowState, SettledRow
from bothub_cli.campaign.run.progress import LatencyHistogram

SLICES = 60  # of the time line
PERCENTILES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
ENDED = frozenset({RowState.ACCEPTED, RowState.REFUSED, RowState.FAILED, RowState.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A piece of the time line: when it begins, and how many rows ended in it, well and badly."""

    start: datetime
    accepted: int
    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatistics:
    """How a campaign went: errors by cause, the time line, latencies in seconds by percentile.

    Counts what each row's last attempt was; earlier attempts are not kept.
    """

    causes: Mapping[str, int]
    slices: Sequence[Slice]
    slice_seconds: float
    latencies: Mapping[float, float]
    first_at: datetime | None
    last_at: datetime | None


def follow(rows: Iterable[SettledRow]) -> RunStatistics:
    """Count the rows that have ended; memory depends on how long the campaign ran, not on its size."""
    causes: Counter[str] = Counter()
    accepted: Counter[int] = Counter()
    other: Counter[int] = Counter()
    latency = LatencyHistogram()
    for row in rows:
        outcome = row.outcome
        second = outcome.at // 1000
        (accepted if outcome.state is RowState.ACCEPTED else other)[second] += 1
        if outcome.cause is not None:
            causes[outcome.cause] += 1
        if outcome.elapsed:
            latency.add(outcome.elapsed / 1000)
    seconds = sorted({*accepted, *other})
    width = _width(seconds)
    return RunStatistics(
        causes=dict(causes.most_common()),
        slices=_cut(seconds, accepted, other, width),
        slice_seconds=width,
        latencies={share: latency.percentile(share) for share in PERCENTILES},
        first_at=_instant(seconds[0]) if seconds else None,
        last_at=_instant(seconds[-1]) if seconds else None,
    )


def _width(seconds: Sequence[int]) -> int:
    span = seconds[-1] - seconds[0] + 1 if seconds else 1
    return -(-span // SLICES)


def _cut(seconds: Sequence[int], accepted: Counter[int], other: Counter[int], width: int) -> list[Slice]:
    if not seconds:
        return []
    good: Counter[int] = Counter()
    bad: Counter[int] = Counter()
    for second in seconds:
        place = (second - seconds[0]) // width
        good[place] += accepted[second]
        bad[place] += other[second]
    last = (seconds[-1] - seconds[0]) // width
    return [
        Slice(start=_instant(seconds[0] + place * width), accepted=good[place], other=bad[place])
        for place in range(last + 1)
    ]


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
