"""One API call as the handlers see it: no socket, no framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_plus


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The parts of a multipart body: its plain fields, and where the file part was put."""

    fields: Mapping[str, str]
    file_name: str | None = None
    content: Path | None = None
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that was matched to an operation; header names are lower case, secrets are inside."""

    operation: str
    method: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    query_string: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)
    bot_id: str = ""
    target: str = ""  # the id after the collection: a message's or a file's
    upload: Upload | None = field(default=None, repr=False)

    def query(self) -> dict[str, list[str]]:
        """Return every query value by name.

        A '+' in a name stays a '+': the API's example writes ``JWT%20token`` with %20, and no other spelling is known
        to work. In a value it is a space, so that an unencoded ``+33…`` is as wrong here as on a real platform.
        """
        found: dict[str, list[str]] = {}
        for pair in self.query_string.split("&"):
            if pair:
                name, _, value = pair.partition("=")
                found.setdefault(unquote(name), []).append(unquote_plus(value))
        return found


# A JSON document from outside: any shape, so nothing narrower would be true.
JsonValue = Any
