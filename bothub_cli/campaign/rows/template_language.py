"""The language inside a template's strings: jinja2 without attributes, calls, globals or any way to grow without end.

Rows come from files of other people, and a template may be passed on: neither may reach Python, a file or all memory.
"""

from collections.abc import Callable, Iterable, Mapping

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bothub_cli.messages.limits import PAYLOAD_MAX

Row = Mapping[str, object]

# What changes, picks or measures a text. Missing on purpose: format, center, indent, wordwrap and the like, which
# write as many characters as they are told to; attr, map and the like, which reach attributes.
FILTERS = (
    "abs", "capitalize", "d", "default", "first", "float", "int", "join", "last", "length", "list", "lower", "max",
    "min", "replace", "reverse", "round", "sort", "string", "striptags", "sum", "title", "trim", "truncate", "unique",
    "upper", "urlencode", "wordcount",
)  # fmt: skip


class LanguageError(Exception):
    """A string of the template cannot be understood, or cannot be filled for a row; its text says why."""


class _Language(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%"})

    def is_safe_callable(self, obj: object) -> bool:  # noqa: ARG002  whatever it is
        return False

    def getattr(self, obj: object, attribute: str) -> object:
        """``row.name`` is an item, never an attribute."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        if not isinstance(obj, Mapping | list | tuple | str):
            raise SecurityError(f"nothing is inside a {type(obj).__name__}")
        try:
            found: object = obj[argument]  # type: ignore[index, call-overload]  # a wrong kind of index is answered below
        except (LookupError, TypeError):
            return self.undefined(obj=obj, name=str(argument))
        return found

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        if operator == "**" or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"{operator} is for numbers only, and ** for nothing")
        return super().call_binop(context, operator, left, right)


def _replace(text: object, old: object, new: object) -> str:
    """Jinja2's filter of that name, but for its bound: one text may hold another's length many times over."""
    subject, sought, put = str(text), str(old), str(new)
    return _bounded(len(subject) + subject.count(sought) * len(put), lambda: subject.replace(sought, put))


def _join(items: Iterable[object], separator: object = "") -> str:
    pieces, between = [str(item) for item in items], str(separator)
    return _bounded(sum(map(len, pieces)) + len(pieces) * len(between), lambda: between.join(pieces))


def _bounded(size: int, make: Callable[[], str]) -> str:
    if size > PAYLOAD_MAX:
        raise SecurityError(f"the text grows beyond {PAYLOAD_MAX} characters")
    return make()


def _make_language() -> _Language:
    language = _Language(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False, cache_size=0)
    language.globals.clear()
    language.filters = {name: language.filters[name] for name in FILTERS} | {"replace": _replace, "join": _join}
    return language


_LANGUAGE = _make_language()


def has_expressions(text: str) -> bool:
    return "{{" in text or "{%" in text or "{#" in text


def split_simple(text: str) -> list[str | nodes.Name] | None:
    """Split a string that only names columns into its texts and names; None when there is more to it."""
    pieces: list[str | nodes.Name] = []
    for output in _parse(text).body:
        if not isinstance(output, nodes.Output):
            return None
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                pieces.append(node.data)
            elif isinstance(node, nodes.Name):
                pieces.append(node)
            else:
                return None
    return pieces


def is_number_expression(text: str) -> bool:
    """Tell whether a whole string is one expression that ends in ``|int``, ``|float`` or ``|round``: a JSON number."""
    body = _parse(text).body
    if len(body) != 1 or not isinstance(body[0], nodes.Output) or len(body[0].nodes) != 1:
        return False
    node = body[0].nodes[0]
    return isinstance(node, nodes.Filter) and node.name in {"int", "float", "round"}


def compile_text(text: str) -> Callable[[Row], str]:
    """Compile a string into a function of a row. Raises LanguageError, as the function does."""
    try:
        template = _LANGUAGE.from_string(text)
    except TemplateError as exc:
        raise LanguageError(str(exc)) from exc

    def fill(row: Row) -> str:
        pieces: list[str] = []
        size = 0
        try:
            for piece in template.root_render_func(template.new_context(dict(row))):
                pieces.append(piece)
                size += len(piece)
                if size > PAYLOAD_MAX:
                    raise LanguageError(f"the text grows beyond {PAYLOAD_MAX} characters")
        except (TemplateError, TypeError, ValueError, ArithmeticError, KeyError, IndexError, RecursionError) as exc:
            raise LanguageError(str(exc)) from exc
        return "".join(pieces)

    return fill


def compile_condition(text: str) -> Callable[[Row], bool]:
    """Compile the expression of a ``$when``, with or without its braces."""
    expression = text.strip().removeprefix("{{").removesuffix("}}")
    fill = compile_text("{% if " + expression + " %}1{% endif %}")
    return lambda row: fill(row) == "1"


def find_names(text: str) -> frozenset[str]:
    """The columns that a string needs. Raises LanguageError, also for a loop inside a loop, which may never end."""
    tree = _parse(text)
    if any(inner is not loop for loop in tree.find_all(nodes.For) for inner in loop.find_all(nodes.For)):
        raise LanguageError("a loop inside a loop")
    try:
        return frozenset(find_undeclared_variables(tree))
    except TemplateError as exc:
        raise LanguageError(str(exc)) from exc


def _parse(text: str) -> nodes.Template:
    try:
        return _LANGUAGE.parse(text)
    except TemplateError as exc:
        raise LanguageError(str(exc)) from exc
