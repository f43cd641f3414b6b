"""What looks wrong and goes out all the same: counted by column, told once, an error where somebody is strict."""

from collections.abc import Iterable
from dataclasses import dataclass

from bothub_cli.amounts import count_words
from bothub_cli.campaign.rows.template import MessageTemplate, TemplateFinding
from bothub_cli.campaign.template.expressions import NO
from bothub_cli.campaign.template.syntax import make_name
from bothub_cli.campaign.template.unwanted_text import DAMAGE_FIXES, EMPTY
from bothub_cli.messages import Finding

_WARNINGS_MAX = 200  # kinds that are told


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignWarning:
    """Something that people would not want to read."""

    kind: str
    """A stable word."""
    problem: str
    """What is wrong, in words."""
    fix: str | None
    """What helps."""
    column: str | None = None
    """Of the list, in whose cells it stands."""
    where: str | None = None
    """In the template, or in the message, as a JSON pointer."""
    rows: int | None = None
    """How many; None when it is in every message."""
    first_line: int | None = None
    """Of these rows."""

    def words(self) -> str:
        """Say it in one line."""
        if self.rows is None:
            return f"{self.where}: {self.problem}" + (f" ({self.fix})" if self.fix else "")
        count = f"{count_words(self.rows, 'row')}, first on line {self.first_line}"
        return f"{self.column or self.where}: {self.problem}: {count}" + (f" ({self.fix})" if self.fix else "")


@dataclass(frozen=True, slots=True)
class WarningWords:
    """What is wrong, and what helps."""

    problem: str
    fix: str


def describe_doubts(column: str, doubt: str) -> WarningWords:
    """Say what is doubtful about a cell of this column."""
    default = f"correct the list, or write {{{{ {column} | default('…') }}}}"
    if doubt == EMPTY:
        return WarningWords("the cell is empty", default)
    if doubt == NO:
        return WarningWords("the cell says no, and counts as yes because it is not empty", f"write {column} == 'yes'")
    if doubt in DAMAGE_FIXES:
        return WarningWords(f"the cell holds {_name(doubt)}", DAMAGE_FIXES[doubt])
    return WarningWords(f"the cell holds {doubt}, which a program wrote for nothing", default)


def _name(damage: str) -> str:
    return f"an {damage}" if damage.startswith("HTML") else f"a literal {damage}" if damage == "\\n" else damage


class WarningCounter:
    """Counts while a list is read: doubts by column, and by rule and place what the check warns of."""

    def __init__(self, template: MessageTemplate | None) -> None:
        self._template = template
        self._cells: dict[tuple[str, str], list[int]] = {}  # rows, first line
        self._messages: dict[tuple[str, str], tuple[Finding, list[int]]] = {}  # the first of its kind; rows, first line

    def count(self, line: int, doubts: Iterable[tuple[str, str]]) -> None:
        for each in doubts:
            if each in self._cells:
                self._cells[each][0] += 1
            elif len(self._cells) < _WARNINGS_MAX:
                self._cells[each] = [1, line]

    def count_findings(self, line: int, findings: Iterable[Finding]) -> None:
        """Count what the check warns of in the message of a row."""
        for each in findings:
            kind = each.rule, each.pointer
            if kind in self._messages:
                self._messages[kind][1][0] += 1
            elif len(self._messages) < _WARNINGS_MAX:
                self._messages[kind] = each, [1, line]

    def found(self) -> tuple[CampaignWarning, ...]:
        """Return what was found in the template, then in the messages, then in the cells."""
        findings = self._template.findings if self._template is not None else ()
        cells = [
            CampaignWarning(
                kind="cell", problem=words.problem, fix=words.fix, column=column, rows=rows, first_line=line
            )
            for (column, doubt), (rows, line) in self._cells.items()
            for words in [describe_doubts(column, doubt)]
        ]
        messages = [
            CampaignWarning(
                kind=each.rule, problem=each.message, fix=each.fix, where=each.pointer or "the whole message",
                rows=rows, first_line=line,
            )
            for each, (rows, line) in self._messages.values()
        ]  # fmt: skip
        return (*(describe_finding(each) for each in findings), *messages, *cells)


def describe_finding(finding: TemplateFinding, columns: Iterable[str] = ()) -> CampaignWarning:
    """Say what is wrong with the template's own text; ``columns`` are those that the list has."""
    if finding.tag is None:
        problem, fix = f"the text holds {_name(finding.kind)}", DAMAGE_FIXES[finding.kind]
    else:
        written, name = finding.tag.written, _name_meant(finding.tag.column, columns)
        problem = f"{written} is another tool's tag, and stays as it is"
        fix = f"write {{{{ {name} }}}}; if people are to read {written}: {{{{ '{written}' }}}}"
    return CampaignWarning(kind=finding.kind, problem=problem, fix=fix, where=finding.where)


def is_certain(finding: TemplateFinding, columns: Iterable[str]) -> bool:
    """Tell whether a finding is surely a mistake: a tag that nothing but another tool writes, or a column's name."""
    if finding.tag is None:
        return False
    plain = make_name(finding.tag.column)
    return finding.tag.is_sure or plain in {make_name(column) for column in columns} or plain in _NAMES


# names that tools have for a person's own, and what a list is likely to call that
_FIRST, _LAST = ("first_name", "firstname", "fname", "prénom", "prenom"), ("last_name", "lastname", "lname", "nom")
_NAMES = frozenset((*_FIRST, *_LAST))


def _name_meant(column: str, columns: Iterable[str]) -> str:
    """Return the name of the column that another tool's tag means: first_name for FNAME."""
    name, known = make_name(column), [make_name(each) for each in columns]
    if name in known:
        return name
    alike = next((names for names in (_FIRST, _LAST) if name in names), (name,))
    return next((each for each in alike if each in known), alike[0])
