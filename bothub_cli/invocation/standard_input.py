"""Reads standard input, for one option of a command at most, or the file that an option names instead."""

import sys
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from bothub_cli.errors import InputRefusedError, UsageError
from bothub_cli.files import decode_text, say_unreadable
from bothub_cli.output.printer import Printer

TEXT_MAX = 16 * 1024 * 1024  # bytes of a text, a key or an assertion


class StandardInput:
    """Standard input of one command; ``wanted_by`` and ``option`` name what reads it, for whoever comes second."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._taken_by: str | None = None

    def open(self, wanted_by: str) -> BinaryIO:
        """Return standard input for the one option that reads it; a closed one is empty.

        Raises UsageError when another option has read it already.
        """
        if self._taken_by is not None:
            raise UsageError(
                problem=f"standard input is read by {self._taken_by} and by {wanted_by}",
                fix="give one of them as a file",
            )
        self._taken_by = wanted_by
        if sys.stdin is None:
            return BytesIO()
        if sys.stdin.isatty():
            self._printer.note("reading standard input; end it with Ctrl-D")
        return sys.stdin.buffer

    def open_file(self, file: Path, *, wanted_by: str = "FILE") -> Path | BinaryIO:
        """Return the file that a reader opens itself, or standard input for ``-``."""
        return self.open(wanted_by) if str(file) == "-" else file

    def text_or_read(self, text: str, *, wanted_by: str) -> str:
        """Return the text, or what standard input holds when the text is ``-``."""
        return self.read(wanted_by) if text == "-" else text

    def read(self, wanted_by: str) -> str:
        """Read the whole of standard input as UTF-8 text, without the final line end. Raises InputRefusedError."""
        return _decode(self.open(wanted_by).read(TEXT_MAX + 1), where="standard input")

    def read_secret(self, wanted_by: str) -> str:
        """Read a secret, in UTF-16 too, as PowerShell pipes it. Raises InputRefusedError."""
        try:
            return decode_text(self.open(wanted_by).read(TEXT_MAX)).rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InputRefusedError(where="standard input", problem=say_unreadable(error)) from error

    def read_file(self, name: str, *, option: str) -> str:
        """Read a UTF-8 text file, or standard input for ``-``, without the final line end. Raises InputRefusedError."""
        if name == "-":
            return self.read(option)
        try:
            with Path(name).open("rb") as stream:
                content = stream.read(TEXT_MAX + 1)
        except OSError as error:
            raise InputRefusedError(where=name, problem=say_unreadable(error)) from error
        return _decode(content, where=name)


def _decode(content: bytes, *, where: str) -> str:
    if len(content) > TEXT_MAX:
        raise InputRefusedError(where=where, problem=f"larger than {TEXT_MAX} bytes")
    try:
        return content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputRefusedError(
            where=where, problem=f"byte {error.start} is not UTF-8", fix="convert the text to UTF-8"
        ) from error
