"""Shows a running campaign: a live bar on a terminal, a plain line now and then elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.output.campaign_words import describe_span
from bothub_cli.output.documents.note import NotedProgress
from bothub_cli.output.printer import Printer

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

LINE_EVERY = 10.0  # seconds between two plain lines
NARROW = 80  # columns: less, and the bar would leave no room for the count, which must never be cut
PAUSE_AFTER = 1.0  # seconds since the last line before a pause is worth one

_WORDS = {
    RowState.ACCEPTED: "accepted",
    RowState.REFUSED: "refused",
    RowState.FAILED: "failed",
    RowState.UNKNOWN: "unknown",
    RowState.SUPPRESSED: "suppressed",
}

Show = Callable[[RunProgress], None]


@contextmanager
def campaign_progress(printer: Printer, *, total: int) -> Iterator[Show]:
    """Give the block a function that shows each moment of a run of ``total`` rows."""
    if printer.options.quiet:
        yield lambda progress: None  # noqa: ARG005  nobody looks
    elif printer.is_interactive and not printer.options.json:
        with _live(printer, total) as show:
            yield show
    else:
        yield _PlainLines(printer, total)


def say_progress(progress: RunProgress, total: int) -> str:
    """Return one line: how many of how many, how fast, how long still, by outcome, the latency, why it pauses."""
    here = " by this machine" if progress.is_shared else ""
    parts = [f"{progress.finished:,} of {total:,}{here}", f"{progress.rate:,.0f}/s"]
    if (left := _seconds_left(progress, total)) is not None:
        parts.append(f"{describe_span(left)} left")
    parts.append(_details(progress))
    return " · ".join(part for part in parts if part)


def in_numbers(progress: RunProgress, total: int) -> NotedProgress:
    """Return what ``describe`` says, for a program."""
    left = _seconds_left(progress, total)
    return NotedProgress(
        done=progress.finished,
        total=total,
        rate=round(progress.rate, 2),
        eta_seconds=None if left is None else round(left, 1),
        outcomes={word: progress.outcomes.get(state, 0) for state, word in _WORDS.items()},
        paused=progress.paused,
        slowed_to=None if progress.slowed_to is None else round(progress.slowed_to, 2),
    )


def _details(progress: RunProgress) -> str:
    counts = ", ".join(
        f"{progress.outcomes[state]:,} {word}" for state, word in _WORDS.items() if progress.outcomes.get(state)
    )
    latency = f"p50 {progress.latency_p50 * 1000:.0f} ms, p99 {progress.latency_p99 * 1000:.0f} ms"
    answers = "1 answer" if progress.in_flight == 1 else f"{progress.in_flight:,} answers"
    waiting = f"waiting for {answers}" if progress.in_flight and not progress.rate else ""
    paused = f"paused: {progress.paused}" if progress.paused else waiting
    slowed = f"slowed to {progress.slowed_to:,.3g}/s: the API asked for less" if progress.slowed_to else ""
    return " · ".join(part for part in (counts, latency if progress.finished else "", slowed, paused) if part)


def _seconds_left(progress: RunProgress, total: int) -> float | None:
    """Go by the whole run, which is steadier than the last moment; None while nothing moves, or others send too."""
    if progress.is_shared or not progress.finished or not progress.rate or progress.paused:
        return None
    return max(0, total - progress.finished) * progress.elapsed / progress.finished


class _PlainLines:
    def __init__(self, printer: Printer, total: int) -> None:
        self._printer = printer
        self._total = total
        self._last = 0.0
        self._paused: str | None = None

    def __call__(self, progress: RunProgress) -> None:
        """Say it every ten seconds, and when a pause begins that is longer than a moment."""
        waited = progress.elapsed - self._last
        begins = progress.paused is not None and progress.paused != self._paused
        if waited >= LINE_EVERY or (begins and waited >= PAUSE_AFTER):
            self._last, self._paused = progress.elapsed, progress.paused
            self._printer.note_progress(say_progress(progress, self._total), in_numbers(progress, self._total))


@contextmanager
def _live(printer: Printer, total: int) -> Iterator[Show]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn  # loads rich
    from rich.progress import Progress as RichProgress  # loads rich

    console = printer.console_for(printer.stderr)
    wide = (
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}", markup=False),
        TextColumn("{task.fields[details]}", markup=False, style="dim"),
    )
    line = TextColumn("{task.fields[line]}", markup=False)
    columns = (line,) if console.width < NARROW else wide
    with RichProgress(*columns, console=console, transient=True, refresh_per_second=5) as bar:
        task = bar.add_task("", total=total, speed="", details="", line="")
        yield lambda progress: _draw(bar, task, progress, total)


def _draw(bar: "RichProgress", task: "TaskID", progress: RunProgress, total: int) -> None:
    left = _seconds_left(progress, total)
    speed = f"{progress.rate:,.0f}/s" + (f", {describe_span(left)} left" if left is not None else "")
    bar.update(
        task,
        completed=progress.finished,
        speed=speed,
        details=_details(progress),
        line=say_progress(progress, total),
    )
