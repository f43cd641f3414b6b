"""Hands the rows that RCS does not reach to another channel, while the campaign is sent and afterwards."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bothub_cli.amounts import count_words
from bothub_cli.campaign.fallback.channel import run_for_row, split_command, write_file
from bothub_cli.campaign.fallback.rows import FallbackRow, find_rows
from bothub_cli.campaign.fallback.search import FallbackPlatform, FallbackSearch, FoundRow
from bothub_cli.campaign.journal.interface import Handover, Journal
from bothub_cli.campaign.rows.prepare import CampaignInput
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.clock import Clock, to_rfc3339
from bothub_cli.command_lines import say_not_runnable
from bothub_cli.durations import read_seconds
from bothub_cli.errors import BothubError, UsageError
from bothub_cli.files import check_writable, say_unwritable

LOOK_EVERY = 2.0  # seconds between two looks
REST_FACTOR = 10.0  # times as long as a look took is nothing looked at, so that a long list does not slow the sending
FLUSH_EVERY = 2.0  # seconds that a row waits for others, since the list is read again for all of them
_GROUP = 5000  # rows that are looked for in the list at once
COMMAND_FAILED = "command failed"
COMMAND_IN_DOUBT = "command in doubt"
NOT_REVOKED = "not revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where rows go that RCS does not reach: a CSV file of all of them, or a command for each, or both.

    ``after``: seconds that a message may take to arrive; None: only rows that the API did not take go another way.
    ``environment`` is what the command gets, without secrets. ``is_raw``: the file is for a program, and its cells
    stay as they are, also those that a spreadsheet would compute.
    """

    file: Path | None = None
    is_raw: bool = False
    command: str | None = None
    after: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Refuse before anything is sent what could not be handed over afterwards. Raises UsageError."""
        if self.after is not None and self.file is None and self.command is None:
            raise UsageError(
                option="fallback_after",
                problem="fallback_after does not say where the rows go",
                fix="add --fallback-file or --fallback-exec",
            )
        if self.file is not None:
            try:
                check_writable(self.file)
            except OSError as error:
                raise UsageError(option="fallback_file", problem=f"{self.file}: {say_unwritable(error)}") from error
        if self.command is not None and (problem := say_not_runnable(split_command(self.command))):
            raise UsageError(option="fallback_exec", problem=problem)


def read_channel(settings: CampaignSettings) -> Channel:
    """Return where the rows of a campaign go that RCS does not reach. Raises UsageError."""
    after = settings.fallback_after
    return Channel(
        file=Path(settings.fallback_file) if settings.fallback_file is not None else None,
        is_raw=settings.raw_csv is not None,
        command=settings.fallback_exec,
        after=None if after is None else read_seconds(after, option="fallback_after"),
    )


class Fallback:
    """Hands each row over once; ``counts`` says how many for which reason."""

    def __init__(
        self,
        channel: Channel,
        given: CampaignInput,
        journal: Journal,
        *,
        make_delivery: Callable[[float, Callable[[], bool]], FallbackPlatform],
        clock: Clock,
        was_asked: Callable[[], bool],
        note: Callable[[str], None],
        warn: Callable[[str], None],
    ) -> None:
        self._channel = channel
        self._given = given
        self._journal = journal
        self._clock = clock
        self._was_asked = was_asked
        self._note_text = note
        self._warn = warn
        self._sending_ended = threading.Event()
        self._search = FallbackSearch(
            journal,
            delivery=None if channel.after is None else make_delivery(channel.after, self._is_stopped),
            clock=clock,
            is_stopped=self._is_stopped,
        )
        self._refused: set[int] = set()  # whose command did not take them: it is asked again in the next run
        self._counts: Counter[str] = Counter()
        self._is_file_due = True
        self._written = 0
        self._last_problem: str | None = None

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
            if self._search.is_waiting and not self._was_asked():
                latest = (self._clock.now() + timedelta(seconds=self._channel.after or 0.0)).replace(microsecond=0)
                self._note_text(
                    f"waiting for deliveries until {to_rfc3339(latest)} at the latest; Ctrl-C leaves, and the same "
                    "command goes on"
                )
            while self._search.is_waiting and not self._was_asked():
                self._pause(self._look())
        finally:
            if self._is_file_due:
                self._write_file()
        self._tell_missing()

    def _tell_missing(self) -> None:
        """Tell of rows that are noted as gone another way, and that a list which has changed no longer names."""
        if self._channel.file is None:
            return
        if missing := sum(1 for _ in self._journal.handovers()) - self._written:
            self._warn(f"{count_words(missing, 'row')} for another channel: no longer in the list, or suppressed since")

    def _is_stopped(self) -> bool:
        return self._sending_ended.is_set() or self._was_asked()

    def _keep_looking(self) -> None:
        """Look until the sending ends; what stands in the way now is told, and may be gone at the next look."""
        took = 0.0
        while not self._sending_ended.wait(max(LOOK_EVERY, took * REST_FACTOR)):
            began = self._clock.monotonic()
            try:
                self._look()
            except BothubError as error:
                self._tell_once(error)
            took = self._clock.monotonic() - began

    def _tell_once(self, error: BothubError) -> None:
        if self._last_problem != error.message:
            self._last_problem = error.message
            self._warn(f"fallback: {error.message}; it is tried again")

    def _pause(self, took: float) -> None:
        end = self._clock.monotonic() + max(1.0, took * REST_FACTOR)
        while self._clock.monotonic() < end and not self._was_asked():
            self._clock.sleep(0.2)

    def _look(self) -> float:
        """Hand over what has to go by now, and return how long it took."""
        began = self._clock.monotonic()
        next_time = began + FLUSH_EVERY
        group: list[FoundRow] = []
        for found in self._search.look():
            if found is not None:
                group.append(found)
            now = self._clock.monotonic()
            if group and (now >= next_time or len(group) >= _GROUP):
                self._hand_over(group)
                ended = self._clock.monotonic()
                group, next_time = [], ended + max(FLUSH_EVERY, (ended - now) * REST_FACTOR)
        self._hand_over(group)
        return self._clock.monotonic() - began

    def _hand_over(self, group: list[FoundRow]) -> None:
        command = self._channel.command
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

    def _run_for_each(self, words: list[str], group: list[FoundRow]) -> None:
        wanted = {each.key: each.handover for each in group if each.handover.row not in self._refused}
        for row in find_rows(wanted, self._given, salt=self._journal.salt):
            if self._was_asked():
                return
            if self._note([row.handover]):
                self._run(words, row)

    def _run(self, words: list[str], row: FallbackRow) -> None:
        number = row.handover.row
        match run_for_row(words, row.facts(), environment=self._channel.environment, warn=self._warn):
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
        file = self._channel.file
        if file is None:
            return
        try:
            self._written = write_file(file, self._journal, self._given, raw=self._channel.is_raw)
        except BothubError:
            self._is_file_due = True
            raise
