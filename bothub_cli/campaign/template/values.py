"""The values of a row and of what is made of them: a cell is text, and only what was made a number is one."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from bothub_cli.campaign.template.syntax import ExpressionError, compose
from bothub_cli.messages.limits import PAYLOAD_MAX

BUDGET = 16 * 1024 * 1024  # bytes that the filling of one row may write; what the user sees is 250 KiB at most
_STEP = 64  # bytes that the smallest step counts as, which bounds how long all of them take: 50 ns a byte
_ITEM = 24  # likewise of an item of a list that is read
_NUMBER_MAX = 2**63 - 1  # no size, price or count of a message is larger


class Kind(Enum):
    """What an expression gives, as far as its text tells."""

    CELL = "a cell"
    """what the list holds: text in CSV, anything in JSON"""
    TEXT = "text"
    NUMBER = "a number"
    YESNO = "yes or no"
    LIST = "a list"


class MissingValueError(ExpressionError):
    """A column, or a member of it, is not there, or holds null."""

    def __str__(self) -> str:
        return self.problem  # which names the column, and needs no tag


class Missing:
    """What a column that is not there holds; ``name`` is the column."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def error(self) -> ExpressionError:
        return MissingValueError(f"'{self.name}' is missing")


ABSENT: Final = object()  # no value of a row is this one


class Scope:
    """What one filling knows: the row, the names that the template set, and what it may still write.

    ``doubts`` collects cells that people would not want to see, by column and kind; None when nobody looks.
    """

    __slots__ = ("doubts", "left", "names", "row")

    def __init__(self, row: Mapping[str, object], doubts: "set[tuple[str, str]] | None" = None) -> None:
        self.row = row
        self.names: dict[str, object] = {}
        self.left = BUDGET
        self.doubts = doubts

    def spend(self, size: int) -> None:
        """Count what a step writes, and end the filling that writes too much. Raises ExpressionError."""
        self.left -= size + _STEP
        if self.left < 0:
            raise ExpressionError("filling it takes too much time and memory")

    def keep(self, value: object) -> object:
        """Return what a step made, counted, and refused when it is larger than any message."""
        if isinstance(value, str):
            if len(value) > PAYLOAD_MAX:
                raise ExpressionError(f"the text grows beyond {PAYLOAD_MAX} characters")
            self.spend(value.__sizeof__())
        elif isinstance(value, list):
            self.spend(sum(_STEP + (item.__sizeof__() if isinstance(item, str) else 0) for item in value))
        elif isinstance(value, int | float) and not -_NUMBER_MAX <= value <= _NUMBER_MAX:  # NaN neither
            raise ExpressionError("a number too large to be kept exactly")
        else:
            self.spend(0)
        return value

    def read(self, value: object) -> None:
        """Count that a step goes through a whole text or list: by how long that takes."""
        if isinstance(value, str):
            self.spend(len(value) // 4 if value.isascii() else len(value))
        elif isinstance(value, list):
            self.spend(sum(_ITEM + (len(item) if isinstance(item, str) else 0) for item in value))


def text_of(value: object) -> str:
    """Return a value as people read it. Raises ExpressionError for what is no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _write_number(value)
    if isinstance(value, list):
        raise ExpressionError("it is a list, not text", fix="| join(', ')")
    raise _no(value, "text")


def _write_number(number: float) -> str:
    written = str(number).removesuffix(".0")  # 1 250 that was read as a decimal is 1250 to people
    if "e" not in written:
        return written
    from decimal import Decimal  # rarely needed

    return format(Decimal(written), "f")


def number_of(value: object) -> int | float:
    """Return a number that is one already. Raises ExpressionError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise _no(value, "a number")


def list_of(value: object) -> list[object]:
    """Return a list. Raises ExpressionError."""
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        raise ExpressionError("it is text, not a list", fix="take it apart: | split(',')")
    raise _no(value, "a list")


def _no(value: object, wanted: str) -> ExpressionError:
    if isinstance(value, Missing):
        return value.error()
    return ExpressionError(f"it is {describe(value)}, not {wanted}")


def describe(value: object) -> str:
    """Say what a value is, without saying what it holds."""
    match value:
        case None | Missing():
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"


def are_equal(left: object, right: object) -> bool:
    """Compare as people do: composed and decomposed accents are alike, and so are 5 of a JSON list and '5'."""
    return _are_equal(left, right, set())


def _are_equal(left: object, right: object, known: set[tuple[int, int]]) -> bool:
    """Compare once each pair of lists, however often they stand in others; ``known`` holds the ids of the pairs."""
    if isinstance(left, bool) or isinstance(right, bool):
        return _equal_yesno(left, right)
    if isinstance(left, list) and isinstance(right, list):
        pair = (id(left), id(right))
        if pair in known:
            return True  # or the first that differs has ended the comparison
        known.add(pair)
        return len(left) == len(right) and all(_are_equal(*each, known) for each in zip(left, right, strict=True))
    if isinstance(left, list) or isinstance(right, list):
        return False
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    return compose(text_of(left)) == compose(text_of(right))


def _equal_yesno(left: object, right: object) -> bool:
    words = [text_of(value).casefold() for value in (left, right)]
    if not {"true", "false"}.issuperset(words):
        raise ExpressionError("true or false is compared with another text", fix="{% if column %}")
    return words[0] == words[1]


def is_before(left: object, right: object) -> bool:
    """Tell whether one is less than the other: two numbers, or two texts."""
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    return number_of(left) < number_of(right)


def is_inside(value: object, container: object) -> bool:
    """Tell whether a list holds the value, or a text the other text."""
    if isinstance(container, list):
        return any(are_equal(value, item) for item in container)
    if isinstance(container, str):
        return compose(text_of(value)) in compose(container)
    raise _no(container, "text or a list")


def holds(value: object) -> bool:
    """Tell whether a value counts as yes: a text that is not blank, a number that is not 0."""
    if isinstance(value, Missing):
        raise value.error()
    return bool(value.strip()) if isinstance(value, str) else bool(value)
