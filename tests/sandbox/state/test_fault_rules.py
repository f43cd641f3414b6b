"""Which calls a rule makes fail: by number, by text, every nth, the first n, or by chance that a seed repeats."""

from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.settings import SandboxSettings
from bothub_cli.sandbox.store.store import SandboxStore
from tests.sandbox.conftest import NUMBER

OTHER = "+33699999999"


def _add(api: Any, **rule: Any) -> None:
    answer = api.session.post(f"{api.url}/sandbox/api/faults", json={"kind": "500", **rule}, timeout=10)
    assert answer.status_code == 201


def _statuses(api: Any, count: int) -> list[int]:
    return [api.send().status_code for _ in range(count)]


@pytest.mark.parametrize("rule", [{"every": 0}, {"every": 1.5}, {"every": "2"}, {"text": ""}, {"text": 1}])
def test_a_rule_that_means_nothing_is_refused(api: Any, rule: dict[str, Any]) -> None:
    answer = api.session.post(f"{api.url}/sandbox/api/faults", json={"kind": "500", **rule}, timeout=10)
    assert answer.status_code == 400


def test_every_third_message_fails(api: Any) -> None:
    api.log_in()
    _add(api, every=3)
    assert _statuses(api, 7) == [202, 202, 500, 202, 202, 500, 202]


def test_the_first_two_messages_fail(api: Any) -> None:
    api.log_in()
    _add(api, times=2)
    assert _statuses(api, 4) == [500, 500, 202, 202]


def test_only_messages_with_those_words_fail_in_whatever_case(api: Any) -> None:
    api.log_in()
    _add(api, text="InVoice")
    assert api.send("Your invoice").status_code == 500
    assert api.send("Your parcel").status_code == 202


def test_only_messages_to_that_number_count_and_fail(api: Any) -> None:
    api.log_in()
    _add(api, number=NUMBER, every=2)
    assert [api.send(to=to).status_code for to in (NUMBER, OTHER, OTHER, NUMBER)] == [202, 202, 202, 500]


def test_chance_is_the_same_again_for_the_same_seed_whatever_else_was_called(
    identity: SandboxIdentity, api: Any, settings: SandboxSettings
) -> None:
    seen = []
    for more_tokens in (0, 3):
        with SandboxServer([identity], settings=settings, seed=42) as server:
            api.server = server
            for _ in range(1 + more_tokens):
                api.log_in()
            _add(api, probability=0.5)
            seen.append(_statuses(api, 30))
    assert seen[0] == seen[1]
    assert set(seen[0]) == {202, 500}


def test_what_a_rule_has_counted_is_kept_in_the_store(
    tmp_path: Path, identity: SandboxIdentity, api: Any, settings: SandboxSettings
) -> None:
    seen = []
    for is_first in (True, False):
        with SandboxServer([identity], settings=settings, store=SandboxStore.open(tmp_path / "s.db")) as server:
            api.server = server
            if is_first:
                api.log_in()
                _add(api, every=2, times=2)
            seen.extend(_statuses(api, 3))
    assert seen == [202, 500, 202, 500, 202, 202]
