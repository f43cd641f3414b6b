"""The commands and options that the manual names are there."""

import re
from pathlib import Path

import pytest

from tests.manual.test_examples import PAGES, ROOT

HELP = dict(
    re.findall(
        r"^\$ bothub ?(.*?) ?--help\n(.*?)(?=^\$ |\Z)", (ROOT / "tests/cli/help.txt").read_text("utf-8"), re.M | re.S
    )
)
NOUNS = {name.split()[0] for name in HELP if name} - {"help"}
NOT_LISTED = {"--scale", "-vv"}  # one of docker, and -v twice
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def named_on(page: Path) -> list[str]:
    """Return what stands as code in the text of a page and in its blocks of shell, each without line breaks."""
    text = page.read_text("utf-8")
    lines = [line for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) for line in _lines(block)]
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    return [*lines, *(re.sub(r"\s+", " ", code) for code in re.findall(r"`([^`]+)`", prose))]


def _lines(block: str) -> list[str]:
    return [part for line in block.replace("\\\n", " ").splitlines() for part in re.split(r" \| |#", line)]


def unknown_in(code: str) -> list[str]:
    """Return the commands of ours, and their options, that a piece of code names and that are not there."""
    words = code.removeprefix("bothub ").split()
    if not words or words[0] not in NOUNS or not (code.startswith("bothub ") or " ".join(words[:2]) in HELP):
        return []
    depth = max((end for end in range(1, 4) if " ".join(words[:end]) in HELP), default=0)
    command, help_text = " ".join(words[:depth]), HELP[" ".join(words[:depth])]
    verb = re.match(r"[a-z-]+$", words[depth]) if len(words) > depth and "\nCommands:" in help_text else None
    if verb is not None:
        return [f"{command} {verb[0]}"]
    return [f"{command} {option}" for option in OPTION.findall(re.sub(r"'[^']*'", "", code)) if option not in help_text]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_that_a_page_names_is_there_with_its_options(page: Path) -> None:
    assert [each for code in named_on(page) for each in unknown_in(code)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_option_that_a_page_names_is_one_of_a_command(page: Path) -> None:
    known = {option for text in HELP.values() for option in OPTION.findall(text)} | NOT_LISTED
    alone = [code for code in named_on(page) if code.startswith("-")]
    assert [option for code in alone for option in OPTION.findall(code) if option not in known] == []


def test_what_is_not_there_would_be_found() -> None:
    assert unknown_in("bothub campaign rnu") == ["campaign rnu"]
    assert unknown_in("campaign run list.csv --tempalte offer.yaml -p sandbox") == ["campaign run --tempalte"]
    assert unknown_in("bothub sandbox fault add 503 --every 3") == []
    assert unknown_in("docker compose up") == []
