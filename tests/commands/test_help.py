"""Help is complete, plain, and shows examples before options."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bothub_cli.cli.tree import TREE, Branch, Node
from bothub_cli.errors import ExitCode

Bothub = Callable[..., Any]


def _paths(nodes: dict[str, Node], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, node in nodes.items():
        yield (*prefix, name)
        if isinstance(node, Branch):
            yield from _paths(dict(node.children), (*prefix, name))


PATHS = list(_paths(dict(TREE)))


def _node(path: tuple[str, ...]) -> Node:
    node: Node = Branch("", TREE)
    for name in path:
        assert isinstance(node, Branch)
        node = node.children[name]
    return node


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_has_help(bothub: Bothub, path: tuple[str, ...], option: str) -> None:
    ran = bothub(*path, option)
    assert ran.code == 0
    assert f"Usage: bothub {' '.join(path)}" in ran.out
    assert ran.err == ""


@pytest.mark.parametrize("path", [path for path in PATHS if not isinstance(_node(path), Branch)], ids=" ".join)
def test_every_command_shows_an_example_before_its_options(bothub: Bothub, path: tuple[str, ...]) -> None:
    text = bothub(*path, "--help").out
    assert f"  bothub {' '.join(path)}" in text
    assert text.index("Examples:") < text.index("Usage:")


def test_without_arguments_the_commands_are_listed(bothub: Bothub) -> None:
    assert "send-card" in bothub().out


def test_a_misspelt_command_is_guessed(bothub: Bothub) -> None:
    ran = bothub("tokn")
    assert ran.code == 2
    assert "Did you mean 'token'?" in ran.err


def test_every_exit_code_is_explained(bothub: Bothub) -> None:
    text = bothub("help", "exit-codes").out
    assert all(f"\n  {int(code):<3}  " in text for code in ExitCode)


def test_an_unknown_topic_lists_the_topics(bothub: Bothub) -> None:
    ran = bothub("help", "nonsense", "--json")
    assert ran.code == 2
    assert ran.error["hint"].startswith("topics: campaigns, exit-codes, environment")


def test_an_unknown_schema_lists_the_schemas(bothub: Bothub) -> None:
    ran = bothub("schema", "nonsense")
    assert ran.code == 2
    assert "send-result" in ran.err
