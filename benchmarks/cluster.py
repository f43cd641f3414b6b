"""Several machines on one ledger: how sending grows with them, how well they keep one rate, what the ledger costs.

Run from the top of the repository: python -m benchmarks.cluster [scale|rate|cost] [--rows N]. Trust the ratios, and
only those of one run: sink, database and workers share the cores.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bothub_cli.campaign.journal.files import FileLedger
from bothub_cli.campaign.journal.interface import CampaignRecord, PlannedRow
from bothub_cli.campaign.rows.prepared_row import PreparedRow
from bothub_cli.campaign.run.limits import RunRules
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.campaign.run.start import Destination, RunOptions, make_engine, make_transport
from bothub_cli.campaign.run.tokens import TokenKeeper
from bothub_cli.campaign.work import WorkEquipment, read_options, take_part
from bothub_cli.clock import SystemClock
from bothub_cli.transport.base import TransportSettings
from tests.campaign.ledger.machines import TidyLedger, make_ledger
from tests.campaign.ledger.postgres import PostgresServer
from tests.campaign.ledger.sink import Sink
from tests.campaign.ledger.worker_process import SteadyTokens

IN_FLIGHT = 64  # requests of each worker: with 50 ms to an answer some 1,200 a second


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("scale", "rate", "cost", "worker"))
    parser.add_argument("rest", nargs="*")
    parser.add_argument("--rows", type=int, default=6000)
    given = parser.parse_args()
    if given.what == "worker":
        work(*given.rest)
        return
    # two folders, since the server's own may belong to another user
    with TemporaryDirectory(prefix="bothub-postgres-") as data, TemporaryDirectory(prefix="bothub-journal-") as folder:
        server = PostgresServer(Path(data))
        server.start()
        try:
            if given.what in {None, "scale"}:
                measure_scale(server, given.rows)
            if given.what in {None, "rate"}:
                measure_rate(server)
            if given.what in {None, "cost"}:
                measure_cost(server, given.rows, Path(folder))
        finally:
            server.stop()


def measure_scale(server: PostgresServer, rows: int) -> None:
    """1, 2 and 4 workers where an answer takes 50 ms: how many times as fast as one."""
    first = 0.0
    for machines in (1, 2, 4):
        with Sink(delay=0.05) as sink:
            seconds = send(server, sink, rows * machines, machines=machines, rate="none")
        speed = rows * machines / seconds
        first = first or speed
        print(f"{machines} workers, 50 ms: {speed:,.0f}/s, {speed / first / machines:.2f} × {machines}")


def measure_rate(server: PostgresServer) -> None:
    """Four workers, one rate: the share of it that they reach, and the busiest second."""
    for rate, seconds in ((25, 12), (200, 10), (1000, 8)):
        with Sink(delay=0.02) as sink:
            send(server, sink, rate * seconds, machines=4, rate=f"{rate}/s")
            whole = [count for _, count in sorted(sink.seconds.items())][1:-1]
        mean = sum(whole) / len(whole) / rate
        print(f"4 workers at {rate:,}/s: {mean:.1%} of it, busiest second {max(whole) / rate:.2f}")


def measure_cost(server: PostgresServer, rows: int, folder: Path) -> None:
    """One worker on a sink that answers at once, beside the journal of one machine in the same process."""
    with Sink() as sink:
        alone = rows / send_from_file(folder, sink, rows)
    with Sink() as sink:
        shared = rows / send(server, sink, rows, machines=1, rate="none")
    print(f"instant sink, {rows:,} rows: SQLite {alone:,.0f}/s, PostgreSQL {shared:,.0f}/s, {shared / alone:.2f}")


def send(server: PostgresServer, sink: Sink, rows: int, *, machines: int, rate: str) -> float:
    """Send a campaign with so many workers; return the seconds from the first message to the last."""
    url = server.new_database("benchmark")
    with _planned(url, rows, rate):
        workers = [
            subprocess.Popen([sys.executable, "-m", "benchmarks.cluster", "worker", url, sink.base])
            for _ in range(machines)
        ]
        while not sink.numbers:
            time.sleep(0.001)
        began = time.monotonic()
        while len(sink.numbers) < rows:
            time.sleep(0.005)
        seconds = time.monotonic() - began
        for worker in workers:
            worker.wait(60)
    twice = sum(count > 1 for count in sink.numbers.values())
    assert not twice, f"{twice} people were reached twice"
    return seconds


def print_nothing(_progress: RunProgress) -> None:
    """Nobody looks."""


def send_from_file(folder: Path, sink: Sink, rows: int) -> float:
    """Send by the journal of one machine; return the seconds of the sending alone."""
    journal = FileLedger(folder).place("one").open_for_sending(_record("none"))
    planned = [PreparedRow(row.key, row.body, row.number) for row in _rows(rows)]
    journal.plan(_rows(rows))
    destination = _destination(sink.base)
    transport = make_transport(destination)
    try:
        with TokenKeeper(destination.tokens) as keeper:
            began = time.monotonic()
            make_engine(
                journal=journal,
                destination=destination,
                keeper=keeper,
                transport=transport,
                options=RunOptions(rules=RunRules(concurrency=IN_FLIGHT), pace=None),
                clock=SystemClock(),
                report=print_nothing,
            ).run(planned)
            return time.monotonic() - began
    finally:
        transport.close()
        journal.close()


@contextmanager
def _planned(url: str, rows: int, rate: str) -> Iterator[TidyLedger]:
    ledger = make_ledger(url)
    journal = ledger.place("benchmark").open_for_sending(_record(rate))
    journal.plan(_rows(rows))
    journal.release()
    try:
        yield ledger
    finally:
        ledger.tidy()


def _rows(count: int) -> Iterator[PlannedRow]:
    for number in range(count):
        contact = {"userContact": f"+336{number:08d}"}
        body = json.dumps({"RCSMessage": {"textMessage": "Hello"}, "messageContact": contact}).encode()
        yield PlannedRow(number, number + 2, contact["userContact"], body)


def _record(rate: str) -> CampaignRecord:
    return CampaignRecord(
        campaign_id="benchmark",
        created_at=datetime.now(UTC),
        profile="",
        template_path="",
        recipients_path="",
        fingerprints={},
        settings={"rate": rate},
    )


def _destination(api: str) -> Destination:
    settings = TransportSettings(timeout=20.0)
    return Destination(base=api, bot_id="bot", tokens=SteadyTokens(), settings=settings, user_agent="benchmark")


def work(url: str, api: str) -> None:
    """Be one of the machines."""
    ledger = make_ledger(url)
    journal = ledger.place("benchmark").open_to_work()
    options = read_options(journal, concurrency=IN_FLIGHT, patience=60.0)
    take_part(ledger, journal, options, WorkEquipment(destination=_destination(api)))
    journal.close()


if __name__ == "__main__":
    main()
