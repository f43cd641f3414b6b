"""The options that the campaign commands share."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bothub_cli.campaign.journal.files import JournalFile
from bothub_cli.campaign.journal.interface import JournalPlace
from bothub_cli.campaign.pace.window import read_days_file, read_start, read_zone
from bothub_cli.campaign.run.options import base_zone
from bothub_cli.campaign.settings import CampaignSettings, join_mappings, said
from bothub_cli.cli.list_options import DelimiterOption, EncodingOption
from bothub_cli.cli.shared_options import RawCsvOption
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.invocation.completion import complete_campaign, complete_time_zone
from bothub_cli.invocation.options import SharedOptions

RecipientsArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[RECIPIENTS|-]", help="CSV, JSON Lines or JSON messages, also gzipped; - is stdin."),
]
TemplateOption = Annotated[
    Path | None,
    typer.Option(
        "--template", "-t", metavar="FILE", help="A message in YAML or JSON, with {{ column }} in any string."
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="NAME=COLUMN",
        help="What a column is called in the template: to=phone; region=country for the numbers. Repeatable.",
    ),
]
LocaleOption = Annotated[
    str | None,
    typer.Option(
        "--locale",
        metavar="NAME",
        help="How the list writes numbers and days, and the message: fr, en_GB. [default: as in the --region]",
    ),
]
UniqueByOption = Annotated[
    Literal["number", "message"] | None,
    typer.Option("--unique-by", help="One message for each number, or for each number and text. [default: number]"),
]
SuppressOption = Annotated[
    Path | None,
    typer.Option(
        "--suppress", metavar="FILE", help="Numbers that get nothing, lines or CSV, beside those who said STOP."
    ),
]
SkipInvalidOption = Annotated[bool, typer.Option("--skip-invalid", help="Go on without the rows that have a problem.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Treat warnings of the check as errors.")]
RateOption = Annotated[
    str | None,
    typer.Option("--rate", metavar="N/s", help="Messages a second (or /min, /h), none for no limit. [default: 25/s]"),
]
WindowOption = Annotated[
    str | None,
    typer.Option("--window", metavar="HH:MM-HH:MM", help="Send at these hours only; pause, and go on, by itself."),
]
ZoneOption = Annotated[
    str | None,
    typer.Option(
        "--tz",
        metavar="ZONE",
        help="The time zone of --window, as Europe/Paris; country: each number's own. [default: Europe/Paris]",
        autocompletion=complete_time_zone,
    ),
]
NotOnFileOption = Annotated[
    Path | None, typer.Option("--not-on-file", metavar="FILE", help="Days as for --not-on, one a line.")
]
StartAtOption = Annotated[
    str | None,
    typer.Option("--start-at", metavar="TIME", help="Wait until then: '2026-12-01 09:00', or the next 09:00, in --tz."),
]
NotOnOption = Annotated[
    str | None,
    typer.Option("--not-on", metavar="DAYS", help="Not on these days: sunday,holidays (French ones),2026-12-24."),
]
NoCheckOption = Annotated[bool, typer.Option("--no-check", help="Send the messages as they are, unchecked.")]
BurstOption = Annotated[
    int | None, typer.Option("--burst", min=1, metavar="N", help="How many may go at once after a pause. [default: 1]")
]
ConcurrencyOption = Annotated[
    int | None,
    typer.Option(
        "--concurrency", min=1, max=1024, metavar="N", help="Requests in flight. [default: found out from the latency]"
    ),
]
MaxErrorsOption = Annotated[
    str | None,
    typer.Option("--max-errors", metavar="N|N%", help="Stop when more fail: a number, or a share of those sent."),
]
MaxCostOption = Annotated[
    str | None,
    typer.Option(
        "--max-cost", metavar="AMOUNT", help="Send nothing if the list costs more, by the profile's prices: 250."
    ),
]
MaxDurationOption = Annotated[
    str | None, typer.Option("--max-duration", metavar="TIME", help="Stop after this time: 90m, 2h.")
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="Send this many at most, in the order of the list.")
]
ConfirmOption = Annotated[
    int | None,
    typer.Option("--confirm", metavar="N", help="Say how many messages you expect; needed for more than 100."),
]
ResendUnknownOption = Annotated[
    bool,
    typer.Option(
        "--resend-unknown", help="Send again where no answer came, although the message may have been accepted."
    ),
]
PlanOnlyOption = Annotated[
    bool, typer.Option("--plan-only", help="With --ledger: plan, and leave the sending to other machines.")
]
JournalFileOption = Annotated[
    Path | None, typer.Option("--journal", metavar="FILE", help="The campaign whose journal is this file.")
]
JournalOption = Annotated[
    Path | None, typer.Option("--journal", metavar="FILE", help="Keep the campaign's journal in this file.")
]
MetricsPortOption = Annotated[
    str | None,
    typer.Option("--metrics-port", metavar="[HOST:]PORT", help="Metrics for Prometheus, at /metrics there."),
]
ForceOption = Annotated[
    bool,
    typer.Option(
        "--force", help="Go on with another template, profile or list than at the beginning, or without a lost journal."
    ),
]
FallbackAfterOption = Annotated[
    str | None,
    typer.Option(
        "--fallback-after",
        metavar="TIME",
        help="Wait this long for each delivery (30m); revoke what did not arrive, and let it go the other way.",
    ),
]
FallbackFileOption = Annotated[
    Path | None,
    typer.Option(
        "--fallback-file",
        metavar="FILE",
        help="Write a CSV file of the rows that RCS does not reach, for another channel.",
    ),
]
FallbackExecOption = Annotated[
    str | None,
    typer.Option(
        "--fallback-exec",
        metavar="COMMAND",
        help="Run this for each row that RCS does not reach, with the row as JSON on its standard input.",
    ),
]
CampaignArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[CAMPAIGN]", help="Its name, as `bothub campaign list` shows it.", autocompletion=complete_campaign
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignListOptions:
    """The list, the template, and how both are read."""

    recipients: RecipientsArgument = None
    template: TemplateOption = None
    map_: MapOption = None
    encoding: EncodingOption = None
    delimiter: DelimiterOption = None
    locale: LocaleOption = None
    unique_by: UniqueByOption = None
    suppress: SuppressOption = None
    skip_invalid: SkipInvalidOption = False
    strict: StrictOption = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursOptions:
    """When people may be written to."""

    window: WindowOption = None
    tz: ZoneOption = None
    not_on: NotOnOption = None
    not_on_file: NotOnFileOption = None
    start_at: StartAtOption = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOptions:
    """When a run stops by itself."""

    max_errors: MaxErrorsOption = None
    max_cost: MaxCostOption = None
    max_duration: MaxDurationOption = None
    limit: LimitOption = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackOptions:
    """What becomes of people whom RCS does not reach."""

    fallback_after: FallbackAfterOption = None
    fallback_file: FallbackFileOption = None
    fallback_exec: FallbackExecOption = None
    raw_csv: RawCsvOption = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceOptions:
    """How fast to send."""

    rate: RateOption = None
    burst: BurstOption = None
    concurrency: ConcurrencyOption = None


def read_settings(
    shared: SharedOptions,
    rows: CampaignListOptions,
    *,
    pace: PaceOptions,
    hours: HoursOptions,
    now: datetime,
    no_check: bool = False,
    max_errors: str | None = None,
    max_cost: str | None = None,
    fallback: FallbackOptions | None = None,
) -> CampaignSettings:
    """Return what was said as a campaign remembers it; files by their whole path, since it may go on elsewhere."""
    fallback = fallback or FallbackOptions()
    return CampaignSettings(
        map=join_mappings(rows.map_),
        encoding=rows.encoding,
        delimiter=rows.delimiter,
        unique_by=rows.unique_by,
        suppress=str(rows.suppress.absolute()) if rows.suppress else None,
        region=shared.region,
        locale=rows.locale,
        traffic_type=shared.traffic_type,
        rate=pace.rate,
        burst=str(pace.burst) if pace.burst else None,
        concurrency=str(pace.concurrency) if pace.concurrency else None,
        max_errors=max_errors,
        max_cost=max_cost,
        window=hours.window,
        tz=hours.tz,
        not_on=_join_days(hours),
        start_at=_read_start(hours, now),
        check="no" if no_check else None,
        strict=said(option=rows.strict),
        skip_invalid=said(option=rows.skip_invalid),
        fallback_after=fallback.fallback_after,
        fallback_file=str(fallback.fallback_file.absolute()) if fallback.fallback_file else None,
        fallback_exec=fallback.fallback_exec,
        raw_csv=said(option=fallback.raw_csv),
    )


def _join_days(hours: HoursOptions) -> str | None:
    """Return the closed days, those of the file too. Raises InputRefusedError."""
    words = [hours.not_on] if hours.not_on is not None else []
    words += read_days_file(hours.not_on_file) if hours.not_on_file is not None else []
    return ",".join(words) if words else None


def _read_start(hours: HoursOptions, now: datetime) -> str | None:
    """Return the beginning as an instant, so that a later run, without --tz, means the same. Raises UsageError."""
    if hours.start_at is None:
        return None
    zone = read_zone(base_zone(CampaignSettings(tz=hours.tz)))
    return read_start(hours.start_at, zone=zone, now=now).isoformat()


def refuse_for_shared(context: AppContext, **given: object) -> None:
    """Refuse what has no meaning where several machines send from one ledger. Raises UsageError."""
    named = [option for option, value in given.items() if value is not None]
    if named and context.shared_ledger is not None:
        raise UsageError(
            problem=f"{named[0]} is for a campaign of this machine alone", fix="leave it out, or leave --ledger out"
        )


def require_name(name: str | None, file: Path | None) -> None:
    """Refuse to take the latest campaign for what cannot be undone. Raises UsageError."""
    if name is None and file is None:
        raise UsageError(problem="which campaign?", fix="bothub campaign list")


def find_named_place(context: AppContext, name: str | None, file: Path | None) -> JournalPlace:
    """Return the journal that is named. Raises UsageError."""
    require_name(name, file)
    return find_place(context, name, file)


def find_place(context: AppContext, name: str | None, file: Path | None) -> JournalPlace:
    """Return the journal that is meant: by name, by file, or the latest one. Raises UsageError."""
    if name is not None and file is not None:
        raise UsageError(problem="a campaign is named twice, by its name and by --journal", fix="give one of them")
    if file is not None:
        return JournalFile(file.absolute())
    if name is not None:
        place = context.ledger.place(name)
        own = context.own_ledger.place(name)
        return own if context.shared_ledger is not None and own.exists() and not place.exists() else place
    latest = context.ledger.latest()
    if latest is None:
        raise UsageError(problem="there is no campaign yet", fix="bothub campaign run --help")
    return latest
