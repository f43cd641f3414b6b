"""A list made at random of the damage that real lists have: every line of it is in the report, once."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from bothub_cli.campaign.journal.files import passing_journal
from bothub_cli.campaign.report.report import write_rows
from bothub_cli.campaign.rows.prepare import CampaignInput, survey
from bothub_cli.campaign.rows.template import compile_template
from bothub_cli.clock import SystemClock
from bothub_cli.lists.recipients import ReadingRules
from bothub_cli.lists.sources import StreamSource

TEMPLATE = compile_template(
    {"textMessage": "Hi {{ name }}{% if vip == 'yes' %} {{ points | int }}{% endif %}"}, name="t.yaml"
)
NUMBERS = [
    "+33612345601",
    "+33 6 12 34 56 01",
    "tel:+33612345602",
    "+33612345603",
    "+33612345604",
    "3,36E+10",
    "612345605",
    "",
    "#REF!",
    "two words",
    "+33612345606.0",
]
CELLS = ["Zoé", "", " ", "nan", "#N/A", "ZoÃ©", "<b>x</b>", "a\\nb", "x" * 3100, "\ud800", 'say "hi"', "a;b", "12,50"]
ROWS = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(CELLS), st.sampled_from(["yes", "no", "1"]),
                 st.sampled_from(["5", "1 250", "", "nan"]))  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(ROWS, min_size=1, max_size=20), strict=st.booleans())
def test_every_line_of_a_damaged_list_is_in_the_report_once(rows: list[tuple[str, ...]], strict: bool) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([("to", "name", "vip", "points"), *rows])
    source = StreamSource(io.BytesIO(text.getvalue().encode("utf-8", "surrogatepass")))
    rules = ReadingRules(is_suppressed=lambda number: number == "+33612345604")
    given = CampaignInput(recipients=source, template=TEMPLATE, rules=rules, strict=strict)

    with passing_journal() as journal:
        found = survey(given, journal=journal, now=SystemClock().now(), on_problem=lambda problem: None)
        written = [row["line"] for row in csv.DictReader(io.StringIO("".join(write_rows(journal))))]
    source.close()

    assert written == [str(line) for line in range(2, len(rows) + 2)]
    assert found.plan.total + found.plan.duplicates + found.invalid == len(rows)
