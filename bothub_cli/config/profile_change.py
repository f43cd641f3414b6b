"""Changes single settings of a profile, as ``profile set`` does."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bothub_cli.config.fields import PRIVATE_KEY, PROFILE_FIELDS, PROXY, REGION, SECRET_NAMES, Field
from bothub_cli.config.key_source import is_there, show_path
from bothub_cli.config.origin import Origin
from bothub_cli.config.profile import Profile
from bothub_cli.config.sources import read_text
from bothub_cli.config.values import has_password
from bothub_cli.errors import UsageError
from bothub_cli.files import NO_SUCH_FILE
from bothub_cli.misspellings import did_you_mean
from bothub_cli.phone_numbers import is_region
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
        settings = f"the settings are: {', '.join(_FIELDS)}"
        fix = f"{did_you_mean(name, _FIELDS)} {settings}".lstrip()
        raise UsageError(problem=f"a profile has no setting {name!r}", fix=fix)
    if text is None:
        return None
    if name == PRIVATE_KEY.name and looks_like_key(text):
        raise UsageError(problem="private_key takes the path of a file, not the key", fix="save the key in a file")
    value = read_text(_FIELDS[name], text, origin=Origin(kind="flag", name=name), base=cwd).value
    if isinstance(value, Path) and not is_there(value):
        raise UsageError(problem=f"{name}: {show_path(value)}: {NO_SUCH_FILE}")
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
