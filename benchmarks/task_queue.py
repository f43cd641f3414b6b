"""What a user would build otherwise: one task a message, by Dramatiq and Redis, in an environment of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.campaign.ledger.sink import Sink

_HEARTBEAT = 3000  # milliseconds without a sign, after which a worker's messages go out again; the default is 60,000
_TASKS = """
import os
import dramatiq
import requests
from dramatiq.brokers.redis import RedisBroker

dramatiq.set_broker(RedisBroker(url=os.environ["REDIS"], heartbeat_timeout={heartbeat}, maintenance_chance=100_000))
session = requests.Session()


@dramatiq.actor
def send(number):
    body = {{"RCSMessage": {{"textMessage": "Hello"}}, "messageContact": {{"userContact": number}}}}
    session.post(os.environ["API"] + "/messages", json=body, timeout=20).raise_for_status()
"""
_FILL = "import sys, tasks\nfor n in range(int(sys.argv[1])): tasks.send.send(f'+336{n:08d}')\n"


@cache
def _environment() -> Path:
    """Make the environment once; it is left in the temporary folder of the system."""
    folder = Path(mkdtemp(prefix="bothub-dramatiq-"))
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    install = [str(folder / "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "dramatiq[redis]", "requests"], check=True, stderr=subprocess.DEVNULL)
    (folder / "tasks.py").write_text(_TASKS.format(heartbeat=_HEARTBEAT))
    return folder


def send_with_dramatiq(redis: str, sink: Sink, *, people: int) -> float:
    """Send to so many with four workers, three of which are killed; return the seconds until nothing more comes."""
    folder = _environment()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [redis, "--port", str(port), "--save", "", "--daemonize", "no"], stdout=subprocess.DEVNULL
    )
    environ = os.environ | {"REDIS": f"redis://127.0.0.1:{port}/0", "API": sink.base}
    workers: list[subprocess.Popen[bytes]] = []

    def begin() -> None:
        command = [str(folder / "venv/bin/dramatiq"), "tasks", "--processes", "1", "--threads", "8"]
        workers.append(
            subprocess.Popen(command, cwd=folder, env=environ, start_new_session=True, stderr=subprocess.DEVNULL)
        )

    try:
        _wait_for(port)
        subprocess.run([folder / "venv/bin/python", "-c", _FILL, str(people)], cwd=folder, env=environ, check=True)
        for _ in range(4):
            begin()
        while not sink.numbers:
            time.sleep(0.01)
        began = time.monotonic()
        for share in (people // 5, people * 9 // 20, people * 7 // 10):
            while len(sink.numbers) < share:
                time.sleep(0.01)
            _kill(workers.pop(0))
            begin()
        while time.monotonic() - sink.last_at < 3 * _HEARTBEAT / 1000:
            time.sleep(0.2)
        return sink.last_at - began
    finally:
        for worker in workers:
            _kill(worker)
        server.kill()
        server.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise SystemExit("redis-server does not start")


def _kill(worker: "subprocess.Popen[bytes]") -> None:
    """Kill it with the processes that it began, as when its machine loses its power."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(30)
