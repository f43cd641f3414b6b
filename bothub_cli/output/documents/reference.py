"""The answers of commands that explain."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bothub_cli.output.blocks import Block, Markdown, Pairs, Raw, TextLine, Tone
from bothub_cli.output.document import document

TOPIC_WIDTH = 18  # columns for the name of a page


@document
class HelpTopic:
    """A text that explains one subject."""

    schema_name: ClassVar[str] = "help-topic"

    topic: str
    text: str

    def blocks(self) -> Iterable[Block]:
        yield Raw(self.text)


class TopicList(HelpTopic):
    """The pages of the manual, a line each: two spaces, the name in its column, what the page is about."""

    __slots__ = ()

    def blocks(self) -> Iterable[Block]:
        for line in self.text.splitlines():
            yield TextLine(line, hang=2 + TOPIC_WIDTH if line.startswith("  ") else 0)


class ManualPage(HelpTopic):
    """A page of the manual, in Markdown."""

    __slots__ = ()

    def blocks(self) -> Iterable[Block]:
        yield Markdown(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMeaning:
    """One meaning of an error code."""

    code: str
    said_by: Annotated[str, "the service that uses the code in this sense"]
    http_status: int | None
    meaning: str
    retryable: Annotated[bool, "the same call may work later"]
    mended_by: str
    remedy: str


@document
class Explanation:
    """Everything that an error code can mean."""

    schema_name: ClassVar[str] = "explanation"

    code: str
    meanings: tuple[CodeMeaning, ...]

    def blocks(self) -> Iterable[Block]:
        for number, meaning in enumerate(self.meanings):
            if number:
                yield TextLine("")
            yield TextLine(f"{meaning.code}: {meaning.meaning}", Tone.STRONG)
            status = f" with HTTP {meaning.http_status}" if meaning.http_status else ""
            yield Pairs(
                (
                    ("said by", f"{meaning.said_by}{status}"),
                    ("try again", "yes" if meaning.retryable else "no, it would fail again"),
                    ("mended by", meaning.mended_by),
                    ("what helps", meaning.remedy),
                )
            )
