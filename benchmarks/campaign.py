"""Compares a campaign with what a user would otherwise run, on loopback, in rounds so that ratios hold.

    python -m benchmarks.campaign [--rounds 3] [--rows 30000] [--memory]

Needs nginx (apt-get install nginx-light libnginx-mod-http-echo) and pycurl. Nothing leaves this machine.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.campaign_client import BODY, HEADERS
from benchmarks.nginx_sink import ECHO_MODULE, find_nginx, run_sink
from bothub_cli.events.store.database import open_database
from bothub_cli.events.store.suppression import SuppressionList

CLIENT = Path(__file__).with_name("campaign_client.py")
PORT = 18466
SLOW_ROWS = 8000
SLOW_IN_FLIGHT = 128
MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run: messages a second of sending alone, of sending and planning, CPU for each message, peak memory."""

    rate: float
    whole_rate: float
    cpu_us: float
    rss_mib: float


def run_client(python: str, kind: str, base: str, rows: int, folder: Path, *more: str) -> Measured:
    arguments = [python, str(CLIENT), kind, base, str(rows), str(folder), *more]
    line = subprocess.run(arguments, check=True, capture_output=True, timeout=600).stdout.splitlines()[-1]
    run = json.loads(line)
    return _measure(rows, run["send_seconds"], run["plan_seconds"], run["cpu_seconds"], run["rss_mib"])


def run_curl(base: str, rows: int, folder: Path) -> Measured:
    """``curl -Z``: the same body with the same headers, to as many URLs as there are rows."""
    (folder / "body.json").write_bytes(BODY)
    (folder / "headers").write_text("".join(f"{header}\n" for header in HEADERS))
    begin = time.perf_counter()
    subprocess.run(
        ["curl", "-sS", "-Z", "--parallel-max", "50", "-H", f"@{folder / 'headers'}", "-d", f"@{folder / 'body.json'}",
         "-o", "/dev/null", f"{base}/bothub/v1/bot/v1/bot/messages?[1-{rows}]"],
        check=True,
        capture_output=True,
        timeout=600,
    )  # fmt: skip
    return _measure(rows, time.perf_counter() - begin, 0.0, 0.0, 0.0)


def _measure(rows: int, send: float, plan: float, cpu: float, rss: float) -> Measured:
    seconds = max(send, 1e-9)
    return Measured(rate=rows / seconds, whole_rate=rows / (seconds + plan), cpu_us=cpu / rows * 1e6, rss_mib=rss)


def write_recipients(folder: Path, rows: int) -> None:
    with (folder / f"{rows}.csv").open("w") as stream:
        stream.write("to;name;code\n")
        stream.writelines(f"+336{row:08d};Name {row};C{row}\n" for row in range(rows))


def write_stops(folder: Path, count: int) -> None:
    """Fill an event store with others who said STOP."""
    with closing(open_database(folder / "events.sqlite")) as database:
        others = (f"+337{number:08d}" for number in range(count))
        SuppressionList(database, profile="p").add(others, now=datetime.now(UTC))


def install_rcs_chatbot(folder: Path) -> str | None:
    """Install the SDK into an environment of its own; None when there is no way to."""
    venv.create(folder / "rcs", with_pip=True)
    python = str(folder / "rcs" / "bin" / "python")
    done = subprocess.run(
        [python, "-m", "pip", "install", "-q", "rcs-chatbot", "requests"], capture_output=True, check=False
    )
    return python if done.returncode == 0 else None


def compare(runs: dict[str, Callable[[], Measured]], *, rounds: int, reference: str, title: str) -> None:
    """Run everything in turn, round after round, and print medians and ratios to ``reference``."""
    results: dict[str, list[Measured]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            results[name].append(run())
    print(f"\n{title}\n{'':32}{'msg/s':>10}{'with plan':>11}{'min':>9}{'max':>9}{'x ref':>8}{'CPU µs':>8}{'MiB':>6}")
    basis = statistics.median(result.rate for result in results[reference])
    for name, measured in results.items():
        rates = [result.rate for result in measured]
        median = statistics.median(rates)
        whole = statistics.median(result.whole_rate for result in measured)
        cpu = statistics.median(result.cpu_us for result in measured)
        rss = max(result.rss_mib for result in measured)
        print(
            f"{name:32}{median:10,.0f}{whole:11,.0f}{min(rates):9,.0f}{max(rates):9,.0f}"
            f"{median / basis:8.2f}{cpu:8.1f}{rss:6.0f}"
        )


def measure_speed(base: str, folder: Path, *, rows: int, rounds: int, chatbot: str | None) -> None:
    python = sys.executable
    runs: dict[str, Callable[[], Measured]] = {
        "bare libcurl loop, 32": lambda: run_client(python, "libcurl", base, rows, folder, "32"),
        "campaign": lambda: run_client(python, "campaign", base, rows, folder),
        "campaign, 100,000 said STOP": lambda: run_client(python, "campaign-with-stops", base, rows, folder),
        "campaign, no journal": lambda: run_client(python, "campaign-no-journal", base, rows, folder),
        "campaign, 64 in flight": lambda: run_client(python, "campaign", base, rows, folder, "64"),
        "curl -Z --parallel-max 50": lambda: run_curl(base, rows, folder),
        "requests, one by one": lambda: run_client(python, "requests", base, rows // 20, folder),
    }
    if chatbot is not None:
        runs["rcs-chatbot, one by one"] = lambda: run_client(chatbot, "rcs-chatbot", base, rows // 20, folder)
    compare(runs, rounds=rounds, reference="bare libcurl loop, 32", title="instant sink")


def measure_latency(base: str, folder: Path, *, rounds: int) -> None:
    flights = str(SLOW_IN_FLIGHT)
    runs: dict[str, Callable[[], Measured]] = {
        "bare libcurl loop": lambda: run_client(sys.executable, "libcurl", base, SLOW_ROWS, folder, flights),
        "campaign": lambda: run_client(sys.executable, "campaign", base, SLOW_ROWS, folder, flights),
        "campaign, own concurrency": lambda: run_client(sys.executable, "campaign", base, SLOW_ROWS, folder),
    }
    title = f"50 ms sink, {SLOW_IN_FLIGHT} in flight: the latency allows {SLOW_IN_FLIGHT * 20:,} a second"
    compare(runs, rounds=rounds, reference="bare libcurl loop", title=title)


def measure_memory(base: str, folder: Path) -> None:
    write_recipients(folder, MOST_ROWS)
    bare = run_client(sys.executable, "import", base, 1, folder)
    small = run_client(sys.executable, "campaign", base, 10_000, folder)
    large = run_client(sys.executable, "campaign", base, MOST_ROWS, folder)
    print(f"\nmemory: {bare.rss_mib:.0f} MiB with imports alone; {small.rss_mib:.0f} at 10,000 rows, "
          f"{large.rss_mib:.0f} at 1,000,000 ({large.rss_mib / small.rss_mib:.2f} x); "
          f"{large.rate:,.0f} a second at 1,000,000 rows, {large.whole_rate:,.0f} with the plan")  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--rows", type=int, default=30_000)
    options.add_argument("--memory", action="store_true", help="also a million rows: about three minutes")
    chosen = options.parse_args()
    if find_nginx() is None:
        raise SystemExit("nginx is missing: apt-get install nginx-light libnginx-mod-http-echo")
    rows, rounds = min(chosen.rows, MOST_ROWS), min(chosen.rounds, 20)
    with tempfile.TemporaryDirectory() as place, run_sink(Path(place), port=PORT) as base:
        folder = Path(place)
        for count in {rows, SLOW_ROWS, 10_000}:
            write_recipients(folder, count)
        write_stops(folder, 100_000)
        chatbot = install_rcs_chatbot(folder)
        print("rcs-chatbot cannot be installed: left out" if chatbot is None else "", end="")
        print("curl is missing: install it" if shutil.which("curl") is None else "", end="")
        measure_speed(base, folder, rows=rows, rounds=rounds, chatbot=chatbot)
        if ECHO_MODULE.exists():
            measure_latency(f"{base}/slow", folder, rounds=rounds)
        else:
            print("\nno 50 ms sink: apt-get install libnginx-mod-http-echo")
        if chosen.memory:
            measure_memory(base, folder)


if __name__ == "__main__":
    main()
