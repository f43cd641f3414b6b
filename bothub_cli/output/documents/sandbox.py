"""The answers of the sandbox commands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bothub_cli.output.blocks import Block, Line, Pairs, Tone
from bothub_cli.output.document import document


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxReady:
    """The sandbox listens; this is how to reach it."""

    schema_name: ClassVar[str] = "sandbox-ready"

    url: Annotated[str, "the API base"]
    bot_id: str
    profile: Annotated[str | None, "the profile that was written for it"]
    private_key: Annotated[str | None, "where the bot's private key lies"]
    webhook: Annotated[str | None, "where the bot's events go"] = None

    def blocks(self) -> Iterable[Block]:
        yield Line(f"sandbox ready at {self.url}", Tone.GOOD)
        yield Pairs((("bot", self.bot_id), ("profile", self.profile or "-"), ("webhook", self.webhook or "-")))
        if self.profile:
            yield Line(f"try: bothub send -p {self.profile} --to +33612345678 --text 'Hello, world'")
            yield Line(f"or:  export BOTHUB_PROFILE={self.profile}")
        yield Line("stop with Ctrl-C", Tone.QUIET)
