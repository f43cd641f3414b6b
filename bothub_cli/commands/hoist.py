"""Lets a shared option stand before the command too: ``bothub --json token show``."""

from collections.abc import Sequence

from bothub_cli.commands.options import shared_flags
from bothub_cli.commands.tree import TREE, Branch, Node


def hoist(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with leading shared options moved behind the name of the command."""
    leading, rest = _split_leading(list(arguments))
    if not leading:
        return list(arguments)
    depth = _command_depth(rest)
    return rest[:depth] + leading + rest[depth:]


def _split_leading(arguments: list[str]) -> tuple[list[str], list[str]]:
    flags = shared_flags()
    position = 0
    while position < len(arguments):
        name, equals, _ = arguments[position].partition("=")
        if name not in flags:
            break
        position += 2 if flags[name] and not equals else 1
    return arguments[:position], arguments[position:]


def _command_depth(words: list[str]) -> int:
    node: Node = Branch("", TREE)
    for depth, word in enumerate(words):
        if not isinstance(node, Branch) or word not in node.children:
            return depth
        node = node.children[word]
    return len(words)
