"""What others rely on when they import messages."""

import subprocess
import sys

import pytest

import bothub_cli.messages
from bothub_cli.messages.check import rules
from bothub_cli.messages.model import content
from bothub_cli.messages.vocabulary import CONTENT_NAMES

LOADED = "import sys, {}; print([name for name in sys.modules if name.startswith('{}')])"


@pytest.mark.parametrize("name", bothub_cli.messages.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(bothub_cli.messages, name) is not None


def test_a_name_that_does_not_exist_is_an_ordinary_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Mesage'"):
        bothub_cli.messages.Mesage  # type: ignore[attr-defined]  # noqa: B018  # reading it is the test


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("bothub_cli.messages", "bothub_cli.messages.check.check"),
        ("bothub_cli.messages.check.check", "bothub_cli.messages.model.actions"),
        ("bothub_cli.messages.check.check", "difflib"),
        ("bothub_cli.messages.check.check", "urllib"),
        ("bothub_cli.messages.model.message", "bothub_cli.messages.check.check"),
    ],
)
def test_importing_one_part_does_not_load_another(module: str, absent: str) -> None:
    code = LOADED.format(module, absent)

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_model_and_the_check_speak_of_the_same_kinds() -> None:
    assert tuple(content.CONTENT_KINDS) == CONTENT_NAMES


def test_rule_ids_are_unique() -> None:
    known = [rule.id for name, rule in vars(rules).items() if isinstance(rule, rules.Rule) and "MORE" not in name]

    assert len(known) == len(set(known))
