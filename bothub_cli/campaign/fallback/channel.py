"""Gives rows to the other channel: a CSV file of all of them, or a command for each."""

import io
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import Literal, TextIO

from bothub_cli.campaign.fallback.rows import REASON, find_handed_over
from bothub_cli.campaign.journal.interface import Journal
from bothub_cli.campaign.rows.prepare import CampaignInput
from bothub_cli.child_processes import last_line, run_with_input, say_end
from bothub_cli.command_lines import split_words
from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.files import say_unwritable, writing_private
from bothub_cli.lists.csv_cells import write_csv
from bothub_cli.lists.recipients import TO

COMMAND_TIMEOUT = 60.0  # seconds

Taken = Literal["yes", "no", "in doubt"]


def split_command(command: str) -> list[str]:
    """Return the words of ``--fallback-exec``. Raises UsageError."""
    try:
        return list(split_words(command))
    except ValueError as error:
        raise UsageError(option="fallback_exec", problem=f"{error}: {command}") from error


def run_for_row(
    words: list[str], row: Mapping[str, str], *, environment: Mapping[str, str], warn: Callable[[str], None]
) -> Taken:
    """Run the command with the row on its standard input; one that was killed, or took too long, may have sent."""
    line = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    with TemporaryFile() as said:
        try:
            code = run_with_input(
                words, line, timeout=COMMAND_TIMEOUT, stdout=subprocess.DEVNULL, stderr=said, environment=environment
            )
        except OSError as error:
            warn(f"--fallback-exec: {error}")
            return "no"
        if code is None:
            warn(f"--fallback-exec did not end in {COMMAND_TIMEOUT:g} s, and was killed")
            return "in doubt"
        if code == 0:
            return "yes"
        warn(f"--fallback-exec {say_end(code)}: {last_line(said)}".removesuffix(": "))
        return "no" if code > 0 else "in doubt"


def write_file(path: Path, journal: Journal, given: CampaignInput, *, raw: bool) -> int:
    """Write all rows that were ever handed over, and return how many; the same file after a crash, or when repeated.

    Raises ConfigurationError when it cannot be written.
    """
    try:
        with writing_private(path.absolute()) as stream:
            text = io.TextIOWrapper(stream, "utf-8", errors="replace", newline="", write_through=True)
            count = _write_rows(text, (row.facts() for row in find_handed_over(journal, given)), raw=raw)
            text.detach()
    except OSError as error:
        raise ConfigurationError(problem=say_unwritable(error), where=str(path)) from error
    return count


def _write_rows(text: TextIO, rows: Iterator[dict[str, str]], *, raw: bool) -> int:
    first = next(rows, None)
    columns = list(first or {TO: "", REASON: ""})
    lines = ([row.get(column, "") for column in columns] for row in chain([first] if first else [], rows))
    text.write(write_csv([columns], raw=raw))
    return sum(1 for line in lines if text.write(write_csv([line], raw=raw)))
