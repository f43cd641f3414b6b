"""The shared ledger as a place for campaigns: opened to plan, to look, and to take part."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from bothub_cli.campaign.journal.files import check_name
from bothub_cli.campaign.journal.interface import CampaignRecord, Journal, JournalPlace
from bothub_cli.campaign.ledger import schema as sql
from bothub_cli.campaign.ledger.absence import Absence
from bothub_cli.campaign.ledger.journal import LedgerJournal, name_coordinator, read_campaign
from bothub_cli.campaign.ledger.link import LedgerAddress, LedgerConnection
from bothub_cli.campaign.ledger.times import USUAL, LedgerTimes
from bothub_cli.errors import ConfigurationError, InputRefusedError
from bothub_cli.misspellings import choose_from
from bothub_cli.redaction import Secret

_ACTIVE = """
SELECT EXISTS (SELECT 1 FROM machine WHERE campaign = %s AND NOT has_left
    AND beat_at > clock_timestamp() - make_interval(secs => %s))
"""
_TO_SEND = """
SELECT name FROM campaign c WHERE bot = %s AND wish = 'run'
AND EXISTS (SELECT 1 FROM block b WHERE b.campaign = c.id AND b.is_open) ORDER BY id
"""
# Who began to plan notes it a moment after it took the lock.
_DISCARD = """
DELETE FROM campaign WHERE name = %s AND bot = %s AND wish = 'plan'
AND (planner = %s OR planner IS NULL AND pg_try_advisory_xact_lock(%s, id::integer))
"""
_SALT = 16  # bytes


def _no_secret() -> Secret:
    raise ConfigurationError(problem="the bot's private key is needed to read what is sealed", fix="bothub login")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLedger:
    """The ``Ledger`` of several machines, for one bot.

    ``secret`` is the bot's private key, which seals blocks and is asked for only then. ``resend_wait``: seconds after
    which no attempt of a machine that fell silent can be alive. ``options`` name the ledger on a command line.
    ``absence`` is asked to stop when this process is to: no ledger that is away is waited for much longer then.
    """

    address: LedgerAddress
    bot: str
    secret: Callable[[], Secret] = field(default=_no_secret, repr=False)
    max_wait: float = 30.0
    resend_wait: float = 70.0
    times: LedgerTimes = USUAL
    options: tuple[str, ...] = ()
    absence: Absence = field(default_factory=Absence, repr=False, compare=False)

    @property
    def where(self) -> str:
        return self.address.url

    def link(self, *, durable: bool = True, max_wait: float | None = None, name: str | None = None) -> LedgerConnection:
        """Return a connection of its own, not opened yet; the database shows it under its name."""
        max_wait = self.max_wait if max_wait is None else max_wait
        return LedgerConnection(
            self.address,
            max_wait=max_wait,
            durable=durable,
            name=name,
            absence=self.absence,
            times=self.times,
        )

    def place(self, name: str) -> "LedgerPlace":
        return LedgerPlace(self, check_name(name))

    def places(self) -> Iterator[JournalPlace]:
        for (name,) in self._ask("SELECT name FROM campaign WHERE bot = %s ORDER BY name", (self.bot,)):
            yield LedgerPlace(self, name)

    def latest(self) -> JournalPlace | None:
        found = self._ask("SELECT name FROM campaign WHERE bot = %s ORDER BY touched_at DESC LIMIT 1", (self.bot,))
        return LedgerPlace(self, found[0][0]) if found else None

    def to_send(self) -> list[str]:
        """Return the campaigns of this bot of which something is to be sent now, in the order of their planning."""
        return [name for (name,) in self._ask(_TO_SEND, (self.bot,))]

    def forget_old_messages(self) -> None:
        """Delete the sealed messages of campaigns on which nobody has worked for a month; their outcomes stay."""
        with closing(self.link()) as link:
            values = (self.bot, sql.MESSAGES_KEPT)
            link.run(lambda connection: connection.execute(sql.FORGET_OLD, values), is_long=True)

    def _ask(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        link = self.link()
        try:
            return link.run(lambda connection: connection.execute(statement, values).fetchall())
        finally:
            link.close()


@dataclass(frozen=True, slots=True)
class LedgerPlace:
    """The ``JournalPlace`` of a campaign in the shared ledger."""

    ledger: SharedLedger
    name: str

    @property
    def where(self) -> str:
        return f"{self.ledger.where}#{self.name}"

    @property
    def options(self) -> tuple[str, ...]:
        return (*self.ledger.options, "--resume", self.name)

    @property
    def worker_options(self) -> tuple[str, ...]:
        return (self.name, *self.ledger.options)

    def exists(self) -> bool:
        link = self.ledger.link()
        try:
            return read_campaign(link, self.name) is not None
        finally:
            link.close()

    def is_in_use(self) -> bool:
        """Tell whether a machine was heard of within the time that a machine lives."""
        link = self.ledger.link()
        try:
            campaign = read_campaign(link, self.name)
            if campaign is None:
                return False
            values = (campaign.id, self.ledger.times.dead_after)
            row = link.run(lambda connection: connection.execute(_ACTIVE, values).fetchone())
            return row is not None and bool(row[0])
        finally:
            link.close()

    def open_for_sending(self, record: CampaignRecord, *, force: bool = False) -> LedgerJournal:
        """Open the campaign, or begin one, which nobody sends before it is released; other machines may work on it."""
        link = self.ledger.link()
        try:
            campaign = read_campaign(link, self.name)
            if campaign is None:
                assert link.incarnation is not None
                values = (
                    self.name,
                    self.ledger.bot,
                    secrets.token_bytes(_SALT),
                    json.dumps(record.to_notes()),
                    *link.incarnation,
                )
                link.run(lambda connection: connection.execute(sql.NEW_CAMPAIGN, values))
            journal = self._open(link, force=force)
            if record.check_against(journal.record, force=force):
                journal.note_fingerprints(record.fingerprints)
        except BaseException:
            link.close()
            raise
        return journal

    def open_for_reading(self) -> LedgerJournal:
        """Open it to look at it: a database that was restored may be looked at too."""
        link = self.ledger.link()
        try:
            return self._open(link, force=True, is_read=True)
        except BaseException:
            link.close()
            raise

    def open_to_work(self, *, name: str | None = None) -> LedgerJournal:
        """Open it to take part, whatever list it was made of."""
        link = self.ledger.link(name=name)
        try:
            return self._open(link, force=False)
        except BaseException:
            link.close()
            raise

    def open_beside(self) -> LedgerJournal:
        return self.open_to_work(name=name_coordinator(self.name))

    def ask_to_stop(self) -> None:
        journal = self.open_for_reading()
        try:
            journal.ask_to_stop()
        finally:
            journal.close()

    def is_asked_to_stop(self) -> bool:
        return False  # each machine hears it with its life sign

    def remove(self) -> None:
        self._delete("DELETE FROM campaign WHERE name = %s AND bot = %s")

    def discard(self, journal: Journal) -> None:
        """Take a new campaign away that nobody may send yet; one that was released, or that others plan, stays."""
        assert isinstance(journal, LedgerJournal)
        self._delete(_DISCARD, journal.planner, sql.PLAN_LOCK)

    def _delete(self, statement: str, *more: object) -> None:
        link = self.ledger.link()
        try:
            values = (self.name, self.ledger.bot, *more)
            link.run(lambda connection: connection.execute(statement, values), is_long=True)
        finally:
            link.close()

    def _open(self, link: LedgerConnection, *, force: bool, is_read: bool = False) -> LedgerJournal:
        campaign = read_campaign(link, self.name)
        if campaign is None:
            fix = choose_from(self.name, (each.name for each in self.ledger.places()), "bothub campaign list")
            raise ConfigurationError(problem="no such campaign", where=self.where, fix=fix)
        if campaign.bot != self.ledger.bot:
            raise InputRefusedError(
                problem="this campaign is another bot's",
                where=self.where,
                fix="name the profile of that bot: --profile; to begin one of yours, another name: --name",
            )
        journal = LedgerJournal(
            link,
            campaign,
            secret=self.ledger.secret,
            resend_wait=self.ledger.resend_wait,
            dead_after=self.ledger.times.dead_after,
        )
        if not force:
            link.expect(campaign.incarnation)
        elif not is_read:
            journal.accept_incarnation()
        return journal
