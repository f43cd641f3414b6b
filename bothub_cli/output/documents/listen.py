"""The answers of the webhook receiver."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bothub_cli.output.blocks import Block, Line, Pairs, Tone
from bothub_cli.output.document import document


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """Where events go on to."""

    target: Annotated[str, "a URL without user and query, or a program without its arguments"]
    events: Annotated[tuple[str, ...] | None, "the kinds that go there; null for all"]
    waiting: Annotated[int, "events from before that still wait for it"]


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerReady:
    """The webhook listens: whoever connects now is answered."""

    schema_name: ClassVar[str] = "listener-ready"

    url: Annotated[str, "the webhook's own address"]
    profile: str
    store: Annotated[str, "the file that keeps the events"]
    authenticated: Annotated[bool, "a token is asked for; without one only this machine is let in"]
    targets: tuple[TargetLine, ...]
    stranded: Annotated[int, "events that wait for targets that are not among these"]

    def blocks(self) -> Iterable[Block]:
        yield Line(f"listening at {self.url}", Tone.GOOD)
        yield Pairs((("profile", self.profile), ("kept in", self.store)))
        if not self.authenticated:
            yield Line("no token: only this machine is let in. For the platform: --auth-token-file FILE", Tone.WARNING)
        for target in self.targets:
            kinds = ", ".join(target.events) if target.events else "all events"
            waiting = f"; {target.waiting} from before" if target.waiting else ""
            yield Line(f"forwarding {kinds} to {target.target}{waiting}")
        if self.stranded:
            yield Line(f"{self.stranded} events wait for targets that are not named here", Tone.WARNING)
        yield Line("stop with Ctrl-C", Tone.QUIET)


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class ListenSummary:
    """What was heard until the end."""

    schema_name: ClassVar[str] = "listen-summary"

    events: int
    waiting: Annotated[int, "events that still wait to be forwarded: the next listener goes on"]

    def blocks(self) -> Iterable[Block]:
        waiting = f"; {self.waiting} wait to be forwarded by the next one" if self.waiting else ""
        yield Line(f"stopped: {self.events} event{'' if self.events == 1 else 's'} heard{waiting}", Tone.QUIET)
