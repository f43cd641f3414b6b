"""A shared option may stand before the command."""

import pytest

from bothub_cli.cli.main import move_leading_options


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (["token", "show", "--json"], ["token", "show", "--json"]),
        (["--json", "token", "show"], ["token", "show", "--json"]),
        (["-p", "shop", "send", "--to", "+33"], ["send", "-p", "shop", "--to", "+33"]),
        (["--profile=shop", "-q", "token", "show", "--raw", "gsma"],
         ["token", "show", "--profile=shop", "-q", "--raw", "gsma"]),
        (["token", "--json", "show"], ["token", "show", "--json"]),
        (["-q", "token", "-p", "shop", "show", "--header"], ["token", "show", "-q", "-p", "shop", "--header"]),
        (["-v", "-v", "help", "json"], ["help", "-v", "-v", "json"]),
    ],
)  # fmt: skip
def test_leading_shared_options_move_behind_the_command(typed: list[str], understood: list[str]) -> None:
    assert move_leading_options(typed) == understood


@pytest.mark.parametrize("typed", [[], ["--json"], ["--nonsense", "token"], ["--profile"], ["tokn", "--json"]])
def test_what_is_not_understood_is_left_for_the_parser_to_refuse(typed: list[str]) -> None:
    assert move_leading_options(typed) == typed
