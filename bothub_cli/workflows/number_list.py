"""Reads phone numbers from arguments, from a list, or from a column of a CSV file."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, InputRefusedError, UsageError

NUMBERS_MAX = 1_000_000  # numbers of one command
SHOWN_MAX = 20  # wrong numbers that are named one by one

_COLUMNS = ("number", "to", "phone", "msisdn", "tel", "telephone", "mobile", "usercontact", "phone_number")


def read_numbers(context: AppContext, words: Sequence[str], *, skip_invalid: bool) -> list[str]:
    """Return the numbers in E.164, without repeats: of the words themselves, of files among them, or of ``-``.

    A file has a number a line, or is a CSV with a column "number", "to", "phone" or "msisdn" (else the first).
    Raises InputRefusedError that names every wrong one by its line, unless they are to be skipped.
    """
    from bothub_cli.phone_numbers import normalise

    region = context.settings.region.value
    numbers: dict[str, None] = {}
    problems: list[BothubError] = []
    for written, where in _read_all(context, words):
        try:
            numbers[normalise(written, region=region, where=where)] = None
        except InputRefusedError as error:
            problems.append(error if where is not None else _explain_word(written, error))
        if len(numbers) > NUMBERS_MAX:
            raise UsageError(problem=f"more than {NUMBERS_MAX:,} numbers in one command", fix="split the file")
    _report(context, problems, skip_invalid=skip_invalid)
    if not numbers:
        raise InputRefusedError(problem="there is no number to check")
    return list(numbers)


def _report(context: AppContext, problems: Sequence[BothubError], *, skip_invalid: bool) -> None:
    if not problems:
        return
    if len(problems) == 1 and not skip_invalid:
        raise problems[0]
    for problem in problems[:SHOWN_MAX]:
        context.printer.warn(problem.message)
    if len(problems) > SHOWN_MAX:
        context.printer.warn(f"and {len(problems) - SHOWN_MAX} more")
    if not skip_invalid:
        raise InputRefusedError(
            problem=f"{len(problems)} phone numbers cannot be read; nothing was asked",
            fix=problems[0].remedy or "correct them, or leave them out: --skip-invalid",
        )


def _explain_word(word: str, error: InputRefusedError) -> InputRefusedError:
    """Say of a word that looks like a file's name that there is no such file."""
    if not any(character.isalpha() for character in word) or not any(mark in word for mark in "./\\"):
        return error
    return InputRefusedError(where=word, problem="is neither a file that is there nor a phone number")


def _read_all(context: AppContext, words: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield what is written as a number, with the place where it stands."""
    for word in words:
        if word == "-":
            yield from _read_list(context.stdin.read("NUMBER"), name="standard input")
        elif _is_file(word):
            yield from _read_list(context.stdin.read_file(word, option="FILE"), name=word)
        else:
            yield word, None


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):  # far too long for a name, or a NUL in it
        return False


def _read_list(text: str, *, name: str) -> Iterator[tuple[str, str | None]]:
    rows = csv.reader(text.splitlines(), delimiter=_find_delimiter(text))
    column = 0
    try:
        for index, row in enumerate(rows):
            cells = [cell.strip() for cell in row]
            if index == 0 and (found := _find_column(cells)) is not None:
                column = found
            elif cells and any(cells) and not cells[0].startswith("#"):
                yield (cells[column] if column < len(cells) else ""), f"{name}, line {rows.line_num}"
    except csv.Error as error:
        raise InputRefusedError(where=f"{name}, line {rows.line_num}", problem=f"is no CSV: {error}") from error


def _find_delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _find_column(cells: Sequence[str]) -> int | None:
    """Return which column holds the numbers, when this row holds titles."""
    words = [cell.casefold() for cell in cells]
    found = next((words.index(name) for name in _COLUMNS if name in words), None)
    if found is None and not any(character.isdigit() for cell in cells for character in cell):
        return 0 if any(words) else None
    return found
