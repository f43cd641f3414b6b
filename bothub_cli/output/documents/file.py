"""The answers of commands about files that the platform keeps."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

from bothub_cli.amounts import describe_size
from bothub_cli.output.blocks import Block, Pairs, TextLine, Tone
from bothub_cli.output.document import document


@document
class FileState:
    """A file that the platform keeps."""

    schema_name: ClassVar[str] = "file-state"

    file_id: str
    file_url: Annotated[str | None, "what a message links to"]
    file_size: Annotated[int | None, "bytes"]
    status: Annotated[str | None, "BotHub's word: pending, ready, expired, invalid, …"]
    validity: Annotated[str | None, "kept until then, as BotHub wrote it"]

    def blocks(self) -> Iterable[Block]:
        size = None if self.file_size is None else describe_size(self.file_size)
        rows = (
            ("file", self.file_id),
            ("url", self.file_url),
            ("size", size),
            ("status", self.status),
            ("until", self.validity),
        )
        yield Pairs(tuple((name, value) for name, value in rows if value))


@document
class FileDeleted:
    """A stored file is gone."""

    schema_name: ClassVar[str] = "file-deleted"

    file_id: str

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"deleted  {self.file_id}", Tone.GOOD)
