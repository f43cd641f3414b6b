"""What the answers about campaigns share: rows by outcome, rates, rows in doubt, and the commands that go on."""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from bothub_cli.campaign.journal.interface import CampaignRecord, JournalPlace, RowState
from bothub_cli.output.blocks import Block, Raw, TextLine, Tone
from bothub_cli.output.campaign_words import describe_span


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Rows by outcome: ``left`` are still to be sent, ``in_flight`` are claimed by a run."""

    total: int
    accepted: int
    refused: int
    failed: Annotated[int, "put off again and again, surely not accepted: bothub campaign retry"]
    unknown: Annotated[int, "the request went out and no answer came: never sent again by itself"]
    left: int
    in_flight: int
    suppressed: Annotated[int, "not sent: on the suppression list when their turn came"]
    gone: Annotated[int, "not sent: the list does not name them any more"]

    def words(self) -> str:
        """Say those that are not zero."""
        counts = {
            "accepted": self.accepted,
            "refused": self.refused,
            "failed": self.failed,
            "unknown": self.unknown,
            "left": self.left,
            "in flight": self.in_flight,
            "suppressed": self.suppressed,
            "no longer in the list": self.gone,
        }
        return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count) or "nothing to do"

    @property
    def tone(self) -> Tone:
        """Good only when all was accepted that was to go out."""
        return Tone.GOOD if self.accepted + self.suppressed + self.gone == self.total else Tone.WARNING


def per_second(rate: float) -> str:
    """Write a rate so that it can be read, and typed again after --rate."""
    if not rate:
        return "0/s"
    if rate >= 10:
        return f"{rate:,.0f}/s"
    if rate >= 1:
        return f"{rate:.3g}/s"
    return f"{rate * 60:.3g}/min" if rate * 60 >= 1 else f"{rate * 3600:.3g}/h"


def first_lines(lines: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, lines[:10]))
    return f"{shown} …" if len(lines) > 10 else shown


def count_doubts(count: int, lines: tuple[int, ...]) -> str:
    return f"{count:,} × fallback command interrupted: lines {first_lines(lines)}"


def tell_doubts(campaign: str, lines: tuple[int, ...]) -> Iterable[Block]:
    """Say what helps with rows whose fallback command was never seen to end."""
    yield TextLine(
        "in doubt: the fallback command may have taken them, so it is not run for them again: look for these "
        "lines in your other channel, and say what you found:"
    )
    some = ",".join(map(str, lines[:3]))
    yield Raw(f"bothub campaign handover {campaign} --done {some}")
    yield Raw(f"bothub campaign handover {campaign} --again {some}")


def name_outcomes(counts: Mapping[RowState, int]) -> Outcomes:
    """Return what a journal counts under the names that people read."""
    return Outcomes(
        total=sum(counts.values()),
        accepted=counts[RowState.ACCEPTED],
        refused=counts[RowState.REFUSED],
        failed=counts[RowState.FAILED],
        unknown=counts[RowState.UNKNOWN],
        left=counts[RowState.PLANNED] + counts[RowState.RETURNED],
        in_flight=counts[RowState.CLAIMED],
        suppressed=counts[RowState.SUPPRESSED],
        gone=counts[RowState.GONE],
    )


def resume_command(record: CampaignRecord, place: JournalPlace, flags: tuple[str, ...] = ()) -> str:
    """Return the command that goes on with the campaign in this place.

    ``flags`` say how the API is reached, where the user said so on the command line.
    """
    profile = ["--profile", record.profile] if record.profile not in {"", "default"} else []
    source = " - < LIST" if record.recipients_path == "-" else ""
    return shlex.join(["bothub", "campaign", "run", *place.options, *profile, *flags]) + source


def worker_command(record: CampaignRecord, place: JournalPlace, flags: tuple[str, ...] = ()) -> str | None:
    """Return the command that takes part in the campaign, from any machine; None when it is one machine's."""
    if (options := place.worker_options) is None:
        return None
    profile = ["--profile", record.profile] if record.profile not in {"", "default"} else []
    return shlex.join(["bothub", "campaign", "worker", *options, *profile, *flags])


def round_rate(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 2)


def describe_pace(slowdowns: int, lowest: float | None, waited: float) -> str:
    """Say that, and why, it went slower than it was asked to; "" when it did not."""
    asked = f"the API asked for less {slowdowns:,} times" if slowdowns > 1 else "the API asked for less"
    parts = []
    if lowest is not None:
        parts.append(f"down to {per_second(lowest)}, and faster again after a minute")
    if waited >= 1:
        parts.append(f"{describe_span(waited)} waited, as it asked")
    if not parts:
        return asked if slowdowns else ""
    return f"{'; '.join(parts)}: {asked}" if slowdowns else f"{'; '.join(parts)}: the API had asked for less before"
