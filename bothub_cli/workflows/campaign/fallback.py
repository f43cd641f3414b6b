"""Hands the rows that RCS does not reach to another channel, while the campaign is sent and afterwards."""

import shutil
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bothub_cli.campaign.fallback.rows import FallbackRow, find_rows
from bothub_cli.campaign.fallback.search import FallbackSearch, Found
from bothub_cli.campaign.journal.interface import Handover, Journal
from bothub_cli.campaign.run.stop import Stopper
from bothub_cli.campaign.settings import CampaignWishes
from bothub_cli.clock import to_rfc3339
from bothub_cli.context import AppContext
from bothub_cli.durations import read_seconds
from bothub_cli.errors import BothubError, UsageError
from bothub_cli.output.documents.campaign import count_rows
from bothub_cli.workflows.campaign.campaign import Campaign
from bothub_cli.workflows.campaign.fallback_channel import run_command, split_command, write_file
from bothub_cli.workflows.campaign.fallback_deliveries import delivery_of

if TYPE_CHECKING:
    from bothub_cli.campaign.run.start import RunOptions

LOOK_EVERY = 2.0  # seconds between two looks
BREATH = 10.0  # times as long as a look took is nothing looked at, so that a long list does not slow the sending
FLUSH_EVERY = 2.0  # seconds that a row waits for others, since the list is read again for all of them
_GROUP = 5000  # rows that are looked for in the list at once
COMMAND_FAILED = "command failed"
COMMAND_IN_DOUBT = "command in doubt"
NOT_REVOKED = "not revoked"


def read_after(wishes: CampaignWishes) -> float | None:
    """Return how many seconds a delivery is waited for; None for no waiting. Raises UsageError."""
    return None if wishes.fallback_after is None else read_seconds(wishes.fallback_after, option="--fallback-after")


def check_fallback(wishes: CampaignWishes) -> None:
    """Refuse before anything is sent what could not be handed over afterwards. Raises UsageError."""
    read_after(wishes)
    file, command = wishes.fallback_file, wishes.fallback_exec
    if wishes.fallback_after is not None and file is None and command is None:
        raise UsageError(
            problem="--fallback-after does not say where the rows go", fix="add --fallback-file or --fallback-exec"
        )
    if file is not None and not Path(file).absolute().parent.is_dir():
        raise UsageError(problem=f"--fallback-file: there is no folder for {file}")
    if command is not None and shutil.which((split_command(command) or [""])[0]) is None:
        raise UsageError(problem=f"--fallback-exec: no such command: {command}")


@contextmanager
def handing_over(
    context: AppContext, campaign: Campaign, options: "RunOptions", stopper: Stopper
) -> "Iterator[Fallback | None]":
    """Give the block what hands rows over; None when the user wants no fallback."""
    if campaign.wishes.fallback_file is None and campaign.wishes.fallback_exec is None:
        yield None
        return
    journal = campaign.place.open_beside()
    try:
        yield Fallback(context, campaign, journal, options, stopper)
    finally:
        journal.close()


class Fallback:
    """Hands each row over once; ``counts`` says how many for which reason."""

    def __init__(
        self, context: AppContext, campaign: Campaign, journal: Journal, options: "RunOptions", stopper: Stopper
    ) -> None:
        self._context = context
        self._campaign = campaign
        self._journal = journal
        self._stopper = stopper
        self._sending_ended = threading.Event()
        after = read_after(campaign.wishes)
        self._after = after or 0.0
        self._search = FallbackSearch(
            journal,
            delivery=None if after is None else delivery_of(context, options, after=after, is_stopped=self._is_stopped),
            clock=context.clock,
            is_stopped=self._is_stopped,
        )
        self._refused: set[int] = set()  # whose command did not take them: it is asked again in the next run
        self._counts: Counter[str] = Counter()
        self._is_file_due = True
        self._written = 0
        self._told: str | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        not_revoked = {NOT_REVOKED: self._search.not_revoked} if self._search.not_revoked else {}
        return dict(self._counts) | not_revoked

    @contextmanager
    def beside_the_sending(self) -> Iterator[None]:
        """Hand over what falls due while the block sends, in a thread of its own."""
        with ThreadPoolExecutor(1, thread_name_prefix="bothub-fallback") as pool:
            looking = pool.submit(self._keep_looking)
            try:
                yield
            finally:
                self._sending_ended.set()
            looking.result()

    def finish(self) -> None:
        """Hand over the rest, and wait for what may still arrive. Raises what keeps rows from being handed over."""
        self._search.rewind()
        self._sending_ended = threading.Event()  # now only the user ends a look
        try:
            self._look()
            if self._search.is_waiting and not self._stopper.was_asked:
                latest = to_rfc3339((self._context.clock.now() + timedelta(seconds=self._after)).replace(microsecond=0))
                self._context.printer.note(
                    f"waiting for deliveries until {latest} at the latest; Ctrl-C leaves, and the same command goes on"
                )
            while self._search.is_waiting and not self._stopper.was_asked:
                self._pause(self._look())
        finally:
            if self._is_file_due:
                self._write_file()
        self._tell_missing()

    def _tell_missing(self) -> None:
        """Tell of rows that are noted as gone another way, and that a list which has changed no longer names."""
        if self._campaign.wishes.fallback_file is None:
            return
        if missing := sum(1 for _ in self._journal.handovers()) - self._written:
            self._context.printer.warn(
                f"{count_rows(missing)} for another channel: no longer in the list, or suppressed since"
            )

    def _is_stopped(self) -> bool:
        return self._sending_ended.is_set() or self._stopper.was_asked

    def _keep_looking(self) -> None:
        """Look until the sending ends; what stands in the way now is told, and may be gone at the next look."""
        took = 0.0
        while not self._sending_ended.wait(max(LOOK_EVERY, took * BREATH)):
            began = self._context.clock.monotonic()
            try:
                self._look()
            except BothubError as error:
                self._tell_once(error)
            took = self._context.clock.monotonic() - began

    def _tell_once(self, error: BothubError) -> None:
        if self._told != error.message:
            self._told = error.message
            self._context.printer.warn(f"fallback: {error.message}; it is tried again")

    def _pause(self, took: float) -> None:
        end = self._context.clock.monotonic() + max(1.0, took * BREATH)
        while self._context.clock.monotonic() < end and not self._stopper.was_asked:
            self._context.clock.sleep(0.2)

    def _look(self) -> float:
        """Hand over what has to go by now, and return how long it took."""
        began = self._context.clock.monotonic()
        next_time = began + FLUSH_EVERY
        group: list[Found] = []
        for found in self._search.look():
            if found is not None:
                group.append(found)
            now = self._context.clock.monotonic()
            if group and (now >= next_time or len(group) >= _GROUP):
                self._hand_over(group)
                ended = self._context.clock.monotonic()
                group, next_time = [], ended + max(FLUSH_EVERY, (ended - now) * BREATH)
        self._hand_over(group)
        return self._context.clock.monotonic() - began

    def _hand_over(self, group: list[Found]) -> None:
        command = self._campaign.wishes.fallback_exec
        if command is None:
            self._note([each.handover._replace(is_done=True) for each in group])
        else:
            self._run_for_each(split_command(command), group)
        if self._is_file_due:
            self._write_file()

    def _note(self, handovers: list[Handover]) -> list[Handover]:
        """Note it before it happens, so that a crash hands nobody over twice."""
        fresh = self._journal.hand_over(handovers) if handovers else []
        self._counts.update(row.reason for row in fresh)
        self._is_file_due = self._is_file_due or bool(fresh)
        return fresh

    def _run_for_each(self, words: list[str], group: list[Found]) -> None:
        wanted = {each.key: each.handover for each in group if each.handover.row not in self._refused}
        for row in find_rows(wanted, self._campaign.given, salt=self._journal.salt):
            if self._stopper.was_asked:
                return
            if self._note([row.handover]):
                self._run(words, row)

    def _run(self, words: list[str], row: FallbackRow) -> None:
        number = row.handover.row
        match run_command(self._context, words, row.facts()):
            case "yes":
                self._journal.finish_handover(number, taken=True)
            case "no":
                self._refused.add(number)
                self._journal.finish_handover(number, taken=False)
                self._counts[COMMAND_FAILED] += 1
            case "in doubt":
                self._counts[COMMAND_IN_DOUBT] += 1

    def _write_file(self) -> None:
        self._is_file_due = False
        file = self._campaign.wishes.fallback_file
        if file is None:
            return
        try:
            self._written = write_file(Path(file), self._journal, self._campaign.given)
        except BothubError:
            self._is_file_due = True
            raise
