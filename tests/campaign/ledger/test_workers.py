"""What a machine that takes part does while the database is away, when it is told to stop, and when it breaks."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Timer
from typing import Any

import pytest

from bothub_cli.campaign.journal.interface import CampaignRecord, PlannedRow, RowState
from bothub_cli.campaign.ledger.absence import Absence
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.link import LedgerAddress
from bothub_cli.campaign.run.engine import RunResult
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.campaign.run.start import Destination
from bothub_cli.campaign.worker import WorkEquipment, read_options, take_part, work
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


def plan(
    ledger: TidyLedger, record: CampaignRecord, rate: str, *, max_duration: float | None = None, **settings: str
) -> None:
    journal = ledger.place("summer").open_for_sending(replace(record, settings={"rate": rate, **settings}))
    journal.plan(PlannedRow(n, n, f"+336{n:08d}", _body(n)) for n in range(ROWS))
    journal.release(max_duration=max_duration)
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
    max_wait: float = 60.0
    report: Callable[[RunProgress], None] = lambda progress: None
    stop: list[Callable[[], None]] = field(default_factory=list)

    def __call__(self) -> RunResult:
        destination = replace(nowhere(), base=self.sink.base)
        equipment = WorkEquipment(
            destination=destination, clock=FastClock(), report=self.report, on_engine=self.stop.append
        )
        with closing(self.ledger.place("summer").open_to_work()) as journal:
            options = read_options(journal, concurrency=3, max_wait=self.max_wait)
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
        worker = aside.submit(Worker(ledger, sink, max_wait=0.5))
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


def test_a_worker_that_is_told_to_stop_while_the_database_is_away_ends_soon_and_says_what_is_unknown(
    ledger: TidyLedger, record: CampaignRecord, postgres: PostgresServer, aside: ThreadPoolExecutor
) -> None:
    """It has ten minutes of max_wait, and ends within what an order to stop leaves of them."""
    plan(ledger, record, "20/s")
    told: list[str] = []
    hurried = replace(ledger, times=replace(ledger.times, drain_within=0.5), absence=Absence(told.append))
    with Sink(delay=0.2) as sink:
        first = Worker(hurried, sink, max_wait=600.0)
        worker = aside.submit(first)
        wait_until(lambda: len(sink.numbers) >= 2)
        postgres.stop()
        wait_until(lambda: bool(told))
        first.stop[0]()
        with pytest.raises(ConfigurationError, match="what it could not tell is unknown") as caught:
            worker.result(60)
        assert caught.value.exit_code == 12
        postgres.start()
        assert Worker(ledger, sink)().ended == "finished"
    assert [text.split(":")[0] for text in told] == ["the ledger does not answer"]
    found = counts(ledger)
    assert set(sink.numbers.values()) == {1}
    assert sum(found.values()) == ROWS
    assert found.keys() <= {RowState.ACCEPTED, RowState.UNKNOWN}


@pytest.mark.parametrize("is_found", [False, True], ids=["while it looks", "while it opens what it found"])
def test_a_worker_that_waits_for_an_absent_database_with_nothing_in_hand_ends_at_once(
    ledger: TidyLedger, monkeypatch: pytest.MonkeyPatch, *, is_found: bool
) -> None:
    if is_found:
        monkeypatch.setattr(SharedLedger, "forget_old_messages", lambda self: None)
        monkeypatch.setattr(SharedLedger, "to_send", lambda self: ["summer"])
    absent = replace(ledger, address=LedgerAddress.read("postgresql://sender@127.0.0.1:9/ledger"))
    stops: list[Callable[[], None]] = []
    equipment = WorkEquipment(destination=nowhere(), on_engine=stops.append)
    asked = Event()
    Timer(0.1, lambda: [act() for act in (asked.set, *stops)]).start()
    done = work(
        absent,
        equipment,
        name=None,
        until_done=False,
        concurrency=None,
        max_wait=600.0,
        was_asked=asked.is_set,
        note=lambda text: None,
    )
    assert (done.was_stopped, done.campaigns) == (True, ())


def nowhere() -> Destination:
    return Destination(
        base="http://127.0.0.1:9",
        bot_id="bot",
        tokens=SteadyTokens(),
        settings=TransportSettings(timeout=20.0),
        user_agent="test",
    )


def test_a_share_of_errors_is_that_of_all_machines_together(ledger: TidyLedger, record: CampaignRecord) -> None:
    """60 of another machine's 1,000 were not accepted: more than 5 %, whatever this one has done."""
    plan(ledger, record, "20/s", max_errors="5%")
    _note_another_machine(ledger, finished=1000, bad=60)
    with Sink() as sink:
        result = Worker(ledger, sink)()
    assert result.ended == "limit"
    assert result.error is not None
    assert "more than max_errors 5%" in result.error.message
    assert len(sink.numbers) < ROWS
    assert ledger.place("summer").open_for_reading().order == "limit"


def test_a_time_that_is_over_for_all_machines_is_over_for_one_that_comes_late(
    ledger: TidyLedger, record: CampaignRecord
) -> None:
    plan(ledger, record, "20/s", max_duration=3600.0)
    _note_another_machine(ledger, finished=0, bad=0)
    ledger._ask("UPDATE campaign SET released_at = released_at - interval '2 h' RETURNING 1", ())
    ledger._ask("UPDATE machine SET since = since - interval '1 h' RETURNING 1", ())
    with Sink() as sink:
        result = Worker(ledger, sink)()
    assert result.ended == "limit"
    assert str(result.error) == "stopped: max_duration of 3600 s is over"
    assert not sink.numbers


def _note_another_machine(ledger: TidyLedger, *, finished: int, bad: int) -> None:
    ledger._ask(
        "INSERT INTO machine (id, campaign, host, version, finished, bad)"
        " SELECT 'other', id, 'other', '1', %s, %s FROM campaign RETURNING 1",
        (finished, bad),
    )
