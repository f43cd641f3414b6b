"""The campaigns of this machine: where each journal lies, and what a campaign is called."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bothub_cli.campaign.journal import sqlite_open
from bothub_cli.campaign.journal.held_file import beside, read_mark
from bothub_cli.campaign.journal.interface import CampaignRecord, Journal, JournalPlace
from bothub_cli.errors import UsageError
from bothub_cli.field_check import check_fields
from bothub_cli.files import PRIVATE_FILE, is_file_name
from bothub_cli.files.owners import STATE_ELSEWHERE, check_folder

_SUFFIX = ".sqlite"
_STOP = ".stop"  # a file beside the journal, which whoever sends from it looks for
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def name_campaign(*facts: str, after: str) -> str:
    """Return the same name for the same facts, so that the same command finds its campaign again.

    It begins with ``after``, the recipients' file, for the person who reads the list.
    """
    digest = hashlib.sha256("\0".join(facts).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    readable = re.sub(r"[^A-Za-z0-9]+", "-", Path(after).name.partition(".")[0]).strip("-")[:40]
    return f"{readable or 'campaign'}-{digest}"


def check_name(name: str) -> str:
    """Return the name, or raise UsageError when it is no name for a file on every system."""
    if not _NAME.fullmatch(name) or not is_file_name(name):
        raise UsageError(problem=f"{name!r} is no name for a campaign", fix="use letters, digits, dots, - and _")
    return name


@dataclass(frozen=True, slots=True)
class JournalFile:
    """The ``JournalPlace`` of a campaign in a file of its own; ``is_named`` when its name alone finds it."""

    path: Path
    is_named: bool = False

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def where(self) -> str:
        return str(self.path)

    @property
    def options(self) -> tuple[str, ...]:
        return ("--resume", self.name) if self.is_named else ("--journal", self.where)

    @property
    def worker_options(self) -> None:
        return None

    def exists(self) -> bool:
        return self.path.is_file() and self.path.stat().st_size > 0

    def is_in_use(self) -> bool:
        return sqlite_open.is_in_use(self.path)

    def open_for_sending(self, record: CampaignRecord, *, force: bool = False) -> Journal:
        journal = sqlite_open.open_for_sending(self.path, record, force=force)
        self._remove(_STOP)
        return journal

    def open_for_reading(self) -> Journal:
        if self.is_named:
            sqlite_open.refuse_unknown(self.path.resolve())
        return sqlite_open.open_for_reading(self.path)

    def open_beside(self) -> Journal:
        return sqlite_open.open_beside(self.path)

    def ask_to_stop(self) -> None:
        if not self.is_in_use():
            raise UsageError(problem=f"nobody sends campaign {self.name} now", fix="bothub campaign status")
        beside(self.path.resolve(), _STOP).touch(mode=PRIVATE_FILE)

    def is_asked_to_stop(self) -> bool:
        return beside(self.path.resolve(), _STOP).exists()

    def discard(self, journal: Journal) -> None:  # noqa: ARG002  a file is one process's, once it is open
        if read_mark(self.path.resolve()) is None:  # else this one shows that an earlier one is gone
            self._remove("", "-wal", "-shm")

    def remove(self) -> None:
        self._remove("", "-wal", "-shm", ".begun", _STOP)

    def _remove(self, *suffixes: str) -> None:
        for suffix in suffixes:
            beside(self.path.resolve(), suffix).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class FileLedger:
    """The ``Ledger`` of one machine: a folder with a file for each campaign."""

    directory: Path
    """The folder; it need not exist."""

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def where(self) -> str:
        return str(self.directory)

    def place(self, name: str) -> JournalFile:
        """Return the place of a campaign, which need not exist. Raises UsageError for a name that is none."""
        self._check()
        return JournalFile(self.directory / f"{check_name(name)}{_SUFFIX}", is_named=True)

    def places(self) -> Iterator[JournalPlace]:
        """Yield the places of all campaigns, by name."""
        self._check()
        for path in sorted(self.directory.glob(f"*{_SUFFIX}")):
            yield JournalFile(path, is_named=True)

    def latest(self) -> JournalPlace | None:
        """Return the place that was written last; None when there is none."""
        self._check()
        paths = list(self.directory.glob(f"*{_SUFFIX}"))
        return JournalFile(max(paths, key=lambda path: path.lstat().st_mtime), is_named=True) if paths else None

    def _check(self) -> None:
        """Refuse a folder, or one around it, that somebody else could have filled. Raises ConfigurationError."""
        check_folder(self.directory.parent, choice=STATE_ELSEWHERE)
        check_folder(self.directory, choice=STATE_ELSEWHERE)


@contextmanager
def passing_journal() -> Iterator[Journal]:
    """Give the block a journal that vanishes with it, for whoever only wants to know what a plan would be."""
    record = CampaignRecord(
        campaign_id="check",
        created_at=datetime.now(UTC),
        profile="",
        template_path="",
        recipients_path="",
        fingerprints={},
    )
    with TemporaryDirectory(prefix="bothub-") as directory:
        journal = FileLedger(Path(directory)).place("check").open_for_sending(record)
        try:
            yield journal
        finally:
            journal.close()
