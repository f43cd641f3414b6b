"""What every command says of itself stands in ``help.txt``: a change of it is meant, and seen in the same commit."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bothub_cli.cli.tree import TREE, Branch, Node

GOLDEN = Path(__file__).with_name("help.txt")
ASK = """
import sys
from bothub_cli.cli.main import main
for words in sys.stdin.read().splitlines():
    print(f"$ bothub {words}", flush=True)
    assert main(words.split()) == 0, words
"""


def _commands(nodes: Mapping[str, Node], path: str = "") -> Iterator[str]:
    for name, node in nodes.items():
        yield f"{path}{name} --help"
        if isinstance(node, Branch):
            yield from _commands(node.children, f"{path}{name} ")


def helps() -> str:
    """Return the help of every command, as a program in a pipe reads it."""
    environ = os.environ | {"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
    asked = "\n".join(["--help", *_commands(TREE)])
    ran = subprocess.run(
        [sys.executable, "-c", ASK], input=asked, capture_output=True, text=True, env=environ, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def test_the_help_of_every_command_is_what_it_was() -> None:
    assert helps() == GOLDEN.read_text("utf-8"), "if it is meant: python -m tests.cli.test_help_of_every_command"


def test_helps_are_read_at_eighty_columns_and_no_name_is_broken() -> None:
    lines = [line for line in GOLDEN.read_text("utf-8").splitlines() if not line.startswith("  ") or line[2:3] in " -"]
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in lines if re.search(r"[a-z]-$", line)] == []


def test_every_value_says_what_it_is_and_every_argument_what_it_is_for() -> None:
    said = GOLDEN.read_text("utf-8")
    assert re.findall(r"<(?:str|int|float|path)\b[^>]*>", said) == []
    assert re.findall(r"^Arguments:\n(  \S+(?: \[required\])?\n)", said, re.MULTILINE) == []


def test_fields_are_listed_where_they_can_be_chosen() -> None:
    for said in GOLDEN.read_text("utf-8").split("$ bothub ")[1:]:
        assert said.count("--fields A,B") == len(re.findall(r"They\s+are:\s+[a-z_]+", said)), said.partition("\n")[0]


if __name__ == "__main__":
    GOLDEN.write_text(helps(), "utf-8")
