"""The answer of ``doctor``."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bothub_cli.auth.diagnose import LinkState
from bothub_cli.output.blocks import Block, TextLine, Tone
from bothub_cli.output.document import document

_TONES: dict[LinkState, Tone] = {
    "ok": Tone.GOOD,
    "warning": Tone.WARNING,
    "failed": Tone.BAD,
    "skipped": Tone.QUIET,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLink:
    """One thing that a message needs on its way."""

    name: str
    state: LinkState
    explanation: str
    hint: Annotated[str | None, "what helps"]
    code: Annotated[str | None, "the error's code, when it failed"]


@document
class Diagnosis:
    """Everything that a message needs, link by link, in the order in which it depends on it."""

    schema_name: ClassVar[str] = "diagnosis"

    ok: Annotated[bool, "no link failed; warnings are allowed"]
    api_base: str | None
    links: tuple[CheckedLink, ...]

    def blocks(self) -> Iterable[Block]:
        width = max(len(link.name) for link in self.links)
        hang = 7 + 2 + width + 2
        for link in self.links:
            yield TextLine(f"{link.state:<7}  {link.name:<{width}}  {link.explanation}", _TONES[link.state], hang)
            if link.hint:
                yield TextLine(f"{'':<7}  {'':<{width}}  hint: {link.hint}", hang=hang)
        if self.ok:
            yield TextLine("everything that a message needs is there", Tone.GOOD)
