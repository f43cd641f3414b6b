"""Settings that point to a sandbox instead of the API, for ``--sandbox``."""

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bothub_cli.config.key_source import InlineKey
from bothub_cli.config.origin import Origin, Setting
from bothub_cli.config.paths import Directories
from bothub_cli.config.settings import Settings
from bothub_cli.redaction import Secret

T = TypeVar("T")

_ORIGIN = Origin(kind="flag", name="--sandbox")


def point_to_sandbox(
    settings: Settings, *, url: str, bot_id: str, authorization: Secret, private_key: Secret, directory: Path
) -> Settings:
    """Return the settings with the sandbox's address and credentials, and with a directory of its own.

    Nothing of the user's profile reaches the sandbox but habits: traffic type, region, time-outs.
    """
    return replace(
        settings,
        bot_id=_said(bot_id),
        authorization=_said(authorization),
        private_key=_said(InlineKey(pem=private_key, variable="--sandbox")),
        private_key_passphrase=_said(None),
        api_base=_said(url),
        auth_base=_said(url),
        iss_as_array=_said(False),  # noqa: FBT003 -- a value, not a switch
        proxy=_said(None),
        ledger=_said(None),
        directories=Directories(config=directory, state=directory),
        stored_profile=None,
        stray_base=None,
    )


def _said(value: T) -> Setting[T]:
    return Setting(value=value, origin=_ORIGIN)
