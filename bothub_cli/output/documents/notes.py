"""What is said beside an answer, for programs that read stderr."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from bothub_cli.output.blocks import Block, Line
from bothub_cli.output.document import document


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A line on stderr; its ``type`` is "note", "warning", or "trace" with ``-v``."""

    schema_name: ClassVar[str] = "note"

    message: str

    def blocks(self) -> Iterable[Block]:
        yield Line(self.message)
