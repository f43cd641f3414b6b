"""What semantic versioning holds for: every public module says its names, and every name says what it promises."""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import bothub_cli

MANUAL = Path(bothub_cli.__file__).parent / "manual" / "library.md"
PUBLIC = [
    "bothub_cli",
    "bothub_cli.auth.cache",
    "bothub_cli.auth.chain",
    "bothub_cli.auth.identity",
    "bothub_cli.campaign",
    "bothub_cli.client",
    "bothub_cli.clock",
    "bothub_cli.config.key_source",
    "bothub_cli.errors",
    "bothub_cli.messages",
    "bothub_cli.preview",
    "bothub_cli.sandbox.pytest_plugin",
    "bothub_cli.sandbox.server",
    "bothub_cli.transport.base",
    "bothub_cli.transport.http",
]
NO_CODE = {"EventBody", "CredentialsSubject", "KeySource", "__version__"}  # words and unions: they stand for themselves


def _is_protocol(module: ModuleType, name: str) -> bool:
    value = getattr(module, name)
    return inspect.isclass(value) and getattr(value, "_is_protocol", False)


def _public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the public names of a module with their objects, and the methods of its classes.

    What a method of a Protocol promises is not said again by who keeps the promise.
    """
    protocols = [getattr(module, name) for name in module.__all__ if _is_protocol(module, name)]
    said = {member for protocol in protocols for member in vars(protocol)}
    for name in module.__all__:
        value = getattr(module, name)
        yield name, value
        if inspect.isclass(value):
            for member, method in vars(value).items():
                if (
                    not member.startswith("_")
                    and inspect.isfunction(method)
                    and (member not in said or _is_protocol(module, name))
                ):
                    yield f"{name}.{member}", method


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_module_lists_its_names_in_order(name: str) -> None:
    module = importlib.import_module(name)
    names = [each for each in module.__all__ if each != "__version__"]
    assert len(set(names)) == len(names)
    assert all(getattr(module, each) is not None for each in names)
    assert not [each for each in names if each.startswith("_")]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_says_what_it_is(name: str) -> None:
    silent = [
        each
        for each, value in _public(importlib.import_module(name))
        if each not in NO_CODE
        and (inspect.isclass(value) or inspect.isfunction(value))
        and not (inspect.getdoc(value) or "").strip()
    ]
    assert silent == []


@pytest.mark.parametrize("name", PUBLIC)
def test_the_manual_names_every_public_module(name: str) -> None:
    promise = MANUAL.read_text("utf-8").partition("**What stays.**")[2].partition("\n\n")[0]
    last = name.removeprefix("bothub_cli").rpartition(".")[2]
    assert re.search(rf"\b{last or '__all__'}\b", promise), name
