"""One rate for all machines of a bot: what the ledger grants, and what becomes of moments that nobody used."""

import time
from collections.abc import Iterator

import pytest

from bothub_cli.campaign.journal.interface import CampaignRecord
from bothub_cli.campaign.ledger import schema as sql
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.link import LedgerConnection
from bothub_cli.campaign.ledger.pace import LedgerBucket
from bothub_cli.campaign.pace.pace import Pace
from tests.campaign.ledger.machines import plan
from tests.waiting import wait_until

AHEAD = {5, 6}  # at 100/s: now, and each hundredth of the next five, as a float that counts seconds since 1970 has it


@pytest.fixture
def link(shared_ledger: SharedLedger) -> LedgerConnection:
    return shared_ledger.link(durable=False)


def take(link: LedgerConnection, *, wanted: int, ahead: float = 0.05, allowed: float = 100.0) -> tuple[int, float]:
    """Return how many moments are granted, and the seconds from now to the first of them."""
    statement = "SELECT granted, first_at - now_at FROM pace_take('bot', %s, 1, %s, %s)"
    [(granted, until)] = link.run(lambda c: c.execute(statement, (allowed, wanted, ahead)).fetchall())
    return granted, until


def set_due(link: LedgerConnection, seconds: float) -> None:
    """Let the schedule be taken up to so long from now."""
    take(link, wanted=1)
    statement = "UPDATE pace SET due_at = extract(epoch FROM clock_timestamp()) + %s"
    link.run(lambda connection: connection.execute(statement, (seconds,)))


def find_due(link: LedgerConnection) -> float:
    """Return the seconds from now that are taken."""
    statement = "SELECT due_at - extract(epoch FROM clock_timestamp())::double precision FROM pace"
    [(seconds,)] = link.run(lambda connection: connection.execute(statement).fetchall())
    return float(seconds)


def test_moments_of_the_next_fraction_of_a_second_are_granted_however_many_are_wanted(link: LedgerConnection) -> None:
    granted, until = take(link, wanted=1000)
    assert granted in AHEAD
    assert until == 0.0
    granted, until = take(link, wanted=1000, ahead=0.2)
    assert until < 0.2
    assert granted < 22


def test_nobody_makes_up_for_a_time_in_which_nothing_was_wanted(link: LedgerConnection) -> None:
    set_due(link, -60.0)
    granted, until = take(link, wanted=1000)
    assert granted in AHEAD
    assert until == 0.0


def test_a_refusal_slows_all_machines_down(link: LedgerConnection) -> None:
    values = {"bot": "bot", "wait": 30.0, "allowed": 100.0, "observed": 100.0}
    for _ in range(2):  # two refusals of one burst count once
        link.run(lambda connection: connection.execute(sql.PACE_SLOW_DOWN, values))
    assert take(link, wanted=1000)[0] == 0
    link.run(lambda connection: connection.execute("UPDATE pace SET blocked_until = 0"))
    assert 50.0 <= 1 / _step(link) < 60.0


def test_a_refusal_halves_what_all_machines_sent_and_not_what_one_did(
    link: LedgerConnection, shared_ledger: SharedLedger, record: CampaignRecord
) -> None:
    plan(shared_ledger, record, [1])
    statement = (
        "INSERT INTO machine (id, campaign, host, version, rate)"
        " SELECT n::text, id, 'm', '1', 20 FROM campaign, generate_series(1, 4) n"
    )
    link.run(lambda connection: connection.execute(statement))
    take(link, wanted=1)
    values = {"bot": "bot", "wait": 0.0, "allowed": 100.0, "observed": 20.0}
    link.run(lambda connection: connection.execute(sql.PACE_SLOW_DOWN, values))
    assert 40.0 <= 1 / _step(link) < 60.0


def _step(link: LedgerConnection) -> float:
    [(step,)] = link.run(lambda c: c.execute("SELECT step FROM pace_take('bot', 100, 1, 1, 0.05)").fetchall())
    return float(step)


@pytest.mark.parametrize(("due", "given_back", "left"), [(50.0, 20.0, 30.0), (50.0, 80.0, 0.0), (-50.0, 10.0, -50.0)])
def test_what_is_given_back_moves_the_schedule_never_behind_now(
    link: LedgerConnection, due: float, given_back: float, left: float
) -> None:
    set_due(link, due)
    link.run(lambda connection: connection.execute(sql.PACE_GIVE_BACK, (given_back, "bot")))
    assert find_due(link) == pytest.approx(left, abs=5.0)


@pytest.fixture
def bucket(shared_ledger: SharedLedger) -> Iterator[LedgerBucket]:
    bucket = LedgerBucket(shared_ledger.link(durable=False), Pace(rate=1.0), bot="bot")
    yield bucket
    bucket.close()


def test_a_late_machine_gives_the_moments_back_that_it_could_not_use(
    link: LedgerConnection, bucket: LedgerBucket
) -> None:
    """A thousand seconds of the schedule are taken, a hundred of them by a machine that slept through them."""
    set_due(link, 1000.0)
    bucket._moments.extend([time.monotonic() - 5.0] * 100)
    assert bucket.take(1).count == 0
    wait_until(lambda: bucket.take(1).count == 0 and find_due(link) < 920.0)
    assert find_due(link) > 850.0
