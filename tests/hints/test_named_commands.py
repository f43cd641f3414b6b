"""Every command and option that a sentence of the program names is there: no hint sends anybody nowhere."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

import bothub_cli
from bothub_cli.cli.group import make_group
from bothub_cli.cli.tree import TREE, Branch, Node

ROOT = Path(bothub_cli.__file__).parent
# "bothub" as the program's name, or the library's: prose in which a verb follows and no command is meant
PROSE = {"made", "wrote", "itself", "here", "gets", "commands", "or", "login writes", "campaign status names"}
_NAMED = re.compile(r"\bbothub ((?:[a-z][a-z-]* ?)+)([^;,)`'\"|]*)")


def _texts(tree: ast.AST) -> Iterator[str]:
    """Yield every text of a module but its docstrings; what is filled in is a blank."""
    parts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            parts.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            parts.update(id(value) for value in node.values)
            yield "".join(str(each.value) if isinstance(each, ast.Constant) else "…" for each in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def _named_commands() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.rglob("*.py")):
        for text in _texts(ast.parse(path.read_text("utf-8"))):
            for found in _NAMED.finditer(text):
                yield found[1].strip(), found[2]


@cache
def _options(path: tuple[str, ...]) -> frozenset[str]:
    """Return the options of a command of the tree."""
    group = make_group("bothub", Branch("", TREE))
    command = group
    for name in path:
        command = command.get_command(None, name)  # type: ignore[assignment]  # a command, or a group of them
    written = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return frozenset(written | {"--help", "-h"})


def _resolve(words: list[str]) -> tuple[str, ...] | None:
    """Return the command, or the noun alone, that the words begin with; None where there is none."""
    nodes: Mapping[str, Node] = TREE
    path: list[str] = []
    for word in words:
        node = nodes.get(word)
        if node is None:
            return None
        path.append(word)
        if not isinstance(node, Branch):
            return tuple(path)
        nodes = node.children
    return tuple(path) or None


@pytest.mark.parametrize(("words", "rest"), sorted(set(_named_commands())))
def test_a_command_that_is_named_is_there_with_its_options(words: str, rest: str) -> None:
    if any(words.startswith(prose) for prose in PROSE):
        return
    path = _resolve(words.split())
    assert path is not None, f"bothub {words}"
    if path == ("help",):
        return
    named = re.findall(r"(?<=\s)(--[a-z-]+|-[a-zA-Z])(?=[\s=…]|$)", f" {rest.partition('. ')[0]}")
    assert set(named) <= _options(path), f"bothub {words} {rest}"


@pytest.mark.parametrize("words", ["campaign pausee", "massage check", "profile"])
def test_a_command_that_is_none_would_be_found(words: str) -> None:
    path = _resolve(words.split())
    assert path in (None, ("profile",))
    assert "--no-such-option" not in _options(("send",))
