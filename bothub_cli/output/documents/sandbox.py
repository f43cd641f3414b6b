"""The answers of the sandbox commands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self

from bothub_cli.clock import to_rfc3339
from bothub_cli.messages.model.summary import gist_of
from bothub_cli.output.blocks import Block, Pairs, Table, TextLine, Tone
from bothub_cli.output.document import document

LISTEN_FIRST = "start with --webhook http://127.0.0.1:8809/webhook"  # where bothub listen is by default
WORDS_SHOWN = 60  # characters of a message in a table


@document
class SandboxReady:
    """The sandbox listens; this is how to reach it."""

    schema_name: ClassVar[str] = "sandbox-ready"

    url: Annotated[str, "the API base; in a browser, the page with the phones"]
    bot_id: str
    profile: Annotated[str | None, "the profile that was written for it"]
    private_key: Annotated[str | None, "where the bot's private key lies"]
    authorization: Annotated[str | None, "the Authorization header of token requests; a sandbox's is no secret"] = None
    webhook: Annotated[str | None, "where the bot's events go"] = None
    bot_ids: Annotated[tuple[str, ...], "every bot of it"] = ()
    profiles: Annotated[tuple[str, ...], "the profile of each bot, in the same order"] = ()

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"sandbox ready at {self.url}", Tone.GOOD)
        yield Pairs((("bot", self.bot_id), ("profile", self.profile or "-"), ("webhook", self.webhook or "-")))
        for bot_id, profile in zip(self.bot_ids[1:], self.profiles[1:], strict=False):
            yield Pairs((("bot", bot_id), ("profile", profile)))
        yield TextLine(f"see:  {self.url}/ in a browser, for the phones")
        if self.profile:
            yield TextLine(f"try:  bothub send -p {self.profile} --to +33612345678 --text 'Hello, world' --reply Yes")
        yield TextLine("      an iPhone, people who say STOP, every error have numbers: bothub sandbox numbers")
        if self.webhook is None:
            yield TextLine(f"hear: nobody hears what users answer; {LISTEN_FIRST}, and bothub listen{self._option}")
        elif self.profile:
            yield TextLine(f"hear: bothub listen{self._option}")
        if self.authorization and self.private_key:
            yield TextLine("code: bothub sandbox credentials, for a program of your own", Tone.QUIET)
        yield TextLine("stop with Ctrl-C", Tone.QUIET)

    @property
    def _option(self) -> str:
        return f" -p {self.profile}" if self.profile else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotCredentials:
    """What one bot of a sandbox logs in with."""

    bot_id: str
    authorization: Annotated[str, "the Authorization header of a token request"]
    private_key: Annotated[str, "the key itself, PEM"]
    private_key_file: Annotated[str | None, "where it lies, on the sandbox's own machine"]


@document
class SandboxCredentials:
    """How to log in to a running sandbox without bothub."""

    schema_name: ClassVar[str] = "sandbox-credentials"

    url: Annotated[str, "the API base"]
    token_url: Annotated[str, "where the Authorization header gets the first token"]
    bots: tuple[BotCredentials, ...]

    def blocks(self) -> Iterable[Block]:
        yield Pairs((("API base", self.url), ("first token", f"POST {self.token_url}")))
        for bot in self.bots:
            yield TextLine("")
            pairs = (
                ("bot", bot.bot_id),
                ("Authorization", bot.authorization),
                ("private key", bot.private_key_file or "-"),
            )
            yield Pairs(pairs)
            if bot.private_key_file is None:
                yield TextLine(bot.private_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMessage:
    """One message that went through the sandbox."""

    sequence: Annotated[int, "for --after"]
    message_id: str
    bot_id: str
    number: Annotated[str, "the phone's"]
    direction: Annotated[str, "to_phone or to_bot"]
    status: str
    received_at: datetime
    payload: Annotated[Mapping[str, Any], "the request's body, or the event that the bot got"]

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read a message of the sandbox's own API."""
        names = ("sequence", "bot_id", "number", "direction", "status", "payload")
        return cls(
            message_id=answer["msg_id"],
            received_at=datetime.fromisoformat(answer["received_at"]),
            **{name: answer[name] for name in names},
        )

    @property
    def row(self) -> tuple[str, ...]:
        arrow = "→" if self.direction == "to_phone" else "←"
        gist = gist_of(self.payload, length=WORDS_SHOWN)
        return (str(self.sequence), f"{self.received_at:%H:%M:%S}", f"{arrow} {self.number}", self.status, gist)


@document
class SandboxInbox:
    """What arrived in a sandbox, the newest last."""

    schema_name: ClassVar[str] = "sandbox-inbox"

    messages: tuple[InboxMessage, ...]

    def blocks(self) -> Iterable[Block]:
        if not self.messages:
            yield TextLine("nothing arrived", Tone.QUIET)
            return
        columns = ("no.", "time (UTC)", "phone", "status", "content")
        yield Table(columns=columns, rows=tuple(message.row for message in self.messages))


@dataclass(frozen=True, slots=True, kw_only=True)
class MagicNumberLine:
    """A number with a meaning."""

    number: str
    meaning: str


@document
class SandboxNumbers:
    """The numbers with a meaning."""

    schema_name: ClassVar[str] = "sandbox-numbers"

    numbers: tuple[MagicNumberLine, ...]

    def blocks(self) -> Iterable[Block]:
        yield Table(
            columns=("send to", "what happens"), rows=tuple((line.number, line.meaning) for line in self.numbers)
        )


@document
class SandboxForgot:
    """The sandbox forgot everything that happened."""

    schema_name: ClassVar[str] = "sandbox-reset"

    url: str

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"the sandbox at {self.url} forgot its messages, phones and faults", Tone.GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """A rule that makes calls fail."""

    rule_id: str
    kind: str
    operation: Annotated[str | None, "null is every call"]
    number: Annotated[str | None, "null is every number"]
    probability: float
    times: Annotated[int | None, "null is for ever"]
    delay: Annotated[float, "seconds, for the kinds that have one"]
    text: Annotated[str | None, "what the message must hold; null is anything"] = None
    every: Annotated[int, "3 strikes every third such call"] = 1

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read a rule of the sandbox's own API."""
        names = ("rule_id", "kind", "operation", "number", "probability", "times", "delay", "text", "every")
        return cls(**{name: answer[name] for name in names})

    @property
    def row(self) -> tuple[str, ...]:
        times = {None: "always", 1: "once"}.get(self.times, f"{self.times} times")
        if self.every > 1:
            times = f"every {self.every}., {times}"
        return (self.rule_id, self.kind, self.operation or "any", self.number or "any", f"{self.probability:g}", times)


@document
class SandboxFaults:
    """Faults in force."""

    schema_name: ClassVar[str] = "sandbox-faults"

    faults: tuple[FaultLine, ...]

    def blocks(self) -> Iterable[Block]:
        if not self.faults:
            yield TextLine("no fault is in force: every call goes well", Tone.QUIET)
            return
        columns = ("id", "kind", "calls", "number", "chance", "how often")
        yield Table(columns=columns, rows=tuple(fault.row for fault in self.faults))


@document
class SandboxTime:
    """What time it is in the sandbox."""

    schema_name: ClassVar[str] = "sandbox-clock"

    now: datetime

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"it is {to_rfc3339(self.now)} in the sandbox", Tone.GOOD)


@document
class SandboxDeed:
    """What a phone's user did, as the bot gets it."""

    schema_name: ClassVar[str] = "sandbox-deed"

    message: Annotated[
        InboxMessage | None,
        "the event, as a message to the bot; null when it hears nothing",
    ]
    effect: Annotated[str | None, "what the phone does by itself: opens a page, calls a number"]

    def blocks(self) -> Iterable[Block]:
        if self.message is None:
            yield TextLine("the bot hears nothing of it: the action has no postback", Tone.WARNING)
        else:
            event = self.message.payload.get("event", "event")
            yield TextLine(f"{event} from {self.message.number}: {self.message.message_id}", Tone.GOOD)
        if self.effect:
            yield TextLine(f"the phone {self.effect}")
