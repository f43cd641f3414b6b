"""Shows how far a long command is, on a terminal only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, Protocol

from bothub_cli.output.printer import Printer

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import ProgressColumn, TaskID


class Progress(Protocol):
    """What a command tells about its progress."""

    def advance(self, steps: int = 1) -> None:
        """Say that more is done."""
        ...


class SilentProgress:
    """Progress that nobody watches."""

    def advance(self, steps: int = 1) -> None:
        """Say nothing."""


class _Bar:
    def __init__(self, bar: "RichProgress", task: "TaskID") -> None:
        self._bar = bar
        self._task = task

    def advance(self, steps: int = 1) -> None:
        self._bar.advance(self._task, steps)


@contextmanager
def progress(
    printer: Printer, title: str, total: int | None, *, unit: Literal["steps", "bytes", "none"] = "steps"
) -> Iterator[Progress]:
    """Draw a bar on stderr while the block runs, if a person watches and wants to hear.

    ``total`` in steps or bytes; with the unit "none" there is nothing to count, and the bar only moves.
    """
    if not printer.is_interactive or printer.options.quiet or printer.options.json:
        yield SilentProgress()
        return
    from rich.progress import Progress as RichProgress  # loads rich

    columns = _choose_columns(unit)
    with RichProgress(*columns, console=printer.console_for(printer.stderr), transient=True) as bar:
        yield _Bar(bar, bar.add_task(title, total=total))


def _choose_columns(unit: Literal["steps", "bytes", "none"]) -> "tuple[ProgressColumn, ...]":
    from rich.progress import (  # loads rich
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    title_and_bar = (TextColumn("{task.description}", markup=False), BarColumn())
    match unit:
        case "steps":
            return (*title_and_bar, MofNCompleteColumn(), TimeRemainingColumn())
        case "bytes":
            return (*title_and_bar, DownloadColumn(), TimeRemainingColumn())
        case "none":
            return (*title_and_bar, TimeElapsedColumn())


@contextmanager
def show_progress(printer: Printer, title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Draw the same for a number of bytes, or for something that has none; yields what is told of each block."""
    with progress(printer, title, total, unit="none" if total is None else "bytes") as bar:
        yield bar.advance
