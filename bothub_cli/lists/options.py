"""Reads how a list is written, as the options say it: which column is what, what separates them, the encoding."""

from collections.abc import Sequence

from bothub_cli.display_text import quote
from bothub_cli.errors import UsageError
from bothub_cli.lists.recipients import TO

_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}


def read_mappings(mappings: Sequence[str]) -> dict[str, str]:
    """Return the columns by the names that ``--map NAME=COLUMN`` gives them. Raises UsageError."""
    columns: dict[str, str] = {}
    for mapping in mappings:
        name, equals, column = (part.strip() for part in mapping.partition("="))
        if not (name and equals and column):
            raise UsageError(option="map", problem=f"{quote(mapping)} is no NAME=COLUMN", fix=f"write {TO}=phone")
        if name in columns:
            raise UsageError(option="map", problem=f"map names {quote(name)} twice")
        columns[name] = column
    return columns


def check_encoding(name: str) -> str:
    """Return the name of an encoding that there is. Raises UsageError."""
    try:
        "".encode(name)
    except LookupError as error:
        raise UsageError(
            option="encoding", problem=f"no such encoding: {quote(name)}", fix="for example cp1252"
        ) from error
    return name


def read_delimiter(written: str | None) -> str | None:
    """Return what separates the cells; None when it is to be found out. Raises UsageError."""
    if written is None:
        return None
    delimiter = _NAMED_DELIMITERS.get(written.lower(), written)
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise UsageError(
            option="delimiter", problem=f"{quote(written)} is no single character", fix="write ';', or tab"
        )
    return delimiter
