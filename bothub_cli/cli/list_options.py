"""The options that say how a list of people is written, alike for every command that reads one."""

from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from bothub_cli.lists.recipients import ReadingRules

EncodingOption = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="How the list is encoded. [default: utf-8]")
]
DelimiterOption = Annotated[
    str | None,
    typer.Option("--delimiter", metavar="CHAR", help="What separates the columns: ';' or tab. [default: found out]"),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="to=COLUMN", help="The column with the number; region=COLUMN for its country. Repeatable."
    ),
]


@record
class ListOptions:
    """How a list of numbers is written."""

    columns: ColumnOption = None
    encoding: EncodingOption = None
    delimiter: DelimiterOption = None

    def rules(self, *, region: str | None, note: "Callable[[str], object]") -> "ReadingRules":
        """Return them as the readers of lists take them. Raises UsageError."""
        from bothub_cli.lists.options import check_encoding, read_delimiter, read_mappings  # loads csv
        from bothub_cli.lists.recipients import ReadingRules  # loads csv

        return ReadingRules(
            columns=read_mappings(self.columns or []),
            encoding=check_encoding(self.encoding or "utf-8"),
            delimiter=read_delimiter(self.delimiter),
            region=region,
            note=note,
        )
