"""A row is claimed before it leaves, and whatever a crash leaves behind is told, never guessed."""

import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.campaign.journal.interface import Outcome, PlannedRow, RowState, SlowDowns, row_key
from bothub_cli.campaign.journal.sqlite import SqliteJournal
from bothub_cli.campaign.journal.sqlite_open import open_for_reading, open_for_sending
from bothub_cli.errors import ConfigurationError, InputRefusedError, LockBusyError
from tests.campaign.journals import exchange

Open = Any  # the callable of conftest.py


def rows(*keys: int) -> list[PlannedRow]:
    return [PlannedRow(key, line) for line, key in enumerate(keys, start=2)]


def accepted(ticket: int | None, message_id: str = "m1") -> Outcome:
    assert ticket is not None
    return Outcome(ticket, RowState.ACCEPTED, at=1_000, elapsed=35, http_status=202, message_id=message_id)


def returned(ticket: int | None) -> Outcome:
    assert ticket is not None
    return Outcome(ticket, RowState.RETURNED, at=1_000, elapsed=1, cause="network.connect")


def claim_in_steps(journal: SqliteJournal, keys: range) -> None:
    for start in range(0, len(keys), 50):
        exchange(journal, [], list(keys[start : start + 50]))


def test_a_second_process_is_refused(open_journal: Open) -> None:
    open_journal()

    with pytest.raises(LockBusyError) as caught:
        open_journal()

    assert caught.value.exit_code == 11


def test_a_changed_template_is_refused_and_names_itself(open_journal: Open) -> None:
    open_journal().close()

    with pytest.raises(InputRefusedError, match="the template changed"):
        open_journal(fingerprints={"template": "t2", "profile": "p1"})


def test_a_refused_open_leaves_the_journal_free(open_journal: Open) -> None:
    open_journal().close()
    with pytest.raises(InputRefusedError):
        open_journal(fingerprints={})

    assert open_journal().record.campaign_id == "summer"


def test_force_takes_the_changed_template_from_then_on(open_journal: Open) -> None:
    open_journal().close()
    open_journal(fingerprints={"template": "t2"}, force=True).close()

    assert open_journal(fingerprints={"template": "t2"}).record.fingerprints == {"template": "t2"}


def test_a_row_is_claimed_once_even_when_asked_twice_in_one_step(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11, 12))

    first, again, other = exchange(journal, [], [11, 11, 12])

    assert first is not None
    assert other is not None
    assert again is None


def test_a_claimed_row_is_not_given_again(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11, 12))
    exchange(journal, [], [11])

    assert exchange(journal, [], [11]) == [None]


def test_an_unplanned_row_is_never_given(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11))

    assert exchange(journal, [], [99]) == [None]


def test_rows_are_found_in_whatever_order_they_come(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(*range(100, 400)))
    order = [*range(399, 250, -1), *range(100, 251)]

    tickets = [ticket for start in range(0, 300, 7) for ticket in exchange(journal, [], order[start : start + 7])]

    assert None not in tickets
    assert len(set(tickets)) == 300


def test_a_claim_without_outcome_is_unknown_after_a_crash(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11, 12, 13))
    done, _ = exchange(journal, [], [11, 12])
    exchange(journal, [accepted(done)], [])
    journal.close()

    resumed = open_journal()

    assert resumed.counts() == {
        **dict.fromkeys(RowState, 0),
        RowState.ACCEPTED: 1,
        RowState.UNKNOWN: 1,
        RowState.PLANNED: 1,
    }
    assert exchange(resumed, [], [11, 12, 13])[:2] == [None, None]
    assert [row.line for row in resumed.settled(frozenset({RowState.UNKNOWN}))] == [3]


def test_a_returned_row_is_claimed_again_and_is_in_doubt_meanwhile(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11))
    (ticket,) = exchange(journal, [], [11])
    exchange(journal, [returned(ticket)], [])

    (again,) = exchange(journal, [], [11])
    journal.close()

    assert again == ticket
    assert open_journal().counts()[RowState.UNKNOWN] == 1


def test_a_late_outcome_never_replaces_the_first(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11))
    (ticket,) = exchange(journal, [], [11])
    exchange(journal, [accepted(ticket)], [])

    exchange(journal, [returned(ticket)], [])

    assert journal.counts()[RowState.ACCEPTED] == 1


def test_reopening_gives_back_only_the_named_states(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11, 12))
    first, second = exchange(journal, [], [11, 12])
    assert first is not None
    exchange(journal, [Outcome(first, RowState.FAILED, 1, 1), accepted(second)], [])

    assert journal.reopen(frozenset({RowState.FAILED})) == 1
    assert [ticket is None for ticket in exchange(journal, [], [11, 12])] == [False, True]


def test_repeated_rows_are_left_out_and_listed_with_the_first_line(open_journal: Open) -> None:
    journal = open_journal()

    summary = journal.plan(rows(11, 12, 11, 13, 12, 11))

    assert (summary.total, summary.duplicates) == (3, 3)
    assert list(journal.duplicates()) == [(4, 2), (6, 3), (7, 2)]


def test_planning_again_adds_only_what_is_new(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11, 12))
    exchange(journal, [], [11])

    summary = journal.plan(rows(13, 12, 11))

    assert (summary.added, summary.total) == (1, 3)
    assert [ticket is None for ticket in exchange(journal, [], [13, 11, 12])] == [False, True, False]


def test_a_plan_that_was_cut_short_is_made_again(open_journal: Open) -> None:
    journal = open_journal()

    def broken() -> Any:
        yield from (PlannedRow(key, key) for key in range(5001))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journal.plan(broken())
    journal.close()

    assert open_journal().plan(rows(11, 12)).total == 2


def test_the_file_is_for_its_owner_alone(open_journal: Open, journal_path: Path) -> None:
    journal = open_journal()
    journal.plan(rows(11))

    modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in journal_path.parent.iterdir()}

    assert set(modes.values()) == {0o600}
    assert len(modes) == 4  # database, log, index of the log, lock


def test_a_reader_may_look_while_a_sender_works(open_journal: Open, journal_path: Path) -> None:
    journal = open_journal()
    journal.plan(rows(11, 12))
    exchange(journal, [], [11])

    reader = open_for_reading(journal_path)

    assert reader.counts()[RowState.CLAIMED] == 1
    reader.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes into read-only folders")
def test_a_read_only_folder_is_a_configuration_error(tmp_path: Path, record: Any) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(ConfigurationError):
        open_for_sending(tmp_path / "c.sqlite", record)


def test_a_folder_that_cannot_be_made_is_a_configuration_error(tmp_path: Path, record: Any) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(ConfigurationError) as caught:
        open_for_sending(tmp_path / "file" / "c.sqlite", record)

    assert caught.value.exit_code == 12


@pytest.mark.parametrize(
    "content", [b"this is no database, and long enough to be sure about it" * 20, b"PK\x03\x04" * 400]
)
def test_a_file_that_is_no_journal_is_refused_and_kept(journal_path: Path, record: Any, content: bytes) -> None:
    journal_path.parent.mkdir()
    journal_path.write_bytes(content)

    with pytest.raises(ConfigurationError):
        open_for_sending(journal_path, record)

    assert journal_path.read_bytes() == content


def test_a_foreign_database_is_refused(journal_path: Path, record: Any) -> None:
    journal_path.parent.mkdir()
    foreign = sqlite3.connect(journal_path)
    foreign.execute("PRAGMA application_id = 99")
    foreign.close()

    with pytest.raises(ConfigurationError, match="no campaign journal"):
        open_for_sending(journal_path, record)


def test_a_journal_of_a_newer_program_is_refused(open_journal: Open, journal_path: Path) -> None:
    open_journal().close()
    database = sqlite3.connect(journal_path)
    database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(ConfigurationError, match="newer"):
        open_journal()


def test_a_full_disk_loses_nothing_that_was_committed(open_journal: Open) -> None:
    journal: SqliteJournal = open_journal()
    journal.plan(rows(*range(1000)))
    ticket, *_ = exchange(journal, [], [0])
    (pages,) = journal._database.execute("PRAGMA page_count").fetchone()
    journal._database.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(ConfigurationError, match="full"):
        claim_in_steps(journal, range(1, 1000))
    journal._database.execute("PRAGMA max_page_count = 1073741823")
    exchange(journal, [accepted(ticket)], [])

    assert journal.counts()[RowState.ACCEPTED] == 1
    assert journal.counts()[RowState.PLANNED] > 0


def test_no_number_and_no_text_is_in_the_file(open_journal: Open, journal_path: Path) -> None:
    journal = open_journal()
    journal.plan([PlannedRow(row_key("+33612345678", salt=journal.salt), 2)])
    exchange(journal, [], [row_key("+33612345678", salt=journal.salt)])
    journal.close()

    assert b"612345678" not in journal_path.read_bytes()


def test_two_campaigns_give_one_number_two_keys() -> None:
    assert row_key("+33612345678", salt=b"a") != row_key("+33612345678", salt=b"b")


def lines_of(journal: SqliteJournal) -> list[int]:
    return [row.line for row in journal.settled(frozenset({RowState.CLAIMED}))]


def test_lines_follow_the_people_when_the_list_changes(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11, 12, 13))
    exchange(journal, [], [13])
    assert lines_of(journal) == [4]

    summary = journal.plan(rows(14, 13, 11, 13, 12), source="grown")

    assert (summary.added, summary.total, summary.duplicates) == (1, 4, 1)
    assert lines_of(journal) == [3]
    assert list(journal.duplicates()) == [(5, 3)]
    assert [ticket is None for ticket in exchange(journal, [], [14, 13, 11, 12])] == [False, True, False, False]
    assert lines_of(journal) == [2, 3, 4, 6]


def test_no_line_stands_twice_when_somebody_leaves_the_list(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11, 12, 13))
    exchange(journal, [], [11, 12, 13])

    journal.plan(rows(14, 13), source="others")

    assert lines_of(journal) == [0, 0, 3]


def test_a_plan_that_is_made_again_and_cut_short_changes_no_line(open_journal: Open) -> None:
    journal = open_journal()
    journal.plan(rows(11, 12))
    exchange(journal, [], [11, 12])

    def broken() -> Any:
        yield PlannedRow(12, 2)
        raise InputRefusedError(problem="it breaks off")

    with pytest.raises(InputRefusedError):
        journal.plan(broken())
    assert lines_of(journal) == [2, 3]
    assert journal.plan(rows(12, 11)).total == 2
    assert lines_of(journal) == [2, 3]


def test_what_runs_heard_of_the_pace_adds_up(open_journal: Open) -> None:
    journal = open_journal()
    assert journal.slow_downs() == SlowDowns()
    journal.note_slow_downs(SlowDowns(2, 12.5, 3.0))
    journal.close()
    journal = open_journal()
    journal.note_slow_downs(SlowDowns(1, None, 0.5))
    journal.note_slow_downs(SlowDowns(0, 6.25, 0.0))
    assert journal.slow_downs() == SlowDowns(3, 6.25, 3.5)
