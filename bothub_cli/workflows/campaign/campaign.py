"""Finds the campaign that a command is about, new or known, and opens its journal."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bothub_cli.campaign.journal.files import JournalFile, check_name
from bothub_cli.campaign.journal.interface import CampaignRecord, Journal, JournalPlace, RowState
from bothub_cli.campaign.settings import CampaignWishes
from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, ConfigurationError, InputRefusedError, UsageError
from bothub_cli.workflows.campaign.resume_command import STDIN, connection_flags, resume_command

if TYPE_CHECKING:
    from bothub_cli.campaign.rows.prepare import CampaignInput


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRequest:
    """Which campaign is meant: by its files, by its name, or by its journal."""

    recipients: str | None = None
    template: str | None = None
    resume: str | None = None
    name: str | None = None
    journal: Path | None = None
    wishes: CampaignWishes = field(default_factory=CampaignWishes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFiles:
    """Where the list and the template are; the template is None for ready-made messages."""

    recipients: str
    template: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign that is ready to be opened."""

    given: "CampaignInput"
    record: CampaignRecord
    wishes: CampaignWishes
    place: JournalPlace
    flags: tuple[str, ...] = ()  # how the API is reached, where the user said so on the command line

    def resume_command(self) -> str:
        """Return the command line that goes on with it."""
        return resume_command(self.record, self.place, self.flags)


def require_templates() -> None:
    """Raise ConfigurationError when the library that fills templates is not installed."""
    if find_spec("jinja2") is None:
        raise ConfigurationError(
            problem="campaigns need more libraries than are installed", fix="pip install 'bothub-rcs[bulk]'"
        )


def find_campaign(context: AppContext, request: CampaignRequest) -> Campaign:
    """Put together what the user said now and what the journal remembers. Raises UsageError, InputRefusedError."""
    require_templates()
    from bothub_cli.workflows.campaign.input import make_record, read_input

    known = _find_known(context, request)
    if known is not None:
        _take_profile(context, known)
    files = choose_files(request, known)
    wishes = request.wishes.completed(known.settings) if known is not None else request.wishes
    given = read_input(context, files, wishes)
    record = make_record(context, files, given, wishes)
    name = known.campaign_id if known is not None else check_name(request.name) if request.name else None
    record = replace(record, campaign_id=name or record.campaign_id)
    own = JournalFile(request.journal) if request.journal else None
    return Campaign(
        given=given,
        record=record,
        wishes=wishes,
        place=own or context.ledger_for_sending.place(record.campaign_id),
        flags=connection_flags(context.options),
    )


def choose_files(request: CampaignRequest, known: CampaignRecord | None) -> CampaignFiles:
    """Return the list and the template, from now or from then. Raises UsageError, InputRefusedError."""
    template = request.template or (known.template_path or None if known is not None else None)
    if template is not None and not Path(template).is_file():
        raise InputRefusedError(problem="there is no such file", where=template, fix="name it: --template FILE")
    return CampaignFiles(recipients=_recipients(request, known), template=template)


def _find_known(context: AppContext, request: CampaignRequest) -> CampaignRecord | None:
    """Return what a journal that exists remembers; None for a campaign that begins."""
    place: JournalPlace | None = JournalFile(request.journal) if request.journal else None
    if request.resume is not None and place is None:
        place = context.ledger.place(request.resume)
    if place is None or (request.resume is None and not place.exists()):
        return None
    journal = place.open_for_reading()
    try:
        return journal.record
    finally:
        journal.close()


def _take_profile(context: AppContext, known: CampaignRecord) -> None:
    """Go on with the profile that the campaign began with, unless the user names one."""
    if known.profile and context.options.profile is None and not context.environ.get("BOTHUB_PROFILE"):
        context.options = replace(context.options, profile=known.profile)


def _recipients(request: CampaignRequest, known: CampaignRecord | None) -> str:
    if request.recipients is not None:
        return request.recipients
    if known is None:
        raise UsageError(problem="nobody to send to: give a file of recipients, or - for standard input")
    if known.recipients_path == STDIN:
        raise UsageError(
            problem="this campaign read its recipients from standard input, which is gone",
            fix="give the same list again: bothub campaign run - --resume NAME < LIST",
        )
    return known.recipients_path


@contextmanager
def opened(campaign: Campaign, *, force: bool) -> Iterator[Journal]:
    """Open the journal for sending; one that is new, and was not used in the end, is taken away again."""
    is_new = not campaign.place.exists()
    journal = campaign.place.open_for_sending(campaign.record, force=force)
    try:
        yield journal
    except BaseException:
        unused = is_new and _is_unused(journal)
        journal.close()
        if unused:
            campaign.place.remove()
        raise
    journal.close()


def _is_unused(journal: Journal) -> bool:
    with suppress(BothubError):
        counts = journal.counts()
        return all(count == 0 for state, count in counts.items() if state is not RowState.PLANNED)
    return False
