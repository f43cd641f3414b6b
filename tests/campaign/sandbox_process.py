"""A sandbox in a process of its own, as ``bothub sandbox start`` makes it: driven and counted over its JSON API."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

BOTHUB = Path(sys.executable).with_name("bothub")
_PAGE = 10_000  # messages in one answer, the most that the sandbox gives


@dataclass(frozen=True)
class SandboxProcess:
    """A running sandbox."""

    url: str

    def add_fault(self, kind: str, **rule: object) -> str:
        """Put a fault into force and return its name."""
        return str(self._call("faults", {"kind": kind, **rule})["rule_id"])

    def remove_fault(self, rule_id: str) -> None:
        with urlopen(Request(f"{self.url}/sandbox/api/faults/{rule_id}", method="DELETE")):
            pass

    def count_messages(self) -> int:
        with urlopen(f"{self.url}/healthz") as response:
            return int(json.load(response)["messages"])

    def count_accepted(self) -> Counter[str]:
        """Count for each number the messages that were accepted, whatever became of their answers."""
        counted: Counter[str] = Counter()
        before = 2**53
        while page := self._call(f"messages?limit={_PAGE}&before={before}")["messages"]:
            counted.update(message["number"] for message in page)
            before = page[0]["sequence"]
        return counted

    def _call(self, path: str, arguments: dict[str, object] | None = None) -> Any:  # JSON
        body = None if arguments is None else json.dumps(arguments).encode()
        request = Request(
            f"{self.url}/sandbox/api/{path}", data=body, headers={"Content-Type": "application/json"} if body else {}
        )
        with urlopen(request) as response:
            return json.load(response)


@contextmanager
def running_sandbox(*, seed: int) -> Iterator[SandboxProcess]:
    """Start one without a speed limit, whose profile is called sandbox."""
    words = ["sandbox", "start", "--port", "0", "--no-limits", "--pace", "by-hand", "--seed", str(seed), "--json"]
    with subprocess.Popen([BOTHUB, *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield SandboxProcess(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()
