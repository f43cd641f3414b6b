"""``message new`` gives a start that passes its own check."""

from collections.abc import Callable
from typing import Any

import pytest

from bothub_cli.authoring.skeletons import SKELETONS

Bothub = Callable[..., Any]

SHOWN_EVERYWHERE = sorted(set(SKELETONS) - {"actions", "audio", "location"})  # these three warn about Google


def test_an_unknown_kind_is_refused_with_those_there_are(bothub: Bothub) -> None:
    ran = bothub("message", "new", "postcard")
    assert ran.code == 2
    assert "kinds: text, reply" in ran.err


def test_without_a_kind_all_are_listed(bothub: Bothub) -> None:
    assert [item["kind"] for item in bothub("message", "new", "--json").json["kinds"]] == list(SKELETONS)


@pytest.mark.parametrize("kind", SKELETONS)
def test_every_kind_passes_the_check(bothub: Bothub, kind: str) -> None:
    text = bothub("message", "new", kind).out
    assert bothub("message", "check", "-", stdin=text.encode()).code == 0


@pytest.mark.parametrize("kind", SHOWN_EVERYWHERE)
def test_what_every_phone_shows_passes_without_a_warning(bothub: Bothub, kind: str) -> None:
    text = bothub("message", "new", kind).out
    assert bothub("message", "check", "-", "--strict", stdin=text.encode()).code == 0
