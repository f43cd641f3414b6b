"""Lets a shared option stand before the command too: ``bothub --json token show``, ``bothub token --json show``."""

from collections.abc import Sequence

from bothub_cli.cli.shared_options import shared_flags
from bothub_cli.cli.tree import TREE, Branch, Node


def move_leading_options(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the shared options before the command's whole name moved behind it."""
    name: list[str] = []
    options: list[str] = []
    node: Node = Branch("", TREE)
    rest = list(arguments)
    while isinstance(node, Branch):
        leading, rest = _split_leading(rest)
        options += leading
        if not rest or rest[0] not in node.children:
            break
        node = node.children[rest[0]]
        name.append(rest.pop(0))
    return name + options + rest if name else list(arguments)


def _split_leading(arguments: list[str]) -> tuple[list[str], list[str]]:
    flags = shared_flags()
    position = 0
    while position < len(arguments):
        name, equals, _ = arguments[position].partition("=")
        if name not in flags:
            break
        position += 2 if flags[name] and not equals else 1
    return arguments[:position], arguments[position:]
