"""Every error crosses to another process, and is copied, with all its facts."""

import ast
import copy
import importlib
import pickle
import pkgutil
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import bothub_cli
from bothub_cli.errors import (
    BothubError,
    HttpFacts,
    InputRefusedError,
    LimitReachedError,
    NetworkError,
    OutcomeUnknownError,
    TerminatedError,
    UsageError,
    WaitInterruptedError,
)
from bothub_cli.messages import CheckReport, Finding, PayloadError
from bothub_cli.output.failures import sentence_of

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


def _fail(error: Exception) -> None:
    raise error


def test_every_error_that_ends_a_task_of_a_process_pool_is_the_same_in_its_parent() -> None:
    errors = [_make(kind) for kind in sorted(set(_all_errors()), key=str) if "bug" not in kind.__name__.lower()]
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        for error, task in [(error, pool.submit(_fail, error)) for error in errors]:
            arrived = task.exception(timeout=120)
            assert type(arrived) is type(error)
            assert str(arrived) == str(error)
            assert {name: vars(arrived)[name] for name in vars(error)} == vars(error)
    assert len(errors) > 30


@pytest.mark.parametrize("kind", sorted(set(_all_errors()), key=str), ids=lambda kind: kind.__name__)
def test_a_hint_in_python_names_neither_flag_nor_command(kind: Any) -> None:
    if "bug" in kind.__name__.lower():
        pytest.skip("it is made for the command's own last line")
    hint = _make(kind).hint  # type: ignore[attr-defined]  # every one of them has it
    assert hint is None or not any(mark in hint for mark in ("--", "{profile}", "bothub "))


ROOMS_OF_THE_COMMAND = {"authoring", "cli", "commands", "context.py", "entry.py", "invocation", "output"}
COMMAND_ONLY = {"sending/wait.py", "events/forward/trigger.py"}  # no call of the library leads there
SAID = {"problem", "limit", "reason", "detail", "subject", "cause", "where", "operation"}  # the facts that are told


def _said_in(file: Path) -> Iterator[str]:
    calls = (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call))
    for fact in (fact for call in calls for fact in call.keywords if fact.arg in SAID):
        for word in ast.walk(fact.value):
            if isinstance(word, ast.Constant) and isinstance(word.value, str):
                yield word.value


def test_what_an_error_of_the_library_says_names_no_flag() -> None:
    root = Path(bothub_cli.__file__).parent
    places = {file.relative_to(root): file for file in root.rglob("*.py")}
    files = [
        file
        for place, file in places.items()
        if place.parts[0] not in ROOMS_OF_THE_COMMAND and place.as_posix() not in COMMAND_ONLY
    ]
    assert len(files) > 200
    flag = re.compile(r"(?<![\w-])--[a-z]")
    assert [f"{file}: {said}" for file in files for said in _said_in(file) if flag.search(said)] == []


def test_the_command_makes_a_flag_of_a_settings_name() -> None:
    for error, python, command in (
        (UsageError(option="max_cost", problem="'x' is none"), "max_cost: 'x' is none", "--max-cost: 'x' is none"),
        (UsageError(option="not_on", problem="not_on leaves no day"), "not_on leaves no day", "--not-on leaves no day"),
        (UsageError(option="--for", problem="'x' is none"), "--for: 'x' is none", "--for: 'x' is none"),
        (UsageError(option="TIME", problem="'x' is none"), "TIME: 'x' is none", "TIME: 'x' is none"),
        (LimitReachedError(option="limit", limit="limit 5"), "stopped: limit 5", "stopped: --limit 5"),
    ):
        assert (str(error), sentence_of(error)) == (python, command)


def test_a_hint_in_python_calls_a_flag_by_its_parameter() -> None:
    assert NetworkError(host="h", stage="timeout").hint == "try again, or allow more time: timeout SECONDS"
    assert str(OutcomeUnknownError(operation="send").hint).endswith("to send it again all the same: resend_unknown")
    assert InputRefusedError(problem="wrong", fix="write a--b, or -x").hint == "write a--b, or -x"


def test_what_helps_at_the_command_line_is_the_remedy() -> None:
    error = UsageError(problem="wrong", fix="bothub send --help")
    assert (error.hint, error.remedy) == (None, "bothub send --help")
    assert InputRefusedError(problem="wrong", fix="write +33…").hint == "write +33…"
