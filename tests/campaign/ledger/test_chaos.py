"""Machines die, freeze and are cut off, the database crashes, and nobody gets a message twice.

The same accidents under the rule of the brokers, that an interrupted row goes out again, must reach somebody twice:
else the test would prove nothing.
"""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

import pytest

from bothub_cli.campaign.journal.interface import CampaignRecord, PlannedRow, RowState
from bothub_cli.campaign.ledger.link import Connection
from tests.campaign.ledger.black_hole import BlackHole
from tests.campaign.ledger.machines import TidyLedger, make_ledger
from tests.campaign.ledger.postgres import PostgresServer
from tests.campaign.ledger.sink import Sink

ROOT = Path(__file__).parents[3]
ROWS, MACHINES, ACCIDENTS = 1200, 4, 8
UNTIL = 240.0  # seconds: far more than it takes; who is not done by then hangs


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server that may crash without harm to other tests."""
    with TemporaryDirectory(prefix="bothub-postgres-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        yield server
        server.stop()


class Chaos:
    """A campaign, its machines, and what befalls them, all decided by a seed."""

    def __init__(self, server: PostgresServer, sink: Sink, record: CampaignRecord, *, seed: int, mutant: str) -> None:
        self.chance = random.Random(seed)
        self.server = server
        self.sink = sink
        self.mutant = mutant
        self.url = server.new_database(f"chaos{seed}")
        self.ledger: TidyLedger = make_ledger(self.url)
        journal = self.ledger.place("summer").open_for_sending(replace(record, settings={"rate": "none"}))
        journal.plan(PlannedRow(n, n, f"+336{n:08d}", _body(n)) for n in range(ROWS))
        journal.release()
        self.journal = journal
        self.final: dict[RowState, int] = {}
        self.accepted: set[int] = set()
        self.unknown: set[int] = set()
        self.holes = [BlackHole(server.port) for _ in range(MACHINES)]
        for hole in self.holes:
            hole.__enter__()
        self.machines = [self.begin(place) for place in range(MACHINES)]

    def begin(self, place: int) -> "subprocess.Popen[bytes]":
        module = "tests.campaign.ledger.worker_process"
        url = self.holes[place].url(self.url)
        return subprocess.Popen(
            [sys.executable, "-m", module, url, "summer", self.sink.base, self.mutant],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def go(self, kinds: list[str]) -> None:
        """Let accidents happen while rows are sent, then let machines finish."""
        while sum(self.sink.numbers.values()) < ROWS // 20:
            time.sleep(0.05)
        for _ in range(ACCIDENTS):
            getattr(self, "_" + self.chance.choice(kinds))()
            time.sleep(self.chance.uniform(0.1, 1.0))
        for machine in self.machines:
            machine.send_signal(signal.SIGCONT)
        deadline = time.monotonic() + UNTIL
        while self._is_left():
            assert time.monotonic() < deadline, self.journal.counts()
            self.machines = [
                each if each.poll() is None else self.begin(place) for place, each in enumerate(self.machines)
            ]
            time.sleep(0.5)
        for machine in self.machines:
            machine.wait(60)

    def end(self) -> None:
        for machine in self.machines:
            machine.kill()
            machine.wait(10)
        for hole in self.holes:
            hole.__exit__()
        self.ledger.tidy()

    def _is_left(self) -> bool:
        counts = self.journal.counts()
        return bool(counts[RowState.PLANNED] + counts[RowState.RETURNED] + counts[RowState.CLAIMED])

    def _kill(self) -> None:
        place = self.chance.randrange(MACHINES)
        self.machines[place].kill()
        self.machines[place].wait(10)
        self.machines[place] = self.begin(place)

    def _swallow(self) -> None:
        """Long enough to be taken over, or not; the connections of that time stay dead without a word."""
        hole = self.chance.choice(self.holes)
        hole.swallow()
        time.sleep(self.chance.choice([1.0, 10.0]))
        hole.let_through()

    def _freeze(self) -> None:
        """Long enough to be taken over, and to wake up beside the successor."""
        machine = self.chance.choice(self.machines)
        machine.send_signal(signal.SIGSTOP)
        time.sleep(self.chance.choice([0.5, 10.0]))
        machine.send_signal(signal.SIGCONT)

    def _crash(self) -> None:
        self.server.crash()
        time.sleep(self.chance.uniform(0.0, 2.0))
        self.server.start()


def _body(number: int) -> bytes:
    contact = {"userContact": f"+336{number:08d}"}
    return json.dumps({"RCSMessage": {"textMessage": "Hello"}, "messageContact": contact}).encode()


def _run(server: PostgresServer, record: CampaignRecord, *, seed: int, kinds: list[str], mutant: str = "") -> Chaos:
    with Sink(delay=0.1) as sink:
        chaos = Chaos(server, sink, record, seed=seed, mutant=mutant)
        try:
            chaos.go(kinds)
            chaos.final = chaos.journal.counts()
            chaos.accepted = {row.line for row in chaos.journal.settled(frozenset({RowState.ACCEPTED}))}
            chaos.unknown = {row.line for row in chaos.journal.settled(frozenset({RowState.UNKNOWN}))}
        finally:
            chaos.end()
    return chaos


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 100))])
def test_nobody_gets_a_message_twice_whatever_happens(
    server: PostgresServer, record: CampaignRecord, seed: int
) -> None:
    chaos = _run(server, record, seed=seed, kinds=["kill", "kill", "freeze", "crash", "swallow"])

    reached = {int(number[-8:]) for number in chaos.sink.numbers}
    assert [number for number, times in chaos.sink.numbers.items() if times > 1] == []
    assert chaos.accepted - reached == set()
    assert reached - chaos.accepted - chaos.unknown == set()
    assert sum(chaos.final.values()) == ROWS
    assert chaos.final[RowState.CLAIMED] == 0


@pytest.mark.slow
def test_the_same_accidents_with_redelivery_reach_somebody_twice(
    server: PostgresServer, record: CampaignRecord
) -> None:
    chaos = _run(server, record, seed=0, kinds=["kill"], mutant="redeliver")
    assert [number for number, times in chaos.sink.numbers.items() if times > 1] != []


@pytest.mark.slow
def test_a_machine_whose_way_to_the_database_swallows_everything_goes_on_afterwards(
    server: PostgresServer, record: CampaignRecord
) -> None:
    chaos = _run(server, record, seed=1, kinds=["swallow"])
    assert [number for number, times in chaos.sink.numbers.items() if times > 1] == []
    assert chaos.final[RowState.CLAIMED] == 0
    assert sum(chaos.final.values()) == ROWS


def test_a_connection_that_brings_no_answer_is_given_up_and_asked_again(server: PostgresServer) -> None:
    url = server.new_database("silent")
    make_ledger(url).tidy()
    with BlackHole(server.port) as hole:
        link = make_ledger(hole.url(url)).link(max_wait=60.0)
        link.cut_after(0.5)
        assert link.run(_ask_one) == 1
        hole.swallow()
        Timer(2.0, hole.let_through).start()
        assert link.run(_ask_one) == 1
        link.close()


def _ask_one(connection: Connection) -> int:
    [(one,)] = connection.execute("SELECT 1").fetchall()
    return int(one)
