"""Help is complete, plain, and shows examples before options."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import bothub_cli
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
    assert all(f"\n| {int(code)} | " in text for code in ExitCode)


def test_an_unknown_topic_lists_the_topics(bothub: Bothub) -> None:
    ran = bothub("help", "nonsense", "--json")
    assert ran.code == 2
    assert ran.error["hint"].startswith("topics: getting-started, accounts, messages")


def test_a_schema_is_found_by_the_name_that_answers_carry(bothub: Bothub) -> None:
    assert bothub("schema", "bothub/send-result/1").out == bothub("schema", "send-result").out != ""


def test_a_schema_misspelt_is_answered_with_the_near_one(bothub: Bothub) -> None:
    assert "did you mean send-result" in bothub("schema", "send-results").err


def test_an_unknown_schema_lists_the_schemas(bothub: Bothub) -> None:
    ran = bothub("schema", "nonsense")
    assert ran.code == 2
    assert "send-result" in ran.err


def test_every_page_of_the_manual_is_a_topic() -> None:
    from bothub_cli.commands.help import pages

    manual = Path(bothub_cli.__file__).parent / "manual"
    assert {page.stem for page in manual.glob("*.md")} == set(pages())


def test_help_lists_each_page_with_a_line(bothub: Bothub) -> None:
    text = bothub("help").out
    assert "\n  exit-codes        How a command says what became of it." in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_help_of_a_command_is_what_the_command_says_itself(bothub: Bothub) -> None:
    assert bothub("help", "campaign", "run").out == bothub("campaign", "run", "--help").out
    assert bothub("help", "fault").code == 2


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("webhoks", "webhooks"),
        ("exit codes", "exit-codes"),
        ("campain", "campaign"),
        ("campain run", "campaign"),
        ("campaign rnu", "campaign run"),
        ("sandbox fault ad", "sandbox fault add"),
        ("campaign nonsense", "campaign"),
        ("token show all", "token show"),
    ],
)
def test_a_misspelt_topic_or_command_is_guessed(bothub: Bothub, asked: str, meant: str) -> None:
    ran = bothub("help", *asked.split())
    assert ran.code == 2
    assert f"did you mean {meant!r}?" in ran.err


def test_a_page_is_laid_out_on_a_terminal_and_plain_in_a_pipe(bothub: Bothub) -> None:
    assert bothub("help", "exit-codes").out.startswith("# Exit codes\n")
    assert "| 0 |" not in bothub("help", "exit-codes", terminal=True).out


def test_what_is_to_be_typed_can_be_copied_from_a_terminal(bothub: Bothub) -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", bothub("help", "library", terminal=True).out).splitlines()
    assert "with SandboxServer() as sandbox:" in shown
    assert "    bot = sandbox.identity" in shown


def test_every_variable_of_a_setting_is_in_the_manual(bothub: Bothub) -> None:
    from bothub_cli.config import fields

    text = bothub("help", "environment").out
    variables = [field.variable for field in vars(fields).values() if isinstance(field, fields.Field)]
    assert variables
    assert [name for name in variables if f"`{name}`" not in text] == []


def test_every_other_variable_that_the_code_names_is_in_the_manual_too(bothub: Bothub) -> None:
    code = "".join(file.read_text("utf-8") for file in Path(bothub_cli.__file__).parent.rglob("*.py"))
    named = set(re.findall(r'"(BOTHUB_[A-Z_]+)"', code)) - {"BOTHUB_COMPLETE"}  # that one is for the shells
    assert len(named) > 5
    assert [name for name in sorted(named) if f"`{name}`" not in bothub("help", "environment").out] == []


def test_every_filter_of_templates_is_in_the_manual(bothub: Bothub) -> None:
    from bothub_cli.campaign.template.filters import find_filters
    from bothub_cli.campaign.template.region import Region

    filters = find_filters(Region(locale="fr"))
    page = bothub("help", "templates").out
    assert [name for name in filters if not re.search(rf"`{name}[`(]", page)] == ["d"]  # short for default


def test_every_number_with_a_meaning_that_the_manual_names_is_one_of_the_sandbox(bothub: Bothub) -> None:
    from bothub_cli.sandbox.state.magic_numbers import MAGIC_NUMBERS

    named = re.findall(r"^\| (\+[\d ]+) \|", bothub("help", "sandbox").out, re.MULTILINE)
    assert len(named) > 5
    assert {number.replace(" ", "") for number in named} <= {entry.number for entry in MAGIC_NUMBERS}


def test_the_readme_lists_every_page_of_the_manual() -> None:
    from bothub_cli.commands.help import pages, subtitle

    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    table = "".join(f"| [{name}](bothub_cli/manual/{name}.md) | {subtitle(page)} |\n" for name, page in pages().items())
    assert f"<!-- topics -->\n| topic | what it tells |\n|---|---|\n{table}<!-- end of topics -->" in readme


def test_a_noun_without_a_verb_shows_its_verbs_and_fails(bothub: Bothub) -> None:
    ran = bothub("token")
    assert (ran.code, ran.out) == (2, "")
    assert "refresh  Get both tokens anew." in ran.err


def test_the_version_is_an_option_that_help_lists(bothub: Bothub) -> None:
    assert "--version" in bothub("--help").out
    assert bothub("--version").out.startswith("bothub ")


def test_the_package_runs_as_a_module() -> None:
    ran = subprocess.run([sys.executable, "-m", "bothub_cli", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("bothub ")
