"""Several machines on one ledger: how sending grows with them, how they keep one rate, what the ledger costs.

Run from the top of the repository: python -m benchmarks.cluster [scale|rate|cost|distance|stop|kills] [--rounds N].
Sink, database and workers share the cores, so each line says what the cores were doing, and of several short rounds
the best counts. ``kills`` installs Dramatiq into an environment of its own, and needs redis-server.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cluster_machines import NAME, make_record, make_rows
from benchmarks.task_queue import send_with_dramatiq
from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.ledger.suppressions import SharedSuppressions, SuppressionChange
from tests.campaign.ledger.machines import TidyLedger, make_ledger
from tests.campaign.ledger.postgres import PostgresServer
from tests.campaign.ledger.sink import Sink

CORES = os.cpu_count() or 1
TICKS = os.sysconf("SC_CLK_TCK")
Machine = subprocess.Popen[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Messages a second, and how many cores worked meanwhile: on all, and on the sending processes alone."""

    rate: float
    busy: float
    own: float

    def __str__(self) -> str:
        cores = f"cores busy {self.busy:.1f} of {CORES}, {self.own:.2f} of it the senders"
        return f"{self.rate:,.0f}/s ({cores})"


def main() -> None:
    measures: dict[str, Callable[[PostgresServer, int], None]] = {
        "scale": measure_scale,
        "rate": measure_rate,
        "cost": measure_cost,
        "distance": measure_distance,
        "stop": measure_stop,
        "kills": measure_kills,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=list(measures), default=[])
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="bothub-postgres-") as data:
        server = PostgresServer(Path(data))
        server.start()
        try:
            for name in given.what or measures:
                measures[name](server, given.rounds)
        finally:
            server.crash()


def measure_scale(server: PostgresServer, rounds: int) -> None:
    """1, 2 and 4 workers where an answer takes 50 ms: how many times as fast as one, idle cores and busy ones."""
    for in_flight, rows in ((8, 900), (64, 5000)):
        best: dict[int, Speed] = {}
        for _ in range(rounds):
            for machines in (1, 2, 4):
                with Sink(delay=0.05) as sink:
                    speed = send(server, sink, rows * machines, machines=machines, in_flight=in_flight)
                best[machines] = max(best.get(machines, speed), speed, key=lambda each: each.rate)
        for machines, speed in best.items():
            factor = speed.rate / best[1].rate / machines
            print(f"50 ms, {in_flight} in flight each, {machines} workers: {speed}: {factor:.2f} × {machines}")


def measure_rate(server: PostgresServer, rounds: int) -> None:
    """Four workers, one rate: the share of it that they reach, and the busiest second; the round that kept it best."""
    for rate, seconds in ((25, 10), (200, 8), (1000, 8), (5000, 8)):
        found: list[tuple[float, float]] = []
        for _ in range(rounds):
            with Sink(delay=0.02) as sink:
                send(server, sink, rate * seconds, machines=4, in_flight=0, rate=f"{rate}/s")
                whole = [count for _, count in sorted(sink.seconds.items())][1:-1]
            found.append((sum(whole) / len(whole) / rate, max(whole) / rate))
        share, busiest = min(found, key=lambda each: abs(each[0] - 1))
        print(f"4 workers at {rate:,}/s: {share:.1%} of it, busiest second {busiest:.2f}")


def measure_cost(server: PostgresServer, rounds: int) -> None:
    """One worker on a sink that answers at once, beside the journal of one machine, both in a process of their own."""
    best = {"SQLite": 0.0, "PostgreSQL": 0.0}
    for _ in range(rounds):
        with Sink() as sink, TemporaryDirectory(prefix="bothub-journal-") as folder:
            command = ["alone", folder, sink.base, "20000", "128"]
            with _started([command]) as machines:
                best["SQLite"] = max(best["SQLite"], _measure(sink, 20000, machines).rate)
        with Sink() as sink:
            shared = send(server, sink, 20000, machines=1, in_flight=128)
            best["PostgreSQL"] = max(best["PostgreSQL"], shared.rate)
    speeds = ", ".join(f"{name} {rate:,.0f}/s" for name, rate in best.items())
    print(f"instant sink, one worker, 128 in flight: {speeds}: {best['PostgreSQL'] / best['SQLite']:.2f}")


def measure_distance(server: PostgresServer, rounds: int) -> None:
    """One worker, 50 ms to an answer, and a database that is 1 or 20 ms away."""
    best: dict[int, Speed] = {}
    for _ in range(rounds):
        for milliseconds in (1, 20):
            with Sink(delay=0.05) as sink, _way(server.port, milliseconds) as port:
                speed = send(server, sink, 5000, machines=1, in_flight=64, port=port)
            best[milliseconds] = max(best.get(milliseconds, speed), speed, key=lambda each: each.rate)
    for milliseconds, speed in best.items():
        print(f"50 ms, 64 in flight, the database {milliseconds} ms away: {speed}: {speed.rate / best[1].rate:.2f}")


def measure_stop(server: PostgresServer, rounds: int) -> None:
    """Four workers, and everybody says STOP, or an operator: the seconds until the last message, in the worst round."""
    worst = {"everybody says STOP": 0.0, "bothub campaign stop": 0.0}
    for _ in range(rounds):
        for what in worst:
            with Sink(delay=0.02) as sink, _planned(server, 4000, "200/s") as ledger:
                workers = [_worker(ledger.where, sink, 0) for _ in range(4)]
                with _started(workers):
                    while len(sink.numbers) < 400:
                        time.sleep(0.01)
                    _let_stop(ledger, what)
                    said = time.monotonic()
                    reached = -1
                    while reached != len(sink.numbers):  # nothing for three seconds
                        reached = len(sink.numbers)
                        time.sleep(3.0)
                worst[what] = max(worst[what], sink.last_at - said)
                assert reached < 4000, "all had gone before anybody said anything"
    for what, seconds in worst.items():
        print(f"4 workers at 200/s, {what}: the last message {seconds:.2f} s later")


def _let_stop(ledger: TidyLedger, what: str) -> None:
    if what == "bothub campaign stop":
        ledger.place(NAME).ask_to_stop()
        return
    shared = SharedSuppressions.of(ledger, ledger.link())
    shared.tell(SuppressionChange(number=row.number, is_stopped=True, source="user") for row in make_rows(4000))


def measure_kills(server: PostgresServer, rounds: int) -> None:
    """2,000 people, 4 workers, three of them killed: who is reached twice, beside one task a message."""
    twice: list[int] = []
    unknown = 0
    for _ in range(rounds):
        with Sink(delay=0.05) as sink, _planned(server, 2000, "none") as ledger:
            _send_with_kills(ledger, sink)
            counts = ledger.place(NAME).open_for_reading().counts()
            twice.append(sum(count > 1 for count in sink.numbers.values()))
            unknown += counts[RowState.UNKNOWN]
            assert counts[RowState.ACCEPTED] + counts[RowState.UNKNOWN] == 2000, counts
    print(f"bothub, 3 kills a round: {twice} of 2,000 reached twice; {unknown} unknown in all rounds, told as such")
    redis = shutil.which("redis-server")
    if redis is None:
        print("Dramatiq: not measured, apt-get install redis-server")
        return
    results = []
    for _ in range(rounds):
        with Sink(delay=0.05) as sink:
            seconds = send_with_dramatiq(redis, sink, people=2000)
            results.append(sum(count > 1 for count in sink.numbers.values()))
    print(f"Dramatiq on Redis, one task a message, 3 kills a round: {results} of 2,000 reached twice ({seconds:.0f} s)")


def _send_with_kills(ledger: TidyLedger, sink: Sink) -> None:
    def begin() -> Machine:
        machine = _start(_worker(ledger.where, sink, 8))
        _release(machine)
        return machine

    machines = [begin() for _ in range(4)]
    for share in (400, 900, 1400):
        while len(sink.numbers) < share:
            time.sleep(0.01)
        machines[0].kill()
        _end(machines.pop(0))
        machines.append(begin())
    for machine in machines:
        machine.wait(120)
        _end(machine)


def send(
    server: PostgresServer,
    sink: Sink,
    rows: int,
    *,
    machines: int,
    in_flight: int,
    rate: str = "none",
    port: int | None = None,
) -> Speed:
    """Send a campaign with so many workers, and measure it."""
    with _planned(server, rows, rate) as ledger:
        url = ledger.where.replace(f":{server.port}/", f":{port or server.port}/")
        with _started([_worker(url, sink, in_flight)] * machines) as started:
            speed = _measure(sink, rows, started)
            for machine in started:
                assert machine.wait(120) == 0
    twice = sum(count > 1 for count in sink.numbers.values())
    assert not twice, f"{twice} people were reached twice"
    assert len(sink.numbers) == rows
    return speed


def _measure(sink: Sink, rows: int, machines: list[Machine]) -> Speed:
    """Measure the middle of a campaign: not how it begins, and not how its last blocks are shared out."""

    def wait_for(count: int) -> tuple[float, int, float, float]:
        while len(sink.numbers) < count:
            time.sleep(0.002)
        return time.monotonic(), len(sink.numbers), _busy_time(), sum(map(_own_time, machines))

    began, first, busy, own = wait_for(rows // 10)
    ended, last, busy_then, own_then = wait_for(rows * 3 // 4)
    seconds = ended - began
    return Speed(rate=(last - first) / seconds, busy=(busy_then - busy) / seconds, own=(own_then - own) / seconds)


def _busy_time() -> float:
    """Return the seconds that all cores have worked."""
    words = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _idle, _waiting, irq, soft, steal = map(int, words)
    return (user + nice + system + irq + soft + steal) / TICKS


def _own_time(machine: Machine) -> float:
    fields = Path(f"/proc/{machine.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _worker(url: str, sink: Sink, in_flight: int) -> list[str]:
    return ["worker", url, sink.base, str(in_flight)]


def _start(arguments: list[str]) -> Machine:
    """Start a process, and return when it has loaded everything."""
    command = [sys.executable, "-m", "benchmarks.cluster_machines", *arguments]
    machine = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert machine.stdout is not None
    assert machine.stdout.readline() == "ready\n"
    return machine


def _release(machine: Machine) -> None:
    assert machine.stdin is not None
    machine.stdin.write("go\n")
    machine.stdin.flush()


def _end(machine: Machine) -> None:
    machine.kill()
    machine.wait(30)
    for stream in (machine.stdin, machine.stdout):
        assert stream is not None
        stream.close()


@contextmanager
def _started(commands: list[list[str]]) -> Iterator[list[Machine]]:
    """Let processes begin together."""
    machines = [_start(command) for command in commands]
    for machine in machines:
        _release(machine)
    try:
        yield machines
    finally:
        for machine in machines:
            _end(machine)


@contextmanager
def _way(port: int, milliseconds: int) -> Iterator[int]:
    """Give the port of a longer way to a port."""
    command = [sys.executable, "-m", "benchmarks.cluster_machines", "way", str(port), str(milliseconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as way:
        assert way.stdout is not None
        try:
            yield int(way.stdout.readline())
        finally:
            way.kill()


@contextmanager
def _planned(server: PostgresServer, rows: int, rate: str) -> Iterator[TidyLedger]:
    """Give a ledger of its own with a campaign that may be sent."""
    ledger = make_ledger(server.new_database("benchmark"))
    journal = ledger.place(NAME).open_for_sending(make_record(rate))
    journal.plan(make_rows(rows))
    journal.release()
    try:
        yield ledger
    finally:
        ledger.tidy()


if __name__ == "__main__":
    main()
