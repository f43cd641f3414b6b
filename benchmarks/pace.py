"""Asks a campaign for a rate and counts at the server what came: the mean, the busiest second, refusals for too many.

    python -m benchmarks.pace [--seconds 6] [--rates 25,200,1000] [--latencies 0,50]

The server is an asyncio loop on loopback in a process of its own. It answers after the latency, notes when each message
came, and counts how often a strict limit of the asked rate, in any second at all, would have been exceeded.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from bothub_cli.campaign.journal.files import FileLedger
from bothub_cli.campaign.journal.interface import CampaignRecord
from bothub_cli.campaign.pace.pace import Pace
from bothub_cli.campaign.rows.prepare import CampaignInput
from bothub_cli.campaign.rows.survey import survey
from bothub_cli.campaign.rows.template import compile_template
from bothub_cli.campaign.run.limits import RunRules
from bothub_cli.campaign.run.options import RunOptions
from bothub_cli.campaign.run.start import Destination, send_rows
from bothub_cli.clock import SystemClock
from bothub_cli.lists.sources import FileSource
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import TransportSettings

RATES = (25, 50, 200, 1000, 5000)  # a second
LATENCIES = (0, 5, 50, 300)  # milliseconds
IN_FLIGHT = 128
ANSWER = (
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 48\r\n\r\n"
    b'{"RCSMessage":{"msgId":"m1","status":"pending"}}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What came: messages a second from the first to the last, the most in any second, calls over a strict limit."""

    mean: float
    busiest: int
    refused: int


class SteadyTokens:
    """Tokens that last."""

    def pair(self) -> TokenPair:
        return TokenPair(orange=Secret("orange"), gsma=Secret("gsma"))

    def renew(self, kind: TokenKind, failed: Secret) -> None:
        raise AssertionError(f"the server refuses no token: {kind}, {failed}")


async def _serve(latency: float, pipe: Connection) -> None:
    arrivals: list[float] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            arrivals.append(time.monotonic())
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
            if latency:
                await asyncio.sleep(latency)
            writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
    pipe.send(arrivals)
    server.close()


def _run_server(latency: float, pipe: Connection) -> None:
    asyncio.run(_serve(latency, pipe))


@contextmanager
def serving(latency: float) -> Iterator[tuple[int, Connection]]:
    """Give the block the server's port, and what to ask it for the times of arrival."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run_server, args=(latency, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv(), ours
    finally:
        process.terminate()


def measure(folder: Path, *, rate: float, latency: float, seconds: float) -> Counted:
    """Run one campaign of so many seconds."""
    rows = int(rate * seconds)
    people = folder / "people.csv"
    people.write_text("to\n" + "".join(f"+336{row:08d}\n" for row in range(rows)))
    given = CampaignInput(
        recipients=FileSource(people), template=compile_template({"textMessage": "Hello"}, name="template")
    )
    record = CampaignRecord(
        campaign_id="pace",
        created_at=datetime.now(UTC),
        profile="",
        template_path="",
        recipients_path="",
        fingerprints={},
    )
    place = FileLedger(folder).place("pace")
    journal = place.open_for_sending(record)
    survey(given, journal=journal, now=datetime.now(UTC), on_problem=print)
    with serving(latency) as (port, pipe):
        send_rows(
            given,
            journal=journal,
            destination=Destination(
                base=f"http://127.0.0.1:{port}",
                bot_id="bot",
                tokens=SteadyTokens(),
                settings=TransportSettings(),
                user_agent="benchmark",
            ),
            options=RunOptions(rules=RunRules(), pace=Pace(rate=rate), pace_file=folder / "pace"),
            clock=SystemClock(),
            report=lambda progress: None,  # noqa: ARG005  nobody looks
        )
        journal.close()
        place.remove()
        pipe.send(None)
        return count(sorted(pipe.recv()), rate)


def count(arrivals: list[float], rate: float) -> Counted:
    """Count what came, as a server with a strict limit of the asked rate would."""
    span = arrivals[-1] - arrivals[0]
    busiest = max(bisect_left(arrivals, first + 1.0) - place for place, first in enumerate(arrivals))
    return Counted(mean=(len(arrivals) - 1) / span, busiest=busiest, refused=_count_refused(arrivals, rate))


def _count_refused(arrivals: list[float], rate: float) -> int:
    admitted: list[float] = []
    refused = 0
    for at in arrivals:
        if len(admitted) - bisect_left(admitted, at - 1.0) >= rate:
            refused += 1
        else:
            admitted.append(at)
    return refused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rates", default=",".join(map(str, RATES)))
    parser.add_argument("--latencies", default=",".join(map(str, LATENCIES)), help="milliseconds")
    chosen = parser.parse_args()
    print(f"{'asked':>8}{'latency':>9}{'came':>10}{'share':>8}{'busiest':>9}{'share':>8}{'over':>6}")
    for latency in map(float, chosen.latencies.split(",")):
        for rate in map(float, chosen.rates.split(",")):
            if rate * latency / 1000 > IN_FLIGHT:
                continue  # more than may be in flight
            with tempfile.TemporaryDirectory() as folder:
                found = measure(Path(folder), rate=rate, latency=latency / 1000, seconds=chosen.seconds)
            print(
                f"{rate:8,.0f}{latency:6.0f} ms{found.mean:10,.1f}{found.mean / rate:8.3f}{found.busiest:9,}"
                f"{found.busiest / rate:8.3f}{found.refused:6}"
            )


if __name__ == "__main__":
    main()
