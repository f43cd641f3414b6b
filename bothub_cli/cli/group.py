"""A group of commands that imports a command only when it is asked for."""

import importlib
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from bothub_cli.cli.command import build_command, with_hyphens, write_definitions, write_help
from bothub_cli.cli.tree import Branch, Leaf, Node
from bothub_cli.errors import ExitCode


class LazyGroup(TyperGroup):
    """A noun of the tree; its lines of help come from the tree, its commands from their modules."""

    nodes: Mapping[str, Node] = {}
    examples: tuple[str, ...] = ()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # click's vendored Context has no public name
        if not args and not ctx.resilient_parsing:  # a noun without a verb
            typer.echo(self.get_help(ctx), err=True)
            raise typer.Exit(ExitCode.USAGE)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- as above
        return list(self.nodes)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:  # noqa: ARG002 -- as above
        match self.nodes.get(cmd_name):
            case Leaf(module=module, function=function):
                loaded = importlib.import_module(f"bothub_cli.commands.{module}")
                return build_command(cmd_name, getattr(loaded, function))
            case Branch() as branch:
                return make_group(cmd_name, branch)
            case _:
                return None

    def get_help(self, ctx: Any) -> str:  # as above
        return with_hyphens(super().get_help(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # as above
        write_help(self, ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 -- as above
        with formatter.section("Commands"):
            write_definitions(formatter, [(name, node.line) for name, node in self.nodes.items()])


def make_group(name: str, branch: Branch) -> LazyGroup:
    """Return the group of a branch."""
    group = LazyGroup(
        name=name,
        help=branch.line,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
        # the names alone, for "did you mean": Typer looks only at the keys
        commands=dict.fromkeys(branch.children),  # type: ignore[arg-type]  # get_command above makes the real ones
    )
    group.nodes = branch.children
    return group
