"""What every journal promises, the file of one machine and the ledger of several: one suite for both."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

import pytest

from bothub_cli.campaign.journal.interface import (
    CampaignRecord,
    Handover,
    Journal,
    Outcome,
    PlannedRow,
    RowState,
)
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.errors import InputRefusedError, LockBusyError
from tests.campaign.journals import exchange
from tests.campaign.ledger.machines import HandMachine


def rows(*keys: int) -> list[PlannedRow]:
    return [PlannedRow(key, line, f"+336{key:08d}", b'{"n":%d}' % key) for line, key in enumerate(keys, start=2)]


def outcome(ticket: int | None, state: RowState = RowState.ACCEPTED) -> Outcome:
    assert ticket is not None
    return Outcome(ticket, state, at=1_000, elapsed=35, http_status=202, message_id="m1")


class Store(Protocol):
    """A journal as a test drives it; rows are named by their keys."""

    journal: Journal

    def plan(self, planned: Any) -> Any:
        """Plan rows and let them be sent."""
        ...

    def claim(self, *keys: int, outcomes: tuple[Outcome, ...] = ()) -> list[int | None]:
        """Claim rows, and write outcomes in the same step."""
        ...

    def answers_are_lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on each COMMIT counts, its answer is lost, and all of it is asked again."""
        ...

    def successor(self) -> "Store":
        """Let this process die, and another one go on."""
        ...

    def second(self) -> Journal:
        """Open it once more for sending, beside this process."""
        ...


class FileStore:
    """The journal of one machine."""

    def __init__(self, open_journal: Any) -> None:
        self._open = open_journal
        self.journal: Journal = open_journal()

    def plan(self, planned: Any) -> Any:
        return self.journal.plan(planned)

    def claim(self, *keys: int, outcomes: tuple[Outcome, ...] = ()) -> list[int | None]:
        return exchange(self.journal, outcomes, keys)

    def answers_are_lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A disk gives its answer or fails, and then nothing counts."""

    def successor(self) -> "FileStore":
        self.journal.close()
        return FileStore(self._open)

    def second(self) -> Journal:
        return self._open()  # type: ignore[no-any-return]  # a fixture


class LedgerStore:
    """The ledger of several machines, of which this is one."""

    def __init__(self, ledger: SharedLedger, record: CampaignRecord, *, name: str = "m1") -> None:
        self._ledger = ledger
        self._record = record
        self._name = name
        self.journal: Journal = ledger.place(record.campaign_id).open_for_sending(record)
        self._machine: HandMachine | None = None

    def plan(self, planned: Any) -> Any:
        summary = self.journal.plan(planned)
        self.journal.release()  # type: ignore[attr-defined]  # the ledger's alone
        return summary

    @property
    def machine(self) -> HandMachine:
        if self._machine is None:
            self._machine = HandMachine(self._ledger, self._record.campaign_id, machine=self._name)
        return self._machine

    def claim(self, *keys: int, outcomes: tuple[Outcome, ...] = ()) -> list[int | None]:
        machine = self.machine
        machine.keeper._end_blocks()
        machine.take()
        held = {key: ticket for key, ticket in machine.tickets.items() if ticket in machine.journal.tickets}
        given = iter(machine.journal.stage(outcomes, [held[key] for key in keys if key in held])())
        return [next(given) if key in held else None for key in keys]

    def answers_are_lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        link = self.machine.journal._link
        run = link.run
        monkeypatch.setattr(link, "run", lambda work: (run(work), run(work))[1])

    def successor(self) -> "LedgerStore":
        self.machine.fall_silent()
        return LedgerStore(self._ledger, self._record, name=f"{self._name}+")

    def second(self) -> Journal:
        return self._ledger.place(self._record.campaign_id).open_for_sending(self._record)


@pytest.fixture(params=["file", "ledger"])
def store(request: pytest.FixtureRequest, record: CampaignRecord) -> Iterator[Store]:
    if request.param == "file":
        yield FileStore(request.getfixturevalue("open_journal"))
    else:
        yield LedgerStore(request.getfixturevalue("shared_ledger"), record)


def counts(store: Store) -> dict[RowState, int]:
    return {state: count for state, count in store.journal.counts().items() if count}


def lines_of(store: Store, state: RowState) -> list[int]:
    return [row.line for row in store.journal.settled(frozenset({state}))]


def test_a_row_is_claimed_once_even_when_asked_twice_in_one_step(store: Store) -> None:
    store.plan(rows(11, 12))
    first, again, other = store.claim(11, 11, 12)
    assert None not in (first, other)
    assert again is None
    assert store.claim(99) == [None]  # never planned


def test_an_accepted_row_is_never_given_again(store: Store) -> None:
    store.plan(rows(11, 12))
    (ticket,) = store.claim(11)
    store.claim(outcomes=(outcome(ticket),))
    heir = store.successor()
    assert heir.claim(11, 12)[0] is None
    assert counts(heir)[RowState.ACCEPTED] == 1


def test_what_a_dead_process_had_claimed_is_unknown_and_is_not_given_again(store: Store) -> None:
    store.plan(rows(11, 12, 13))
    store.claim(11)
    heir = store.successor()
    assert [ticket is None for ticket in heir.claim(11, 12, 13)] == [True, False, False]
    assert counts(heir) == {RowState.UNKNOWN: 1, RowState.CLAIMED: 2}


def test_a_row_that_was_returned_is_claimed_again_in_the_same_step(store: Store) -> None:
    store.plan(rows(11))
    (ticket,) = store.claim(11)
    (again,) = store.claim(11, outcomes=(outcome(ticket, RowState.RETURNED),))
    assert again is not None
    assert counts(store) == {RowState.CLAIMED: 1}


def test_a_step_whose_answer_was_lost_changes_nothing_when_it_is_repeated(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.plan(rows(11, 12, 13))
    one, two = store.claim(11, 12)
    store.answers_are_lost(monkeypatch)
    again, other = store.claim(12, 13, outcomes=(outcome(one), outcome(two, RowState.RETURNED)))
    assert None not in (again, other)
    assert counts(store) == {RowState.ACCEPTED: 1, RowState.CLAIMED: 2}


def test_two_plans_at_once_are_refused(store: Store) -> None:
    def planned() -> Iterator[PlannedRow]:
        yield from rows(11)
        with pytest.raises(LockBusyError):
            store.second().plan(rows(11))

    assert store.journal.plan(planned()).total == 1


def test_a_plan_that_was_cut_short_is_made_again(store: Store) -> None:
    def broken() -> Iterator[PlannedRow]:
        yield from rows(*range(5001))
        raise InputRefusedError(problem="it breaks off")

    with pytest.raises(InputRefusedError):
        store.plan(broken())
    heir = store.successor() if isinstance(store, FileStore) else store
    assert heir.plan(rows(11, 12)).total == 2


def test_repeated_rows_are_left_out_and_listed_with_the_first_line(store: Store) -> None:
    summary = store.plan(rows(11, 12, 11, 13, 12, 11))
    assert (summary.total, summary.duplicates) == (3, 3)
    assert list(store.journal.duplicates()) == [(4, 2), (6, 3), (7, 2)]


def test_planning_again_adds_only_what_is_new(store: Store) -> None:
    store.plan(rows(11, 12))
    (ticket,) = store.claim(11)
    store.claim(outcomes=(outcome(ticket),))
    assert store.plan(rows(13, 12, 11)).added == 1
    assert [given is None for given in store.claim(13, 11, 12)] == [False, True, False]


def test_lines_follow_the_people_when_the_list_changes(store: Store) -> None:
    store.plan(rows(11, 12, 13))
    (ticket,) = store.claim(13)
    store.claim(outcomes=(outcome(ticket),))
    assert lines_of(store, RowState.ACCEPTED) == [4]

    store.plan(rows(14, 13, 11, 13, 12))

    assert lines_of(store, RowState.ACCEPTED) == [3]
    assert list(store.journal.duplicates()) == [(5, 3)]
    assert sorted(lines_of(store, RowState.PLANNED)) == [2, 4, 6]


def test_who_is_not_named_any_more_is_gone_and_comes_back(store: Store) -> None:
    store.plan(rows(11, 12, 13))
    store.plan(rows(12))
    if isinstance(store, FileStore):  # there it is the reader of the list who knows that it was read to its end
        (ticket,) = store.claim(12)
        store.claim(outcomes=(outcome(ticket),))
        assert store.journal.note_gone() == 2
    assert counts(store)[RowState.GONE] == 2
    assert store.claim(11, 13) == [None, None]

    store.journal.reopen(frozenset({RowState.GONE}))
    store.plan(rows(11, 12, 13))
    assert None not in store.claim(11, 13)


def test_reopening_gives_back_only_the_named_states_and_nothing_that_went_another_way(store: Store) -> None:
    store.plan(rows(11, 12, 13))
    tickets = store.claim(11, 12, 13)
    ends = [RowState.FAILED, RowState.FAILED, RowState.ACCEPTED]
    store.claim(outcomes=tuple(outcome(ticket, state) for ticket, state in zip(tickets, ends, strict=True)))
    [first, *_] = store.journal.candidates(frozenset({RowState.FAILED}), behind=0, since=0, until=10_000, most=10)
    assert store.journal.hand_over([Handover(first.row, first.line, "failed")]) != []
    assert store.journal.hand_over([Handover(first.row, first.line, "failed")]) == []

    assert store.journal.reopen(frozenset({RowState.FAILED})) == 1
    assert [given is None for given in store.claim(11, 12, 13)] == [True, False, True]
    assert store.journal.find_handovers([11, 12]) == {11: Handover(first.row, 2, "failed", False)}


def test_a_changed_template_is_refused_unless_it_is_forced(store: Store, record: CampaignRecord) -> None:
    other = replace(record, fingerprints={**record.fingerprints, "template": "t2"})
    with pytest.raises(InputRefusedError, match="the template changed"):
        other.check_against(store.journal.record, force=False)
    store.journal.note_fingerprints(other.fingerprints)
    assert other.check_against(store.journal.record, force=False) is False
