"""What the event store holds for whoever sends: what went out, and who must not be written to."""

from dataclasses import field
from datetime import datetime
from typing import Literal

from bothub_cli.record import record

SuppressionSource = Literal["user", "manual", "import"]


@record
class SentMessage:
    """A message of ours; ``summary`` is its text, or a mask of it when ``is_masked``."""

    profile: str
    msg_id: str | None
    number: str
    sent_at: datetime
    status: str | None
    summary: str | None = field(default=None, repr=False)
    is_masked: bool = True


@record
class Suppression:
    """A number that must not be written to; ``word`` is what the user said."""

    profile: str
    number: str
    since: datetime
    source: SuppressionSource
    word: str | None = None
