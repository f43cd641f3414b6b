"""Refuses, before any row is read, what would compare or reckon with a cell as if it were a number."""

import re

from jinja2 import nodes

from bothub_cli.campaign.template.syntax import ExpressionError
from bothub_cli.campaign.template.values import Kind

_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}
_EQUAL = frozenset({"eq", "ne"})
_INSIDE = frozenset({"in", "notin"})
_TEXTS = frozenset({Kind.CELL, Kind.TEXT})
_NUMBER = re.compile(r"[-+]?[\d.,\s]*\d[\d.,\s]*")
_IS_TEXT = "a cell is text, not a number"


def check_comparison(left: nodes.Expr, left_kind: Kind, operator: str, right: nodes.Expr, right_kind: Kind) -> None:
    """Refuse what compares text with a number, or orders texts that may be numbers. Raises ExpressionError."""
    sign = _SIGNS[operator]
    if operator in _INSIDE:
        _check_inside(left, left_kind, sign, right, right_kind)
        return
    kinds = {left_kind, right_kind}
    if kinds & _TEXTS and Kind.NUMBER in kinds:
        raise ExpressionError(_IS_TEXT, fix=_reading(left, left_kind, sign, right, right_kind, operator))
    if kinds & _TEXTS and Kind.YESNO in kinds:
        cell, word = (left, right) if left_kind in _TEXTS else (right, left)
        instead = f"{write(cell)} == '{_word(word)}'" if isinstance(word, nodes.Const) else write(cell)
        raise ExpressionError("a cell is text, neither true nor false", fix=f"write {instead}")
    if len(kinds) > 1 and not kinds <= _TEXTS:
        raise ExpressionError(f"{left_kind.value} is compared with {right_kind.value}")
    if operator in _EQUAL:
        return
    if kinds <= _TEXTS:
        _check_order(left, sign, right)
    elif kinds != {Kind.NUMBER}:
        raise ExpressionError(f"{left_kind.value} is neither less nor more than another")


def _check_order(left: nodes.Expr, sign: str, right: nodes.Expr) -> None:
    constants = [node.value for node in (left, right) if isinstance(node, nodes.Const)]
    if any(_NUMBER.fullmatch(str(value)) for value in constants):
        sides = [
            str(node.value) if isinstance(node, nodes.Const) else f"{write(node)} | float" for node in (left, right)
        ]
        raise ExpressionError("text goes by letters: '9' comes after '10'", fix=f"write {sides[0]} {sign} {sides[1]}")
    if not constants:
        fix = f"write {write(left)} | float {sign} {write(right)} | float"
        raise ExpressionError("text goes by letters: '9' comes after '10'", fix=fix)


def _reading(left: nodes.Expr, left_kind: Kind, sign: str, right: nodes.Expr, right_kind: Kind, operator: str) -> str:
    """Write the comparison as it has to be: of numbers, or, with a constant, of texts too."""
    number = right if right_kind is Kind.NUMBER else left
    filter_ = "int" if isinstance(number, nodes.Const) and isinstance(number.value, int) else "float"
    sides = [
        f"{write(node)} | {filter_}" if kind in _TEXTS else write(node)
        for node, kind in ((left, left_kind), (right, right_kind))
    ]
    as_numbers = f"{sides[0]} {sign} {sides[1]}"
    if operator not in _EQUAL or not isinstance(number, nodes.Const):
        return f"write {as_numbers}"
    cell = left if number is right else right
    return f"write {write(cell)} {sign} '{number.value}', or {as_numbers}"


def _check_inside(left: nodes.Expr, left_kind: Kind, sign: str, right: nodes.Expr, right_kind: Kind) -> None:
    if isinstance(right, nodes.List | nodes.Tuple):
        values = [item.value for item in right.items if isinstance(item, nodes.Const)]
        numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
        if left_kind in _TEXTS and numbers:
            words = ", ".join(f"'{value}'" for value in values)
            raise ExpressionError(_IS_TEXT, fix=f"write {write(left)} {sign} [{words}]")
        if left_kind is Kind.NUMBER and any(isinstance(value, str) for value in values):
            words = ", ".join(str(value) for value in values)
            raise ExpressionError("a number is looked for among texts", fix=f"write {write(left)} {sign} [{words}]")
    elif right_kind in _TEXTS and left_kind is Kind.NUMBER:
        written = f"'{left.value}'" if isinstance(left, nodes.Const) else f"{write(left)} | string"
        raise ExpressionError(_IS_TEXT, fix=f"write {written} {sign} {write(right)}")
    elif right_kind in {Kind.NUMBER, Kind.YESNO}:
        raise ExpressionError(f"nothing is in {right_kind.value}")


def check_number(node: nodes.Expr, kind: Kind) -> None:
    """Refuse to reckon with what is no number. Raises ExpressionError."""
    if kind in _TEXTS:
        raise ExpressionError(_IS_TEXT, fix=f"write {write(node)} | float")
    if kind is not Kind.NUMBER:
        raise ExpressionError(f"{kind.value} is no number")


def check_joining(left: nodes.Expr, left_kind: Kind, right: nodes.Expr, right_kind: Kind) -> None:
    """Refuse a + that may mean two things. Raises ExpressionError."""
    kinds = {left_kind, right_kind}
    if kinds == {Kind.CELL} or (kinds & _TEXTS and Kind.NUMBER in kinds):
        sides = [write(node) if kind is Kind.NUMBER else f"{write(node)} | float"
                 for node, kind in ((left, left_kind), (right, right_kind))]  # fmt: skip
        fix = f"write {' + '.join(sides)} to add, {write(left)} ~ {write(right)} to join"
        raise ExpressionError(_IS_TEXT, fix=fix)


def check_subject(node: nodes.Filter, takes: Kind, kind: Kind) -> None:
    """Refuse a filter on what it cannot take. Raises ExpressionError."""
    assert node.node is not None  # only {% filter %} has none, which is refused
    subject = write(node.node)
    if takes is Kind.NUMBER and kind in _TEXTS:
        places = node.args[0].value if node.args and isinstance(node.args[0], nodes.Const) else 0
        written = f"{subject} | number({places})" if node.name == "round" else f"{subject} | float | {node.name}"
        raise ExpressionError(_IS_TEXT, fix=f"write {written}")
    if takes is Kind.LIST and kind is Kind.TEXT:
        raise ExpressionError("it is text, not a list", fix=f"write {subject} | split(',') | {node.name}")
    is_wrong = kind not in {takes, Kind.CELL} and not (takes is Kind.TEXT and kind is Kind.NUMBER)
    if takes is not Kind.CELL and is_wrong:
        raise ExpressionError(f"{node.name} takes {takes.value}, and this is {kind.value}")


def write(node: nodes.Node) -> str:
    """Write an expression as a person would, in short; what is longer is three points."""
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Const(value=str() as value):
            return f"'{value}'"
        case nodes.Const(value=value):
            return str(value)
        case nodes.Getattr():
            return f"{write(node.node)}.{node.attr}"
        case nodes.Filter() if node.node is not None:
            arguments = ", ".join(write(each) for each in node.args)
            return f"{write(node.node)} | {node.name}" + (f"({arguments})" if arguments else "")
        case _:
            return "…"


def _word(node: nodes.Const) -> str:
    return str(node.value).lower()
