"""How long commands take, each beside what a user would otherwise run: ``python benchmarks/startup.py``.

The programs take turns, so that whatever else the machine does meets all of them alike; medians are printed, with their
ratios to ``import typer`` and to a bare script that imports requests and posts once. Beside them stand the CPU seconds
of each (user and system), and what a ``send`` spends in our own modules: its CPU less that of a script that loads the
very same libraries and posts the same request. Minima are the figure to trust on a machine that does other things too.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings

BOTHUB = str(Path(sys.executable).with_name("bothub"))
TYPER, SCRIPT = "import typer", "bare requests script"
SEND, TYPER_SCRIPT, SAME_LIBRARIES = "bothub send", "typer and that script", "a send's libraries"

BARE_SCRIPT = """\
import requests, sys
url, orange, gsma = sys.argv[1:]
body = {"RCSMessage": {"textMessage": "Hello"}, "messageContact": {"userContact": "+33612345678"}}
headers = {"Authorization": f"Bearer {orange}", "AccessToken": gsma}
requests.post(url, json=body, headers=headers, timeout=10).raise_for_status()
"""
# What ``send`` loads beside our modules, and the collector set as bothub_cli.entry sets it. platformdirs loads the part
# for this system when it is first called.
SAME_LIBRARIES_SCRIPT = (
    """\
import gc
gc.set_threshold(100_000)
import contextvars, dataclasses, platformdirs, shlex, sqlite3, tomllib, typer, typer._click.decorators
platformdirs.user_state_path("bothub")
"""
    + BARE_SCRIPT
    + "gc.freeze()\n"
)


class Taken:
    """How long one program took, round by round, in seconds: on the clock, and of the CPU."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    identity = SandboxIdentity.generate()
    with (
        tempfile.TemporaryDirectory() as directory,
        SandboxServer([identity], settings=SandboxSettings(rate_limits=RateLimits.off())) as server,
    ):
        environ = _log_in(Path(directory), identity, server.url)
        programs = _programs(server.url, environ)
        _print(_measure(programs, environ, rounds=rounds))


def _log_in(directory: Path, identity: SandboxIdentity, url: str) -> dict[str, str]:
    """Write a profile, fill the token cache, and return the environment that uses both."""
    key = directory / "bot.pem"
    key.touch(mode=0o600)
    key.write_text(identity.private_key_pem.reveal())
    profile = Profile(
        name="default", bot_id=identity.bot_id, authorization=identity.authorization, private_key=key, api_base=url
    )
    ProfileStore(directory / "config").save(profile)
    environ = os.environ | {"BOTHUB_CONFIG_DIR": str(directory / "config")}
    subprocess.run([BOTHUB, "token", "refresh"], env=environ, check=True, stdout=subprocess.DEVNULL)
    return environ


def _programs(url: str, environ: Mapping[str, str]) -> dict[str, list[str]]:
    orange, gsma = (
        subprocess.run(
            [BOTHUB, "token", "show", "--raw", which], env=environ, check=True, capture_output=True, text=True
        ).stdout.strip()
        for which in ("orange", "gsma")
    )
    messages = f"{url}/bothub/v1/bot/v1/sandbox%40bots.localhost/messages"
    programs = {
        "python -c pass": [sys.executable, "-c", "pass"],
        TYPER: [sys.executable, "-c", "import typer"],
        "bothub --version": [BOTHUB, "--version"],
        "bothub token show": [BOTHUB, "token", "show"],
        "bothub --help": [BOTHUB, "--help"],
        SEND: [BOTHUB, "send", "--to", "+33612345678", "--text", "Hello"],
        SCRIPT: [sys.executable, "-c", BARE_SCRIPT, messages, orange, gsma],
        TYPER_SCRIPT: [sys.executable, "-c", f"import typer\n{BARE_SCRIPT}", messages, orange, gsma],
        SAME_LIBRARIES: [sys.executable, "-c", SAME_LIBRARIES_SCRIPT, messages, orange, gsma],
    }
    if gh := shutil.which("gh"):
        programs["gh --version"] = [gh, "--version"]
    return programs


def _measure(programs: Mapping[str, Sequence[str]], environ: Mapping[str, str], *, rounds: int) -> dict[str, Taken]:
    taken = {name: Taken() for name in programs}
    for turn in range(rounds + 1):
        for name, command in programs.items():
            started, worked = time.perf_counter(), _children_cpu()
            subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE)
            if turn:  # the first round warms the disk
                taken[name].wall.append(time.perf_counter() - started)
                taken[name].cpu.append(_children_cpu() - worked)
    return taken


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _print(taken: Mapping[str, Taken]) -> None:
    median = {name: statistics.median(each.wall) for name, each in taken.items()}
    print(f"{'program':<24}{'median ms':>10}{'min ms':>10}{'× typer':>10}{'× script':>10}{'CPU ms':>10}{'min CPU':>10}")
    for name, value in median.items():
        best, cpu = min(taken[name].wall), taken[name].cpu
        ratios = (value / median[TYPER], value / median[SCRIPT])
        worked = f"{statistics.median(cpu) * 1000:>10.1f}{min(cpu) * 1000:>10.1f}"
        print(f"{name:<24}{value * 1000:>10.1f}{best * 1000:>10.1f}{ratios[0]:>10.2f}{ratios[1]:>10.2f}{worked}")
    for base in (TYPER_SCRIPT, SAME_LIBRARIES):
        medians = statistics.median(taken[SEND].cpu) - statistics.median(taken[base].cpu)
        minima = min(taken[SEND].cpu) - min(taken[base].cpu)
        print(f"own CPU of a send, beside {base}: {medians * 1000:.1f} ms; of the minima {minima * 1000:.1f} ms")


if __name__ == "__main__":
    main()
