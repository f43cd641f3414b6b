"""The blocks that a machine has in hand: taken ahead of the sending, kept with a life sign, ended, and given back."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from bothub_cli.campaign.journal.interface import CampaignOrder, OtherMachines
from bothub_cli.campaign.ledger import schema as sql
from bothub_cli.campaign.ledger.exchange import HeldRow, Tickets
from bothub_cli.campaign.ledger.link import Connection, LedgerConnection
from bothub_cli.campaign.ledger.seal import BlockSeal, SealedRow
from bothub_cli.campaign.ledger.suppressions import ListedHashes
from bothub_cli.campaign.ledger.times import USUAL, LedgerTimes
from bothub_cli.campaign.rows.prepared_row import PreparedRow
from bothub_cli.errors import BothubError, ConfigurationError

READY_BLOCKS, READY_ROWS = 2, 600  # in hand, below which another is taken: the sending never waits, and others get some
MOST_BLOCKS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """This process, as the others see it."""

    id: str
    host: str
    version: str


@dataclass(slots=True, kw_only=True)
class MachineTally:
    """What this process has done so far for the campaign."""

    finished: int = 0
    bad: int = 0
    rate: float = 0.0


@dataclass(slots=True)
class _Block:
    number: int
    attempt: int
    sealed: bytes
    rows: dict[int, SealedRow] = field(default_factory=dict)  # opened when the first of them is to be sent
    live: set[int] = field(default_factory=set)  # rows that are with the engine, or on the way to it


class BlockKeeper:
    """Feeds the engine with rows of blocks that are this machine's, in a thread of its own.

    ``take``, ``ready``, ``is_open``, ``wait`` and ``hold`` are the engine's; ``on_stop`` is called once when everybody
    is to stop. With ``has_limits``, ``elsewhere`` is what the others have done so far. ``error`` is what keeps the
    ledger from being used: ``hold`` raises it on the engine's thread.
    """

    def __init__(
        self,
        link: LedgerConnection,
        campaign: int,
        *,
        machine: Machine,
        seal: BlockSeal,
        tickets: Tickets,
        listed: ListedHashes,
        on_stop: Callable[[], object],
        has_limits: bool = False,
        times: LedgerTimes = USUAL,
    ) -> None:
        self._link = link
        self._campaign = campaign
        self._machine = machine
        self._seal = seal
        self._tickets = tickets
        self.listed = listed
        self._on_stop = on_stop
        self._has_limits = has_limits
        self.elsewhere = OtherMachines()
        self._times = times
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._filled = threading.Event()
        self._blocks: dict[tuple[int, int], _Block] = {}
        self._ready: deque[tuple[PreparedRow, SealedRow]] = deque()
        self._last_tickets: deque[int] = deque()  # of each block that was fed
        self._is_over = False
        self._is_closing = False
        self._beat_from = time.monotonic()  # when the last life sign that was heard was sent
        self._gap_ended = 0.0  # since when the ledger answers again, after it did not for longer than a machine lives
        self._engine_seen = time.monotonic()
        self._next_beat = 0.0
        self._next_look = 0.0
        self._next_take = 0.0
        self.tally = MachineTally()
        self.error: BothubError | None = None
        self.order: CampaignOrder = "run"
        self.reason: str | None = None
        self._thread = threading.Thread(target=self._keep, name="bothub-blocks", daemon=True)

    def start(self) -> None:
        """Begin to take blocks."""
        self._thread.start()

    def close(self) -> None:
        """Give back what is in hand, for whoever comes next; the engine has ended."""
        self._is_closing = True
        self._wake.set()
        if self._thread.ident is not None:  # nothing was taken where no token was had
            self._thread.join(timeout=self._times.dead_after)
        self._link.close()

    # -- what the engine asks, on its thread --------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Tell whether rows may still come."""
        return not self._is_over

    @property
    def ready(self) -> int:
        """How many rows can be taken now."""
        return len(self._ready)

    def take(self, count: int) -> list[PreparedRow]:
        """Return up to so many rows."""
        rows: list[PreparedRow] = []
        while len(rows) < count and self._ready:
            rows.append(self._ready.popleft()[0])
        if len(self._ready) < READY_ROWS // 2:
            self._wake.set()
        return rows

    def wait(self, seconds: float) -> None:
        """Wait until rows have come, or for so long."""
        self._filled.wait(seconds)
        self._filled.clear()

    def hold(self) -> str | None:
        """Say why nothing may be launched: the ledger may have given this machine's rows up."""
        self._engine_seen = now = time.monotonic()
        if self.error is not None:
            raise self.error
        if now - self._beat_from > self._times.hold_after:
            return "the ledger does not answer"
        return None

    def note_ended(self, rows: list[HeldRow]) -> None:
        """Hear which rows this process is done with."""
        with self._lock:
            for row in rows:
                block = self._blocks.get((row.block, row.attempt))
                if block is not None:
                    block.live.discard(row.seq)
                    if not block.live:
                        self._wake.set()

    # -- the keeper's thread -------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        try:
            while not self._is_closing:
                self._turn()
                self._wake.wait(0.25)
                self._wake.clear()
            self._end_blocks()
            self._give_back()
        except BothubError as error:
            self.error = error
            self._filled.set()
            if not isinstance(error, ConfigurationError):  # the ledger is there: what is in hand goes to others at once
                while not self._is_closing:
                    self._wake.wait()
                    self._wake.clear()
                with suppress(BothubError):
                    self._give_back()

    def _turn(self) -> None:
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + self._times.look_every
            self._look(is_beat=now >= self._next_beat)
        self._end_blocks()
        if now >= self._next_take and not self._is_over:
            self._fill(now)

    def _look(self, *, is_beat: bool) -> None:
        """Give the life sign, and hear what everybody wants."""
        sent = time.monotonic()
        is_engine_there = sent - self._engine_seen < self._times.engine_gone_after
        gives_sign = is_beat and is_engine_there
        with self._lock:
            mine = list(self._blocks)
        order, reason, kept = self._link.run(lambda connection: self._ask(connection, mine, gives_sign=gives_sign))
        heard = time.monotonic()
        if heard - self._beat_from > self._times.dead_after or self._link.server_age < self._times.dead_after:
            self._gap_ended = heard
            self._link.server_age += self._times.dead_after  # counted once
        if gives_sign:
            self._next_beat = sent + self._times.life_sign
            self._beat_from = sent if heard - sent < self._times.life_sign else heard - self._times.life_sign
            self._drop(set(mine) - kept)
        elif not mine:
            self._beat_from = sent
        if order != "run" and not self._is_over:
            self.order, self.reason = order, reason
            self._is_over = True
            self._on_stop()

    def _ask(
        self, connection: Connection, mine: list[tuple[int, int]], *, gives_sign: bool
    ) -> tuple[CampaignOrder, str | None, set[tuple[int, int]]]:
        kept = summed = None
        before = time.monotonic()
        with connection.pipeline():
            now = connection.execute("SELECT extract(epoch FROM clock_timestamp())::double precision")
            if gives_sign:
                numbers, attempts = [number for number, _ in mine], [attempt for _, attempt in mine]
                kept = connection.execute(sql.BEAT, (numbers, attempts, self._campaign))
                connection.execute(sql.MACHINE_BEAT, self._describe())
                summed = connection.execute(sql.SUMS, self._describe()) if self._has_limits else None
            ordered = connection.execute("SELECT wish, reason FROM campaign WHERE id = %s", (self._campaign,))
            heard = self.listed.ask(connection)
        after = time.monotonic()
        [(seconds,)] = now.fetchall()
        self._link.clock_offset = seconds - (before + after) / 2
        while self.listed.update(heard.fetchall()):
            self._link.go_on()
            heard = self.listed.ask(connection)
        if summed is not None:
            self._hear_elsewhere(*summed.fetchall()[0], asked=(before + after) / 2)
        found = ordered.fetchone()
        order, reason = found if found is not None else ("stop", "somebody deleted this campaign")
        return order, reason, set(kept.fetchall()) if kept is not None else set(mine)

    def _hear_elsewhere(self, finished: int, bad: int, seconds: float | None, *, asked: float) -> None:
        began_at = math.inf if seconds is None else asked - seconds
        self.elsewhere = OtherMachines(finished=finished, bad=bad, began_at=began_at)

    def _describe(self) -> dict[str, object]:
        tally = self.tally
        return {
            "id": self._machine.id,
            "campaign": self._campaign,
            "host": self._machine.host,
            "version": self._machine.version,
            "finished": tally.finished,
            "bad": tally.bad,
            "rate": tally.rate,
        }

    def _drop(self, lost: set[tuple[int, int]]) -> None:
        """Let go of blocks that others took over: what of them is in flight here may still be told."""
        if not lost:
            return
        with self._lock:
            for place in lost:
                self._blocks.pop(place, None)
        keep = [(row, sealed) for row, sealed in list(self._ready) if self._place_of(row) not in lost]
        # The engine may have taken some of them meanwhile: the ledger refuses their claims.
        self._ready.clear()
        self._ready.extend(keep)

    def _place_of(self, row: PreparedRow) -> tuple[int, int]:
        held = self._tickets.find(row.key)
        return held.block, held.attempt

    def _fill(self, now: float) -> None:
        """Take blocks until two lie ready; when there is none, find out whether everything has been sent."""
        while self._is_room and len(self._blocks) < MOST_BLOCKS and not self._is_closing:
            may_take_over = time.monotonic() - self._gap_ended > self._times.dead_after
            taken = self._link.run(partial(self._take_block, may_take_over=may_take_over))
            if taken is None:
                self._next_take = now + self._times.look_every
                if not self._blocks:
                    self._is_over = self._is_over or self._link.run(self._is_finished)
                    self._filled.set()
                return
            self._add(taken)

    @property
    def _is_room(self) -> bool:
        """Tell whether fewer blocks, or rows, wait for the engine than it should have in hand."""
        try:
            first = self._ready[0][0].key
        except IndexError:
            return True
        while self._last_tickets and self._last_tickets[0] < first:
            self._last_tickets.popleft()
        return len(self._last_tickets) < READY_BLOCKS and len(self._ready) < READY_ROWS

    def _take_block(self, connection: Connection, *, may_take_over: bool) -> _Block | None:
        facts = {
            "owner": self._machine.id,
            "campaign": self._campaign,
            "may_take_over": may_take_over,
            "dead_after": self._times.dead_after,
        }
        with connection.pipeline():
            connection.execute("BEGIN")
            taken = connection.execute(sql.TAKE_BLOCK, facts)
            connection.execute(sql.INTERRUPT, (self._campaign,))
            rows = connection.execute(sql.TAKEN_ROWS, (self._campaign,))
            connection.execute("COMMIT")
        if (found := taken.fetchone()) is None:
            return None
        number, attempt, sealed, _ = found
        return _Block(number, attempt, bytes(sealed), live={seq for (seq,) in rows.fetchall()})

    def _add(self, block: _Block) -> None:
        with self._lock:
            self._blocks[block.number, block.attempt] = block
        self._feed(block, sorted(block.live))

    def _feed(self, block: _Block, seqs: list[int]) -> None:
        if seqs and not block.rows:
            block.rows = {row.seq: row for row in self._seal.open(block.number, block.sealed)}
        rows = [block.rows[seq] for seq in seqs]
        tickets = self._tickets.give(HeldRow(block.number, block.attempt, seq) for seq in seqs)
        self._ready.extend(
            (PreparedRow(ticket, row.body, row.number), row) for ticket, row in zip(tickets, rows, strict=True)
        )
        self._last_tickets.extend(tickets[-1:])
        self._filled.set()
        if not rows:
            self._wake.set()

    def _is_finished(self, connection: Connection) -> bool:
        row = connection.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM block WHERE campaign = %s AND is_open)", (self._campaign,)
        ).fetchone()
        return row is None or bool(row[0])

    def _end_blocks(self) -> None:
        with self._lock:
            idle = [block for block in self._blocks.values() if not block.live]
        for block in idle:
            left = self._link.run(partial(self._end_block, block=block))
            if left:
                block.live.update(left)
                self._feed(block, left)
                continue
            with self._lock:
                self._blocks.pop((block.number, block.attempt), None)

    def _end_block(self, connection: Connection, *, block: _Block) -> list[int]:
        """Close a block of which nothing is left; else return what is to be sent again."""
        mine = {"campaign": self._campaign, "number": block.number, "attempt": block.attempt}
        with connection.pipeline():
            connection.execute("BEGIN")
            locked = connection.execute(sql.LOCK_MINE, tuple(mine.values()))
            connection.execute(sql.CLOSE_BLOCK, mine)
            rows = connection.execute(sql.OPEN_ROWS, (self._campaign, block.number))
            connection.execute("COMMIT")
        if locked.fetchone() is None:
            return []  # another machine's by now
        return [seq for (seq,) in rows.fetchall()]

    def _give_back(self) -> None:
        """Let others go on at once with what is left, and sign off."""
        with self._lock:
            mine = list(self._blocks)
        numbers, attempts = [number for number, _ in mine], [attempt for _, attempt in mine]

        def work(connection: Connection) -> None:
            connection.execute(sql.MACHINE_BEAT, self._describe())
            connection.execute("UPDATE machine SET has_left = true, rate = 0 WHERE id = %s", (self._machine.id,))
            connection.execute(sql.GIVE_BACK, (numbers, attempts, self._campaign))
            connection.execute(sql.FORGET_SETTLED, (self._campaign,))

        self._link.run(work)
