"""What the token chain wants to tell a person although it can go on."""

from dataclasses import dataclass
from datetime import timedelta

from bothub_cli.urls import is_loopback_url

SKEW_TOLD = timedelta(seconds=60)  # from here on a wrong clock is told; BotHub's leeway is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One sentence for stderr; ``code`` is stable: "auth.clock", "auth.cache", "auth.lock", "auth.key"."""

    code: str
    message: str


def notice_skew(skew: timedelta, *, api_base: str) -> Notice | None:
    """Return the notice about a clock that is far from the server's; None for one that is near.

    A server on this very machine has this machine's clock: where its time differs, it was moved on purpose, as
    ``bothub sandbox clock advance`` does.
    """
    if abs(skew) < SKEW_TOLD or is_loopback_url(api_base):
        return None
    return Notice(code="auth.clock", message=f"your clock is {describe_skew(skew)} the server's: set it right")


def describe_skew(skew: timedelta) -> str:
    """Say how far our clock is from another, as in "4 minutes ahead of"; ``skew`` is the other one minus ours."""
    seconds = abs(skew.total_seconds())
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size or size == 1:
            count = round(seconds / size)
            return f"{count} {name}{'' if count == 1 else 's'} {'behind' if skew > timedelta(0) else 'ahead of'}"
    raise AssertionError("the last unit takes whatever is left")
