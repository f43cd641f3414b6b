"""Makes a campaign's list and message ready to be read, out of files and settings."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from bothub_cli.campaign.pace.window import COUNTRY
from bothub_cli.campaign.rows.prepare import CampaignInput
from bothub_cli.campaign.rows.prepared_row import FindSuppressed
from bothub_cli.campaign.rows.template import TrafficType, read_template
from bothub_cli.campaign.rows.zones import TZ, FindZones, find_by_number, read_column
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.campaign.template.region import Region, check_locale
from bothub_cli.display_text import quote
from bothub_cli.errors import UsageError
from bothub_cli.field_check import check_fields
from bothub_cli.lists.numbers import collect_numbers, read_numbers
from bothub_cli.lists.options import check_encoding, read_delimiter, read_mappings
from bothub_cli.lists.recipients import ReadingRules
from bothub_cli.lists.sources import FileSource, Source

STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFiles:
    """Where the list and the template are; the template is None for ready-made messages."""

    recipients: str
    template: str | None


def _refuse_stdin() -> Source:
    raise UsageError(problem="there is no standard input to read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What reading a list needs besides it."""

    region: str | None = None
    """The country of national numbers, where the settings say none."""
    traffic_type: str | None = None
    """Of every message that says none."""
    is_suppressed: Callable[[str], bool] = field(default=lambda number: False)  # noqa: ARG005  nobody said STOP
    """Knows who had said STOP when the list is read: ``client.is_suppressed``, which is asked of each row."""
    find_suppressed: FindSuppressed | None = None
    """Knows who has by the time that some rows' turn has come, all at once: ``client.find_suppressed``; without it
    the former is asked again."""
    read_stdin: Callable[[], Source] = _refuse_stdin
    """Opens standard input."""
    own_files: str | None = None
    """How the addresses of files begin that the API itself keeps."""
    note: Callable[[str], object] = field(default=lambda text: None)  # noqa: ARG005  nobody listens
    """Hears what was noticed."""

    def __post_init__(self) -> None:
        check_fields(self)


def read_input(files: CampaignFiles, settings: CampaignSettings, surroundings: Surroundings) -> CampaignInput:
    """Open the list and compile the template. Raises UsageError, InputRefusedError."""
    traffic = TrafficType(
        always=settings.traffic_type,
        otherwise=None if settings.check == "no" else surroundings.traffic_type,
    )
    region = settings.region or surroundings.region
    own = _read_own_list(settings, region, surroundings.note)
    find_suppressed = surroundings.find_suppressed or (lambda numbers: set(filter(surroundings.is_suppressed, numbers)))
    locale = Region(_read_locale(settings.locale), region)
    template = read_template(Path(files.template), traffic=traffic, region=locale) if files.template else None
    return CampaignInput(
        recipients=_open_source(files.recipients, surroundings),
        template=template,
        template_fingerprint=_fingerprint_template(files, settings, traffic, locale),
        traffic=traffic,
        rules=replace(
            read_rules(settings, region),
            used=template.names if template is not None else None,
            note=surroundings.note,
            is_suppressed=lambda number: number in own or surroundings.is_suppressed(number),
        ),
        find_suppressed=lambda numbers: {*own.intersection(numbers), *find_suppressed(numbers)},
        find_zones=_choose_zones(settings),
        unique_by=_unique_by(settings.unique_by),
        check=settings.check != "no",
        strict=settings.strict == "yes",
        own_files=surroundings.own_files,
    )


def _choose_zones(settings: CampaignSettings) -> FindZones | None:
    """Return what tells the time zones of a row; None when the sending hours, if any, are the same for all."""
    if settings.window is None:
        return None
    if TZ in read_mappings(settings.mappings):
        return read_column
    return find_by_number if settings.tz == COUNTRY else None


def read_rules(settings: CampaignSettings, region: str | None) -> ReadingRules:
    """Return how the rows of a campaign's list are read, whoever asked not to be written to. Raises UsageError."""
    return ReadingRules(
        columns=read_mappings(settings.mappings),
        encoding=check_encoding(settings.encoding or "utf-8"),
        delimiter=read_delimiter(settings.delimiter),
        region=region,
    )


def digest(content: bytes) -> str:
    """Return a name for some content that changes with it."""
    return hashlib.sha256(content).hexdigest()


def _open_source(recipients: str, surroundings: Surroundings) -> Source:
    return surroundings.read_stdin() if recipients == STDIN else FileSource(Path(recipients))


def _read_locale(written: str | None) -> str | None:
    if written is None:
        return None
    name = check_locale(written)
    if name is None:
        raise UsageError(
            option="locale", problem=f"{quote(written)} is no language of a country", fix="write fr, or fr_BE"
        )
    return name


def _fingerprint_template(
    files: CampaignFiles, settings: CampaignSettings, traffic: TrafficType, region: Region
) -> str:
    """Name everything but the rows that decides what the messages say."""
    content = Path(files.template).read_bytes() if files.template else b""
    words = [*sorted(settings.mappings), traffic.always or "", traffic.otherwise or ""]
    if region.locale is not None:
        words.append(f"locale {region.locale}")
    return digest("\n".join(words).encode() + b"\0" + content)


def _unique_by(written: str | None) -> Literal["number", "message"]:
    return "message" if written == "message" else "number"


def _read_own_list(settings: CampaignSettings, region: str | None, note: Callable[[str], object]) -> frozenset[str]:
    """Return the numbers of the user's own file of people who get nothing.

    What the options say of the campaign's list is true of that file too, as far as it has these columns.
    """
    file = settings.suppress
    if file is None:
        return frozenset()
    rules = replace(read_rules(settings, region), delimiter=None, are_columns_optional=True, note=note)
    return frozenset(
        collect_numbers(
            read_numbers(Path(file), rules=rules, name=file),
            name=file,
            skip_invalid=False,
            warn=note,
            consequence="nothing was sent, as its people must not be written to",
        )
    )
