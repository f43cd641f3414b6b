"""Where a campaign stands, and which campaigns there are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from bothub_cli.amounts import count_words
from bothub_cli.campaign.journal.interface import CampaignOrder, JournalPlace, MachineState
from bothub_cli.campaign.report.status import CampaignState, Standing
from bothub_cli.campaign.run.limits import read_limit
from bothub_cli.clock import to_rfc3339
from bothub_cli.output.blocks import Block, Pairs, Raw, Table, TextLine, Tone
from bothub_cli.output.document import document
from bothub_cli.output.documents.campaign.outcomes import (
    Outcomes,
    count_doubts,
    describe_pace,
    first_lines,
    name_outcomes,
    per_second,
    resume_command,
    round_rate,
    tell_doubts,
    worker_command,
)
from bothub_cli.output.failures import sentence_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignMachine:
    """A machine that takes or took part."""

    host: str
    version: str
    since: datetime
    sent: Annotated[int, "rows that it brought to an end"]
    failed: Annotated[int, "of these, rows that were not accepted"]
    rate: Annotated[float, "messages a second now"]
    silent_seconds: Annotated[float, "since it was heard of last"]
    state: Annotated[Literal["working", "silent", "left"], "silent: others take its rows over"]
    process: Annotated[int | None, "its process on that host"] = None

    def cells(self, *, is_alone: bool) -> tuple[str, ...]:
        """Return a line of the table; one that is not alone on its host is told by its process too."""
        name = self.host if is_alone or self.process is None else f"{self.host}, process {self.process}"
        since = to_rfc3339(self.since.replace(microsecond=0))
        rate = per_second(self.rate) if self.state == "working" else "-"
        ago = f"{self.silent_seconds:.0f} s ago"
        heard = {"working": ago, "silent": f"silent, {ago}", "left": "left"}[self.state]
        return (name, since, f"{self.sent:,}", rate, heard)


@document
class CampaignStatus:
    """Where a campaign stands."""

    schema_name: ClassVar[str] = "campaign-status"

    campaign: str
    state: CampaignState
    created_at: datetime
    profile: str | None
    recipients: str
    template: str | None
    outcomes: Outcomes
    duplicates: int
    handed_over: Annotated[int, "rows that went another way"]
    handover_in_doubt: Annotated[int, "rows whose fallback command began and was never seen to end"]
    handover_in_doubt_lines: Annotated[tuple[int, ...], "lines of the list where these are, the first thousand"]
    unknown_lines: Annotated[tuple[int, ...], "lines of the list whose outcome is unknown, the first thousand"]
    journal: str
    resume: Annotated[str | None, "the command that goes on; null while it runs, and when nothing is left"] = None
    resend_unknown: Annotated[str | None, "the command that also sends again what may have been accepted"] = None
    machines: Annotated[tuple[CampaignMachine, ...], "who takes or took part; only for a shared ledger"] = ()
    rate: Annotated[float | None, "messages a second of all machines together, now; only for a shared ledger"] = None
    rate_asked: Annotated[str | None, "how fast they may be together; null where nothing was said"] = None
    slowed_to: Annotated[
        float | None, "messages a second at most now, since the API asked for less of late; only for a shared ledger"
    ] = None
    slowdowns: Annotated[int, "how often the API asked for less, in all runs that came to their end"] = 0
    lowest_rate: Annotated[float | None, "messages a second, to which that brought it; null when it held its rate"] = (
        None
    )
    asked_to_wait: Annotated[float, "seconds in which nothing went, because the API asked to wait"] = 0.0
    order: Annotated[
        Literal["send", "stop", "limit", "wait"] | None,
        "what all machines are to do; limit: one stopped it; wait: nobody let it go yet; only for a shared ledger",
    ] = None
    order_reason: Annotated[str | None, "which limit stopped it"] = None
    hands_over: Annotated[
        bool | None,
        "whether a machine hands over what RCS does not reach; null where none need do it; only for a shared ledger",
    ] = None
    coordinate: Annotated[str | None, "the command that hands over, where the list is; null when none is needed"] = None
    take_part: Annotated[
        str | None, "the command with which any machine takes part, while it may be sent; only for a shared ledger"
    ] = None

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"campaign {self.campaign}, {self.situation()}: {self.outcomes.words()}", self.outcomes.tone)
        rows = [
            ("rows", f"{self.outcomes.total:,}" + (f", {self.duplicates:,} repeated" if self.duplicates else "")),
            ("began", to_rfc3339(self.created_at.replace(microsecond=0))),
            ("recipients", self.recipients),
            ("template", self.template or "-"),
            ("profile", self.profile or "-"),
            ("journal", self.journal),
        ]
        if self.handed_over:
            rows.insert(1, ("another way", f"{self.handed_over:,}"))
        if self.handover_in_doubt:
            rows.insert(2, ("in doubt", count_doubts(self.handover_in_doubt, self.handover_in_doubt_lines)))
        if pace := describe_pace(self.slowdowns, self.lowest_rate, self.asked_to_wait):
            rows.append(("pace", pace))
        if self.unknown_lines:
            rows.append(("unknown", "lines " + first_lines(self.unknown_lines)))
        yield Pairs(tuple(rows))
        if self.machines:
            hosts = Counter(machine.host for machine in self.machines)
            yield TextLine(f"{self._count_working()}{self.speed()}")
            yield Table(
                columns=("machine", "since", "sent", "rate", "heard of"),
                rows=tuple(machine.cells(is_alone=hosts[machine.host] == 1) for machine in self.machines),
            )
        yield from self._what_now()

    def situation(self) -> str:
        """Say its state, and of one that several machines share why nobody sends it."""
        if self.state != "unfinished" or self.order is None:
            return self.state
        return f"{self.state}, {_WHY_NOBODY[self.order]}" + (f" ({self.order_reason})" if self.order_reason else "")

    def _count_working(self) -> str:
        working = sum(machine.state == "working" for machine in self.machines)
        return f"{count_words(working, 'machine')} at work"

    def speed(self) -> str:
        """Say how fast all machines are together, and how fast they may be; "" where that is not known."""
        if self.rate is None:
            return ""
        asked = f" of {self.rate_asked}" if self.rate_asked else ""
        slowed = f", slowed to {per_second(self.slowed_to)}: the API asked for less" if self.slowed_to else ""
        return f", {per_second(self.rate)}{asked}{slowed}"

    def _what_now(self) -> Iterable[Block]:
        """Say which command helps."""
        if self.take_part is not None and self.state == "unfinished":
            yield TextLine("no machine works on it: start one, or more", Tone.WARNING)
            yield Raw(self.take_part)
        if self.coordinate is not None:
            yield TextLine("no machine hands over what RCS does not reach; the one with the list can", Tone.WARNING)
            yield Raw(self.coordinate)
        if self.handover_in_doubt:
            yield from tell_doubts(self.campaign, self.handover_in_doubt_lines)
        if self.resend_unknown:
            yield TextLine("unknown may have been accepted, so they are not sent again, unless you say so:")
            yield Raw(self.resend_unknown)
        if self.outcomes.failed:
            yield Raw(f"failed were put off again and again: bothub campaign retry {self.campaign}")
        if self.resume and self.order != "send":
            yield Raw(f"go on with: {self.resume}")


_ORDERS: Mapping[CampaignOrder, Literal["send", "stop", "limit", "wait"]] = {
    "run": "send",
    "stop": "stop",
    "limit": "limit",
    "plan": "wait",
}


_WHY_NOBODY = {
    "send": "no machine works on it",
    "stop": "stopped by somebody",
    "limit": "stopped by a limit",
    "wait": "planned, and not let go yet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """One campaign of the list; ``problem`` when its journal cannot be read."""

    campaign: str
    state: CampaignState | None
    created_at: datetime | None
    outcomes: Outcomes | None
    where: Annotated[str, "the journal's file, or the ledger"]
    problem: str | None


@document
class CampaignList:
    """The campaigns of this machine."""

    schema_name: ClassVar[str] = "campaign-list"

    campaigns: tuple[CampaignLine, ...]
    stored_in: str

    def blocks(self) -> Iterable[Block]:
        if not self.campaigns:
            yield TextLine("no campaign yet: bothub campaign run --help")
            return
        yield Table(
            columns=("campaign", "state", "began", "outcomes", "where"),
            rows=tuple(
                (
                    line.campaign,
                    line.state or "unreadable",
                    to_rfc3339(line.created_at.replace(microsecond=0)) if line.created_at else "-",
                    line.outcomes.words() if line.outcomes else line.problem or "-",
                    "ledger" if "://" in line.where else "here",
                )
                for line in self.campaigns
            ),
        )
        yield TextLine(f"stored in {self.stored_in}", Tone.QUIET)


def describe_standing(standing: Standing, place: JournalPlace) -> CampaignStatus:
    """Return where a campaign stands as an answer."""
    record, outcomes = standing.record, name_outcomes(standing.counts)
    resume = resume_command(record, place)
    machines = tuple(_describe_machine(machine) for machine in standing.machines)
    may_be_sent = standing.orders is not None and standing.orders.order == "run"
    return CampaignStatus(
        campaign=record.campaign_id,
        state=standing.state,
        created_at=record.created_at,
        profile=record.profile or None,
        recipients=record.recipients_path,
        template=record.template_path or None,
        outcomes=outcomes,
        duplicates=standing.duplicates,
        handed_over=standing.handed_over,
        handover_in_doubt=standing.handover_in_doubt,
        handover_in_doubt_lines=standing.handover_in_doubt_lines,
        unknown_lines=standing.unknown_lines,
        journal=place.where,
        resume=resume if standing.state == "unfinished" else None,
        resend_unknown=f"{resume} --resend-unknown" if outcomes.unknown and standing.state != "running" else None,
        machines=machines,
        rate=round(sum(each.rate for each in machines if each.state == "working"), 2) if machines else None,
        rate_asked=record.settings.get("rate") if machines else None,
        slowed_to=round_rate(standing.slowed_to),
        slowdowns=standing.slow_downs.times,
        lowest_rate=round_rate(standing.slow_downs.lowest_rate),
        asked_to_wait=round(standing.slow_downs.waited, 1),
        order=_ORDERS[standing.orders.order] if standing.orders is not None else None,
        order_reason=_say_limit(standing.orders.reason) if standing.orders is not None else None,
        hands_over=standing.hands_over,
        coordinate=resume if standing.hands_over is False else None,
        take_part=worker_command(record, place) if may_be_sent and standing.state != "finished" else None,
    )


def _say_limit(reason: str | None) -> str | None:
    """Say which limit stopped it as the command line does."""
    return None if reason is None else sentence_of(read_limit(reason)).removeprefix("stopped: ")


_SILENT_AFTER = 8.0  # seconds without a life sign: the ledger's own limit


def _describe_machine(machine: MachineState) -> CampaignMachine:
    process = machine.machine.partition("-")[0]
    return CampaignMachine(
        process=int(process) if process.isdecimal() else None,
        host=machine.host,
        version=machine.version,
        since=datetime.fromtimestamp(machine.since, UTC),
        sent=machine.finished,
        failed=machine.bad,
        rate=round(machine.rate, 2),
        silent_seconds=round(max(0.0, machine.silent), 1),
        state="left" if machine.has_left else "silent" if machine.silent > _SILENT_AFTER else "working",
    )
