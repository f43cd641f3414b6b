"""How many messages a second the in-memory sandbox accepts, beside what the same server does with no sandbox in it.

The processor time of a request is measured too: it says the same on a busy machine as on a quiet one.
Needs wrk (Debian: apt-get install wrk). Run: python benchmarks/sandbox.py
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.service import SandboxOptions, running_sandbox
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.settings import PhonePace, SandboxSettings

SECONDS = 4
ROUNDS = 3
CONNECTIONS = (1, 32, 256)
BODY = (
    '{"RCSMessage":{"trafficType":"advertisement","textMessage":"Hello, world"},'
    '"messageContact":{"userContact":"+33612345678"}}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Requests a second, and the server's processor time for each, in microseconds."""

    rate: float
    cost: float


def main() -> None:
    """Print one line a case: the median of the rounds, and the ratio to the bare server."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    cases: dict[str, Callable[[SandboxServer, int], Result]] = {
        "GET /nothing (server alone)": measure_nothing,
        "POST /messages": measure_messages,
    }
    for connections in CONNECTIONS:
        results: dict[str, list[Result]] = {name: [] for name in cases}
        for _ in range(ROUNDS):
            for name, measure in cases.items():
                with running_sandbox(SandboxOptions(settings=_settings())) as (server, _):
                    results[name].append(measure(server, connections))
        bare = _median([result.rate for result in results["GET /nothing (server alone)"]])
        for name, found in results.items():
            rate, cost = _median([result.rate for result in found]), _median([result.cost for result in found])
            print(f"{connections:4} connections  {name:30} {rate:8.0f}/s  {rate / bare:5.2f} x  {cost:6.0f} µs CPU")


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def measure_nothing(server: SandboxServer, connections: int) -> Result:
    """Ask for a path that does not exist: the cost of HTTP itself."""
    return _wrk(f"{server.url}/bothub/nothing", connections, "")


def measure_messages(server: SandboxServer, connections: int) -> Result:
    """Send text messages; each is checked, kept, and moved to displayed."""
    orange, gsma = server.run(_issue_tokens)
    script = f"""
        wrk.method = "POST"
        wrk.body = '{BODY}'
        wrk.headers["Content-Type"] = "application/json"
        wrk.headers["Authorization"] = "Bearer {orange}"
        wrk.headers["AccessToken"] = "{gsma}"
    """
    bot = server.identity.bot_id.replace("@", "%40")
    result = _wrk(f"{server.url}/bothub/v1/bot/v1/{bot}/messages", connections, script)
    kept, counted = server.run(lambda sandbox: (len(sandbox.messages), sandbox.counts["messages"]))
    assert kept == counted, "a message was lost or refused"
    return result


def _settings() -> SandboxSettings:
    pace = PhonePace(displayed=timedelta(milliseconds=500))
    return SandboxSettings(rate_limits=RateLimits.off(), pace=pace)


def _issue_tokens(sandbox: Sandbox) -> tuple[str, str]:
    bot, now, hour = sandbox.registry.bots[0], sandbox.clock.now(), timedelta(hours=1)
    return (
        sandbox.orange_tokens.issue(bot.client_id, now=now, lifetime=hour),
        sandbox.gsma_tokens.issue(bot.bot_id, now=now, lifetime=hour),
    )


def _wrk(url: str, connections: int, script: str) -> Result:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "-s", file.name, url]
        before = time.process_time()  # the server is a thread of this process, and the other one only waits
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        spent = time.process_time() - before
    requests, rate = _find(r"(\d+) requests in", output), _find(r"Requests/sec:\s+([\d.]+)", output)
    return Result(rate=rate, cost=spent / requests * 1e6)


def _find(pattern: str, output: str) -> float:
    found = re.search(pattern, output)
    assert found is not None, output
    return float(found[1])


if __name__ == "__main__":
    main()
