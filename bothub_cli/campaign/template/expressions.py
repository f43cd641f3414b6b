"""Turns expressions into functions of a row, each of which knows what it takes, what it gives and what it costs."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from jinja2 import nodes

from bothub_cli.campaign.template.comparing import check_comparison, check_joining, check_number, check_subject, write
from bothub_cli.campaign.template.filters import METHODS, Filter, is_blank, name_filters
from bothub_cli.campaign.template.syntax import ExpressionError, column_error, compose, make_name
from bothub_cli.campaign.template.unwanted_text import name_doubts
from bothub_cli.campaign.template.values import (
    ABSENT,
    Kind,
    Missing,
    Scope,
    are_equal,
    describe,
    holds,
    is_before,
    is_inside,
    list_of,
    number_of,
    text_of,
)

Evaluate = Callable[[Scope], object]

_DEPTH_MAX = 60  # expressions in each other
_NUMBER_MAX = 2**63  # of a number that the template itself writes
_NO_WORDS = frozenset({"0", "no", "non", "n", "false", "faux", "nein", "off"})
NO = "no"  # the doubt about a cell that holds one of them, and counts as yes
_UNCLEAR_FIX = "write {{ column }} or {{ column | filter }}"


@dataclass(frozen=True, slots=True)
class Expression:
    """What an expression does, and the kind of value that it gives."""

    evaluate: Evaluate
    kind: Kind


class ExpressionCompiler:
    """Compiles expressions; ``names`` are the columns that they need so far, ``kinds`` the names that tags set.

    ``chains`` are names with points, such as user.name: a column may be called so. ``size`` counts nodes.
    """

    def __init__(self, filters: Mapping[str, Filter]) -> None:
        self._filters = filters
        self.names: set[str] = set()
        self.chains: set[str] = set()
        self.kinds: dict[str, Kind] = {}
        self.size = 0
        self._depth = 0

    def truth(self, node: nodes.Expr) -> Callable[[Scope], bool]:
        """Compile a test; a cell that says "no" in a word counts as yes, and is doubtful."""
        match node:
            case nodes.Not():
                self.go_down()
                inner = self.truth(node.node)
                self.go_up()
                return lambda scope: not inner(scope)
            case nodes.And() | nodes.Or():
                self.go_down()
                left, right = self.truth(node.left), self.truth(node.right)
                self.go_up()
                if isinstance(node, nodes.And):
                    return lambda scope: left(scope) and right(scope)
                return lambda scope: left(scope) or right(scope)
        value = self._expression(node, is_shown=False, allows_missing=isinstance(node, nodes.Name | nodes.Getattr))
        evaluate, column = value.evaluate, write(node)
        if value.kind is not Kind.CELL:
            return lambda scope: holds(evaluate(scope))

        def test(scope: Scope) -> bool:
            found = evaluate(scope)
            scope.read(found)
            if scope.doubts is not None and isinstance(found, str) and found.strip().casefold() in _NO_WORDS:
                scope.doubts.add((column, NO))
            return holds(found)

        return test

    def value(self, node: nodes.Expr, *, is_shown: bool = True) -> Expression:
        """Compile an expression whose value is used; a cell that is ``is_shown`` is looked at for doubts."""
        return self._expression(node, is_shown=is_shown, allows_missing=False)

    def _expression(self, node: nodes.Expr, *, is_shown: bool, allows_missing: bool) -> Expression:
        self.size += 1
        self.go_down()
        expression = self._compile(node, is_shown=is_shown, allows_missing=allows_missing)
        self.go_up()
        return expression

    def go_down(self) -> None:
        """Count one more level. Raises ExpressionError."""
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise ExpressionError("it is nested too deeply")

    def go_up(self) -> None:
        self._depth -= 1

    def _compile(self, node: nodes.Expr, *, is_shown: bool, allows_missing: bool) -> Expression:  # noqa: C901  one line a kind of node
        match node:
            case nodes.Const():
                return _constant(node.value)
            case nodes.Name():
                return self._name(compose(node.name), is_shown=is_shown, allows_missing=allows_missing)
            case nodes.Getattr():
                return self._member(node, is_shown=is_shown, allows_missing=allows_missing)
            case nodes.Getitem():
                return self._item(node)
            case nodes.Filter():
                return self._filter(node, is_shown=is_shown)
            case nodes.Test():
                return self._test(node)
            case nodes.Compare():
                return self._compare(node)
            case nodes.CondExpr():
                return self._choice(node, is_shown=is_shown)
            case nodes.And() | nodes.Or() | nodes.Not():
                return self._choose_word(node, is_shown=is_shown)
            case nodes.Concat():
                return _concatenation([self.value(each, is_shown=is_shown).evaluate for each in node.nodes])
            case nodes.Add():
                return self._add(node, is_shown=is_shown)
            case nodes.Sub() | nodes.Mul() | nodes.Div() | nodes.FloorDiv() | nodes.Mod():
                return self._arithmetic(node)
            case nodes.Neg() | nodes.Pos():
                check_number(node.node, (inner := self.value(node.node, is_shown=False)).kind)
                sign = -1 if isinstance(node, nodes.Neg) else 1
                return Expression(lambda scope: sign * number_of(inner.evaluate(scope)), Kind.NUMBER)
            case nodes.List() | nodes.Tuple():
                parts = [self.value(each, is_shown=is_shown).evaluate for each in node.items]
                return Expression(lambda scope: scope.keep([part(scope) for part in parts]), Kind.LIST)
            case nodes.Call():
                raise self._call_error(node)
            case nodes.Pow():
                raise ExpressionError("there is no power (**)")
            case _:
                raise ExpressionError("this cannot be understood", fix=_UNCLEAR_FIX)

    def _name(self, name: str, *, is_shown: bool, allows_missing: bool) -> Expression:
        if name in self.kinds:
            kind = self.kinds[name]

            def find(scope: Scope) -> object:
                found = scope.names.get(name, ABSENT)
                if found is ABSENT:  # set in a branch that was not taken
                    if allows_missing:
                        return Missing(name)
                    raise ExpressionError(f"'{name}' is not set")
                return found

            return Expression(find, kind)
        self.names.add(name)

        def look_up(scope: Scope) -> object:
            value = scope.row.get(name, ABSENT)
            if value is None or value is ABSENT:
                if not allows_missing:
                    raise Missing(name).error()
                return None if value is None else Missing(name)
            if is_shown:
                _look_at(value, name, scope)
            return value

        return Expression(look_up, Kind.CELL)

    def _member(self, node: nodes.Getattr, *, is_shown: bool, allows_missing: bool) -> Expression:
        if write(node.node) == "loop" and "loop" in self.kinds:
            kind = Kind.YESNO if node.attr in {"first", "last"} else Kind.NUMBER
        else:
            kind = Kind.CELL
            self.chains.add(write(node))
        owner = self._expression(node.node, is_shown=False, allows_missing=allows_missing).evaluate
        name, path = node.attr, write(node)

        def find(scope: Scope) -> object:
            value = owner(scope)
            if allows_missing and (value is None or isinstance(value, Missing)):
                return Missing(path)
            if not isinstance(value, Mapping):
                raise ExpressionError(f"'{write(node.node)}' is {describe(value)} and has no '{name}' in it")
            found = value.get(name, ABSENT)
            if found is ABSENT or found is None:
                if allows_missing:
                    return Missing(path)
                raise Missing(path).error()
            if is_shown:
                _look_at(found, path, scope)
            return found

        return Expression(find, kind)

    def _item(self, node: nodes.Getitem) -> Expression:
        owner = self.value(node.node).evaluate
        if isinstance(node.arg, nodes.Slice):
            return self._slice(owner, node.arg)
        place = self.value(node.arg, is_shown=False).evaluate

        def find(scope: Scope) -> object:
            value, at = owner(scope), place(scope)
            if isinstance(value, Mapping):
                found = value.get(text_of(at), ABSENT)
                if found is ABSENT:
                    raise ExpressionError(f"there is no '{text_of(at)}' in it")
                return cast("object", found)
            items = value if isinstance(value, str) else list_of(value)
            index = number_of(at)
            if index != int(index) or not -len(items) <= index < len(items):
                raise ExpressionError(f"there are {len(items)}, and none at place {text_of(at)}")
            return items[int(index)]

        return Expression(find, Kind.CELL)

    def _slice(self, owner: Evaluate, node: nodes.Slice) -> Expression:
        ends = [None if end is None else self.value(end, is_shown=False).evaluate for end in (node.start, node.stop)]
        if node.step is not None:
            raise ExpressionError("a piece has a beginning and an end", fix="name[0:3]")

        def cut(scope: Scope) -> object:
            value = owner(scope)
            items = value if isinstance(value, str) else list_of(value)
            start, stop = (None if end is None else int(number_of(end(scope))) for end in ends)
            return scope.keep(items[start:stop])

        return Expression(cut, Kind.CELL)

    def _filter(self, node: nodes.Filter, *, is_shown: bool) -> Expression:
        found = self._filters.get(node.name)
        if found is None or node.node is None:
            raise ExpressionError(
                f"there is no filter called '{node.name}'", fix=f"there are {name_filters(self._filters)}"
            )
        is_default = node.name in {"default", "d"}
        subject = self._expression(node.node, is_shown=is_shown and not is_default, allows_missing=is_default)
        check_subject(node, found.takes, subject.kind)
        arguments, by_name = self._arguments(node, found)
        apply, evaluate = found.apply, subject.evaluate
        if is_default:
            if not arguments and not by_name:
                raise ExpressionError("default says what to write instead", fix="| default('friend')")
            instead = arguments[0] if arguments else by_name["value"]
            return Expression(lambda scope: _instead(evaluate(scope), instead, scope), Kind.CELL)

        def run(scope: Scope) -> object:
            value = evaluate(scope)
            scope.read(value)
            scope.spend(found.cost + (found.slowness * len(value) if isinstance(value, str) else 0))
            given = [argument(scope) for argument in arguments]
            named = {name: argument(scope) for name, argument in by_name.items()}
            return scope.keep(apply(value, *given, **named))

        return Expression(run, found.gives)

    def _arguments(self, node: nodes.Filter, found: Filter) -> tuple[list[Evaluate], dict[str, Evaluate]]:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            raise ExpressionError("this cannot be understood", fix="write the values one by one")
        by_name: dict[str, nodes.Expr] = {str(pair.key): pair.value for pair in node.kwargs}
        words = found.arguments[len(node.args) :]
        missing = [word for word in found.arguments[: found.required][len(node.args) :] if word not in by_name]
        if len(node.args) > len(found.arguments) or missing or set(by_name) - set(words):
            takes = ", ".join(found.arguments) or "nothing"
            raise ExpressionError(f"{node.name} is called with {takes}", fix=f"| {_call_form(node.name, found)}")
        constants = [each.value for each in (*node.args, *by_name.values()) if isinstance(each, nodes.Const)]
        if found.check is not None and len(constants) == len(node.args) + len(by_name):
            found.check(*[cast("nodes.Const", each).value for each in node.args],
                        **{name: cast("nodes.Const", each).value for name, each in by_name.items()})  # fmt: skip
        values = [self.value(each).evaluate for each in node.args]
        return values, {name: self.value(each).evaluate for name, each in by_name.items()}

    def _test(self, node: nodes.Test) -> Expression:
        name = node.name
        if name in _COMPARING_TESTS and len(node.args) == 1:
            operand = nodes.Operand(_COMPARING_TESTS[name], node.args[0])
            return self._compare(nodes.Compare(node.node, [operand], lineno=node.lineno))
        if name in _NUMBER_TESTS:
            inner = self.value(node.node, is_shown=False)
            check_number(node.node, inner.kind)
            other = self.value(node.args[0], is_shown=False).evaluate if node.args else None
            return Expression(
                lambda scope: _test_number(name, inner.evaluate(scope), other and other(scope)), Kind.YESNO
            )
        test = _TESTS.get(name)
        if test is None or node.args:
            known = ", ".join(sorted({*_TESTS, *_NUMBER_TESTS}))
            raise ExpressionError(f"there is no test called '{name}'", fix=f"there are {known}")
        evaluate = self._expression(node.node, is_shown=False, allows_missing=True).evaluate
        return Expression(lambda scope: test(evaluate(scope)), Kind.YESNO)

    def _compare(self, node: nodes.Compare) -> Expression:
        steps: list[tuple[str, Evaluate]] = []
        left_node, left = node.expr, self.value(node.expr, is_shown=False)
        first = left.evaluate
        for operand in node.ops:
            right = self.value(operand.expr, is_shown=False)
            check_comparison(left_node, left.kind, operand.op, operand.expr, right.kind)
            steps.append((operand.op, right.evaluate))
            left_node, left = operand.expr, right

        def compare(scope: Scope) -> bool:
            before = first(scope)
            for sign, evaluate in steps:
                after = evaluate(scope)
                scope.read(before)
                scope.read(after)
                if not _OPERATORS[sign](before, after):
                    return False
                before = after
            return True

        return Expression(compare, Kind.YESNO)

    def _choice(self, node: nodes.CondExpr, *, is_shown: bool) -> Expression:
        test = self.truth(node.test)
        yes = self.value(node.expr1, is_shown=is_shown)
        no = self.value(node.expr2, is_shown=is_shown) if node.expr2 is not None else Expression(_always(""), yes.kind)
        kind = yes.kind if yes.kind is no.kind else Kind.CELL
        return Expression(lambda scope: yes.evaluate(scope) if test(scope) else no.evaluate(scope), kind)

    def _choose_word(self, node: nodes.And | nodes.Or | nodes.Not, *, is_shown: bool) -> Expression:
        """``nick or first_name`` gives the first that holds; ``not x`` gives yes or no."""
        if isinstance(node, nodes.Not):
            return Expression(self.truth(node), Kind.YESNO)
        left = self._expression(node.left, is_shown=False, allows_missing=isinstance(node.left, nodes.Name))
        right = self.value(node.right, is_shown=is_shown)
        takes_left = isinstance(node, nodes.Or)

        def choose(scope: Scope) -> object:
            value = left.evaluate(scope)
            scope.read(value)
            return value if holds(value) is takes_left else right.evaluate(scope)

        return Expression(choose, left.kind if left.kind is right.kind else Kind.CELL)

    def _add(self, node: nodes.Add, *, is_shown: bool) -> Expression:
        left, right = self.value(node.left, is_shown=is_shown), self.value(node.right, is_shown=is_shown)
        check_joining(node.left, left.kind, node.right, right.kind)
        if Kind.NUMBER in {left.kind, right.kind}:
            return self._arithmetic(node)
        if Kind.LIST in {left.kind, right.kind}:
            raise ExpressionError("lists are not joined by +", fix="{{ (a | join(', ')) ~ (b | join(', ')) }}")
        return _concatenation([left.evaluate, right.evaluate])

    def _arithmetic(self, node: nodes.BinExpr) -> Expression:
        left, right = self.value(node.left, is_shown=False), self.value(node.right, is_shown=False)
        names = [each.name if isinstance(each, nodes.Name) else "" for each in (node.left, node.right)]
        if isinstance(node, nodes.Sub) and all(names) and left.kind is right.kind is Kind.CELL:
            error = column_error("-".join(names), make_name("-".join(names)), tag=None)
            raise ExpressionError(
                error.problem, fix=f"{error.fix}; to subtract: {names[0]} | float - {names[1]} | float"
            )
        check_number(node.left, left.kind)
        check_number(node.right, right.kind)
        operate = _ARITHMETIC[node.operator]

        def calculate(scope: Scope) -> object:
            first, second = number_of(left.evaluate(scope)), number_of(right.evaluate(scope))
            if second == 0 and operate in _DIVISIONS:
                raise ExpressionError("a division by 0")
            return scope.keep(operate(first, second))

        return Expression(calculate, Kind.NUMBER)

    def _call_error(self, node: nodes.Call) -> ExpressionError:
        if isinstance(node.node, nodes.Getattr):
            method = METHODS.get(node.node.attr, node.node.attr)
            if method in self._filters:
                arguments = ", ".join(write(each) for each in node.args)
                written = f"{method}({arguments})" if arguments else method
                return ExpressionError("nothing is called here", fix=f"{{{{ {write(node.node.node)} | {written} }}}}")
        return ExpressionError("nothing is called here", fix=f"there are filters: {name_filters(self._filters)}")


def _constant(value: object) -> Expression:
    match value:
        case None:
            raise ExpressionError("a cell is never none", fix="column == '' tells an empty one")
        case bool():
            return Expression(_always(value), Kind.YESNO)
        case int() | float():
            if not -_NUMBER_MAX < value < _NUMBER_MAX:
                raise ExpressionError("a number too large to be kept exactly")
            return Expression(_always(value), Kind.NUMBER)
        case _:
            return Expression(_always(compose(str(value))), Kind.TEXT)


def _look_at(value: object, column: str, scope: Scope) -> None:
    """Note what people would not want to read in a cell that they will."""
    if scope.doubts is not None and isinstance(value, str):
        scope.spend(len(value))
        for doubt in name_doubts(value):
            scope.doubts.add((column, doubt))


def _always(value: object) -> Evaluate:
    return lambda scope: value  # noqa: ARG005  the same for each row


def _concatenation(parts: list[Evaluate]) -> Expression:
    def join(scope: Scope) -> object:
        pieces = []
        for part in parts:
            piece = text_of(part(scope))
            scope.spend(len(piece))
            pieces.append(piece)
        return scope.keep("".join(pieces))

    return Expression(join, Kind.TEXT)


def _instead(value: object, instead: Evaluate, scope: Scope) -> object:
    scope.read(value)
    return instead(scope) if isinstance(value, Missing) or is_blank(value) else value


def _call_form(name: str, found: Filter) -> str:
    words = [*found.arguments[: found.required], *(f"[{word}]" for word in found.arguments[found.required :])]
    return f"{name}({', '.join(words)})" if words else name


_OPERATORS: Mapping[str, Callable[[object, object], bool]] = {
    "eq": are_equal,
    "ne": lambda left, right: not are_equal(left, right),
    "lt": is_before,
    "lteq": lambda left, right: not is_before(right, left),
    "gt": lambda left, right: is_before(right, left),
    "gteq": lambda left, right: not is_before(left, right),
    "in": is_inside,
    "notin": lambda left, right: not is_inside(left, right),
}
_Arithmetic = Callable[[int | float, int | float], int | float]
_ARITHMETIC: Mapping[str, _Arithmetic] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_DIVISIONS = frozenset({operator.truediv, operator.floordiv, operator.mod})
_COMPARING_TESTS = {"eq": "eq", "equalto": "eq", "==": "eq", "sameas": "eq", "ne": "ne", "!=": "ne", "lt": "lt",
                    "lessthan": "lt", "<": "lt", "le": "lteq", "<=": "lteq", "gt": "gt", "greaterthan": "gt",
                    ">": "gt", "ge": "gteq", ">=": "gteq", "in": "in"}  # fmt: skip
_NUMBER_TESTS = frozenset({"odd", "even", "divisibleby"})
_TESTS: Mapping[str, Callable[[object], bool]] = {
    "defined": lambda value: not isinstance(value, Missing),
    "undefined": lambda value: isinstance(value, Missing),
    "none": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "sequence": lambda value: isinstance(value, str | list),
    "iterable": lambda value: isinstance(value, str | list),
    "mapping": lambda value: isinstance(value, Mapping),
    "boolean": lambda value: isinstance(value, bool),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
}


def _test_number(name: str, value: object, other: object) -> bool:
    number = number_of(value)
    if name != "divisibleby":
        return number % 2 == (1 if name == "odd" else 0)
    if not (divisor := number_of(other)):
        raise ExpressionError("a division by 0")
    return number % divisor == 0
