"""What every test starts from: no settings of this machine, and a way to run a command as the shell does."""

import io
import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from bothub_cli.cli.main import main
from bothub_cli.config.sources import AUTHORITIES_VARIABLES

# A busy machine is no failure: a property promises an answer, not a time. Without a parent named here, the profile
# inherits what hypothesis chose itself: where CI is set, the same examples in every run.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Ignored as a shell (SIGINT) and nohup (SIGHUP) start what runs behind them: our programs would keep to that.
for _name, _usual in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    if _name in signal.Signals.__members__ and signal.getsignal(signal.Signals[_name]) is signal.SIG_IGN:
        signal.signal(signal.Signals[_name], _usual)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give each test directories of its own, and an environment without the developer's settings."""
    import os

    for name in [*os.environ]:
        if name.startswith("BOTHUB_") or name.lower().endswith("_proxy") or name in AUTHORITIES_VARIABLES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("BOTHUB_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    """Take the handlers back that a command installs for the rest of its process: the runner ends by SIGTERM."""
    numbers = [signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if name in signal.Signals.__members__]
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@dataclass(frozen=True)
class Ran:
    """What a command did: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON Lines on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Any:
        """The one JSON error on stderr."""
        return json.loads(self.err)


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


Bothub = Callable[..., Ran]


@pytest.fixture
def bothub(monkeypatch: pytest.MonkeyPatch) -> Bothub:
    """Run a command in this process: ``bothub("token", "show", stdin=b"…")``; never on a terminal unless asked."""

    def run(*argv: str, stdin: bytes | None = b"", terminal: bool = False) -> Ran:
        make = _Terminal if terminal else io.TextIOWrapper
        out, err = make(io.BytesIO(), encoding="utf-8"), make(io.BytesIO(), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        code = int(main(list(argv)))
        out.flush()
        err.flush()
        return Ran(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())  # type: ignore[attr-defined]

    return run
