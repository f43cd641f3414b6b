"""Every error crosses to another process, and is copied, with all its facts."""

import copy
import importlib
import pickle
import pkgutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any, get_type_hints

import pytest

import bothub_cli
from bothub_cli.errors import (
    BothubError,
    HttpFacts,
    InputRefusedError,
    OutcomeUnknownError,
    TerminatedError,
    UsageError,
    WaitInterruptedError,
)
from bothub_cli.messages import CheckReport, Finding, PayloadError

SAMPLES: dict[str, Any] = {
    "http": HttpFacts(status=503, request_id="r-1"),
    "since": datetime(2026, 11, 27, tzinfo=UTC),
    "opens_at": datetime(2026, 11, 27, tzinfo=UTC),
    "signal_code": 143,
    "waited": 5.0,
    "retry_after": 7.0,
    "seconds": 61.0,
    "pointer": "/a",
    "stage": "connect",
    "report": CheckReport(
        findings=(Finding(severity="error", rule="text.length", pointer="/a", message="too long", source="RCC.07"),)
    ),
}


def _all_errors() -> Iterator[type[Exception]]:
    for module in pkgutil.walk_packages(bothub_cli.__path__, "bothub_cli."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting: list[type[Exception]] = [BothubError, PayloadError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("bothub_cli"):
            yield kind


def _make(kind: Any) -> Exception:
    """Make an error with a value for each of its facts."""
    hints = get_type_hints(kind)
    given: dict[str, Any] = {}
    for each in fields(kind):
        if each.name in SAMPLES:
            given[each.name] = SAMPLES[each.name]
        elif each.default is MISSING and each.default_factory is MISSING:
            given[each.name] = () if "tuple" in str(hints[each.name]) else f"some {each.name}"
    error: Exception = kind(**given)
    return error


@pytest.mark.parametrize("kind", sorted(set(_all_errors()), key=str), ids=lambda kind: kind.__name__)
def test_an_error_keeps_its_facts_on_its_way(kind: type[Exception]) -> None:
    if "bug" in kind.__name__.lower():
        pytest.skip("it is made for the command's own last line")
    error = _make(kind)
    for arrived in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(arrived) is kind
        assert vars(arrived) == vars(error)
        assert (str(arrived), repr(arrived)) == (str(error), repr(error))


@pytest.mark.parametrize("kind", [TerminatedError, WaitInterruptedError])
def test_an_interruption_keeps_its_exit_code(kind: Any) -> None:
    arrived = pickle.loads(pickle.dumps(kind(143)))
    assert arrived.exit_code == 143


def _fail() -> None:
    raise OutcomeUnknownError(operation="send the message", cause="the connection was cut")


def test_what_may_have_been_accepted_is_known_to_the_parent_of_a_process_pool() -> None:
    with ProcessPoolExecutor(max_workers=1) as pool, pytest.raises(OutcomeUnknownError, match="connection was cut"):
        pool.submit(_fail).result(timeout=60)


@pytest.mark.parametrize("kind", sorted(set(_all_errors()), key=str), ids=lambda kind: kind.__name__)
def test_a_hint_in_python_names_neither_flag_nor_command(kind: Any) -> None:
    if "bug" in kind.__name__.lower():
        pytest.skip("it is made for the command's own last line")
    hint = _make(kind).hint  # type: ignore[attr-defined]  # every one of them has it
    assert hint is None or not any(mark in hint for mark in ("--", "{profile}", "bothub "))


def test_what_helps_at_the_command_line_is_the_remedy() -> None:
    error = UsageError(problem="wrong", fix="bothub send --help")
    assert (error.hint, error.remedy) == (None, "bothub send --help")
    assert InputRefusedError(problem="wrong", fix="write +33…").hint == "write +33…"
