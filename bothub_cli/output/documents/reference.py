"""The answers of commands that explain."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from bothub_cli.output.blocks import Block, Raw
from bothub_cli.output.document import document


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class HelpTopic:
    """A text that explains one subject."""

    schema_name: ClassVar[str] = "help-topic"

    topic: str
    text: str

    def blocks(self) -> Iterable[Block]:
        yield Raw(self.text)
