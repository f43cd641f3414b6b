"""Hands the rows that RCS does not reach to another channel: a CSV file, or a command for each."""

import csv
import io
import json
import shlex
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from bothub_cli.campaign.fallback import (
    Delivery,
    Fate,
    Patience,
    Reach,
    find_refused,
    find_undelivered,
    read_rows_of,
)
from bothub_cli.campaign.journal import Handover, Journal
from bothub_cli.commands.campaign_opening import Campaign
from bothub_cli.commands.campaign_setup import read_seconds
from bothub_cli.commands.campaign_stopping import Stopper
from bothub_cli.commands.campaign_wishes import CampaignWishes
from bothub_cli.context import AppContext
from bothub_cli.errors import ApiRefusedError, ConfigurationError, UsageError
from bothub_cli.files import write_private

if TYPE_CHECKING:
    from bothub_cli.client import BothubClient
    from bothub_cli.listener.database import Database

FLUSH_EVERY = 30.0  # seconds that a row waits for others while the list is read again for all of them
COMMAND_TIMEOUT = 60.0  # seconds
COMMAND_FAILED = "command failed"
NOT_REVOKED = "not revoked"


def check_fallback(wishes: CampaignWishes) -> None:
    """Refuse before anything is sent what could not be handed over afterwards. Raises UsageError."""
    read_seconds(wishes.fallback_after, option="--fallback-after")
    file, command = wishes.fallback_file, wishes.fallback_exec
    if wishes.fallback_after is not None and file is None and command is None:
        raise UsageError(
            problem="--fallback-after does not say where the rows go", fix="add --fallback-file or --fallback-exec"
        )
    if file is not None and not Path(file).absolute().parent.is_dir():
        raise UsageError(problem=f"--fallback-file: there is no folder for {file}")
    if command is not None and shutil.which((_split(command) or [""])[0]) is None:
        raise UsageError(problem=f"--fallback-exec: no such command: {command}")


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise UsageError(problem=f"--fallback-exec: {error}: {command}") from error


def hand_over(context: AppContext, campaign: Campaign, journal: Journal, stopper: Stopper) -> Mapping[str, int]:
    """Hand over every row that has to go another way, each once, and return how many for which reason."""
    return _Fallback(context, campaign, journal).run(stopper)


class _Fallback:
    def __init__(self, context: AppContext, campaign: Campaign, journal: Journal) -> None:
        self._context = context
        self._campaign = campaign
        self._journal = journal
        self._waiting: list[Handover] = []
        self._counts: Counter[str] = Counter()
        self._last_flush = context.clock.monotonic()

    def run(self, stopper: Stopper) -> Mapping[str, int]:
        try:
            for handover in self._candidates(stopper):
                if handover is not None:
                    self._waiting.append(handover)
                elif self._context.clock.monotonic() - self._last_flush >= FLUSH_EVERY:
                    self._flush()
                if stopper.was_asked:
                    break
        finally:
            self._flush()
        return dict(self._counts)

    def _candidates(self, stopper: Stopper) -> Iterator[Handover | None]:
        after = read_seconds(self._campaign.wishes.fallback_after, option="--fallback-after")
        undelivered: Iterable[Handover | None] = ()
        if after is not None:
            self._context.printer.note("waiting for deliveries; Ctrl-C leaves, and the same command goes on")
            patience = Patience(after=after, clock=self._context.clock, is_stopped=lambda: stopper.was_asked)
            undelivered = find_undelivered(self._journal, delivery=self._delivery(), patience=patience)
        return chain(find_refused(self._journal), undelivered)

    def _flush(self) -> None:
        self._last_flush = self._context.clock.monotonic()
        waiting, self._waiting = self._waiting, []
        command = self._campaign.wishes.fallback_exec
        fresh = self._journal.hand_over([row._replace(is_done=command is None) for row in waiting])
        self._counts.update(row.reason for row in fresh)
        if command is not None and fresh:
            self._run_for_each(_split(command), fresh)
        if self._campaign.wishes.fallback_file is not None:
            self._write_file(Path(self._campaign.wishes.fallback_file))

    def _run_for_each(self, words: list[str], fresh: list[Handover]) -> None:
        for handover, row in read_rows_of({each.line: each for each in fresh}, self._campaign.given):
            taken = self._run_one(words, row)
            self._journal.finish_handover(handover.ticket, taken=taken)
            if not taken:
                self._counts[COMMAND_FAILED] += 1

    def _run_one(self, words: list[str], row: Mapping[str, str]) -> bool:
        """Run the command with the row on its standard input; our own credentials are not in its environment."""
        environment = {name: value for name, value in self._context.environ.items() if not name.startswith("BOTHUB_")}
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        try:
            ran = subprocess.run(  # noqa: S603  the user's own command, without a shell
                words, input=line, env=environment, capture_output=True, check=False, timeout=COMMAND_TIMEOUT
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            self._context.printer.warn(f"--fallback-exec: {error}")
            return False
        if ran.returncode:
            said = ran.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            self._context.printer.warn(f"--fallback-exec ended with {ran.returncode}: {' '.join(said)}")
        return ran.returncode == 0

    def _write_file(self, path: Path) -> None:
        """Write all rows that were ever handed over: the same file after a crash, or when the command is repeated."""
        handovers = {row.line: row for row in self._journal.handovers()}
        text = io.StringIO()
        writer: csv.DictWriter[str] | None = None
        for _, row in read_rows_of(handovers, self._campaign.given):
            if writer is None:
                writer = csv.DictWriter(text, list(row), restval="", extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
            writer.writerow(row)
        content = text.getvalue() or "to,reason\n"
        try:
            write_private(path.absolute(), content.encode("utf-8", "replace"))
        except OSError as error:
            raise ConfigurationError(problem=error.strerror or str(error), where=str(path)) from error

    def _delivery(self) -> Delivery:
        client, heard = self._context.client(), self._context.heard

        def revoke(message_id: str) -> Fate:
            fate = _revoke(client, message_id)
            if fate == "in doubt":
                self._counts[NOT_REVOKED] += 1
            return fate

        if heard is None:
            return Delivery(find_reach=lambda name: _ask(client, name), revoke=revoke, is_heard=False)
        return Delivery(find_reach=lambda name: _hear(heard, name), revoke=revoke, is_heard=True)


def _hear(database: "Database", message_id: str) -> Reach:
    from bothub_cli.listener.reach import find_status

    return _read_status(find_status(database, message_id))


def _ask(client: "BothubClient", message_id: str) -> Reach:
    return _read_status(client.message_status(message_id).status)


def _read_status(status: str | None) -> Reach:
    from bothub_cli.listener.statuses import has_reached, is_failure

    if status is None:
        return "on its way"
    if is_failure(status):
        return "failed"
    return "delivered" if has_reached(status, "delivered") else "on its way"


def _revoke(client: "BothubClient", message_id: str) -> Fate:
    """Take a message back; the API refuses that for one that has arrived."""
    try:
        client.cancel(message_id)
    except ApiRefusedError:
        reach = _ask(client, message_id)
        return "arrived" if reach == "delivered" else "revoked" if reach == "failed" else "in doubt"
    return "revoked"
