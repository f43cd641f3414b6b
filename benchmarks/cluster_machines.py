"""What benchmarks/cluster.py starts as processes of their own: a machine, a sender by a file, a longer way."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bothub_cli.campaign.journal.files import FileLedger
from bothub_cli.campaign.journal.interface import CampaignRecord, PlannedRow
from bothub_cli.campaign.rows.prepared_row import PreparedRow
from bothub_cli.campaign.run.limits import RunRules
from bothub_cli.campaign.run.options import RunOptions
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.campaign.run.start import Destination, make_engine, make_transport
from bothub_cli.campaign.run.tokens import TokenKeeper
from bothub_cli.campaign.worker import WorkEquipment, read_options, take_part
from bothub_cli.clock import SystemClock
from bothub_cli.transport.base import TransportSettings
from tests.campaign.ledger.machines import make_ledger
from tests.campaign.ledger.worker_process import SteadyTokens

NAME = "benchmark"


def main(role: str, *rest: str) -> None:
    match role:
        case "worker":
            work(*rest)
        case "alone":
            send_alone(*rest)
        case "way":
            asyncio.run(lengthen(*rest))


def wait_for_word() -> None:
    """Say that everything is loaded, and begin when told: no start-up is measured."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


def work(url: str, api: str, in_flight: str) -> None:
    """Be one of the machines."""
    ledger = make_ledger(url)
    with closing(ledger.place(NAME).open_to_work()) as journal:
        options = read_options(journal, concurrency=int(in_flight) or None, max_wait=60.0)
        wait_for_word()
        take_part(ledger, journal, options, WorkEquipment(destination=make_destination(api)))


def send_alone(folder: str, api: str, rows: str, in_flight: str) -> None:
    """Send by the journal of one machine."""
    count = int(rows)
    with closing(FileLedger(Path(folder)).place(NAME).open_for_sending(make_record("none"))) as journal:
        planned = [PreparedRow(row.key, row.body, row.number) for row in make_rows(count)]
        journal.plan(make_rows(count))
        destination = make_destination(api)
        with closing(make_transport(destination)) as transport, TokenKeeper(destination.tokens) as keeper:
            engine = make_engine(
                journal=journal,
                destination=destination,
                keeper=keeper,
                transport=transport,
                options=RunOptions(rules=RunRules(concurrency=int(in_flight) or None), pace=None),
                clock=SystemClock(),
                report=print_nothing,
            )
            wait_for_word()
            engine.run(planned)


def print_nothing(_progress: RunProgress) -> None:
    """Nobody looks."""


def make_rows(count: int) -> Iterator[PlannedRow]:
    for number in range(count):
        contact = {"userContact": f"+336{number:08d}"}
        body = json.dumps({"RCSMessage": {"textMessage": "Hello"}, "messageContact": contact}).encode()
        yield PlannedRow(number, number + 2, contact["userContact"], body)


def make_record(rate: str) -> CampaignRecord:
    return CampaignRecord(
        campaign_id=NAME,
        created_at=datetime.now(UTC),
        profile="",
        template_path="",
        recipients_path="",
        fingerprints={},
        settings={"rate": rate},
    )


def make_destination(api: str) -> Destination:
    settings = TransportSettings(timeout=20.0)
    return Destination(base=api, bot_id="bot", tokens=SteadyTokens(), settings=settings, user_agent="benchmark")


async def lengthen(port: str, milliseconds: str) -> None:
    """Pass bytes on to a port of this machine, as from a place that is so far away, there and back."""
    delay = float(milliseconds) / 2000.0

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, other = await asyncio.open_connection("127.0.0.1", int(port))
        await asyncio.gather(pass_on(reader, other), pass_on(answers, writer))

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(65536):
            loop.call_later(delay, writer.write, data)
        loop.call_later(delay, writer.close)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
