"""Changes single settings of a profile, as ``profile set`` does."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bothub_cli.config.credentials import read_secret_file
from bothub_cli.config.fields import (
    CA_BUNDLE,
    PRIVATE_KEY,
    PRIVATE_KEY_PASSPHRASE_FILE,
    PROFILE_FIELDS,
    PROXY,
    REGION,
    SECRET_NAMES,
    Field,
)
from bothub_cli.config.key_source import say_unusable, show_path
from bothub_cli.config.origin import Origin
from bothub_cli.config.profile import Profile
from bothub_cli.config.sources import read_text
from bothub_cli.config.values import has_password
from bothub_cli.errors import InputRefusedError, UsageError
from bothub_cli.files import read_secret, say_unreadable
from bothub_cli.misspellings import choose_from
from bothub_cli.phone_numbers import is_region
from bothub_cli.protocol.keys import check_private_form
from bothub_cli.redaction import looks_like_key

_FIELDS: dict[str, Field[Any]] = {field.name: field for field in PROFILE_FIELDS}  # Any: a table of several types


def change_profile(profile: Profile, changes: Mapping[str, str | None], *, cwd: Path) -> Profile:
    """Return the profile with settings changed by name; None takes one away.

    Relative paths hang under ``cwd``. Raises UsageError for an unknown name, a secret, or a wrong value.
    """
    found = {name.replace("-", "_"): text for name, text in changes.items()}
    values = {name: _read(name, text, profile=profile, cwd=cwd) for name, text in found.items()}
    if PRIVATE_KEY.name in values:
        values |= {"stored_key": False, "key_sha256": None}
    return replace(profile, **values)


def _read(name: str, text: str | None, *, profile: Profile, cwd: Path) -> Any:  # Any: as the field's type is
    if name in SECRET_NAMES:
        raise UsageError(
            problem=f"{name} is a secret, and other users can read command lines",
            fix=f"bothub login --profile {profile.name}",
        )
    if name not in _FIELDS:
        fix = choose_from(name, _FIELDS, f"the settings are: {', '.join(_FIELDS)}")
        raise UsageError(problem=f"a profile has no setting {name!r}", fix=fix)
    if text is None:
        return None
    if name == PRIVATE_KEY.name and looks_like_key(text):
        raise UsageError(problem="private_key takes the path of a file, not the key", fix="save the key in a file")
    origin = Origin(kind="flag", name=name)
    value = read_text(_FIELDS[name], text, origin=origin, base=cwd).value
    if isinstance(value, Path):
        _check_file(value, origin=origin)
    if name == REGION.name and not is_region(value):
        raise UsageError(
            problem=f"region: there is no country {value}", fix="the two letters of ISO 3166: FR, BE, GB (not UK), …"
        )
    if name == PROXY.name and has_password(value):
        raise UsageError(
            problem="a proxy with a password does not belong in the settings file",
            fix="put it into the environment: BOTHUB_PROXY",
        )
    return value


def _check_file(path: Path, *, origin: Origin) -> None:
    """Refuse a file that the next command could not use for this setting. Raises UsageError."""
    if problem := say_unusable(path, folder=origin.name == CA_BUNDLE.name):
        raise UsageError(problem=f"{origin.name}: {problem}")
    place = f"{origin.name}: {show_path(path)}"
    try:
        if origin.name == CA_BUNDLE.name:
            _check_authorities(path)
        elif origin.name == PRIVATE_KEY_PASSPHRASE_FILE.name:
            read_secret_file(path, origin=origin, warn=lambda _: None)  # the next command warns
        elif origin.name == PRIVATE_KEY.name:
            _check_key(path)
    except InputRefusedError as exc:
        raise UsageError(problem=f"{place}: {exc.problem}", fix=exc.fix) from exc
    except OSError as exc:
        raise UsageError(problem=f"{place}: {say_unreadable(exc)}") from exc


def _check_key(path: Path) -> None:
    """Refuse what is no private key; whether its numbers fit is proved by login."""
    if path.is_fifo():  # it can be read only once, by who signs
        return
    check_private_form(read_secret(path))


def _check_authorities(path: Path) -> None:
    """Refuse a file without a certificate; a folder of them is looked into by who trusts it."""
    from ssl import SSLError, create_default_context  # 10 ms that most settings need not pay

    if path.is_dir():
        return
    try:
        create_default_context(cafile=str(path))
    except SSLError as exc:
        raise InputRefusedError(problem="holds no certificate", fix="it takes certificates in PEM") from exc
