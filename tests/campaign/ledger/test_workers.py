"""What a machine that takes part does while the database is away, when it is told to stop, and when it breaks."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bothub_cli.campaign.journal.interface import CampaignRecord, PlannedRow, RowState
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.run.engine import RunResult
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.campaign.run.start import Destination
from bothub_cli.campaign.work import WorkEquipment, read_options, take_part
from bothub_cli.clock import SystemClock
from bothub_cli.errors import ConfigurationError
from bothub_cli.transport.base import TransportSettings
from tests.campaign.ledger.machines import TidyLedger, make_ledger
from tests.campaign.ledger.postgres import PostgresServer
from tests.campaign.ledger.sink import Sink
from tests.campaign.ledger.worker_process import SteadyTokens
from tests.waiting import wait_until

SPEED = 5.0  # a machine is dead after 1.6 seconds instead of 8
ROWS = 12


@pytest.fixture
def ledger(shared_ledger: SharedLedger) -> Iterator[TidyLedger]:
    ledger = make_ledger(shared_ledger.where, speed=SPEED)
    yield ledger
    ledger.tidy()


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as aside:
        yield aside


def plan(ledger: TidyLedger, record: CampaignRecord, rate: str) -> None:
    journal = ledger.place("summer").open_for_sending(replace(record, settings={"rate": rate}))
    journal.plan(PlannedRow(n, n, f"+336{n:08d}", _body(n)) for n in range(ROWS))
    journal.release()
    journal.close()


def _body(number: int) -> bytes:
    contact = {"userContact": f"+336{number:08d}"}
    return json.dumps({"RCSMessage": {"textMessage": "Hello"}, "messageContact": contact}).encode()


@dataclass
class FastClock(SystemClock):
    """A machine's clock that is five minutes ahead."""

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=5)


@dataclass
class Worker:
    """A machine whose engine runs in a thread of its own."""

    ledger: TidyLedger
    sink: Sink
    patience: float = 60.0
    report: Callable[[RunProgress], None] = lambda progress: None
    stop: list[Callable[[], None]] = field(default_factory=list)

    def __call__(self) -> RunResult:
        destination = Destination(
            base=self.sink.base,
            bot_id="bot",
            tokens=SteadyTokens(),
            settings=TransportSettings(timeout=20.0),
            user_agent="test",
        )
        equipment = WorkEquipment(
            destination=destination, clock=FastClock(), report=self.report, on_engine=self.stop.append
        )
        with closing(self.ledger.place("summer").open_to_work()) as journal:
            options = read_options(journal, concurrency=3, patience=self.patience)
            return take_part(self.ledger, journal, options, equipment)


def counts(ledger: TidyLedger) -> dict[RowState, int]:
    with closing(ledger.place("summer").open_for_reading()) as journal:
        return {state: count for state, count in journal.counts().items() if count}


def test_a_database_that_is_away_while_every_slot_is_busy_at_a_low_rate_costs_nothing_but_time(
    ledger: TidyLedger, record: CampaignRecord, postgres: PostgresServer, aside: ThreadPoolExecutor
) -> None:
    """Each slot waits for its answer, then for the ledger; longer than machines that are silent live."""
    plan(ledger, record, "20/s")
    with Sink(delay=0.5) as sink:
        workers: list[Future[RunResult]] = [aside.submit(Worker(ledger, sink)) for _ in range(2)]
        wait_until(lambda: len(sink.numbers) >= 3)
        postgres.stop()
        time.sleep(2.0)
        reached = len(sink.numbers)
        assert reached < ROWS  # nobody sends what nobody remembers
        postgres.start()
        assert {worker.result(60).ended for worker in workers} == {"finished"}
    assert set(sink.numbers.values()) == {1}
    assert counts(ledger) == {RowState.ACCEPTED: ROWS}


def test_a_worker_gives_up_when_the_database_stays_away_and_another_one_sends_the_rest(
    ledger: TidyLedger, record: CampaignRecord, postgres: PostgresServer, aside: ThreadPoolExecutor
) -> None:
    plan(ledger, record, "20/s")
    with Sink(delay=0.2) as sink:
        worker = aside.submit(Worker(ledger, sink, patience=0.5))
        wait_until(lambda: len(sink.numbers) >= 2)
        postgres.stop()
        with pytest.raises(ConfigurationError, match="the ledger cannot be used") as caught:
            worker.result(60)
        assert caught.value.exit_code == 12
        postgres.start()
        Worker(ledger, sink)()
    found = counts(ledger)
    assert set(sink.numbers.values()) == {1}
    assert sum(found.values()) == ROWS
    assert found.keys() <= {RowState.ACCEPTED, RowState.UNKNOWN}


def test_a_worker_that_is_told_to_stop_drains_and_gives_its_rows_back_at_once(
    ledger: TidyLedger, record: CampaignRecord, aside: ThreadPoolExecutor
) -> None:
    plan(ledger, record, "20/s")
    with Sink(delay=0.2) as sink:
        first = Worker(ledger, sink)
        stopped = aside.submit(first)
        wait_until(lambda: len(sink.numbers) >= 2)
        first.stop[0]()
        assert stopped.result(60).ended == "stopped"
        assert counts(ledger).keys() <= {RowState.ACCEPTED, RowState.PLANNED, RowState.RETURNED}
        second = make_ledger(ledger.where)  # with the real leases, of which none is waited for
        assert Worker(second, sink)().ended == "finished"
    assert set(sink.numbers.values()) == {1}
    assert counts(ledger) == {RowState.ACCEPTED: ROWS}


def test_outcomes_bear_the_servers_time_whatever_the_machines_clock_says(
    ledger: TidyLedger, record: CampaignRecord
) -> None:
    plan(ledger, record, "none")
    with Sink() as sink:
        Worker(ledger, sink)()
    statement = "SELECT max(abs(at / 1000.0 - extract(epoch FROM clock_timestamp()))) FROM row"
    [(off,)] = ledger._ask(statement, ())
    assert off < 240  # of 300 seconds that the machine's clock is ahead


def test_a_worker_whose_engine_breaks_gives_back_what_it_had_in_hand(
    ledger: TidyLedger, record: CampaignRecord
) -> None:
    def break_down(progress: RunProgress) -> None:
        raise RuntimeError("a defect")

    plan(ledger, record, "20/s")
    with Sink(delay=0.2) as sink, pytest.raises(RuntimeError):
        Worker(ledger, sink, report=break_down)()
    owners: list[Any] = ledger._ask("SELECT owner FROM block WHERE is_open", ())
    assert owners == [(None,)]
    assert ledger._ask("SELECT has_left FROM machine", ()) == [(True,)]
