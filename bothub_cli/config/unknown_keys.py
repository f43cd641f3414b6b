"""Names the keys of a settings file that nobody reads, and the ones that were probably meant."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bothub_cli.config.toml_file import TomlFile


def describe_unknown_keys(
    file: TomlFile, content: Mapping[str, Any], *, known: Collection[str], table: str = ""
) -> Iterator[str]:
    """Yield one sentence for each key that is not known; nothing of its value is shown."""
    for key in content:
        if key not in known:
            place = f" in [{table}]" if table else ""
            yield f"{file.where(key, table=table)}: unknown key {key!r}{place} is ignored{_suggest(key, known)}"


def _suggest(key: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # only a misspelt file pays for it

    close = get_close_matches(key.lower().replace("-", "_"), sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
