"""Finds ``.bothub.toml``, which a team keeps beside its code: which profile, which region, and no secret."""

import os
from pathlib import Path

from bothub_cli.config import values
from bothub_cli.config.fields import FIELDS, PROXY, SECRET_NAMES
from bothub_cli.config.toml_file import TomlFile, read_toml_file
from bothub_cli.errors import ConfigurationError
from bothub_cli.redaction import looks_like_key

PROJECT_FILE = ".bothub.toml"


def find_project_file(start: Path) -> Path | None:
    """Return the nearest ``.bothub.toml`` in a folder or above it."""
    for folder in (start, *start.parents):
        candidate = folder / PROJECT_FILE
        if os.path.isfile(candidate):  # noqa: PTH113  # Path.is_file() raises where a folder may not be entered
            return candidate
    return None


def read_project_file(path: Path) -> TomlFile | None:
    """Read a project file. Raises ConfigurationError for what cannot be read, and for a secret in it."""
    file = read_toml_file(path)
    if file is None:
        return None
    for key, value in file.content.items():
        if key in SECRET_NAMES:
            raise _refuse(file, key, "a secret does not belong in a project file, which others can read")
        if isinstance(value, str) and looks_like_key(value):
            raise _refuse(file, key, "a private key does not belong in a project file, which others can read")
        if key == PROXY.name and isinstance(value, str) and _is_secret_address(value):
            raise _refuse(file, key, "a password does not belong in a project file, which others can read")
    for field in FIELDS:
        if field.name in file.content and not field.in_project:
            raise ConfigurationError(
                where=file.where(field.name),
                problem=f"{field.name}: a project file may not decide this, since it comes with the folder one is in",
                fix=f"put it into the profile: bothub profile set {field.name}=…",
            )
    return file


def _is_secret_address(address: str) -> bool:
    try:
        return values.has_password(address)
    except ValueError:  # no address at all: its own reader says so
        return False


def _refuse(file: TomlFile, key: str, problem: str) -> ConfigurationError:
    return ConfigurationError(
        where=file.where(key), problem=f"{key}: {problem}", fix="take the line out, then: bothub login{profile}"
    )
