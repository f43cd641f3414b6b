"""Commented messages to start from, one for each kind, which pass the check as they are."""

import re
from datetime import datetime, timedelta
from importlib.resources import files

from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import UsageError
from bothub_cli.messages import limits

SKELETONS = {
    "text": "a plain text",
    "reply": "an answer to a user's message",
    "opt-in": "a question for consent, with its answers as chips",
    "chips": "a text with every kind of chip that works on all phones",
    "actions": "the other actions of the standard, which Google's phones ignore",
    "file": "a picture, a video or a document",
    "audio": "a sound",
    "location": "a place",
    "card": "a rich card, media above the text",
    "card-horizontal": "a rich card, media beside the text",
    "carousel": "cards side by side",
    "typing": "the sign that an answer is being written",
}

_MARK = re.compile(r"@([A-Z][A-Z0-9_]*)@")


def write_skeleton(kind: str, *, now: datetime) -> str:
    """Return the YAML of one kind; its dates lie ahead of ``now`` (aware). Raises UsageError for an unknown kind."""
    if kind not in SKELETONS:
        raise UsageError(problem=f"no skeleton for that kind of message; there are: {', '.join(SKELETONS)}")
    tomorrow = (now + timedelta(days=1)).replace(hour=18, minute=0, second=0, microsecond=0)
    times = {
        "EXPIRY": to_rfc3339(tomorrow),
        "START": to_rfc3339(tomorrow + timedelta(days=1)),
        "END": to_rfc3339(tomorrow + timedelta(days=1, hours=2)),
    }
    template = files(__package__).joinpath("skeleton_files", f"{kind}.yaml").read_text(encoding="utf-8")
    return _MARK.sub(lambda mark: times.get(mark[1]) or str(getattr(limits, mark[1])), template)
