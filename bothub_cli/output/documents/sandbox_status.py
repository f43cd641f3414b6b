"""The answer about a running sandbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bothub_cli.output.blocks import Block, Pairs, TextLine, Tone
from bothub_cli.output.document import document


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCall:
    """A call that the sandbox refused."""

    at: str
    method: str
    path: str
    status: int
    reason: str | None


@document
class SandboxStatus:
    """A sandbox that runs."""

    schema_name: ClassVar[str] = "sandbox-status"

    url: str
    bots: tuple[str, ...]
    messages: int
    phones: Annotated[int, "how many were written to, or wrote"]
    calls: Annotated[Mapping[str, int], "by operation of the API"]
    refused: Annotated[int, "calls that were answered with an error"]
    webhooks: Annotated[tuple[str, ...], "where events go, without user and query"]
    faults: Annotated[int, "rules in force that make calls fail"]
    advanced_seconds: Annotated[float, "how far its clock is ahead of the real one"]
    last_refused: tuple[RefusedCall, ...]

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"a sandbox runs at {self.url}", Tone.GOOD)
        calls = ", ".join(f"{name} {count}" for name, count in self.calls.items()) or "none yet"
        rows = [("bots", ", ".join(self.bots)), ("messages", f"{self.messages} with {self.phones} phones")]
        rows += [("calls", f"{calls}; {self.refused} refused"), ("webhooks", ", ".join(self.webhooks) or "-")]
        if self.faults:
            rows.append(("faults", f"{self.faults} in force: bothub sandbox fault list"))
        if self.advanced_seconds:
            rows.append(("clock", f"{self.advanced_seconds:g} s ahead"))
        yield Pairs(tuple(rows))
        for call in self.last_refused:
            yield TextLine(f"{call.status} {call.method} {call.path}: {call.reason or '-'}", Tone.WARNING)
