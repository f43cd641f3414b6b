"""How many messages a second the in-memory sandbox accepts, beside what the same server does with no sandbox in it.

Needs wrk (Debian: apt-get install wrk). Run: python benchmarks/sandbox.py
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta

from bothub_cli.sandbox.rate_limits import RateLimits
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.settings import PhonePace, SandboxSettings
from bothub_cli.sandbox.state import Sandbox

SECONDS = 4
ROUNDS = 3
CONNECTIONS = (1, 32, 256)
BODY = (
    '{"RCSMessage":{"trafficType":"advertisement","textMessage":"Hello, world"},'
    '"messageContact":{"userContact":"+33612345678"}}'
)


def main() -> None:
    """Print one line a case: the median of the rounds, and the ratio to the bare server."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    cases: dict[str, Callable[[SandboxServer, int], float]] = {
        "GET /nothing (server alone)": measure_nothing,
        "POST /messages": measure_messages,
    }
    for connections in CONNECTIONS:
        results: dict[str, list[float]] = {name: [] for name in cases}
        for _ in range(ROUNDS):
            for name, measure in cases.items():
                with SandboxServer(settings=_settings()) as server:
                    results[name].append(measure(server, connections))
        base = sorted(results["GET /nothing (server alone)"])[ROUNDS // 2]
        for name, rates in results.items():
            median = sorted(rates)[ROUNDS // 2]
            print(f"{connections:4} connections  {name:30} {median:8.0f}/s  {median / base:5.2f} x")


def measure_nothing(server: SandboxServer, connections: int) -> float:
    """Ask for a path that does not exist: the cost of HTTP itself."""
    return _wrk(f"{server.url}/bothub/nothing", connections, "")


def measure_messages(server: SandboxServer, connections: int) -> float:
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
    rate = _wrk(f"{server.url}/bothub/v1/bot/v1/{bot}/messages", connections, script)
    kept, counted = server.run(lambda sandbox: (len(sandbox.messages), sandbox.counts["messages"]))
    assert kept == counted, "a message was lost or refused"
    return rate


def _settings() -> SandboxSettings:
    pace = PhonePace(displayed=timedelta(milliseconds=500))
    return SandboxSettings(rate_limits=RateLimits.off(), pace=pace)


def _issue_tokens(sandbox: Sandbox) -> tuple[str, str]:
    bot, now, hour = sandbox.registry.bots[0], sandbox.clock.now(), timedelta(hours=1)
    return (
        sandbox.orange_tokens.issue(bot.client_id, now=now, lifetime=hour),
        sandbox.gsma_tokens.issue(bot.bot_id, now=now, lifetime=hour),
    )


def _wrk(url: str, connections: int, script: str) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "-s", file.name, url]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    assert found is not None, output
    return float(found[1])


if __name__ == "__main__":
    main()
