"""Puts a campaign together: what is said now, what its journal remembers, who sends it."""

import itertools
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bothub_cli.campaign.fallback.hand_over import Channel, read_channel
from bothub_cli.campaign.journal.files import check_name, name_campaign
from bothub_cli.campaign.journal.interface import CampaignRecord, JournalPlace, Ledger
from bothub_cli.campaign.rows.prepare import CampaignInput
from bothub_cli.campaign.rows.prepared_row import find_nobody
from bothub_cli.campaign.rows.read import STDIN, CampaignFiles, Surroundings, digest, read_input
from bothub_cli.campaign.run.options import RunOptions, read_run_options
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.errors import InputRefusedError, UsageError
from bothub_cli.field_check import check_fields
from bothub_cli.files import check_readable, say_unreadable
from bothub_cli.lists.sources import AbsentSource, fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRequest:
    """Which campaign is meant: by its files, by its name, or by the place of its journal."""

    recipients: str | Path | None = None
    """The list: a path, "-" for standard input."""
    template: str | Path | None = None
    """The message: a path; None for a list of ready messages."""
    resume: str | None = None
    """The name of one that was begun."""
    name: str | None = None
    """The name of a new one; None for one made of the files' names."""
    is_new: bool = False
    """One of its own, although these files had one before."""
    place: JournalPlace | None = None
    """Where its journal is, instead of the ledger's place."""
    settings: CampaignSettings = field(default_factory=CampaignSettings)
    """How it is sent."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSender:
    """Who sends."""

    bot_id: str
    """The bot."""
    api_base: str
    """Where its API is."""
    profile: str = ""
    """The stored profile that both came from, "" for none."""

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def name(self) -> str:
        return f"{self.api_base}\n{self.bot_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign that is ready to be opened."""

    given: CampaignInput
    """The list and the template, open."""
    record: CampaignRecord
    """What the journal remembers."""
    settings: CampaignSettings
    """How it is sent, with what was said when it began, in words."""
    options: RunOptions
    """The same as values, for each of its runs."""
    channel: Channel
    """Where people go whom RCS does not reach."""
    place: JournalPlace
    """Where the journal is."""
    is_elsewhere: bool = False
    """Its list is on another machine, and the ledger that they share has all that is to be sent."""


def find_known(request: CampaignRequest, ledger: Ledger) -> CampaignRecord | None:
    """Return what a journal that exists remembers; None for a campaign that begins."""
    place = request.place
    if request.resume is not None and place is None:
        place = ledger.place(request.resume)
    if place is None or (request.resume is None and not place.exists()):
        return None
    with closing(place.open_for_reading()) as journal:
        return journal.record


def define_campaign(
    request: CampaignRequest,
    known: CampaignRecord | None,
    ledger: Ledger,
    *,
    find_sender: Callable[[], CampaignSender],
    surroundings: Surroundings,
    now: datetime,
) -> Campaign:
    """Put together what is said now and what the journal remembers. Raises UsageError, InputRefusedError.

    ``find_sender`` is asked last, so that whoever has no credentials yet hears of wrong files first.
    """
    if known is not None and _is_elsewhere(request, known, ledger):
        return _define_absent(request, known, ledger, find_sender(), surroundings)
    files = choose_files(request, known)
    settings = request.settings.completed(known.settings) if known is not None else request.settings
    given = read_input(files, settings, surroundings)
    record = _make_record(find_sender(), files, given, settings, now=now)
    name = known.campaign_id if known is not None else check_name(request.name) if request.name else None
    record = replace(record, campaign_id=name or record.campaign_id)
    if request.is_new:
        record = replace(record, campaign_id=_find_free_name(record.campaign_id, ledger))
    place = request.place or ledger.place(record.campaign_id)
    if known is None and settings.map is None and place.exists():
        _refuse_forgotten_map(place, given.recipients.name)
    return Campaign(
        given=given,
        record=record,
        settings=settings,
        options=read_run_options(settings),
        channel=read_channel(settings),
        place=place,
    )


def _is_elsewhere(request: CampaignRequest, known: CampaignRecord, ledger: Ledger) -> bool:
    """Tell whether list or template are not on this machine, and need not be, since others have planned it."""
    is_named = request.recipients is not None or request.template is not None or request.place is not None
    if is_named or ledger.place(known.campaign_id).worker_options is None:
        return False
    files = [known.recipients_path, *filter(None, [known.template_path])]
    return not all(Path(file).is_file() for file in files)


def _define_absent(
    request: CampaignRequest,
    known: CampaignRecord,
    ledger: Ledger,
    sender: CampaignSender,
    surroundings: Surroundings,
) -> Campaign:
    """Return a campaign that goes on by what the ledger has of it, without its list."""
    name = known.campaign_id
    absent = AbsentSource(
        known.recipients_path,
        fix=f"go on where it is, or name it: bothub campaign run LIST --template FILE --resume {name}",
    )
    given = CampaignInput(
        recipients=absent,
        template=None,
        template_fingerprint=known.fingerprints.get("template", ""),
        find_suppressed=surroundings.find_suppressed or find_nobody,
    )
    settings = request.settings.completed(known.settings)
    return Campaign(
        given=given,
        record=replace(known, fingerprints={**known.fingerprints, "profile": digest(sender.name.encode())}),
        settings=settings,
        options=read_run_options(settings),
        channel=read_channel(settings),
        place=ledger.place(name),
        is_elsewhere=True,
    )


def _find_free_name(name: str, ledger: Ledger) -> str:
    """Return the name, or the first of name-2, name-3 … that no campaign has."""
    numbered = (name if count == 1 else f"{name}-{count}" for count in itertools.count(1))
    return next(each for each in numbered if not ledger.place(each).exists())


def _refuse_forgotten_map(place: JournalPlace, recipients: str) -> None:
    """Say which ``--map`` these files had before: without it the list has other columns."""
    with closing(place.open_for_reading()) as journal:
        record = journal.record
    if before := CampaignSettings().completed(record.settings).mappings:
        raise InputRefusedError(
            problem=f"no columns are mapped; you mapped {', '.join(before)} before",
            where=recipients,
            fix=f"give it again: --map {before[0]}; or go on: --resume {record.campaign_id}; or begin anew: --new",
        )


def choose_files(request: CampaignRequest, known: CampaignRecord | None) -> CampaignFiles:
    """Return the list and the template, from now or from then. Raises UsageError, InputRefusedError."""
    template = str(request.template or "") or (known.template_path or None if known is not None else None)
    if template is not None:
        try:
            check_readable(Path(template))
        except (OSError, ValueError) as error:
            problem = say_unreadable(error)
            raise InputRefusedError(problem=problem, where=template, fix="name it: --template FILE") from error
    return CampaignFiles(recipients=_recipients(request, known), template=template)


def _recipients(request: CampaignRequest, known: CampaignRecord | None) -> str:
    if request.recipients is not None:
        return str(request.recipients)
    if known is None:
        raise UsageError(problem="nobody to send to: give a file of recipients, or - for standard input")
    if known.recipients_path == STDIN:
        raise UsageError(
            problem="this campaign read its recipients from standard input, which is gone",
            fix="give the same list again: bothub campaign run - --resume NAME < LIST",
        )
    return known.recipients_path


def _make_record(
    sender: CampaignSender, files: CampaignFiles, given: CampaignInput, settings: CampaignSettings, *, now: datetime
) -> CampaignRecord:
    """Describe the campaign that these files and this bot make; the same command makes the same name."""
    recipients, template = _absolute(files.recipients), _absolute(files.template or "")
    content = fingerprint(given.recipients) if files.recipients == STDIN else ""
    return CampaignRecord(
        campaign_id=name_campaign(sender.name, recipients, template, content, after=recipients.removeprefix(STDIN)),
        created_at=now,
        profile=sender.profile,
        template_path=template,
        recipients_path=recipients,
        fingerprints={"template": given.template_fingerprint, "profile": digest(sender.name.encode())},
        settings=settings.remembered(),
    )


def _absolute(path: str) -> str:
    return path if path in {"", STDIN} else str(Path(path).absolute())
