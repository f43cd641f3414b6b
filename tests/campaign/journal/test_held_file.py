"""The lock is on the file, not on its name, and a journal that is gone is not an empty one."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.campaign.journal.files import JournalFile
from bothub_cli.campaign.journal.interface import CampaignRecord, JournalLostError, Outcome, PlannedRow, RowState
from bothub_cli.campaign.journal.sqlite_open import is_in_use, open_for_reading, open_for_sending
from bothub_cli.errors import ConfigurationError, LockBusyError
from tests.campaign.journals import claim_all, exchange

OpenJournal = Callable[..., Any]  # the fixture of conftest.py


def rows(*keys: int) -> list[PlannedRow]:
    return [PlannedRow(key, line) for line, key in enumerate(keys, start=2)]


def begin(open_journal: OpenJournal, *, count: int = 10) -> Any:
    """Return a journal by which one of some messages went out."""
    journal = open_journal()
    journal.plan(rows(*range(1, count + 1)))
    [ticket] = claim_all(journal, [1])
    exchange(journal, [Outcome(ticket, RowState.ACCEPTED, 1, 1)], [2])
    return journal


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_another_name_of_a_journal_that_is_being_sent_is_busy(
    open_journal: OpenJournal, journal_path: Path, record: CampaignRecord, tmp_path: Path, link: Callable[..., None]
) -> None:
    begin(open_journal)
    link(journal_path, tmp_path / "other.sqlite")
    with pytest.raises(LockBusyError):
        open_for_sending(tmp_path / "other.sqlite", record)
    with pytest.raises(LockBusyError):
        open_for_sending(tmp_path / "other.sqlite", record, force=True)


def test_a_journal_with_two_names_is_refused(open_journal: OpenJournal, journal_path: Path, tmp_path: Path) -> None:
    begin(open_journal).close()
    os.link(journal_path, tmp_path / "other.sqlite")
    with pytest.raises(ConfigurationError, match="2 names"):
        open_journal()


def test_a_second_name_stops_the_sending(open_journal: OpenJournal, journal_path: Path, tmp_path: Path) -> None:
    journal = begin(open_journal)
    os.link(journal_path, tmp_path / "other.sqlite")
    with pytest.raises(ConfigurationError, match="2 names"):
        exchange(journal, [], [3])


def test_a_symbolic_link_is_the_same_journal(
    open_journal: OpenJournal, journal_path: Path, record: CampaignRecord, tmp_path: Path
) -> None:
    begin(open_journal).close()
    (tmp_path / "other.sqlite").symlink_to(journal_path)
    journal = open_for_sending(tmp_path / "other.sqlite", record)
    assert journal.counts()[RowState.ACCEPTED] == 1
    with pytest.raises(LockBusyError):
        open_journal()
    journal.close()
    assert not list(tmp_path.glob("other.sqlite.*"))


@pytest.mark.parametrize("replace", [False, True])
def test_a_lock_file_that_is_taken_away_lets_nobody_else_in(
    open_journal: OpenJournal, journal_path: Path, *, replace: bool
) -> None:
    journal = begin(open_journal)
    lock = journal_path.with_name(journal_path.name + ".lock")
    lock.unlink()
    if replace:
        lock.touch()
    assert is_in_use(journal_path)
    with pytest.raises(LockBusyError):
        open_journal()
    lock.unlink()
    with pytest.raises(JournalLostError, match="lock file"):
        journal.check()
    with pytest.raises(JournalLostError, match="lock file"):
        exchange(journal, [], [3])
    journal.close()
    assert open_journal().counts()[RowState.UNKNOWN] == 1


def remove(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    os.truncate(path, 0)


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def replace_by_other(path: Path) -> None:
    path.rename(path.with_name("moved"))
    path.write_bytes(path.with_name("moved").read_bytes())


def remove_log(path: Path) -> None:
    path.with_name(path.name + "-wal").unlink()


def truncate_log(path: Path) -> None:
    os.truncate(path.with_name(path.name + "-wal"), 0)


@pytest.mark.parametrize("harm", [remove, truncate, halve, replace_by_other, remove_log, truncate_log])
def test_a_journal_that_goes_away_while_it_is_sent_from_gives_no_more_claims(
    open_journal: OpenJournal, journal_path: Path, harm: Callable[[Path], None]
) -> None:
    journal = begin(open_journal, count=2000)
    harm(journal_path)
    with pytest.raises(JournalLostError) as caught:
        exchange(journal, [], [3])
    assert caught.value.exit_code == 12
    assert "do not run this campaign again without its journal" in str(caught.value.remedy)


@pytest.mark.parametrize("harm", [remove, truncate])
def test_a_journal_that_is_gone_is_not_an_empty_one(
    open_journal: OpenJournal, journal_path: Path, harm: Callable[[Path], None]
) -> None:
    begin(open_journal).close()
    harm(journal_path)
    with pytest.raises(ConfigurationError, match="although messages"):
        open_for_reading(journal_path)
    with pytest.raises(ConfigurationError, match="nothing was sent"):
        open_journal()
    assert not journal_path.exists() or not journal_path.stat().st_size
    assert open_journal(force=True).counts()[RowState.ACCEPTED] == 0


def test_another_journal_in_its_place_is_refused(open_journal: OpenJournal, journal_path: Path) -> None:
    begin(open_journal).close()
    kept = journal_path.rename(journal_path.with_name("kept"))
    begin(lambda: open_journal(force=True)).close()
    kept.replace(journal_path)
    with pytest.raises(ConfigurationError, match="another journal"):
        open_journal()


def test_an_older_copy_in_its_place_is_refused(open_journal: OpenJournal, journal_path: Path) -> None:
    journal = begin(open_journal)
    journal.close()
    old = shutil.copy(journal_path, journal_path.with_name("old"))
    again = open_journal()
    claim_all(again, [3])
    again.close()
    shutil.copy(old, journal_path)
    with pytest.raises(ConfigurationError, match="older copy"):
        open_journal()


def test_a_journal_that_was_moved_away_and_put_back_goes_on(open_journal: OpenJournal, journal_path: Path) -> None:
    journal = begin(open_journal)
    away = journal_path.rename(journal_path.with_name("away"))
    with pytest.raises(JournalLostError):
        exchange(journal, [], [3])
    journal.close()
    with pytest.raises(ConfigurationError):
        open_journal()
    away.replace(journal_path)
    assert open_journal().counts()[RowState.ACCEPTED] == 1


def test_a_journal_from_which_nothing_was_sent_may_be_removed(open_journal: OpenJournal, journal_path: Path) -> None:
    journal = open_journal()
    journal.plan(rows(1, 2))
    journal.close()
    journal_path.unlink()
    assert open_journal().counts()[RowState.PLANNED] == 0


def test_the_log_of_a_journal_that_is_gone_does_not_revive_it(open_journal: OpenJournal, journal_path: Path) -> None:
    journal = open_journal()
    journal.plan(rows(1, 2))
    log = journal_path.with_name(journal_path.name + "-wal")
    kept = log.read_bytes()
    journal.close()
    journal_path.unlink()
    log.write_bytes(kept)
    assert open_journal().counts()[RowState.PLANNED] == 0


def test_what_takes_an_unused_journal_away_keeps_the_mark_of_an_earlier_one(
    open_journal: OpenJournal, journal_path: Path
) -> None:
    begin(open_journal).close()
    journal_path.unlink()
    unused = open_journal(force=True)
    unused.close()
    JournalFile(journal_path).discard(unused)
    with pytest.raises(ConfigurationError, match="another journal"):
        open_journal()
    JournalFile(journal_path).remove()
    open_journal()


def test_what_is_no_file_is_refused(record: CampaignRecord, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", tmp_path, Path(os.devnull)):
        with pytest.raises(ConfigurationError):
            open_for_sending(path, record)
        assert not path.with_name(path.name + ".lock").exists()
