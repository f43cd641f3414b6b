"""Writes the command line that goes on with a campaign."""

import re
import shlex
from pathlib import Path

from bothub_cli.campaign.journal.interface import CampaignRecord, JournalPlace
from bothub_cli.session import SharedOptions

STDIN = "-"
_CONNECTION = ("bot_id", "api_base", "auth_base", "timeout", "max_wait", "proxy")
_CONNECTION_FILES = ("private_key", "authorization_file", "ca_bundle")
_PASSWORD = re.compile(r"//[^/@]*@")


def resume_command(record: CampaignRecord, place: JournalPlace, flags: tuple[str, ...] = ()) -> str:
    """Return the command that goes on with the campaign in this place."""
    profile = ["--profile", record.profile] if record.profile not in {"", "default"} else []
    source = " - < LIST" if record.recipients_path == STDIN else ""
    return shlex.join(["bothub", "campaign", "run", *place.options, *profile, *flags]) + source


def connection_flags(options: SharedOptions) -> tuple[str, ...]:
    """Return the flags that say how the API is reached, to be typed again from any folder; without a password."""
    words: list[str] = []
    for name in (*_CONNECTION, *_CONNECTION_FILES):
        value: str | None = getattr(options, name)
        if value is None:
            continue
        if name in _CONNECTION_FILES and value != STDIN:
            value = str(Path(value).absolute())
        words += [f"--{name.replace('_', '-')}", _PASSWORD.sub("//USER:PASSWORD@", value)]
    return tuple(words)
