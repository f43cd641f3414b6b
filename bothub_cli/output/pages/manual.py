"""A page of the manual on a terminal."""

from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Markdown, MarkdownElement
from rich.text import Text


class _CopiedLines(CodeBlock):
    """A block of code as it is to be typed: neither indented nor broken, so that it can be copied."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = "dim" if self.lexer_name == "text" else "cyan"  # what a command writes, and what somebody writes
        yield Text(str(self.text).rstrip(), style=style, no_wrap=True, overflow="ignore")


class Page(Markdown):
    """Markdown whose blocks of code can be copied."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "fence": _CopiedLines,
        "code_block": _CopiedLines,
    }
