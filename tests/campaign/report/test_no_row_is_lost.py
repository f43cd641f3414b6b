"""A list made at random of the damage that real lists have: every line of it is in the report, once."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothub_cli.campaign.journal.files import passing_journal
from bothub_cli.campaign.journal.interface import Journal, JournalPlace, Outcome, RowState
from bothub_cli.campaign.report.own_columns import OwnColumns, read_columns
from bothub_cli.campaign.report.report import Report, read_report, write_rows
from bothub_cli.campaign.rows.prepare import CampaignInput, ComposedRow, compose_rows, find_key, read_rows
from bothub_cli.campaign.rows.survey import survey
from bothub_cli.campaign.rows.template import compile_template
from bothub_cli.errors import InputRefusedError
from bothub_cli.lists.recipients import ReadingRules, read_recipients
from bothub_cli.lists.sources import StreamSource

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
TEMPLATE = compile_template(
    {"textMessage": "Hi {{ name }}{% if vip == 'yes' %} {{ points | int }}{% endif %}"}, name="t.yaml"
)
STOPPED = "+33612345604"
NUMBERS = [
    "+33612345601", "+33 6 12 34 56 01", "tel:+33612345602", "+33612345603", STOPPED, "3,36E+10", "612345605", "",
    "#REF!", "two words", "+33612345606.0", "+33612345601 / +33612345602", "+33 6 12 34 56",
    "sip:+33612345607@x.example",
]  # fmt: skip
CELLS = [
    "Zoé", "", " ", "nan", "#N/A", "ZoÃ©", "<b>x</b>", "a\\nb", "x" * 3100, 'say "hi"', "a;b", "12,50", "\u00a0",
    "{{ x }}", "two\nlines", "# no comment", "'quoted'", "\u2028", "😀", "\ufeff", "x\ty",
]  # fmt: skip
ROW = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(CELLS), st.sampled_from(["yes", "no", "1"]),
                st.sampled_from(["5", "1 250", "", "nan"]))  # fmt: skip
# lines that no program would write, as they stand in the file; the separator is a semicolon
BROKEN = st.sampled_from(
    [b'+33612345611;"12 inch;yes;5', b'+33612345612;tv 42";yes;5', b"+33612345613;a\0b;yes;5",
     b"+33612345614;Ren\xe9;no;1", b"+33612345615;Zo\xc3\xab;no;1", b"+33612345616",
     b"+33612345617;a;no;1;;;", b"+33612345618;a;no;1;more;cells",
     b';"";;', b";;;", b" ; ;;\xc2\xa0", b'"+33612345619";"a" b;no;1', b"\x81\x8d;\xff\xfe", b'"x', b';"x', b'y"',
     b'y";no;1', b"x", b"#REF!",
     b'   "+33612345620" ; "a; b" ;no;1', b'"+33612345621;c;no;1']
)  # fmt: skip
NO_ROWS = st.sampled_from([b"", b"  ", b"# a comment", b"#", b"\xc2\xa0"])


@dataclass(frozen=True)
class Damaged:
    """A list: its bytes, what is said of it, and the lines that hold a row, or a piece of one."""

    content: bytes
    rules: ReadingRules
    lines: Mapping[int, bytes] = field(default_factory=dict)
    is_table: bool = False


def write_row(row: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="").writerow(row)
    return text.getvalue().encode()


@st.composite
def damaged_tables(draw: st.DrawFn) -> Damaged:
    header = draw(st.sampled_from([b"to;name;vip;points", b"to;name;vip;points;;", b' to ;"name";vip; points',
                                   b"to;name;vip;points;x;x"]))  # fmt: skip
    before = draw(st.lists(st.sampled_from([b"", b";;;", b"# names", b" "]), max_size=2))
    if draw(st.booleans()):
        before.insert(0, b"sep=;")
    end = draw(st.sampled_from([b"\n", b"\r\n", b"\r"]))
    written, lines = [*before, header], dict[int, bytes]()
    line = len(written)
    for row, broken, nothing in draw(st.lists(st.tuples(ROW, BROKEN | st.none(), NO_ROWS | st.none()), max_size=12)):
        text = nothing if nothing is not None else broken if broken is not None else write_row(row)
        height = 1 + text.count(b"\n")
        if nothing is None:
            lines |= dict.fromkeys(range(line + 1, line + 1 + height), text)
        written.append(text.replace(b"\n", end))
        line += height
    content = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + end.join(written) + draw(st.sampled_from([b"", end]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-16", "utf-16-le", "cp1252"]))
    if encoding.startswith("utf-16"):
        content = content.decode("utf-8", "replace").encode(encoding)
    delimiter = draw(st.sampled_from([None, ";"]))
    return Damaged(content, ReadingRules(encoding=encoding, delimiter=delimiter), lines, is_table=True)


@st.composite
def damaged_json(draw: st.DrawFn) -> Damaged:
    number = st.sampled_from([*NUMBERS, 33612345601, None, True, ["+33612345601"]])
    value = st.sampled_from([*CELLS, None, 5, 1e9, {"a": 1}])
    message = st.builds(lambda to, text: {"to": to, "textMessage": text}, number, value)
    person = st.builds(lambda to, name, vip: {"to": to, "name": name, "vip": vip, "points": "5"}, number, value, value)
    items = [json.dumps(item) for item in draw(st.lists(person | message | number, min_size=1, max_size=10))]
    if draw(st.booleans()):
        between = draw(st.sampled_from([",", ",\n", ", ", " ,\n\n"]))
        return Damaged(f"[{between.join(items)}]".encode(), ReadingRules())
    broken = st.sampled_from(['{"to": NaN}', '{"to": "+33612345601", "name": Infinity}', '{"to": ', "{}", "{'to': 1}",
                              '{"to": "+33612345601", "to": "+33612345602"}',
                              '{"to": "\\ud800"}', '{"to": 1e999}'])  # fmt: skip
    whole = '{"to": "+33612345601", "name": "a", "vip": true, "points": 5}'
    lines = [whole, '{"to": "+33612345601"}'] + [draw(broken | st.none()) or item for item in items]
    content = "\n".join(lines).encode()
    return Damaged(content, ReadingRules(), dict(enumerate(map(str.encode, lines), 1)))


def height_of(row: Mapping[str, object]) -> int:
    """Return how many lines a row of a table takes up beside its first."""
    return sum(len(re.findall(r"\r\n|\r|\n", str(cell))) for cell in row.values())


class Ended:
    """A place in which nobody works."""

    def is_in_use(self) -> bool:
        return False


OUTCOMES = st.sampled_from([RowState.ACCEPTED, RowState.REFUSED, RowState.FAILED, RowState.UNKNOWN,
                            RowState.SUPPRESSED, RowState.RETURNED])  # fmt: skip


def send_some(journal: Journal, given: CampaignInput, outcomes: Sequence[RowState]) -> None:
    """Give the first rows of a planned list these outcomes."""
    rows = (row for row in compose_rows(given, read_rows(given)) if isinstance(row, ComposedRow))
    keys = list(dict.fromkeys(find_key(row, given, salt=journal.salt) for row in rows))[: len(outcomes)]
    tickets = journal.stage([], keys)()
    ended = [Outcome(ticket, state, 1, 1) for ticket, state in zip(tickets, outcomes, strict=False) if ticket]
    journal.stage(ended, [])()


def assert_no_row_can_be_used(damaged: Damaged, refused: InputRefusedError) -> None:
    if "names a column that is not there" in refused.message:
        assert not damaged.lines, "one of these has all columns"
        return
    assert "there are no rows" in refused.message
    assert not any(text.strip(b'"; \xc2\xa0') for text in damaged.lines.values())


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    damaged=damaged_tables() | damaged_json(),
    strict=st.booleans(),
    unique=st.sampled_from(["number", "message"]),
    outcomes=st.lists(OUTCOMES, max_size=6),
    is_over=st.booleans(),
)
def test_every_line_of_a_damaged_list_is_in_the_report_once(
    damaged: Damaged, strict: bool, unique: Literal["number", "message"], outcomes: list[RowState], is_over: bool
) -> None:
    rules = replace(damaged.rules, used=TEMPLATE.names, is_suppressed=lambda number: number == STOPPED)
    with closing(StreamSource(io.BytesIO(damaged.content))) as source, passing_journal() as journal:
        given = CampaignInput(recipients=source, template=TEMPLATE, rules=rules, strict=strict, unique_by=unique)
        try:
            survey(given, journal=journal, now=NOW, on_problem=lambda problem: None)
        except InputRefusedError as error:
            assert_no_row_can_be_used(damaged, error)
            return
        send_some(journal, given, outcomes)
        if is_over:
            journal.note_gone()
        rows = list(read_recipients(source.open(), rules=rules, name="list"))
        own = read_columns(source, rules)
        written = list(csv.DictReader(io.StringIO("".join(write_rows(journal, own=own)))))
        report: Report[object] = read_report(journal, cast("JournalPlace", Ended()), count_reach=None)

    height = height_of if damaged.is_table else lambda row: 0
    covered = [row.line + more for row in rows for more in range(1 + height(row.row))]
    assert len(covered) == len(set(covered))
    assert damaged.lines.keys() <= set(covered)
    assert [row["line"] for row in written] == [str(row.line) for row in rows]
    assert report.lines == len(rows)
    told = Counter(row["outcome"] for row in written)
    assert (told["repeated"], told["suppressed"], told["invalid"], told["empty"]) == (
        report.duplicates,
        report.suppressed + report.counts[RowState.SUPPRESSED],
        report.invalid,
        report.empty,
    )
    assert told["accepted"] == report.counts[RowState.ACCEPTED]


def test_whoever_the_list_does_not_name_any_more_has_a_row_without_a_line() -> None:
    lists = [b"to;name\n+33612345601;a\n+33612345602;b\n", b"to;name\n+33612345602;b\n+33612345602;b\nx;c\n;\n"]
    template = compile_template({"textMessage": "Hi {{ name }}"}, name="t.yaml")
    with passing_journal() as journal:
        for content in lists:
            with closing(StreamSource(io.BytesIO(content))) as source:
                given = CampaignInput(recipients=source, template=template)
                survey(given, journal=journal, now=NOW, on_problem=lambda problem: None)
                own = list(read_columns(source, ReadingRules()).rows)
        journal.note_gone()
        columns = OwnColumns(names=("to", "name"), rows=iter(own))
        written = list(csv.DictReader(io.StringIO("".join(write_rows(journal, own=columns)))))

    assert [(row["line"], row["outcome"], row["name"]) for row in written] == [
        ("", "gone", ""),
        ("2", "gone", "b"),
        ("3", "repeated", "b"),
        ("4", "invalid", "c"),
        ("5", "empty", ""),
    ]
