"""Writes a message so that it can be sent again: as a bothub command, as a curl line, as JSON."""

import json
import shlex

from bothub_cli.config.settings import DEFAULT_TRAFFIC_TYPE
from bothub_cli.protocol.curl import to_curl
from bothub_cli.protocol.messaging import build_send_request
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.settings import SandboxSettings


def write_copies(message: SandboxMessage, settings: SandboxSettings) -> dict[str, str]:
    """Return ``command``, ``curl`` and ``json``; the first two lead to this sandbox."""
    return {
        "command": _write_command(message, _lead_to(settings)),
        "curl": _write_curl(message, settings),
        "json": json.dumps(message.payload, ensure_ascii=False, indent=2),
    }


def _lead_to(settings: SandboxSettings) -> str:
    """Return the option with which a command finds this sandbox: its profile, or without one its address."""
    if settings.profile is None:
        return f"--api-base {shlex.quote(settings.public_url)}"
    return f"--profile {shlex.quote(settings.profile)}"


def _write_command(message: SandboxMessage, named: str) -> str:
    rcs_message = message.payload["RCSMessage"]
    text = rcs_message.get("textMessage")
    others = {name: value for name, value in rcs_message.items() if name != "textMessage"}
    is_plain = others in ({}, {"trafficType": DEFAULT_TRAFFIC_TYPE})  # what the command adds by itself
    if text and is_plain and text.isprintable() and not text.startswith("@"):
        return f"bothub send {named} --to {shlex.quote(message.number)} --text {shlex.quote(text)}"
    # One line of JSON never ends the here-document, and its escapes keep control characters out of the terminal.
    return f"bothub send - {named} <<'END'\n{json.dumps(message.payload)}\nEND"


def _write_curl(message: SandboxMessage, settings: SandboxSettings) -> str:
    show = f"bothub token show {_lead_to(settings)} --raw"
    tokens = TokenPair(orange=Secret(f"$({show} orange)"), gsma=Secret(f"$({show} gsma)"))
    request = build_send_request(settings.public_url, bot_id=message.bot_id, tokens=tokens, payload=message.payload)
    return to_curl(request)
