"""Skeletons are messages that pass the check as they are."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any, get_args

import pytest

from bothub_cli.authoring.reader import read_messages
from bothub_cli.authoring.skeletons import SKELETONS, write_skeleton
from bothub_cli.errors import UsageError
from bothub_cli.messages import Action, OutboundMessage, check_payload
from bothub_cli.messages.model.content import CONTENT_KINDS

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
WARNED = {"audio": {"audio.google"}, "location": {"geolocation.google"}, "actions": {"action.google"}}


def read_skeleton(kind: str, *, now: datetime = NOW) -> Any:
    (draft,) = read_messages(io.BytesIO(write_skeleton(kind, now=now).encode()), name=f"{kind}.yaml")
    return draft.payload


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="there are: text, reply"):
        write_skeleton("../text", now=NOW)


@pytest.mark.parametrize("kind", SKELETONS)
@pytest.mark.parametrize("now", [NOW, datetime(2028, 2, 28, 23, 59, tzinfo=timezone(timedelta(hours=14)))])
def test_every_skeleton_passes_the_check(kind: str, now: datetime) -> None:
    report = check_payload(read_skeleton(kind, now=now), now=now)
    assert not report.errors
    assert {finding.rule for finding in report.warnings} == WARNED.get(kind, set())


def test_the_check_warns_about_each_action_that_google_ignores() -> None:
    suggestions = read_skeleton("actions")["RCSMessage"]["suggestedChipList"]["suggestions"]
    assert len(check_payload(read_skeleton("actions"), now=NOW).warnings) == len(suggestions) - 2


@pytest.mark.parametrize("kind", SKELETONS)
def test_every_skeleton_is_a_message_of_the_model(kind: str) -> None:
    payload = read_skeleton(kind)
    assert OutboundMessage.from_payload(payload).to_payload() == payload


@pytest.mark.parametrize("kind", SKELETONS)
def test_every_skeleton_explains_itself_within_a_terminal(kind: str) -> None:
    text = write_skeleton(kind, now=NOW)
    assert text.startswith("# ")
    assert "@" not in text
    assert max(map(len, text.splitlines())) <= 120


def test_every_file_is_offered() -> None:
    stored = {entry.name for entry in files("bothub_cli.authoring").joinpath("skeleton_files").iterdir()}
    assert stored == {f"{kind}.yaml" for kind in SKELETONS}


def test_every_content_and_every_suggestion_is_shown_somewhere() -> None:
    shown = set().union(*(set(names(read_skeleton(kind))) for kind in SKELETONS))
    actions = {action.path[1] for action in get_args(Action)}
    assert CONTENT_KINDS.keys() | actions | {"reply", "generalPurposeCardCarousel"} <= shown


def names(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from names(inner)
