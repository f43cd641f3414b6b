"""Offers the shell the names that are kept on this machine: campaigns, messages, events, faults of a sandbox.

Somebody is typing: what cannot be read offers nothing and says nothing. The imports are lazy, since options name these
functions and only a shell calls them.
"""

import os
from collections.abc import Iterable

from bothub_cli.errors import BothubError

LATEST = 100  # names that a shell is offered of messages and events
FAULT_MAX_WAIT = 1.0  # seconds that a sandbox may take to tell its faults


def complete_campaign(incomplete: str) -> list[str]:
    """Offer the campaigns of this machine."""
    from bothub_cli.campaign.journal.files import FileLedger  # loads sqlite3
    from bothub_cli.config.paths import find_directories  # a shell asks, no command

    try:
        places = FileLedger(find_directories(os.environ).campaigns).places()
        return _beginning(incomplete, (place.name for place in places))
    except (BothubError, OSError):
        return []


def complete_message_id(incomplete: str) -> list[str]:
    """Offer the msgIds of messages that were sent or heard of, the latest first."""
    return _of_event_store(incomplete, column="msg_id")


def complete_event_id(incomplete: str) -> list[str]:
    """Offer the numbers of stored events, the latest first."""
    return _of_event_store(incomplete, column="id")


def complete_fault_id(incomplete: str) -> list[str]:
    """Offer the faults in force in the sandbox that was started last."""
    from bothub_cli.config.paths import find_directories  # a shell asks, no command
    from bothub_cli.config.profile_store import ProfileStore  # loads subprocess
    from bothub_cli.redaction import Secret  # a shell asks, no command
    from bothub_cli.sandbox.remote import RemoteSandbox  # a shell asks, no command
    from bothub_cli.transport.base import TransportSettings  # a shell asks, no command
    from bothub_cli.transport.http import RequestsTransport  # loads requests
    from bothub_cli.urls import is_loopback_url  # a shell asks, no command

    try:
        profile = ProfileStore(find_directories(os.environ).config).get("sandbox")
        if profile is None or profile.api_base is None or not is_loopback_url(profile.api_base):
            return []
        word = os.environ.get("BOTHUB_SANDBOX_TOKEN")
        transport = RequestsTransport(TransportSettings(timeout=FAULT_MAX_WAIT), user_agent="bothub")
        sandbox = RemoteSandbox(
            profile.api_base, transport=transport, timeout=FAULT_MAX_WAIT, token=Secret(word) if word else None
        )
        return _beginning(incomplete, (str(rule["rule_id"]) for rule in sandbox.read("faults")["faults"]))
    except (BothubError, OSError):
        return []


def complete_fault_kind(incomplete: str) -> list[str]:
    """Offer the ways in which a call to a sandbox can fail."""
    from bothub_cli.sandbox.state.faults import FaultKind  # loads the sandbox

    return _beginning(incomplete, (kind.value for kind in FaultKind))


def complete_time_zone(incomplete: str) -> list[str]:
    """Offer the time zones of the world, and the word for each number's own."""
    from zoneinfo import available_timezones  # reads many files

    return _beginning(incomplete, ("country", *sorted(available_timezones())))


def _of_event_store(incomplete: str, *, column: str) -> list[str]:
    from bothub_cli.config.paths import find_directories  # a shell asks, no command
    from bothub_cli.events.store.database import open_database  # loads sqlite3
    from bothub_cli.events.store.read import latest_event_ids, latest_message_ids  # loads sqlite3

    read = latest_message_ids if column == "msg_id" else latest_event_ids
    try:
        path = find_directories(os.environ).event_store
        if not path.is_file():
            return []
        database = open_database(path, wait=0.2)
        try:
            return _beginning(incomplete, read(database, LATEST))
        finally:
            database.close()
    except (BothubError, OSError):
        return []


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name.startswith(incomplete)]
