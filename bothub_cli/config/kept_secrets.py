"""Finds the secrets that are kept on this machine, so that an error repeats none of them, wherever it was put."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from bothub_cli.config.paths import config_dir
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.errors import BothubError
from bothub_cli.files import SECRET_MAX
from bothub_cli.files.owners import read_regular
from bothub_cli.redaction import SECRET_VARIABLES, Secret


def find_kept_secrets(environ: Mapping[str, str]) -> Iterator[Secret]:
    """Yield the secrets of all profiles, our copies of their keys, and what the files hold that variables name.

    A place that cannot be read, or that is not ours, is left out: whoever needs it says so.
    """
    named = (f"{name}_FILE" for name in SECRET_VARIABLES)
    for variable in (*named, "BOTHUB_PRIVATE_KEY"):
        if text := environ.get(variable):
            yield from _read(text)
    with suppress(BothubError, OSError):
        directory = config_dir(environ)
        if (directory / "secrets.toml").exists():
            yield from ProfileStore(directory).secrets()
        for path in (directory / "keys").glob("*.pem"):
            yield from _read(str(path))


def _read(name: str) -> Iterator[Secret]:
    with suppress(BothubError, OSError, ValueError, RuntimeError):  # no file, no text, no home for its ~
        path = Path(name).expanduser()
        if path.is_file() and path.stat().st_size <= SECRET_MAX:
            yield Secret(read_regular(path).decode().strip("\r\n"))
