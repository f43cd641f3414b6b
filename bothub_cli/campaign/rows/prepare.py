"""From a list of recipients to messages that are ready to go."""

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from bothub_cli.campaign.journal.interface import row_key
from bothub_cli.campaign.rows.prepared_row import FindSuppressed, PreparedRow, find_nobody
from bothub_cli.campaign.rows.template import MessageTemplate, RowRefusedError, TrafficType
from bothub_cli.campaign.rows.zones import FindZones
from bothub_cli.lists.recipients import ReadingRules, Recipient, RowProblem, read_recipients
from bothub_cli.lists.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignInput:
    """What a campaign sends and to whom; ``template`` None when the rows are ready-made messages.

    ``template_fingerprint`` changes with the template. ``unique_by``: one message for each number, or for each number
    and message. ``find_suppressed`` is asked when a row's turn has come.
    ``find_zones`` tells each row's own time zones; None when the sending hours are the same for all.
    ``check`` False lets messages through untouched; ``strict`` makes warnings errors. The addresses of files that the
    API itself keeps begin with ``own_files``.
    """

    recipients: Source
    template: MessageTemplate | None
    template_fingerprint: str = ""
    traffic: TrafficType = field(default_factory=TrafficType)
    rules: ReadingRules = field(default_factory=ReadingRules)
    find_suppressed: FindSuppressed = field(default=find_nobody)
    find_zones: FindZones | None = None
    unique_by: Literal["number", "message"] = "number"
    check: bool = True
    strict: bool = False
    own_files: str | None = None


class ComposedRow(NamedTuple):  # made for every row
    """A row with its message, and the columns that people would not want to read, each with what is wrong with it."""

    line: int
    number: str
    body: bytes
    doubts: frozenset[tuple[str, str]] = frozenset()
    zones: tuple[str, ...] = ()


def prepare_rows(given: CampaignInput, *, salt: bytes) -> Iterator[PreparedRow]:
    """Yield every good row again, ready for the engine; the journal knows which of them are still to be sent.

    Whoever said STOP since they were planned is among them: that is looked at when their turn has come.
    """
    everybody = replace(given, rules=replace(given.rules, is_suppressed=_nobody))
    for row in compose_rows(everybody, read_rows(everybody)):
        if isinstance(row, ComposedRow):
            yield PreparedRow(find_key(row, given, salt=salt), row.body, row.number, row.zones)


def _nobody(_number: str) -> bool:
    return False


def find_key(row: ComposedRow, given: CampaignInput, *, salt: bytes) -> int:
    """The row's key: its content, so that a list in another order resumes as well."""
    if given.unique_by == "number":
        return row_key(row.number, salt=salt)
    return row_key(f"{row.number}\n{row.body.decode()}", salt=salt)


def read_rows(given: CampaignInput) -> Generator[Recipient | RowProblem, None, None]:
    """Read the list from its beginning."""
    return read_recipients(given.recipients.open(), rules=given.rules, name=given.recipients.name)


def compose_rows(
    given: CampaignInput, rows: Iterable[Recipient | RowProblem], *, is_examined: bool = False
) -> Iterator[ComposedRow | RowProblem]:
    """Yield each row with its message, unchecked, or what stands in the way; ``is_examined`` looks for doubts too."""
    template = given.template
    for row in rows:
        if isinstance(row, RowProblem):
            yield row
            continue
        doubts: set[tuple[str, str]] | None = set() if is_examined else None
        try:
            zones = given.find_zones(row) if given.find_zones is not None else ()
            body = (
                _write_ready_made(row, given.traffic)
                if template is None
                else template.fill(row.row, number=row.number, doubts=doubts)
            )
        except RowRefusedError as exc:
            column = exc.pointer or None
            yield RowProblem(line=row.line, kind="template", problem=exc.problem, column=column, fix=exc.fix)
            continue
        yield ComposedRow(row.line, row.number, body, frozenset(doubts) if doubts else frozenset(), zones)


def redirect_rows(given: CampaignInput, contact: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Yield the good rows' messages, addressed to one contact instead, for somebody who tries them first."""
    for row in compose_rows(given, read_rows(given)):
        if isinstance(row, ComposedRow):
            yield {**json.loads(row.body), "messageContact": contact}


def _write_ready_made(row: Recipient, traffic: TrafficType) -> bytes:
    if row.payload is None:
        raise RowRefusedError("", "the row is no message, and no template is given")
    payload = {**traffic.apply(row.payload), "messageContact": {"userContact": row.number}}
    try:
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except ValueError as exc:  # NaN, or half a surrogate pair
        raise RowRefusedError("", f"the message cannot be written as JSON: {exc}") from exc
