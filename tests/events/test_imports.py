"""What the parts of the listener load, since every command pays for what it imports."""

import subprocess
import sys

import pytest

HEAVY = {"starlette", "uvicorn", "requests", "filelock", "rich", "jose", "yaml", "phonenumbers", "asyncio"}


@pytest.mark.parametrize(
    "module",
    [
        "store.read",
        "store.sent",
        "store.suppression",
        "store.wait",
        "store.write",
    ],
)
def test_reading_the_store_loads_neither_a_server_nor_a_client(module: str) -> None:
    code = f"import sys, bothub_cli.events.{module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert HEAVY.isdisjoint(loaded)


@pytest.mark.parametrize("module", ["forward.trigger", "forward.replay", "forward.forwarder", "forward.targets"])
def test_sending_events_on_loads_no_server(module: str) -> None:
    code = f"import sys, bothub_cli.events.{module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"starlette", "uvicorn", "requests", "filelock"}.isdisjoint(loaded)
