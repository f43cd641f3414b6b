"""What a running campaign tells about itself, counted in constant memory."""

import math
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bothub_cli.campaign.journal.interface import RowState, SlowDowns
from bothub_cli.campaign.pace.pace import CLIENT_RATE

_STEPS = 16  # buckets for each doubling of the latency: percentiles are right within 4.5 %
_BUCKETS = 20 * _STEPS  # up to 2**20 ms
FIRST_LATENCY = 0.5  # seconds that an answer is believed to take before the first one came
SHOWN_OVER = 5.0  # seconds over which the shown rate is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """A moment of a run."""

    outcomes: Mapping[RowState, int]
    """Rows of this run by outcome."""
    causes: Mapping[str, int]
    """Those that were not accepted, by the code of the error."""
    skipped: int
    """Rows that were done before."""
    in_flight: int
    """Requests that wait for their answer."""
    concurrency: int
    """How many may."""
    elapsed: float
    """Seconds since the run began."""
    rate: float
    """Messages a second."""
    latency_p50: float
    """Seconds; half of the answers came sooner."""
    latency_p95: float
    """Seconds."""
    latency_p99: float
    """Seconds."""
    paused: str | None = None
    """Why nothing is being sent, None while it is."""
    slowdowns: int = 0
    """How often the API asked for less."""
    lowest_rate: float | None = None
    """How far that brought the rate; None when it held."""
    asked_to_wait: float = 0.0
    """Seconds in which nothing went because the API wanted it so."""
    slowed_to: float | None = None
    """How fast it may go now, in messages a second; None at the full rate."""
    is_shared: bool = False
    """Other machines send of the same rows."""

    @property
    def slow_downs(self) -> SlowDowns:
        """What this run heard of the pace, for the journal."""
        return SlowDowns(self.slowdowns, self.lowest_rate, round(self.asked_to_wait, 1))

    @property
    def bad(self) -> int:
        """Rows of this run that ended without being accepted."""
        ends = (RowState.REFUSED, RowState.FAILED, RowState.UNKNOWN)
        return sum(self.outcomes.get(state, 0) for state in ends)

    @property
    def finished(self) -> int:
        """Rows that this run brought to an end."""
        return sum(count for state, count in self.outcomes.items() if state is not RowState.RETURNED)


class LatencyHistogram:
    """Counts latencies in buckets that grow by a sixteenth of an octave."""

    def __init__(self, counts: Sequence[int] | None = None) -> None:
        self.counts = list(counts or [0] * (_BUCKETS + 1))

    def add(self, seconds: float) -> None:
        milliseconds = seconds * 1000
        index = 0 if milliseconds <= 1 else min(_BUCKETS, int(math.log2(milliseconds) * _STEPS) + 1)
        self.counts[index] += 1

    def since(self, earlier: "LatencyHistogram") -> "LatencyHistogram":
        """Return what was added after ``earlier`` was copied from this one."""
        return LatencyHistogram([now - before for now, before in zip(self.counts, earlier.counts, strict=True)])

    def percentile(self, share: float) -> float:
        """Return the latency in seconds under which that share of the requests ended; 0 when there are none."""
        wanted = share * sum(self.counts)
        passed = 0
        for index, count in enumerate(self.counts):
            passed += count
            if count and passed >= wanted:
                return float(2 ** (index / _STEPS)) / 1000
        return 0.0


class RunTally:
    """Counts what happens during a run."""

    def __init__(self, *, started: float) -> None:
        self.started = started
        self.outcomes: Counter[RowState] = Counter()
        self.causes: Counter[str] = Counter()
        self.skipped = 0
        self.slowdowns = 0
        self.lowest_rate: float | None = None
        self.slowed_to: float | None = None
        self.asked_to_wait = 0.0
        self.latency = LatencyHistogram()
        self._marked_latency = LatencyHistogram()
        self._mark = (started, 0)
        self._marks = deque([self._mark])
        self.rate = 0.0
        self.recent_latency = FIRST_LATENCY

    @property
    def bad(self) -> int:
        """Rows that ended without being accepted."""
        return self.outcomes[RowState.REFUSED] + self.outcomes[RowState.FAILED] + self.outcomes[RowState.UNKNOWN]

    @property
    def finished(self) -> int:
        return self.bad + self.outcomes[RowState.ACCEPTED]

    def count(self, state: RowState, cause: str | None) -> None:
        self.outcomes[state] += 1
        if cause is not None:
            self.causes[cause] += 1

    def note_rate(self, rate: float, *, wanted: float) -> None:
        """Hear how fast it may go at present; less than was wanted is remembered, if it is less than a client can."""
        self.slowed_to = rate if rate < min(wanted, CLIENT_RATE) * 0.99 else None
        if self.slowed_to is not None:
            self.lowest_rate = min(rate, self.lowest_rate or rate)

    def look_back(self, now: float) -> None:
        """Work out rate and latency of the time since the last look."""
        since, finished = self._mark
        self.rate = (self.finished - finished) / max(now - since, 1e-9)
        self.recent_latency = self.latency.since(self._marked_latency).percentile(0.5) or self.recent_latency
        self._marked_latency = LatencyHistogram(self.latency.counts)
        self._mark = (now, self.finished)
        self._marks.append(self._mark)
        while now - self._marks[0][0] > SHOWN_OVER and len(self._marks) > 1:
            self._marks.popleft()

    def shown_rate(self, now: float) -> float:
        """Return the rate of the last seconds: at a few messages a second most looks find none."""
        since, finished = self._marks[0]
        return (self.finished - finished) / max(now - since, 1e-9)

    def snapshot(self, *, now: float, in_flight: int, concurrency: int, paused: str | None) -> RunProgress:
        return RunProgress(
            outcomes=dict(self.outcomes),
            causes=dict(self.causes),
            skipped=self.skipped,
            in_flight=in_flight,
            concurrency=concurrency,
            elapsed=now - self.started,
            rate=self.shown_rate(now),
            latency_p50=self.latency.percentile(0.5),
            latency_p95=self.latency.percentile(0.95),
            latency_p99=self.latency.percentile(0.99),
            paused=paused,
            slowdowns=self.slowdowns,
            lowest_rate=self.lowest_rate,
            asked_to_wait=self.asked_to_wait,
            slowed_to=self.slowed_to,
        )
