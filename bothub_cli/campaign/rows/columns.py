"""Whether a template and the columns of a list go together, told once, before a million rows say so one by one."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress

from bothub_cli.campaign.rows.template import MessageTemplate, RowRefusedError
from bothub_cli.campaign.rows.warnings import describe_finding, is_certain
from bothub_cli.campaign.template.syntax import make_name, quote_word
from bothub_cli.errors import InputRefusedError, UsageError
from bothub_cli.lists.recipients import Recipient
from bothub_cli.misspellings import find_near


def check_rows(
    rows: Sequence[Recipient], template: MessageTemplate | None, *, name: str, is_text_checked: bool, strict: bool
) -> None:
    """Refuse a list and a template that do not go together, by the first rows of the list.

    Raises UsageError, InputRefusedError.
    """
    if template is None:
        if rows and all(row.payload is None for row in rows):
            raise UsageError(problem=f"{name} holds rows, not messages", fix="name the message: --template FILE")
        return
    columns = list(dict.fromkeys(column for row in rows for column in row.row))
    if is_text_checked:
        check_own_text(template, columns=columns, strict=strict)
    for row in rows:
        with suppress(RowRefusedError):
            template.fill(row.row, number=row.number)
            return
    if rows:
        check_columns(template, columns=columns, name=name)


def check_columns(template: MessageTemplate, *, columns: Collection[str], name: str) -> None:
    """Refuse a template that names a column which no row has. Raises InputRefusedError."""
    missing = sorted(template.names.difference(columns))
    if not missing:
        return
    column, wanted = find_like(missing[0], template.chains, columns)
    use = f", and {{{{ {wanted} }}}}" if wanted != missing[0] else ""
    raise InputRefusedError(
        problem=f"the template names a column that is not there: {', '.join(missing)}",
        where=name,
        fix=f"--map {wanted}={quote_word(column) if column else 'COLUMN'}{use}; the columns are {', '.join(columns)}",
    )


def find_like(name: str, chains: Iterable[str], columns: Collection[str]) -> tuple[str | None, str]:
    """Return the column that was perhaps meant, and the name to give it: "First Name" for first_name."""
    for chain in chains:
        if chain.partition(".")[0] == name and chain in columns:
            return chain, make_name(chain)
    plain = {make_name(column): column for column in columns}
    found = plain.get(make_name(name))
    if found is None:
        close = find_near(make_name(name), plain, likeness=0.8)
        found = plain[close[0]] if close else None
    return found, name


def check_own_text(template: MessageTemplate, *, columns: Iterable[str], strict: bool) -> None:
    """Refuse a template whose own text surely is a mistake; with ``strict`` any that looks like one.

    Raises InputRefusedError.
    """
    known = list(columns)
    wrong = [each for each in template.findings if strict or is_certain(each, known)]
    if not wrong:
        return
    first, more = describe_finding(wrong[0], known), len(wrong) - 1
    raise InputRefusedError(
        problem=first.problem.replace(", and stays as it is", "") + (f" (and {more} more like it)" if more else ""),
        where=first.where,
        fix=first.fix,
    )
