"""Changes a TOML text and leaves everything else in it as it was: comments, order, blank lines, unknown keys."""

from collections.abc import Mapping

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from bothub_cli.errors import ConfigurationError

TomlValue = str | int | float | bool


def set_keys(text: str, changes: Mapping[str, TomlValue | None], *, table: tuple[str, ...] = ()) -> str:
    """Return the text with the table's keys set; None takes a key away. Missing tables are added."""
    document = _parse(text)
    container: tomlkit.TOMLDocument | Table = document
    for depth, name in enumerate(table, start=1):
        if name not in container:
            container[name] = tomlkit.table(is_super_table=depth < len(table))
        container = _as_table(container[name], name)
    for key, value in changes.items():
        _set_key(container, key, value)
    return tomlkit.dumps(document)


def remove_table(text: str, *, table: tuple[str, ...]) -> str:
    """Return the text without the table; one that is not there is no error."""
    document = _parse(text)
    container: tomlkit.TOMLDocument | Table = document
    for name in table[:-1]:
        if name not in container:
            return text
        container = _as_table(container[name], name)
    if table[-1] in container:
        container.remove(table[-1])
    return tomlkit.dumps(document)


def _set_key(container: "tomlkit.TOMLDocument | Table", key: str, value: TomlValue | None) -> None:
    if value is None:
        if key in container:
            container.remove(key)
    elif container.get(key) != value:  # an unchanged value keeps the way its owner wrote it
        container[key] = value


def _as_table(item: object, name: str) -> Table:
    if not isinstance(item, Table):
        raise ConfigurationError(problem=f"{name} is not written as a table of its own: [{name}]")
    return item


def _parse(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as exc:
        raise ConfigurationError(problem=f"the settings file cannot be changed here: {exc}") from exc
