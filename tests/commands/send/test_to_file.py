"""A message goes to the people of a file, read as every list is."""

from pathlib import Path

import pytest

from bothub_cli.sandbox.server import SandboxServer
from tests.conftest import Bothub


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("+33612345601\ntel:+33612345601\n06 12 34 56 02\n", ("--region", "FR")),
        ("Who;Gsm\nAnn;+33612345601\nBob;+33612345602\n", ("--map", "to=Gsm")),
        ('{"to": "+33612345601"}\n{"to": "+33612345602"}\n', ()),
    ],
)
def test_everybody_in_the_file_gets_one(
    bothub: Bothub, sandbox: SandboxServer, tmp_path: Path, content: str, options: tuple[str, ...]
) -> None:
    (tmp_path / "people.csv").write_text(content)
    ran = bothub("send", "--to-file", str(tmp_path / "people.csv"), *options, "--text", "Hi", "--json")
    assert ran.code == 0
    assert [line["to"] for line in ran.lines[:-1]] == ["+33612345601", "+33612345602"]


def test_a_line_that_is_no_number_sends_nothing(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("+33612345601\n33612345602.0\n")
    ran = bothub("send", "--to-file", str(tmp_path / "people.csv"), "--text", "Hi")
    assert ran.code == 6
    assert "line 2" in ran.err
    assert sandbox.counts().get("messages", 0) == 0
