"""Makes a command out of a function: adds the shared options, its help with an example first, and its context."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from typer.core import TyperCommand
from typer.main import get_click_param
from typer.models import OptionInfo, ParameterInfo, ParamMeta

from bothub_cli.cli.shared_options import shared_names, shared_option
from bothub_cli.context import open_context
from bothub_cli.errors import ExitCode
from bothub_cli.invocation.options import SharedOptions
from bothub_cli.output.document import Document, field_names
from bothub_cli.record import declared, record

_ORDER = "order"


class OptionGroup:
    """A record of Annotated fields with defaults; Typer sees each as ``<parameter>_<field>``.

    No annotation may be in quotes: Typer is given them as they are. A field named ``order`` is no option: it is given
    the names of the group's options as they stand on the command line, each as often as it was written.
    """

    def __init__(self, parameter: str, kind: type[Any]) -> None:  # of a record, or of a dataclass
        fields = {name: (annotation, default) for name, annotation, default in declared(kind)}
        self.parameter = parameter
        self.has_order = fields.pop(_ORDER, None) is not None  # wants to know in which order its options were written
        self._kind = kind
        self._fields = {f"{parameter}_{name}": (name, *field) for name, field in fields.items()}

    def parameters(self) -> Iterator[ParamMeta]:
        """Yield one parameter a field, in their order."""
        for name, (_, annotation, default) in self._fields.items():
            yield _read_parameter(name, annotation=annotation, default=default)

    def take(self, values: dict[str, Any], *, written: tuple[str, ...]) -> Any:
        """Take the fields out of Typer's values and return the record; ``written`` are the options as written."""
        taken = {field: values.pop(name) for name, (field, *_) in self._fields.items()}
        if self.has_order:
            taken[_ORDER] = tuple(self._fields[name][0] for name in written if name in self._fields)
        return self._kind(**taken)


def find_groups(parameters: Iterable[inspect.Parameter]) -> tuple[OptionGroup, ...]:
    """Return the groups among a function's parameters."""
    return tuple(
        OptionGroup(parameter.name, parameter.annotation)
        for parameter in parameters
        if dataclasses.is_dataclass(parameter.annotation) and isinstance(parameter.annotation, type)
    )


_NO_BREAK_HYPHEN = "\u2011"  # stands in for a hyphen where a line must not end, until the help is whole
_NO_BREAK_SPACE = "\u00a0"  # the same for the space after a hyphen that is a word: "- is stdin"

Run = Callable[..., ExitCode | None]  # (context, **own options) -> exit code


@record
class CommandSpec:
    """A command before Typer knows it: its function, its words, its shared options."""

    run: Run
    help: str
    examples: tuple[str, ...]
    shared: tuple[str, ...]
    answers: tuple[type[Document], ...]


def command(
    *,
    help: str,  # noqa: A002 -- Typer's word
    examples: tuple[str, ...],
    shared: tuple[str, ...],
    answers: tuple[type[Document], ...] = (),
) -> Callable[[Run], CommandSpec]:
    """Declare a command; the decorated function gets an AppContext first, then its own options by keyword.

    ``answers`` are the documents whose fields ``--fields`` may name.
    """

    def declare(run: Run) -> CommandSpec:
        return CommandSpec(run=run, help=help, examples=examples, shared=shared, answers=answers)

    return declare


def build_command(name: str, spec: CommandSpec) -> TyperCommand:
    """Return the command that Typer makes of a spec.

    Typer is given each parameter by itself: out of a function it reads all of them twice, 4 ms of a ``send``.
    """
    own = list(inspect.signature(spec.run, eval_str=True).parameters.values())[1:]
    groups = {group.parameter: group for group in find_groups(own)}
    built = HelpfulCommand(
        name=name,
        help=inspect.cleandoc(spec.help),
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
    )
    convertors: dict[str, Callable[[Any], Any]] = {}
    for parameter in _parameters(spec, own, groups):
        option, convertor = get_click_param(parameter)
        built.params.append(option)
        if convertor is not None:
            convertors[parameter.name] = convertor
    built.callback = _make_callback(spec, groups, convertors)
    built.examples, built.answers = spec.examples, spec.answers
    built.keeps_order = any(group.has_order for group in groups.values())
    return built


def _parameters(
    spec: CommandSpec, own: Iterable[inspect.Parameter], groups: Mapping[str, OptionGroup]
) -> Iterator[ParamMeta]:
    """Yield the command's own parameters first, groups taken apart, then the shared ones."""
    for one in own:
        if one.name in groups:
            yield from groups[one.name].parameters()
        else:
            yield _read_parameter(one.name, annotation=one.annotation, default=one.default)
    for name in spec.shared:
        yield shared_option(name)


def _read_parameter(name: str, *, annotation: Any, default: Any) -> ParamMeta:  # typing has no narrower types for them
    """Return a parameter as Typer takes it: what its ``Annotated`` says, with the default beside it."""
    kind, said = annotation.__origin__, annotation.__metadata__[0]
    info: ParameterInfo = object.__new__(type(said))  # a copy: other commands have the same option
    info.__dict__.update(said.__dict__)
    if isinstance(info, OptionInfo):  # in an Annotated, Typer's Option has its first spelling in the default's place
        info.param_decls = (str(info.default), *(info.param_decls or ()))
    info.default = ... if default is inspect.Parameter.empty else default  # Typer's sign for "required"
    return ParamMeta(name=name, default=info, annotation=kind)


def _make_callback(
    spec: CommandSpec, groups: Mapping[str, OptionGroup], convertors: Mapping[str, Callable[[Any], Any]]
) -> Callable[..., int]:
    """Return what runs the command: it is given Typer's context, and its values by their parameters' names."""

    def call(ctx: Any, **values: Any) -> int:  # Typer's values have the types that the annotations say
        for name, convert in convertors.items():
            values[name] = convert(values[name])
        options = SharedOptions(**{name: values.pop(name) for name in spec.shared})
        values |= {name: group.take(values, written=_written(ctx)) for name, group in groups.items()}
        with open_context(ctx.obj, options) as context:
            context.check_fields(*spec.answers)
            return int(spec.run(context, **values) or ExitCode.DONE)

    return call


def _written(ctx: Any) -> tuple[str, ...]:
    names: tuple[str, ...] = ctx.meta.get(_ORDER, ())
    return names


def _keeping_order(parse: Callable[[list[str]], Any], ctx: Any) -> Callable[[list[str]], Any]:  # as below
    def parse_and_keep(args: list[str]) -> Any:
        values, rest, written = parse(args)
        ctx.meta[_ORDER] = tuple(parameter.name for parameter in written)
        return values, rest, written

    return parse_and_keep


class HelpfulCommand(TyperCommand):
    """A command whose help says what it does, shows examples first, and keeps the shared options for last."""

    examples: tuple[str, ...] = ()
    answers: tuple[type[Document], ...] = ()
    keeps_order: bool = False  # of its options, for a group that asks

    def make_parser(self, ctx: Any) -> Any:  # click's vendored classes have no public name
        """Return a parser that also keeps the order of the options, if a group asks for it."""
        parser = super().make_parser(ctx)
        if self.keeps_order:
            parser.parse_args = _keeping_order(parser.parse_args, ctx)  # type: ignore[assignment]  # of this one
        return parser

    def invoke(self, ctx: Any) -> Any:  # as above
        return ctx.invoke(self.callback, ctx, **ctx.params)

    def get_help(self, ctx: Any) -> str:  # as above
        return with_hyphens(super().get_help(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # as above
        write_help(self, ctx, formatter)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # as above
        """Return the words of the usage; braces hold together a choice, nothing else."""
        pieces = super().collect_usage_pieces(ctx)
        return [piece.strip("{}") if piece.startswith("{") and "|" not in piece else piece for piece in pieces]

    def format_options(self, ctx: Any, formatter: Any) -> None:  # as above
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": [], "Shared options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            if parameter.name == "fields":
                record = (record[0], f"{record[1]} They are: {', '.join(self.field_names())}.")
            if parameter.param_type_name == "argument":
                sections["Arguments"].append(record)
            elif parameter.name in shared_names() or parameter.name == "help":
                sections["Shared options"].append(record)
            else:
                sections["Options"].append(record)
        if len(sections["Shared options"]) == 1:  # help alone
            sections["Options"] += sections.pop("Shared options")
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    write_definitions(formatter, records)

    def field_names(self) -> list[str]:
        """Return what ``--fields`` may name: the members of every answer, each once."""
        return list(dict.fromkeys(name for answer in self.answers for name in field_names(answer)))


def write_help(command: Any, ctx: Any, formatter: Any) -> None:  # as above; a command or a group of them
    """Write what a command does, its examples as they can be typed, its usage and its options."""
    formatter.write_text(_unbroken(command.help or ""))
    _write_examples(formatter, command.examples)
    formatter.write_paragraph()
    command.format_usage(ctx, formatter)
    command.format_options(ctx, formatter)


def write_definitions(formatter: Any, rows: Iterable[tuple[str, str]]) -> None:  # as above
    """Write names with what they mean beside them; no line ends inside a name."""
    formatter.write_dl([(name, _unbroken(say_limits(words).replace("  [", " ["))) for name, words in rows])


def say_limits(words: str) -> str:
    """Return the words of Typer's parser with the limits of a number as people say them."""
    words = re.sub(r"(-?[\d.]+)<=x<=(-?[\d.]+)", r"\1 to \2", words)
    return re.sub(r"x>=(-?[\d.]+)", r"at least \1", words)


def _unbroken(text: str) -> str:
    return re.sub(r"(?:^|(?<=\s))- ", f"-{_NO_BREAK_SPACE}", text).replace("-", _NO_BREAK_HYPHEN)


def with_hyphens(text: str) -> str:
    """Return a whole help with its hyphens, and the spaces after those that stand alone, as they are typed."""
    return text.replace(_NO_BREAK_HYPHEN, "-").replace(_NO_BREAK_SPACE, " ")


def _write_examples(formatter: Any, examples: tuple[str, ...]) -> None:  # as above
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{' ' * formatter.current_indent}{example}\n")
