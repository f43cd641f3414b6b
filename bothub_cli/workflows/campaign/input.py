"""Makes a campaign's input, pace and hours out of what the user said."""

import hashlib
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bothub_cli.campaign.journal.files import name_campaign
from bothub_cli.campaign.journal.interface import CampaignRecord
from bothub_cli.campaign.pace.pace import DEFAULT_RATE, Pace
from bothub_cli.campaign.pace.rate import read_rate
from bothub_cli.campaign.rows.prepare import CampaignInput
from bothub_cli.campaign.rows.recipients import TO, ReadingRules, Recipient, read_recipients
from bothub_cli.campaign.rows.sources import FileSource, Source, StreamSource, fingerprint
from bothub_cli.campaign.run.limits import RunRules, read_max_errors
from bothub_cli.campaign.settings import CampaignWishes
from bothub_cli.context import AppContext
from bothub_cli.durations import quote, read_seconds
from bothub_cli.errors import InputRefusedError, UsageError
from bothub_cli.workflows.campaign.campaign import CampaignFiles
from bothub_cli.workflows.campaign.resume_command import STDIN

if TYPE_CHECKING:
    from bothub_cli.campaign.pace.window import SendingWindow
    from bothub_cli.campaign.rows.template import MessageTemplate, TrafficType

_LOOKED_AT = 50  # rows
DEFAULT_ZONE = "Europe/Paris"


def read_input(context: AppContext, files: CampaignFiles, wishes: CampaignWishes) -> CampaignInput:
    """Open the list and compile the template. Raises UsageError, InputRefusedError."""
    from bothub_cli.campaign.rows.template import TrafficType

    traffic = TrafficType(
        always=wishes.traffic_type,
        otherwise=None if wishes.check == "no" else context.settings.traffic_type.value,
    )
    return CampaignInput(
        recipients=_open_source(context, files.recipients),
        template=_read_template(files.template, traffic),
        template_fingerprint=_fingerprint_template(files, wishes, traffic),
        traffic=traffic,
        rules=ReadingRules(
            columns=_read_columns(wishes.mappings),
            encoding=_check_encoding(wishes.encoding or "utf-8"),
            region=wishes.region or context.settings.region.value,
            is_suppressed=_suppression(context, wishes.suppress),
        ),
        unique_by=_unique_by(wishes.unique_by),
        check=wishes.check != "no",
        strict=wishes.strict == "yes",
    )


def _open_source(context: AppContext, recipients: str) -> Source:
    if recipients == STDIN:
        source = StreamSource(context.stdin.open("RECIPIENTS"))
        context.close_later(source.close)
        return source
    return FileSource(Path(recipients))


def _read_template(path: str | None, traffic: "TrafficType") -> "MessageTemplate | None":
    if path is None:
        return None
    from bothub_cli.campaign.rows.template import read_template

    return read_template(Path(path), traffic=traffic)


def check_first_rows(given: CampaignInput) -> None:
    """Refuse at once a list and a template that do not go together, before a million rows say so one by one."""
    from bothub_cli.campaign.rows.prepare import check_columns
    from bothub_cli.campaign.rows.template import RowRefusedError

    with closing(read_recipients(given.recipients.open(), rules=given.rules, name=given.recipients.name)) as rows:
        first = [row for row in islice(rows, _LOOKED_AT) if isinstance(row, Recipient)]
    if not first:
        return
    if given.template is None:
        if all(row.payload is None for row in first):
            raise UsageError(
                problem=f"{given.recipients.name} holds rows, not messages", fix="name the message: --template FILE"
            )
        return
    for row in first:
        with suppress(RowRefusedError):
            given.template.fill(row.row, number=row.number)
            return
    columns = dict.fromkeys(name for row in first for name in row.row)
    check_columns(given.template, columns=columns, name=given.recipients.name)


def _fingerprint_template(files: CampaignFiles, wishes: CampaignWishes, traffic: "TrafficType") -> str:
    """Name everything but the rows that decides what the messages say."""
    content = Path(files.template).read_bytes() if files.template else b""
    words = (*sorted(wishes.mappings), traffic.always or "", traffic.otherwise or "")
    return _digest("\n".join(words).encode() + b"\0" + content)


def _read_columns(mappings: list[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for mapping in mappings:
        name, equals, column = (part.strip() for part in mapping.partition("="))
        if not (name and equals and column):
            raise UsageError(problem=f"--map: {quote(mapping)} is no NAME=COLUMN", fix=f"write {TO}=phone")
        if name in columns:
            raise UsageError(problem=f"--map names {quote(name)} twice")
        columns[name] = column
    return columns


def _check_encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError as error:
        raise UsageError(problem=f"--encoding: no such encoding: {quote(name)}", fix="for example cp1252") from error
    return name


def _unique_by(written: str | None) -> Literal["number", "message"]:
    return "message" if written == "message" else "number"


def _suppression(context: AppContext, file: str | None) -> Callable[[str], bool]:
    """Return the test for numbers that get nothing: the listener's list of the profile, and the user's own file."""
    from bothub_cli.events.store.suppression import SuppressionList, is_suppressed

    own = _read_numbers(file) if file else frozenset()
    heard = context.heard
    known = SuppressionList(heard, profile=context.settings.profile.value).load() if heard else frozenset()
    suppressed = own | known
    return lambda number: is_suppressed(number, suppressed)


def _read_numbers(path: str) -> frozenset[str]:
    try:
        lines = Path(path).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefusedError(problem=f"cannot be read: {error}", where=path) from error
    return frozenset("".join(filter(str.isdigit, line)).removeprefix("00") for line in lines)


def make_record(
    context: AppContext, files: CampaignFiles, given: CampaignInput, wishes: CampaignWishes
) -> CampaignRecord:
    """Describe the campaign that these files and this profile make; the same command makes the same name."""
    recipients, template = _absolute(files.recipients), _absolute(files.template or "")
    bot = f"{context.settings.api_base.value}\n{context.bot_id}"
    content = fingerprint(given.recipients) if files.recipients == STDIN else ""
    return CampaignRecord(
        campaign_id=name_campaign(bot, recipients, template, content, after=recipients.removeprefix(STDIN)),
        created_at=context.clock.now(),
        profile=context.settings.profile.value if context.settings.stored_profile else "",
        template_path=template,
        recipients_path=recipients,
        fingerprints={
            "template": given.template_fingerprint,
            "profile": _digest(bot.encode()),
        },
        settings=wishes.remembered(),
    )


def _absolute(path: str) -> str:
    return path if path in {"", STDIN} else str(Path(path).absolute())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_pace(wishes: CampaignWishes) -> Pace | None:
    """Return how fast to send; None is without a limit. Raises UsageError."""
    rate = read_rate(wishes.rate) if wishes.rate is not None else DEFAULT_RATE
    return None if rate is None else Pace(rate=rate, burst=int(wishes.burst or 1))


def read_hours(wishes: CampaignWishes) -> "SendingWindow | None":
    """Return when to send; None is at any time. Raises UsageError."""
    from bothub_cli.campaign.pace.window import read_window

    if wishes.window is None and wishes.not_on is None:
        if wishes.tz is not None:
            raise UsageError(problem="--tz says nothing without --window", fix="--window 08:30-20:00")
        return None
    # a whole day is written as the longest span that has an opening and an end
    return read_window(
        wishes.window or "00:00-23:59:59.999999", zone=wishes.tz or DEFAULT_ZONE, not_on=wishes.not_on or ""
    )


def read_rules(wishes: CampaignWishes, *, limit: int | None, max_duration: str | None, patience: float) -> RunRules:
    """Return when a run stops by itself. Raises UsageError."""
    count, share = read_max_errors(wishes.max_errors) if wishes.max_errors is not None else (None, None)
    return RunRules(
        limit=limit,
        max_errors=count,
        max_error_share=share,
        max_duration=None if max_duration is None else read_seconds(max_duration, option="--max-duration"),
        concurrency=int(wishes.concurrency) if wishes.concurrency else None,
        patience=patience,
    )
