"""How many events a second the listener keeps durably, against a webhook that commits each event by itself.

    python benchmarks/listener.py [--events 10000] [--connections 50] [--rounds 3]

Every receiver gets the same events over the same number of connections, in turns (A B C, A B C, …), and is a process of
its own; the sender is one too. The last run kills ours with SIGKILL in the middle and starts it again, while the sender
keeps sending what was not answered: then every event must be in the store, once.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

RECEIVERS: Final = {
    "bothub": "bothub's listener: WAL, synchronous FULL, receivers share a commit",
    "commit-each": "starlette, sqlite3 in WAL mode with synchronous FULL, a commit for each event",
    "default": "starlette, sqlite3 as it comes (rollback journal), a commit for each event",
}


def main() -> None:
    """Compare, then kill."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", nargs=3, metavar=("RECEIVER", "STORE", "PORT"), help=argparse.SUPPRESS)
    parser.add_argument("--send", type=int, metavar="PORT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve[0], Path(options.serve[1]), int(options.serve[2]))
    elif options.send:
        asyncio.run(send_all(options.send, events=options.events, connections=options.connections))
    else:
        load = Load(events=options.events, connections=options.connections)
        compare(load, rounds=options.rounds)
        run_with_kill(load)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is sent."""

    events: int
    connections: int


def compare(load: Load, *, rounds: int) -> None:
    """Run the receivers in turns and print their rates and the ratios of the medians."""
    rates: dict[str, list[float]] = {name: [] for name in RECEIVERS}
    for _ in range(rounds):
        for name in RECEIVERS:
            share = 20 if name == "default" else 1  # it would take minutes
            rates[name].append(measure(name, replace(load, events=load.events // share)))
    ours = statistics.median(rates["bothub"])
    print(f"{load.events} events, {load.connections} connections, {rounds} rounds")
    for name, what in RECEIVERS.items():
        median = statistics.median(rates[name])
        spread = f"{min(rates[name]):,.0f} to {max(rates[name]):,.0f}"
        print(f"  {median:8,.0f} events/s ({spread})  x{ours / median:4.1f}  {what}")


def measure(name: str, load: Load) -> float:
    """Return the events a second that one receiver answered, after checking that it stored each once."""
    with tempfile.TemporaryDirectory() as directory:
        store, port = Path(directory) / "events.db", find_free_port()
        with start_receiver(name, store, port):
            started = time.monotonic()
            start_sender(port, load).wait()
            elapsed = time.monotonic() - started
        check(store, load)
    return load.events / elapsed


def run_with_kill(load: Load) -> None:
    """Kill ours after a third of the events, start it again, and count what is in the store."""
    with tempfile.TemporaryDirectory() as directory:
        store, port = Path(directory) / "events.db", find_free_port()
        with start_receiver("bothub", store, port) as first:
            started = time.monotonic()
            sender = start_sender(port, load)
            wait_until(lambda: count(store) > load.events // 3)
            first.send_signal(signal.SIGKILL)
            first.wait()
            at_kill = count(store)
        with start_receiver("bothub", store, port):
            sender.wait()
            elapsed = time.monotonic() - started
        check(store, load)
        print(f"  kill -9 at {at_kill} events, started again: {load.events} stored, each once, none lost,", end=" ")
        print(f"{load.events / elapsed:,.0f} events/s over all, the restart included")


def check(store: Path, load: Load) -> None:
    """Fail unless every event is stored, and only once."""
    with contextlib.closing(sqlite3.connect(store)) as connection:
        rows, different = connection.execute("SELECT count(*), count(DISTINCT msg_id) FROM events").fetchone()
    if (rows, different) != (load.events, load.events):
        sys.exit(f"{rows} rows of {different} events stored, {load.events} sent")


def count(store: Path) -> int:
    """Return how many events a store has."""
    with contextlib.closing(sqlite3.connect(store)) as connection:
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


@contextlib.contextmanager
def start_receiver(name: str, store: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a receiver until the block ends."""
    argv = [sys.executable, __file__, "--serve", name, str(store), str(port)]
    with subprocess.Popen(argv, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: is_listening(port))
        try:
            yield process
        finally:
            process.terminate()


def start_sender(port: int, load: Load) -> subprocess.Popen[bytes]:
    """Run the sender."""
    argv = [sys.executable, __file__, "--send", str(port), "--events", str(load.events)]
    return subprocess.Popen([*argv, "--connections", str(load.connections)])


def find_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def is_listening(port: int) -> bool:
    """Tell whether a connection is accepted."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for at most half a minute."""
    deadline = time.monotonic() + 30
    while not is_so():
        if time.monotonic() > deadline:
            sys.exit("not in time")
        time.sleep(0.01)


def build_request(number: int) -> bytes:
    """Return the bytes of one webhook call."""
    body = json.dumps(
        {
            "RCSMessage": {"msgId": f"m{number}", "textMessage": "hello", "timestamp": "2026-11-24T15:00:00.123Z"},
            "messageContact": {"userContact": f"+336{number:08}"},
            "event": "message",
        }
    ).encode()
    lines = (
        "POST /webhook HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


async def send_all(port: int, *, events: int, connections: int) -> None:
    """Send every event until it is answered 200, each connection one after the other."""
    numbers = iter(range(events))
    await asyncio.gather(*(send_some(port, numbers) for _ in range(connections)))


async def send_some(port: int, numbers: Iterator[int]) -> None:
    """Take events from the common heap; one that got no answer is sent again over a new connection."""
    connection = None
    for number in numbers:
        request = build_request(number)
        while True:
            try:
                connection = connection or await asyncio.open_connection("127.0.0.1", port)
                if await call(*connection, request):
                    break
            except (OSError, asyncio.IncompleteReadError):
                connection = None
                await asyncio.sleep(0.02)


async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
    """Make one call and tell whether it was answered 200."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return head.startswith(b"http/1.1 200")


def serve(name: str, store: Path, port: int) -> None:
    """Run one of the receivers until it is told to end."""
    if name == "bothub":
        serve_ours(store, port)
    else:
        serve_plain(store, port, is_wal=name == "commit-each")


def serve_ours(store: Path, port: int) -> None:
    """Run bothub's listener as `bothub listen` does."""
    from bothub_cli.events.receive.server import ListenerServer, ListenerSettings
    from bothub_cli.events.receive.webhook import WebhookSettings
    from bothub_cli.serving.process import rare_collections
    from bothub_cli.signals import stop_on_signals

    settings = ListenerSettings(store=store, port=port, webhook=WebhookSettings(profile="benchmark"))
    with rare_collections(), stop_on_signals() as request, ListenerServer(settings):
        request.wait()


def serve_plain(store: Path, port: int, *, is_wal: bool) -> None:
    """Run what one writes in ten minutes: parse, insert, commit, answer."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    connection = sqlite3.connect(store)
    if is_wal:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE events (event TEXT, msg_id TEXT, body TEXT, UNIQUE (event, msg_id))")

    async def webhook(request: Request) -> JSONResponse:
        payload = await request.json()
        row = (payload["event"], payload["RCSMessage"]["msgId"], json.dumps(payload))
        connection.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?)", row)
        connection.commit()
        return JSONResponse({"status": "ok"})

    app = Starlette(routes=[Route("/webhook", webhook, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    main()
