"""Gives rows to the other channel: a CSV file of all of them, or a command for each."""

import csv
import io
import json
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal, TextIO

from bothub_cli.campaign.fallback.rows import REASON, find_handed_over
from bothub_cli.campaign.journal.interface import Journal
from bothub_cli.campaign.rows.prepare import CampaignInput
from bothub_cli.campaign.rows.recipients import TO
from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.files import writing_private

COMMAND_TIMEOUT = 60.0  # seconds

Taken = Literal["yes", "no", "in doubt"]


def split_command(command: str) -> list[str]:
    """Return the words of ``--fallback-exec``. Raises UsageError."""
    try:
        return shlex.split(command)
    except ValueError as error:
        raise UsageError(problem=f"--fallback-exec: {error}: {command}") from error


def run_command(
    words: list[str], row: Mapping[str, str], *, environment: Mapping[str, str], warn: Callable[[str], None]
) -> Taken:
    """Run the command with the row on its standard input.

    In a session of its own, so that Ctrl-C ends us and not a command that is just sending; one that was killed all
    the same, or took too long, may have sent.
    """
    line = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        ran = subprocess.run(  # noqa: S603  the user's own command, without a shell
            words,
            input=line,
            env=environment,
            capture_output=True,
            check=False,
            timeout=COMMAND_TIMEOUT,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        warn(f"--fallback-exec did not end in {COMMAND_TIMEOUT:g} s, and was killed")
        return "in doubt"
    except OSError as error:
        warn(f"--fallback-exec: {error}")
        return "no"
    if ran.returncode == 0:
        return "yes"
    said = ran.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    how = f"ended with {ran.returncode}" if ran.returncode > 0 else f"was killed by signal {-ran.returncode}"
    warn(f"--fallback-exec {how}: {' '.join(said)}".removesuffix(": "))
    return "no" if ran.returncode > 0 else "in doubt"


def write_file(path: Path, journal: Journal, given: CampaignInput) -> int:
    """Write all rows that were ever handed over, and return how many; the same file after a crash, or when repeated.

    Raises ConfigurationError when it cannot be written.
    """
    try:
        with writing_private(path.absolute()) as stream:
            text = io.TextIOWrapper(stream, "utf-8", errors="replace", newline="", write_through=True)
            count = _write_rows(text, (row.facts() for row in find_handed_over(journal, given)))
            text.detach()
    except OSError as error:
        raise ConfigurationError(problem=error.strerror or str(error), where=str(path)) from error
    return count


def _write_rows(text: TextIO, rows: Iterator[dict[str, str]]) -> int:
    first = next(rows, None)
    columns = list(first or {TO: "", REASON: ""})
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    if first is None:
        return 0
    writer.writerow(first)
    return 1 + sum(1 for row in rows if writer.writerow(row) is not None)
