"""Machines die, freeze and are cut off, the database crashes, and nobody gets a message twice.

The same accidents under the rule of the brokers, that an interrupted row goes out again, must reach somebody twice:
else the test would prove nothing.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer

import pytest

from bothub_cli.campaign.journal.interface import CampaignRecord, PlannedRow, RowState
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.link import Connection
from tests.campaign.ledger.black_hole import BlackHole
from tests.campaign.ledger.machines import TidyLedger, make_ledger
from tests.campaign.ledger.postgres import PostgresServer
from tests.campaign.ledger.sink import Sink

ROOT = Path(__file__).parents[3]
MACHINES = 4
UNTIL = 240.0  # seconds: far more than it takes; who is not done by then hangs


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is done in a run. In short ones all leases, and what befalls machines, are so many times as short."""

    seed: int
    rows: int = 600
    accidents: int = 4
    speed: float = 5.0
    mutant: str = ""


class Chaos:
    """A campaign, its machines, and what befalls them, all decided by a seed."""

    def __init__(self, server: PostgresServer, sink: Sink, record: CampaignRecord, plan: Plan) -> None:
        self.chance = random.Random(plan.seed)
        self.plan = plan
        self.server = server
        self.sink = sink
        self.url = server.new_database("chaos")
        self.ledger: TidyLedger = make_ledger(self.url, speed=plan.speed)
        settings = {"rate": "100/s" if plan.seed % 2 else "none"}
        journal = self.ledger.place("summer").open_for_sending(replace(record, settings=settings))
        journal.plan(PlannedRow(n, n, f"+336{n:08d}", _body(n)) for n in range(plan.rows))
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
            [sys.executable, "-m", module, url, "summer", self.sink.base, str(self.plan.speed), self.plan.mutant],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def go(self, kinds: Sequence[str]) -> None:
        """Let accidents happen while rows are sent, then let machines finish."""
        while sum(self.sink.numbers.values()) < self.plan.rows // 20:
            time.sleep(0.05)
        for _ in range(self.plan.accidents):
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

    def _kill_all(self) -> None:
        for machine in self.machines:
            machine.kill()
            machine.wait(10)
        self.machines = [self.begin(place) for place in range(MACHINES)]

    def _relay(self) -> None:
        """One is frozen, others take over from it; it wakes up, and they are killed."""
        frozen = self.chance.randrange(MACHINES)
        self.machines[frozen].send_signal(signal.SIGSTOP)
        time.sleep(12.0 / self.plan.speed)
        self.machines[frozen].send_signal(signal.SIGCONT)
        for place in range(MACHINES):
            if place != frozen:
                self.machines[place].kill()
                self.machines[place].wait(10)
                self.machines[place] = self.begin(place)

    def _swallow(self) -> None:
        """Long enough to be taken over, or not; the connections of that time stay dead without a word."""
        hole = self.chance.choice(self.holes)
        hole.swallow()
        time.sleep(self.chance.choice([1.0, 10.0]) / self.plan.speed)
        hole.let_through()

    def _freeze(self) -> None:
        """Long enough to be taken over, and to wake up beside the successor."""
        machine = self.chance.choice(self.machines)
        machine.send_signal(signal.SIGSTOP)
        time.sleep(self.chance.choice([0.5, 10.0]) / self.plan.speed)
        machine.send_signal(signal.SIGCONT)

    def _crash(self) -> None:
        self.server.crash()
        time.sleep(self.chance.uniform(0.0, 12.0) / self.plan.speed)
        self.server.start()


def _body(number: int) -> bytes:
    contact = {"userContact": f"+336{number:08d}"}
    return json.dumps({"RCSMessage": {"textMessage": "Hello"}, "messageContact": contact}).encode()


def _run(server: PostgresServer, record: CampaignRecord, plan: Plan, *kinds: str) -> Chaos:
    with Sink(delay=0.5) as sink:
        chaos = Chaos(server, sink, record, plan)
        try:
            chaos.go(kinds)
            chaos.final = chaos.journal.counts()
            chaos.accepted = {row.line for row in chaos.journal.settled(frozenset({RowState.ACCEPTED}))}
            chaos.unknown = {row.line for row in chaos.journal.settled(frozenset({RowState.UNKNOWN}))}
        finally:
            chaos.end()
    return chaos


def _long_seeds() -> range:
    """Return the seeds of the long runs: 3 to 99, or those of BOTHUB_TEST_SEEDS, such as 100-149."""
    first, last = map(int, os.environ.get("BOTHUB_TEST_SEEDS", "3-99").split("-"))
    return range(max(first, 3), last + 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.long) for seed in _long_seeds())])
def test_nobody_gets_a_message_twice_whatever_happens(
    postgres: PostgresServer, record: CampaignRecord, seed: int
) -> None:
    plan = Plan(seed=seed) if seed < 3 else Plan(seed=seed, rows=1200, accidents=8, speed=1.0)
    chaos = _run(postgres, record, plan, "kill", "kill_all", "freeze", "crash", "swallow", "relay")

    reached = {int(number[-8:]) for number in chaos.sink.numbers}
    assert [number for number, times in chaos.sink.numbers.items() if times > 1] == []
    assert chaos.accepted - reached == set()
    assert reached - chaos.accepted - chaos.unknown == set()
    assert sum(chaos.final.values()) == plan.rows
    assert chaos.final[RowState.CLAIMED] == 0


@pytest.mark.slow
def test_the_same_accidents_with_redelivery_reach_somebody_twice(
    postgres: PostgresServer, record: CampaignRecord
) -> None:
    chaos = _run(postgres, record, Plan(seed=0, accidents=1, mutant="redeliver"), "kill_all")
    assert [number for number, times in chaos.sink.numbers.items() if times > 1] != []


@pytest.mark.slow
def test_a_machine_whose_way_to_the_database_swallows_everything_goes_on_afterwards(
    postgres: PostgresServer, record: CampaignRecord
) -> None:
    chaos = _run(postgres, record, Plan(seed=0, accidents=2), "swallow")
    assert [number for number, times in chaos.sink.numbers.items() if times > 1] == []
    assert chaos.final[RowState.CLAIMED] == 0
    assert sum(chaos.final.values()) == chaos.plan.rows


@pytest.mark.parametrize("is_known", [True, False])
def test_a_connection_that_brings_no_answer_is_given_up_and_asked_again(
    postgres: PostgresServer, shared_ledger: SharedLedger, is_known: bool
) -> None:
    """Also the first one of a process, of which nothing has been heard yet."""
    with BlackHole(postgres.port) as hole:
        ledger = make_ledger(hole.url(shared_ledger.where))
        link = replace(ledger, times=replace(ledger.times, answer_within=0.5)).link(max_wait=60.0)
        if is_known:
            assert link.run(_ask_one) == 1
        hole.swallow()
        Timer(0.2, hole.let_through).start()
        assert link.run(_ask_one) == 1
        link.close()


def _ask_one(connection: Connection) -> int:
    [(one,)] = connection.execute("SELECT 1").fetchall()
    return int(one)
