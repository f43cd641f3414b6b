"""A listener or a sandbox in a process of its own, whose memory can be watched from outside."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LISTENER = """
import sys
from pathlib import Path
from bothub_cli.events.receive.server import ListenerServer, ListenerSettings
from bothub_cli.events.receive.webhook import WebhookSettings
settings = ListenerSettings(store=Path(sys.argv[1]) / "events.db", webhook=WebhookSettings(profile="shop"))
with ListenerServer(settings) as server:
    print(server.port, flush=True)
    sys.stdin.read()
"""
SANDBOX = """
import sys
from bothub_cli.sandbox.service import SandboxOptions, running_sandbox
with running_sandbox(SandboxOptions()) as (server, facts):
    print(facts.port, flush=True)
    sys.stdin.read()
"""
PROGRAMS = {"listener": LISTENER, "sandbox": SANDBOX}


@dataclass(frozen=True, slots=True)
class Served:
    """One of the two servers, as an attacker and as an honest client see it."""

    name: str
    port: int
    process: subprocess.Popen[str]

    def memory(self) -> int:
        """Return the bytes that the process has in memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) * 1024

    def ask_honestly(self, number: int) -> tuple[int, float]:
        """Make an ordinary call over a new connection; return the status, and the seconds that it took."""
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            if self.name == "listener":
                message = {"msgId": f"m{number}", "textMessage": "hello"}
                event = {"event": "message", "RCSMessage": message, "messageContact": {"userContact": "+33612345678"}}
                connection.request("POST", "/webhook", json.dumps(event).encode())
            else:
                connection.request("GET", "/sandbox/api/bots")
            answer = connection.getresponse()
            answer.read()
            return answer.status, time.monotonic() - started
        finally:
            connection.close()


@contextmanager
def served(name: str, directory: Path) -> Iterator[Served]:
    """Run one of the servers until the block ends."""
    command = [sys.executable, "-c", PROGRAMS[name], str(directory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Served(name, int(process.stdout.readline()), process)
        finally:
            process.kill()
