"""Machines of the tests that take blocks by hand, in the order that a test wants."""

from dataclasses import fields
from functools import partial
from typing import Any, ClassVar

import psycopg

from bothub_cli.campaign.journal.interface import CampaignRecord, Outcome, PlannedRow
from bothub_cli.campaign.ledger.blocks import BlockKeeper, Machine
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.link import LedgerAddress, LedgerConnection
from bothub_cli.campaign.ledger.seal import BlockSeal, ListKeySeal, NumberHash
from bothub_cli.campaign.ledger.set_up import look, set_up
from bothub_cli.campaign.ledger.suppressions import ListedHashes
from bothub_cli.campaign.ledger.times import USUAL, LedgerTimes
from bothub_cli.errors import ConfigurationError
from bothub_cli.redaction import Secret

SECRET = Secret("the bot's private key, as PEM")


class TidyLedger(SharedLedger):
    """A ledger whose connections can be closed all at once when a test ends."""

    opened: ClassVar[list[LedgerConnection]] = []

    def link(self, *, durable: bool = True, max_wait: float | None = None, name: str | None = None) -> LedgerConnection:
        link = super().link(durable=durable, max_wait=max_wait, name=name)
        self.opened.append(link)
        return link

    def tidy(self) -> None:
        while self.opened:
            self.opened.pop().close()


def shorten(times: LedgerTimes, speed: float) -> LedgerTimes:
    """Return the same times, so many times as short: a test that waits for a lease waits less."""
    return LedgerTimes(**{each.name: getattr(times, each.name) / speed for each in fields(times)})


def make_ledger(url: str, *, bot: str = "bot", resend_wait: float = 0.0, speed: float = 1.0) -> TidyLedger:
    """Return a ledger, which is set up first in an empty database."""
    ledger = TidyLedger(
        address=LedgerAddress.read(url),
        bot=bot,
        secret=lambda: SECRET,
        max_wait=20.0,
        resend_wait=resend_wait,
        times=shorten(USUAL, speed),
    )
    try:
        look(ledger)
    except ConfigurationError:
        set_up(ledger, user=None)
    return ledger


class HandMachine:
    """A machine that does nothing by itself."""

    def __init__(self, ledger: SharedLedger, name: str, *, machine: str = "m1") -> None:
        self.journal = ledger.place(name).open_to_work()
        self._ask_link = ledger.link()
        self.keeper = BlockKeeper(
            ledger.link(),
            self.journal.id,
            machine=Machine(id=machine, host=machine, version="1"),
            seal=BlockSeal(SECRET, salt=self.journal.salt, campaign=name),
            tickets=self.journal.tickets,
            listed=ListedHashes(bot=ledger.bot, number_hash=NumberHash(ListKeySeal(SECRET, bot=ledger.bot).first)),
            on_stop=lambda: None,
        )
        self.journal.on_ended(self.keeper.note_ended)
        self.tickets: dict[int, int] = {}  # the latest ticket of each row key

    def take(self) -> int:
        """Take every block that is free or a dead one's; return how many."""
        keys = {seq: key for key, seq in self.ask("SELECT key, seq FROM row WHERE campaign = %s", self.journal.id)}
        count = 0
        while (block := self.keeper._link.run(partial(self.keeper._take_block, may_take_over=True))) is not None:
            self.keeper._add(block)
            count += 1
        for row, sealed in self.keeper._ready:
            self.tickets[keys[sealed.seq]] = row.key
        return count

    def claim(self, *keys: int) -> list[int | None]:
        """Claim rows; one that was not fed to this machine is not asked for."""
        wanted = [self.tickets[key] for key in keys if key in self.tickets]
        given = dict(zip(wanted, self.journal.stage([], wanted)(), strict=True))
        return [given.get(self.tickets.get(key, 0)) for key in keys]

    def end(self, *outcomes: Outcome) -> None:
        """Tell how requests ended."""
        self.journal.stage(outcomes, [])()

    def beat(self) -> None:
        """Give a life sign, and hear what everybody wants."""
        self.keeper._look(is_beat=True)

    def ask(self, statement: str, *values: object) -> list[Any]:
        return self._ask_link.run(lambda connection: connection.execute(statement, values).fetchall())

    def do(self, statement: str, *values: object) -> None:
        self._ask_link.run(lambda connection: connection.execute(statement, values))

    def fall_silent(self) -> None:
        """Let so much time go by for everybody that who gave no sign since is dead."""
        self.do("UPDATE block SET beat_at = beat_at - interval '9 s' WHERE campaign = %s", self.journal.id)


def plan(ledger: SharedLedger, record: CampaignRecord, keys: "list[int] | range") -> None:
    """Plan rows and let every machine send them."""
    journal = ledger.place(record.campaign_id).open_for_sending(record)
    journal.plan([PlannedRow(key, line, f"+336{key:08d}", b'{"n":%d}' % key) for line, key in enumerate(keys, start=2)])
    journal.release()
    journal.close()


def clear(url: str) -> None:
    """Empty a ledger for the next test."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("campaign", "pace", "suppression"):  # with little in them, faster than to truncate them
            connection.execute(f"DELETE FROM bothub.{table}".encode())
