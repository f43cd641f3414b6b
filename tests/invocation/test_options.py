"""A shared option is declared once; all that names it is made of that one declaration."""

import pytest

from bothub_cli.cli.shared_options import API, CHANGING, RECORDING, shared_flags, shared_names
from bothub_cli.config import fields
from bothub_cli.invocation.options import SharedOptions


def test_what_was_not_given_has_its_default() -> None:
    options = SharedOptions(profile="shop", verbose=2)
    assert (options.profile, options.verbose, options.region, options.dry_run) == ("shop", 2, None, False)


def test_settings_are_those_that_were_given() -> None:
    options = SharedOptions(profile="shop", timeout="5", sandbox=True, json=True, no_record=True, no_input=False)
    assert options.flags() == {"profile": "shop", "timeout": "5", "no_record": True}


@pytest.mark.parametrize("name", sorted(name for name in SharedOptions.DECLARED))
def test_a_setting_among_the_options_is_one_that_profile_or_environment_know(name: str) -> None:
    known = {field.name for field in vars(fields).values() if isinstance(field, fields.Field)} | {"authorization_file"}
    assert not SharedOptions.DECLARED[name].is_setting or name in known


def test_each_group_keeps_the_order_of_the_declarations() -> None:
    ranks = {name: rank for rank, name in enumerate(SharedOptions.DECLARED)}
    for group in (CHANGING, RECORDING, API[:7]):
        assert list(group) == sorted(group, key=ranks.__getitem__)
    assert shared_names() >= set(API)


def test_no_two_options_have_one_spelling() -> None:
    spellings = [spelling for option in SharedOptions.DECLARED.values() for spelling in option.spellings]
    assert sorted(shared_flags()) == sorted(spellings)
    assert shared_flags()["--profile"]
    assert not shared_flags()["-v"]
