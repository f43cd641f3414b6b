"""The language inside a template's strings: jinja2's grammar without calls, objects or any way to grow without end.

Rows come from files of other people, and a template may be passed on: neither may reach Python, a file, all memory or
all time. So nothing of jinja2 runs: its tree becomes functions of ours, which count what they cost.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from jinja2 import nodes

from bothub_cli.campaign.template.expressions import ExpressionCompiler
from bothub_cli.campaign.template.filters import find_filters
from bothub_cli.campaign.template.region import Region
from bothub_cli.campaign.template.syntax import ExpressionError, Tags, compose, parse
from bothub_cli.campaign.template.values import Kind, Scope, list_of, text_of

Result = TypeVar("Result")
WriteText = Callable[[Scope], str]
_SHORT = 256  # characters of a cell that is inserted uncounted; there are at most 16,000 blanks


class Language:
    """Compiles the strings of one template; ``names`` are the columns that they need so far, ``chains`` with points."""

    def __init__(self, region: Region) -> None:
        self._filters = find_filters(region)
        self.names: set[str] = set()
        self.chains: set[str] = set()

    def compile_text(self, text: str) -> list[str | WriteText]:
        """Return a string's pieces: texts, and functions that write the rest. Raises ExpressionError."""
        tree = parse(text)
        with_names = self._compiler()
        pieces = _TextCompiler(with_names, text).write_pieces(tree.body)
        self._take(with_names)
        return [_forget_names, *pieces] if with_names.kinds else pieces

    def compile_condition(self, text: str) -> Callable[[Scope], bool]:
        """Compile the expression of a ``$when``, with or without its braces. Raises ExpressionError."""
        expression = text.strip().removeprefix("{{").removesuffix("}}").strip()
        compiler = self._compiler()
        try:
            test = compiler.truth(_parse_one("{{ " + expression + " }}"))
        except ExpressionError as error:
            error.tag = expression
            raise
        self._take(compiler)
        return _named(test, expression)

    def _compiler(self) -> ExpressionCompiler:
        return ExpressionCompiler(self._filters)

    def _take(self, compiler: ExpressionCompiler) -> None:
        self.names |= compiler.names
        self.chains |= compiler.chains


def _parse_one(text: str) -> nodes.Expr:
    """Return the one expression that a text is. Raises ExpressionError."""
    body = parse(text).body
    if len(body) != 1 or not isinstance(body[0], nodes.Output) or len(body[0].nodes) != 1:
        raise ExpressionError("a condition is one expression", fix="vip == 'yes'")
    node = body[0].nodes[0]
    if isinstance(node, nodes.TemplateData):
        raise ExpressionError("a condition is an expression", fix="vip == 'yes'")
    return node


def is_number_expression(text: str) -> bool:
    """Tell whether a whole string is one expression that ends in ``|int``, ``|float`` or ``|round``: a JSON number."""
    body = parse(text).body
    if len(body) != 1 or not isinstance(body[0], nodes.Output) or len(body[0].nodes) != 1:
        return False
    node = body[0].nodes[0]
    return isinstance(node, nodes.Filter) and node.name in {"int", "float", "round"}


class _TextCompiler:
    """Turns the tags of one string into functions."""

    def __init__(self, expressions: ExpressionCompiler, text: str) -> None:
        self._expressions = expressions
        self._tags = Tags(text)

    def write_pieces(self, body: Sequence[nodes.Node]) -> list[str | WriteText]:
        pieces: list[str | WriteText] = []
        for node in body:
            tag = self._tags.find(node.lineno)
            try:
                pieces += self._write(node, tag)
            except ExpressionError as error:
                error.tag = error.tag or tag
                raise
        return pieces

    def _write(self, node: nodes.Node, tag: str | None) -> list[str | WriteText]:
        match node:
            case nodes.Output():
                return [self._write_output(part) for part in node.nodes]
            case nodes.If():
                return [self._write_if(node, tag)]
            case nodes.For():
                return [self._write_for(node, tag)]
            case nodes.Assign(target=nodes.Name(name=name)):
                value = self._expressions.value(cast("nodes.Expr", node.node))
                self._expressions.kinds[name] = value.kind
                return [_named(_setter(name, value.evaluate), tag)]
            case nodes.AssignBlock(target=nodes.Name(name=name), filter=None):
                inner = self._body(node.body)
                self._expressions.kinds[name] = Kind.TEXT
                return [_setter(name, inner)]
            case _:
                raise ExpressionError("this kind of tag is not known here")

    def _write_output(self, node: nodes.Node) -> str | WriteText:
        if isinstance(node, nodes.TemplateData):
            return node.data
        tag = self._tags.find(node.lineno)
        try:
            value = self._expressions.value(cast("nodes.Expr", node)).evaluate
            if isinstance(node, nodes.Name) and node.name not in self._expressions.kinds:
                return _named(_insert(compose(node.name), value), tag)
        except ExpressionError as error:
            error.tag = error.tag or tag
            raise
        return _named(lambda scope: cast("str", scope.keep(text_of(value(scope)))), tag)

    def _body(self, body: Sequence[nodes.Node]) -> WriteText:
        self._expressions.go_down()
        pieces = self.write_pieces(body)
        self._expressions.go_up()

        def write_all(scope: Scope) -> str:
            return cast("str", scope.keep("".join(each if isinstance(each, str) else each(scope) for each in pieces)))

        return write_all

    def _write_if(self, node: nodes.If, tag: str | None) -> WriteText:
        branches = [
            (_named(self._expressions.truth(cast("nodes.Expr", each.test)), tag), self._body(each.body))
            for each in (node, *node.elif_)
        ]
        otherwise = self._body(node.else_)

        def write_branch(scope: Scope) -> str:
            for test, body in branches:
                if test(scope):
                    return body(scope)
            return otherwise(scope)

        return write_branch

    def _write_for(self, node: nodes.For, tag: str | None) -> WriteText:
        if not isinstance(node.target, nodes.Name) or node.recursive:
            raise ExpressionError("a loop has one name", fix="{% for item in items %}")
        name, outer = node.target.name, dict(self._expressions.kinds)
        items = self._expressions.value(cast("nodes.Expr", node.iter))
        if items.kind in {Kind.TEXT, Kind.NUMBER, Kind.YESNO}:
            raise ExpressionError(f"{items.kind.value} is no list", fix="take text apart: | split(',')")
        self._expressions.kinds |= {name: Kind.CELL, "loop": Kind.CELL}
        test = self._expressions.truth(cast("nodes.Expr", node.test)) if node.test is not None else None
        before = self._expressions.size
        body = self._body(node.body)
        cost = (self._expressions.size - before + len(outer) + 1) * 64
        self._expressions.kinds = outer
        otherwise = self._body(node.else_)

        def write_loop(scope: Scope) -> str:
            found = list_of(items.evaluate(scope))
            names = scope.names
            chosen = []
            for item in found:
                scope.spend(cost)
                scope.names = names | {name: item}
                if test is None or test(scope):
                    chosen.append(item)
            if not chosen:
                scope.names = names
                return otherwise(scope)
            pieces = []
            for index, item in enumerate(chosen):
                scope.names = names | {name: item, "loop": _loop(index, len(chosen))}
                pieces.append(body(scope))
            scope.names = names
            return cast("str", scope.keep("".join(pieces)))

        return _named(write_loop, tag)


def _named(work: Callable[[Scope], Result], tag: str | None) -> Callable[[Scope], Result]:
    """Let an error of this work name the tag that it stands in."""

    def work_named(scope: Scope) -> Result:
        try:
            return work(scope)
        except ExpressionError as error:
            error.tag = error.tag or tag
            raise

    return work_named


def _insert(name: str, look_up: Callable[[Scope], object]) -> WriteText:
    """The common case, a column's bare name, for which nothing need be counted while it is short."""

    def insert(scope: Scope) -> str:
        value = scope.row.get(name)
        if value.__class__ is str and scope.doubts is None and len(value) < _SHORT:
            return value
        return cast("str", scope.keep(text_of(look_up(scope))))

    return insert


def _forget_names(scope: Scope) -> str:
    """Let no name that one string of the template sets reach another one."""
    scope.names = {}
    return ""


def _setter(name: str, evaluate: Callable[[Scope], object]) -> WriteText:
    def set_name(scope: Scope) -> str:
        scope.names[name] = evaluate(scope)
        return ""

    return set_name


def _loop(index: int, length: int) -> dict[str, object]:
    return {"index": index + 1, "index0": index, "first": index == 0, "last": index == length - 1, "length": length}
