"""What every command says of itself stands in ``help.txt``: a change of it is meant, and seen in the same commit."""

import os
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


if __name__ == "__main__":
    GOLDEN.write_text(helps(), "utf-8")
