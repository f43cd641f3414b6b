"""A TOML file that people edit: read with the line of every problem, changed without losing their comments."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from bothub_cli.config.fields import Field, T
from bothub_cli.config.values import BadValueError
from bothub_cli.errors import ConfigurationError
from bothub_cli.files import say_unreadable
from bothub_cli.files.owners import check_regular

FILE_MAX = 1_048_576  # bytes; whatever is larger is no configuration of ours

# As text: the re module compiles and keeps them when a file is first found wrong.
_POSITION = r"\s*\(at line (\d+), column (\d+)\)$|\s*\(at end of document\)$"
_HEADER = r"\s*\[([^\[\]]+)\]\s*(?:#.*)?$"


class TomlFile:
    """A file's text and what it holds; ``content`` is whatever TOML allows."""

    def __init__(self, path: Path, *, text: str, content: Mapping[str, Any]) -> None:  # Any: read field by field
        self.path = path
        self.text = text
        self.content = content

    def where(self, key: str, *, table: str = "") -> str:
        """Return ``PATH, line N`` for a key, or the path alone when the key is written in an unusual way."""
        line = find_line(self.text, key, table=table)
        return f"{self.path}, line {line}" if line else str(self.path)

    def read(self, field: Field[T], raw: object, *, table: str = "") -> T:
        """Read one field's value. Raises ConfigurationError with file, line and what was expected."""
        try:
            return field.read_toml(raw)
        except BadValueError as exc:
            raise ConfigurationError(
                where=self.where(field.name, table=table), problem=f"{field.name}: {exc.problem}", fix=exc.fix
            ) from exc


def read_toml_file(path: Path, *, known: TomlFile | None = None) -> TomlFile | None:
    """Read a file; None when there is none, and ``known`` itself when its text is still the same.

    Raises ConfigurationError for a file that cannot be read, is none, is too large, is not UTF-8 or is not TOML.
    """
    check_regular(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(FILE_MAX + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise ConfigurationError(where=str(path), problem=say_unreadable(exc)) from exc
    if len(content) > FILE_MAX:
        raise ConfigurationError(where=str(path), problem=f"is larger than {FILE_MAX:,} bytes")
    return parse_toml(content, path=path, known=known)


def parse_toml(content: bytes, *, path: Path, known: TomlFile | None = None) -> TomlFile:
    """Read a file's bytes. Raises ConfigurationError with the line and column of the first problem."""
    try:
        text = content.decode("utf-8-sig")  # Windows editors put a byte order mark in front
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise ConfigurationError(
            where=f"{path}, line {line}", problem=say_unreadable(exc), fix="save it as UTF-8"
        ) from exc
    if known is not None and known.text == text:
        return known
    import tomllib  # 3 ms that whoever has no settings file need not pay

    try:
        return TomlFile(path, text=text, content=tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise _explain_syntax(exc, path=path, text=text) from exc
    except RecursionError as exc:
        raise ConfigurationError(where=str(path), problem="is nested too deeply") from exc


def find_line(text: str, key: str, *, table: str = "") -> int | None:
    """Return the line on which a key of a table is written, counted from 1."""
    assignment = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(_HEADER, line):
            current = re.sub(r"""["'\s]""", "", header[1])
        elif current == table and assignment.match(line):
            return number
    return None


def _explain_syntax(exc: ValueError, *, path: Path, text: str) -> ConfigurationError:
    message = str(exc)
    found = re.search(_POSITION, message)
    problem = re.sub(_POSITION, "", message)
    if found is None:
        where = str(path)
    elif found[1]:
        where = f"{path}, line {found[1]}, column {found[2]}"
    else:
        where = f"{path}, line {max(1, len(text.splitlines()))}"
    return ConfigurationError(
        where=where, problem=f"is not TOML: {problem}", fix='a setting is written: name = "value"'
    )


def describe_unknown_keys(
    file: TomlFile, content: Mapping[str, Any], *, known: Collection[str], table: str = ""
) -> Iterator[str]:
    """Yield one sentence for each key that is not known; nothing of its value is shown."""
    for key in content:
        if key not in known:
            place = f" in [{table}]" if table else ""
            yield f"{file.where(key, table=table)}: unknown key {key!r}{place} is ignored{_suggest(key, known)}"


def _suggest(key: str, known: Collection[str]) -> str:
    from bothub_cli.misspellings import did_you_mean  # only a misspelt file pays for it

    meant = did_you_mean(key, known)
    return f"; {meant}" if meant else ""
