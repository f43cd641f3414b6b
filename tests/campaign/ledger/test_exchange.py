"""Only the holder of a block's latest attempt gets rows, and only the claimer of a row says how it ended."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import permutations
from typing import Any

import psycopg
import pytest

from bothub_cli.campaign.journal.interface import CampaignRecord, Outcome, PlannedRow, RowState, SlowDowns
from bothub_cli.campaign.ledger import schema as sql
from bothub_cli.campaign.ledger.journal import _PlanLock
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.seal import ListKeySeal, NumberHash
from bothub_cli.campaign.ledger.suppressions import ListedHashes, SharedSuppressions, SuppressionChange
from bothub_cli.errors import ConfigurationError, LockBusyError
from tests.campaign.ledger.machines import SECRET, HandMachine, plan
from tests.waiting import wait_until


def outcome(ticket: int | None, state: RowState = RowState.ACCEPTED) -> Outcome:
    assert ticket is not None
    return Outcome(ticket, state, at=1_000, elapsed=35, http_status=202, message_id="m1")


@pytest.fixture
def machines(shared_ledger: SharedLedger, record: CampaignRecord) -> tuple[HandMachine, HandMachine]:
    """Two machines and a campaign of three rows that is to be sent."""
    plan(shared_ledger, record, [11, 12, 13])
    return HandMachine(shared_ledger, "summer", machine="a"), HandMachine(shared_ledger, "summer", machine="b")


def counts(machine: HandMachine) -> dict[RowState, int]:
    return {state: count for state, count in machine.journal.counts().items() if count}


Pair = tuple[HandMachine, HandMachine]


def test_a_block_is_one_machines(machines: Pair) -> None:
    first, second = machines
    assert first.take() == 1
    assert second.take() == 0


def test_a_row_is_claimed_once_even_when_asked_twice_in_one_step(machines: Pair) -> None:
    first, _ = machines
    first.take()
    wanted = [first.tickets[11], first.tickets[11], first.tickets[12]]
    given = first.journal.stage([], wanted)()
    assert given == [wanted[0], None, wanted[2]]


def test_a_silent_machines_block_goes_on_and_what_it_had_claimed_is_unknown(machines: Pair) -> None:
    first, second = machines
    first.take()
    first.claim(11)
    first.fall_silent()

    assert second.take() == 1
    assert counts(second) == {RowState.UNKNOWN: 1, RowState.PLANNED: 2}
    assert second.claim(11)[0] is None
    assert None not in second.claim(12, 13)


def test_a_late_outcome_heals(machines: Pair) -> None:
    first, second = machines
    first.take()
    (ticket,) = first.claim(11)
    first.fall_silent()
    second.take()

    first.end(outcome(ticket))

    assert counts(second) == {RowState.ACCEPTED: 1, RowState.PLANNED: 2}


def test_who_was_taken_over_gets_no_row_any_more(machines: Pair) -> None:
    first, second = machines
    first.take()
    first.fall_silent()
    second.take()

    assert first.claim(11, 12, 13) == [None, None, None]
    assert None not in second.claim(11, 12, 13)


def test_a_late_return_is_sent_by_the_successor_also_when_its_block_was_closed(machines: Pair) -> None:
    first, second = machines
    first.take()
    (ticket,) = first.claim(11)
    first.fall_silent()
    second.take()
    second.end(*(outcome(each) for each in second.claim(12, 13)))
    second.keeper._end_blocks()
    assert second.ask("SELECT is_open FROM block") == [(False,)]

    first.end(outcome(ticket, RowState.RETURNED))

    assert second.take() == 1
    assert second.claim(11)[0] is not None


def test_a_returned_row_is_claimed_again_in_the_same_step(machines: Pair) -> None:
    first, _ = machines
    first.take()
    (ticket,) = first.claim(11)
    assert ticket is not None
    assert first.journal.stage([outcome(ticket, RowState.RETURNED)], [ticket])() == [ticket]
    assert counts(first)[RowState.CLAIMED] == 1


def test_a_step_that_is_repeated_changes_nothing(machines: Pair) -> None:
    """A COMMIT whose answer was lost may have counted."""
    first, _ = machines
    first.take()
    one, two = first.claim(11, 12)
    find = first.journal.tickets.find
    assert one is not None
    assert two is not None
    known = [(outcome(one), find(one)), (outcome(two, RowState.RETURNED), find(two))]
    rows = [find(first.tickets[13]), find(two)]
    send = partial(first.journal._exchange._send, known=known, rows=rows)

    once = first.journal._link.run(send)
    again = first.journal._link.run(send)

    assert once == again == set(rows)
    assert counts(first) == {RowState.ACCEPTED: 1, RowState.CLAIMED: 2}


@pytest.mark.parametrize("has_counted", [False, True], ids=["right after a plan", "after a count"])
def test_an_exchange_looks_rows_up_one_by_one(
    shared_ledger: SharedLedger, record: CampaignRecord, ledger_url: str, has_counted: bool
) -> None:
    """Whatever the server believes of its tables, it does not read a campaign of a million for a few rows of it."""
    plan(shared_ledger, record, range(2000))
    if has_counted:
        with psycopg.connect(ledger_url, autocommit=True) as owner:
            owner.execute("ANALYZE bothub.row, bothub.block")
    machine = HandMachine(shared_ledger, "summer")
    machine.take()
    claimed = machine.claim(*range(20))
    exchange, find = machine.journal._exchange, machine.journal.tickets.find
    known = [(outcome(ticket), find(machine.tickets[key])) for key, ticket in enumerate(claimed)]
    asked = {sql.CLAIM: exchange._ask([row for _, row in known]), sql.RECORD: exchange._describe(known)}

    for statement, values in asked.items():
        steps = "\n".join(step for (step,) in machine.journal._all(f"EXPLAIN {statement}", values))
        assert steps.count(' on "row"') == 2, steps  # the change, and one look for it
        assert 'Index Scan using row_pkey on "row"' in steps, steps
        assert re.search(r"campaign = \w+\.campaign\) AND \(seq = \w+\.seq", steps), steps


def test_a_strangers_outcome_changes_nothing(machines: Pair) -> None:
    first, second = machines
    first.take()
    first.fall_silent()
    second.take()
    second.claim(11)

    first.end(outcome(first.tickets[11]))

    assert counts(second)[RowState.CLAIMED] == 1


def test_two_attempts_of_one_block_in_one_process_are_two(machines: Pair) -> None:
    first, _ = machines
    first.take()
    early = dict(first.tickets)
    (ticket,) = first.claim(11)
    first.fall_silent()
    first.take()

    assert first.journal.stage([], [early[12]])() == [None]  # of the first attempt
    (later,) = first.claim(12)
    assert later is not None
    first.end(outcome(ticket), outcome(later))
    assert counts(first) == {RowState.ACCEPTED: 2, RowState.PLANNED: 1}


@pytest.mark.parametrize("is_shared", [True, False], ids=["as it is", "without the share lock"])
def test_no_claim_slips_past_the_start_of_the_next_attempt(
    machines: Pair, monkeypatch: pytest.MonkeyPatch, ledger_url: str, is_shared: bool
) -> None:
    """A claim that commits after the next attempt began is nobody's: it would stay claimed for ever."""
    if not is_shared:
        monkeypatch.setattr(sql, "SHARE_BLOCKS", sql.SHARE_BLOCKS.replace("FOR SHARE", ""))
    first, second = machines
    first.take()
    first.fall_silent()
    with psycopg.connect(ledger_url) as other, ThreadPoolExecutor(1) as aside:
        other.execute("SELECT 1 FROM bothub.row WHERE key = 11 FOR UPDATE")
        claim = aside.submit(first.claim, 11)  # waits for the row, in the middle of its exchange
        wait_until(lambda: second.ask("SELECT 1 FROM pg_locks WHERE NOT granted"))
        taken_meanwhile = second.take()
        other.rollback()
        assert claim.result(30) == [first.tickets[11]]

    assert taken_meanwhile == (0 if is_shared else 1)
    second.take()
    second.claim(12, 13)
    second.end(*(outcome(second.tickets[key]) for key in (12, 13)))
    second.keeper._end_blocks()
    left = {RowState.UNKNOWN: 1} if is_shared else {RowState.CLAIMED: 1}
    assert counts(second) == {RowState.ACCEPTED: 2, **left}


def test_who_is_woken_gets_no_row_also_when_its_successor_was_killed(
    machines: Pair, shared_ledger: SharedLedger
) -> None:
    frozen, killed = machines
    frozen.take()
    (early,) = frozen.claim(11)
    frozen.fall_silent()
    killed.take()
    killed.claim(12)

    assert frozen.claim(13) == [None]  # woken
    killed.fall_silent()
    third = HandMachine(shared_ledger, "summer", machine="c")
    assert third.take() == 1
    assert frozen.claim(12) == [None]
    frozen.end(outcome(early))

    assert third.claim(11, 12) == [None, None]
    assert None not in third.claim(13)
    assert counts(third) == {RowState.ACCEPTED: 1, RowState.UNKNOWN: 1, RowState.CLAIMED: 1}


def test_who_woke_up_takes_its_block_again_after_its_successor_and_holds_two_attempts_of_it(
    machines: Pair, shared_ledger: SharedLedger
) -> None:
    first, second = machines
    first.take()
    (early,) = first.claim(11)
    first.fall_silent()
    second.take()
    second.claim(12)
    second.fall_silent()
    first.keeper._drop({(1, 1)})
    assert first.take() == 1  # its own block, as the third attempt
    (late,) = first.claim(13)

    first.end(outcome(early), outcome(late))

    assert counts(first) == {RowState.ACCEPTED: 2, RowState.UNKNOWN: 1}


def test_no_life_sign_is_given_for_an_engine_that_does_not_turn(machines: Pair) -> None:
    first, second = machines
    first.take()
    first.fall_silent()
    first.keeper._engine_seen = float("-inf")
    first.beat()
    assert second.take() == 1


def test_a_block_ends_when_nothing_of_it_is_left(machines: Pair) -> None:
    first, second = machines
    first.take()
    first.end(*(outcome(ticket) for ticket in first.claim(11, 12, 13)))
    first.keeper._end_blocks()

    assert first.keeper._link.run(first.keeper._is_finished)
    assert second.take() == 0


def test_a_failed_row_is_sent_again_when_the_user_says_so(machines: Pair) -> None:
    first, second = machines
    first.take()
    tickets = first.claim(11, 12, 13)
    first.end(outcome(tickets[0], RowState.FAILED), outcome(tickets[1]), outcome(tickets[2]))
    first.keeper._end_blocks()

    assert second.journal.reopen(frozenset({RowState.FAILED})) == 1
    assert second.take() == 1
    assert [ticket is None for ticket in second.claim(11, 12)] == [False, True]


def test_an_unknown_row_is_not_sent_again_while_an_older_attempt_may_be_alive(
    machines: Pair, shared_ledger: SharedLedger
) -> None:
    first, second = machines
    first.take()
    first.claim(11)
    first.fall_silent()
    second.take()
    second.journal._resend_wait = 3600.0

    assert second.journal._link.run(partial(second.journal._reopen, states=frozenset({RowState.UNKNOWN}))) == 0
    assert 3590 < second.journal._find_youngest() <= 3600


def test_a_suppressed_person_gets_nothing_from_the_next_look_on(machines: Pair, shared_ledger: SharedLedger) -> None:
    first, _ = machines
    first.take()
    shared = SharedSuppressions.of(shared_ledger, shared_ledger.link())
    shared.tell([SuppressionChange(number="+33600000012", is_stopped=True, source="user")])
    first.beat()

    numbers = [row.number for row in first.keeper.take(10)]

    assert numbers == ["+33600000011", "+33600000012", "+33600000013"]
    assert first.keeper.listed.find_listed(numbers) == {"+33600000012"}


def test_a_long_list_is_heard_in_pieces_to_its_end(shared_ledger: SharedLedger) -> None:
    numbers = [f"+3360000{n:04d}" for n in range(7)]
    link = shared_ledger.link()
    SharedSuppressions.of(shared_ledger, link).tell(
        SuppressionChange(number=number, is_stopped=True, source="user") for number in numbers
    )
    listed = ListedHashes(
        bot=shared_ledger.bot,
        number_hash=NumberHash(ListKeySeal(SECRET, bot=shared_ledger.bot).first),
        piece=3,
        overlap=1,
    )
    pieces = 1
    while link.run(lambda connection: listed.update(listed.ask(connection).fetchall())):
        pieces += 1
    assert listed.find_listed(numbers) == set(numbers)
    assert pieces > 2


@pytest.mark.parametrize("order", list(permutations(["stop", "start", "stop again"])))
def test_the_latest_word_counts_whichever_came_in_first(shared_ledger: SharedLedger, order: tuple[str, ...]) -> None:
    said = {"stop": (10, True), "start": (20, False), "stop again": (30, True)}
    shared = SharedSuppressions.of(shared_ledger, shared_ledger.link())
    for each in order:
        minute, is_stopped = said[each]
        since = datetime(2026, 6, 1, 9, minute, tzinfo=UTC)
        shared.tell([SuppressionChange(number="+33600000012", is_stopped=is_stopped, source="user", since=since)])
    [entry] = shared.entries()
    assert (entry.hash, entry.since.minute) == (shared.hash("tel:+33 6 00 00 00 12"), 30)


@pytest.mark.parametrize("together", [True, False])
def test_of_two_words_at_the_same_moment_stop_counts(shared_ledger: SharedLedger, together: bool) -> None:
    since = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    both = [
        SuppressionChange(number="+33600000012", is_stopped=stop, source="user", since=since) for stop in (True, False)
    ]
    shared = SharedSuppressions.of(shared_ledger, shared_ledger.link())
    for piece in [both] if together else [both[:1], both[1:]]:
        shared.tell(piece)
    assert len(shared.entries()) == 1


def test_two_plans_at_once_are_refused(shared_ledger: SharedLedger, record: CampaignRecord) -> None:
    first = shared_ledger.place("summer").open_for_sending(record)
    second = shared_ledger.place("summer").open_for_sending(record)

    def rows() -> Any:
        yield PlannedRow(1, 2, "+33600000001", b"{}")
        with pytest.raises(LockBusyError):
            second.plan([PlannedRow(1, 2, "+33600000001", b"{}")])
        shared_ledger.place("summer").discard(second)  # as whoever began a campaign that it does not send
        yield PlannedRow(2, 3, "+33600000002", b"{}")

    assert first.plan(rows()).total == 2
    shared_ledger.place("summer").discard(second)
    assert shared_ledger.place("summer").exists()
    shared_ledger.place("summer").discard(first)
    assert not shared_ledger.place("summer").exists()


def test_a_campaign_that_nobody_planned_yet_is_taken_away_unless_somebody_begins_to(
    shared_ledger: SharedLedger, record: CampaignRecord
) -> None:
    place = shared_ledger.place("summer")
    first, second = place.open_for_sending(record), place.open_for_sending(record)
    with _PlanLock(first._link, first.id, "summer"):
        first._ask("UPDATE campaign SET planner = NULL WHERE id = %s", (first.id,))  # it is noted a moment later
        place.discard(second)
        assert place.exists()
    place.discard(second)
    assert not place.exists()


def test_a_plan_that_lost_its_lock_stops(shared_ledger: SharedLedger, record: CampaignRecord) -> None:
    first = shared_ledger.place("summer").open_for_sending(record)

    def rows() -> Any:
        for key in range(60):
            if key == 55:
                first._link._drop()
                shared_ledger.place("summer").open_for_sending(record).plan([PlannedRow(1, 2, "+336", b"{}")])
            yield PlannedRow(key, key, f"+336{key:08d}", b"{}")

    with pytest.raises(LockBusyError):
        first.plan(rows())


def test_a_row_that_was_planned_anew_is_sent_with_its_message_of_now(
    machines: Pair, shared_ledger: SharedLedger, record: CampaignRecord
) -> None:
    first, second = machines
    first.take()
    (ticket,) = first.claim(11)
    first.end(outcome(ticket))

    again = shared_ledger.place("summer").open_for_sending(record)
    again.plan([PlannedRow(key, key, "+336", b'{"new":%d}' % key) for key in (11, 12, 13)])

    assert second.take() == 1
    assert [row.body for row in second.keeper.take(9)] == [b'{"new":12}', b'{"new":13}']
    assert first.claim(12, 13) == [None, None]


def test_a_database_that_was_restored_is_refused(machines: Pair, shared_ledger: SharedLedger) -> None:
    first, _ = machines
    first.do("UPDATE campaign SET timeline = '00000099'")
    with pytest.raises(ConfigurationError, match="restored") as caught:
        shared_ledger.place("summer").open_to_work()
    assert caught.value.exit_code == 12


def test_forcing_it_goes_on_with_the_restored_database(
    machines: Pair, shared_ledger: SharedLedger, record: CampaignRecord
) -> None:
    first, _ = machines
    first.do("UPDATE campaign SET timeline = '00000099'")
    shared_ledger.place("summer").open_for_sending(record, force=True).close()
    shared_ledger.place("summer").open_to_work().close()


def test_what_two_machines_heard_of_the_pace_adds_up(machines: Pair) -> None:
    first, second = machines
    first.journal.note_slow_downs(SlowDowns(2, 12.5, 3.0))
    second.journal.note_slow_downs(SlowDowns(1, 20.0, 1.5))
    assert first.journal.slow_downs() == second.journal.slow_downs() == SlowDowns(3, 12.5, 4.5)
