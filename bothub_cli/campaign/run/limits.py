"""When a run stops by itself, as pure functions of what it has counted."""

from dataclasses import dataclass
from datetime import timedelta

from bothub_cli.durations import read_seconds
from bothub_cli.errors import LimitReachedError, UsageError

_OPTIONS = ("max_errors", "max_duration")
_SHARE_NEEDS = 50  # finished rows before a share of errors means anything


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRules:
    """What the user set: counts of rows, seconds, requests in flight.

    ``max_wait``: seconds without one clear answer after which a run gives up, its rows still to be sent.
    ``attempts``: answers of "not now" that one row gets before it is given up for ``campaign retry``.
    ``is_journal_far``: each step of it takes a network; more rows than a quarter of those in flight are claimed ahead.
    """

    limit: int | None = None
    max_errors: int | None = None
    max_error_share: float | None = None
    max_duration: float | None = None
    concurrency: int | None = None
    concurrency_most: int = 128
    max_wait: float = 600.0
    attempts: int = 8
    is_journal_far: bool = False


def read_max_errors(text: str) -> tuple[int | None, float | None]:
    """Read ``50`` or ``2%`` as a count or a share. Raises UsageError."""
    number = text.strip().removesuffix("%").strip()
    is_share = text.strip().endswith("%")
    try:
        value = float(number) if is_share else int(number)
    except ValueError:
        value = -1
    if not 0 <= value <= (100 if is_share else 10**12):
        raise UsageError(option="max_errors", problem=f"{text!r} is neither a count nor a share", fix="write 50 or 2%")
    return (None, value / 100) if is_share else (int(value), None)


def read_max_duration(written: str | float | timedelta | None) -> float | None:
    """Return the seconds after which a run ends. Raises UsageError."""
    if isinstance(written, timedelta):
        return written.total_seconds()
    return None if written is None else read_seconds(str(written), option="max_duration")


def read_limit(reason: str) -> LimitReachedError:
    """Return the limit that another machine has reached, by the words in which it left it to all of them."""
    return LimitReachedError(limit=reason, option=next((name for name in _OPTIONS if name in reason), None))


def find_limit(rules: RunRules, *, bad: int, finished: int, elapsed: float) -> LimitReachedError | None:
    """Return the limit that a run has reached, if any."""
    if rules.max_errors is not None and bad > rules.max_errors:
        return LimitReachedError(
            option="max_errors", limit=f"{bad} messages failed, more than max_errors {rules.max_errors}"
        )
    share = rules.max_error_share
    if share is not None and finished >= _SHARE_NEEDS and bad > share * finished:
        return LimitReachedError(
            option="max_errors", limit=f"{bad} of {finished} messages failed, more than max_errors {share:.0%}"
        )
    if rules.max_duration is not None and elapsed >= rules.max_duration:
        return LimitReachedError(option="max_duration", limit=f"max_duration of {rules.max_duration:g} s is over")
    return None
