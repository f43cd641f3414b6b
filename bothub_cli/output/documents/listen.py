"""The answers of the webhook receiver."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from bothub_cli.amounts import count_words
from bothub_cli.output.blocks import Block, Pairs, TextLine, Tone
from bothub_cli.output.document import document


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """Where events go on to."""

    target: Annotated[str, "a URL without user and query, or a program without its arguments"]
    events: Annotated[tuple[str, ...] | None, "the kinds that go there; null for all"]
    waiting: Annotated[int, "events from before that still wait for it"]


@document
class ListenerReady:
    """The webhook listens: whoever connects now is answered."""

    schema_name: ClassVar[str] = "listener-ready"

    url: Annotated[str, "the webhook's own address"]
    profile: str
    store: Annotated[str, "the file that keeps the events"]
    authenticated: Annotated[bool, "a token is asked for; without one only this machine is let in"]
    targets: tuple[TargetLine, ...]
    stranded: Annotated[int, "events that wait for targets that are not among these"]
    metrics: Annotated[str | None, "where Prometheus finds metrics, when they have a port of their own"] = None
    ledger: Annotated[str | None, "the ledger that is told who says STOP or START"] = None

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"listening at {self.url}", Tone.GOOD)
        pairs = [("profile", self.profile), ("kept in", self.store)]
        if self.metrics:
            pairs.append(("metrics", self.metrics))
        if self.ledger:
            pairs.append(("wishes go to", self.ledger))
        yield Pairs(tuple(pairs))
        if not self.authenticated:
            yield TextLine(
                "no token: only this machine is let in. For the platform: --auth-token-file FILE", Tone.WARNING
            )
        for target in self.targets:
            kinds = ", ".join(target.events) if target.events else "all events"
            waiting = f"; {target.waiting} from before" if target.waiting else ""
            yield TextLine(f"forwarding {kinds} to {target.target}{waiting}")
        if self.stranded:
            yield TextLine(
                f"{self.stranded} events wait for targets that are not named here: bothub event queue", Tone.WARNING
            )
        yield TextLine("stop with Ctrl-C", Tone.QUIET)


@document
class RequestsRefused:
    """Requests that the webhook did not serve: the first of a kind, or the sum of a minute."""

    schema_name: ClassVar[str] = "listener-refusal"

    status: Annotated[int, "the HTTP status that they were answered, or would have been"]
    reason: str
    count: int
    senders: Annotated[tuple[str, ...], "the most frequent addresses"]
    more_senders: Annotated[int, "how many other addresses there were"]
    first: Annotated[bool, "the first of its kind; the others come as a sum a minute"]

    @property
    def text(self) -> str:
        """The same in one sentence."""
        senders = ", ".join(self.senders) + (f" and {self.more_senders} others" if self.more_senders else "")
        if self.first:
            return f"refused with HTTP {self.status} from {senders}: {self.reason}"
        return f"refused with HTTP {self.status}, {self.count} more from {senders}: {self.reason}"

    def blocks(self) -> Iterable[Block]:
        yield TextLine(self.text, Tone.WARNING)


@document
class ListenerTrouble:
    """Events cannot be stored or forwarded, or wishes not be told to the ledger; or can again."""

    schema_name: ClassVar[str] = "listener-trouble"

    what: Literal["events", "forwarding", "wishes"]
    is_over: bool
    problem: str | None

    @property
    def text(self) -> str:
        """The same in one sentence."""
        match self.what, self.is_over:
            case "events", True:
                return "takes events again"
            case "events", False:
                return f"events cannot be stored and are answered 503, so that they are sent again: {self.problem}"
            case "wishes", True:
                return "the ledger hears again who says STOP"
            case "wishes", False:
                return f"the ledger does not hear who says STOP; it is kept, and told as soon as it can: {self.problem}"
            case _, True:
                return "events are forwarded again"
            case _:
                return f"events cannot be forwarded; they wait: {self.problem}"

    def blocks(self) -> Iterable[Block]:
        yield TextLine(self.text, Tone.GOOD if self.is_over else Tone.WARNING)


@document
class ListChange:
    """A user said that nothing more is wanted, or that messages are welcome again: the suppression list has changed."""

    schema_name: ClassVar[str] = "suppression-change"

    change: Literal["opted out", "opted in"]
    number: Annotated[str, "the user's number, or chatId"]
    word: Annotated[str, "what was said"]

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f'{self.change}  {self.number}  "{self.word}"', Tone.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalCount:
    """How many requests were refused in one way."""

    status: int
    reason: str
    count: int


@document
class ListenSummary:
    """What was received until the end."""

    schema_name: ClassVar[str] = "listen-summary"

    events: int
    waiting: Annotated[int, "events that still wait to be forwarded: the next listener goes on"]
    repeated: Annotated[int, "events that were there already"]
    refused: Annotated[tuple[RefusalCount, ...], "requests that were not served"]

    def blocks(self) -> Iterable[Block]:
        repeated = f"; {self.repeated} came again" if self.repeated else ""
        waiting = f"; {self.waiting} wait to be forwarded after the next start" if self.waiting else ""
        yield TextLine(f"stopped: {count_words(self.events, 'event')} heard{repeated}{waiting}", Tone.QUIET)
        for each in self.refused:
            yield TextLine(f"refused with HTTP {each.status}: {each.count}, {each.reason}", Tone.QUIET)
