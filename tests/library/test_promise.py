"""What semantic versioning holds for: every public module says its names, and every name says what it promises."""

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, cast

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
# What these calls take and return can be named by whoever writes a function around them.
RETURNED = {
    "bothub_cli.client": ("Accepted", "MessageStatus", "StoredFile", "MediaFacts", "ContactCapabilities", "BulkResult"),
    "bothub_cli.campaign": ("CampaignSettings", "RowState", "RunProgress", "RowProblem", "CampaignWarning"),
    "bothub_cli.sandbox.server": ("SandboxIdentity", "SandboxMessage", "SandboxSettings", "WebhookTarget"),
    "bothub_cli": ("SuppressedError",),
}
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


def _documented(kind: type) -> set[str]:
    """Return the fields of a class, its bases' too, that have a docstring line below them, as editors show it."""
    bases = [base for base in kind.__mro__ if base.__module__.startswith("bothub_cli")]
    bodies = [cast("ast.ClassDef", ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]).body for base in bases]
    return {
        field.target.id
        for body in bodies
        for field, words in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        and isinstance(words, ast.Expr) and isinstance(words.value, ast.Constant)
    }  # fmt: skip


@pytest.mark.parametrize("name", PUBLIC)
def test_every_field_of_a_public_record_says_what_it_holds(name: str) -> None:
    module = importlib.import_module(name)
    kinds = [getattr(module, each) for each in module.__all__]
    records = [kind for kind in kinds if inspect.isclass(kind) and is_dataclass(kind)]
    silent = {
        kind.__name__: {each.name for each in fields(kind) if not each.name.startswith("_")} - _documented(kind)
        for kind in records
    }
    assert {each: missing for each, missing in silent.items() if missing} == {}


@pytest.mark.parametrize("name", PUBLIC)
def test_the_manual_names_every_public_module(name: str) -> None:
    promise = MANUAL.read_text("utf-8").partition("**What stays.**")[2].partition("\n\n")[0]
    last = name.removeprefix("bothub_cli").rpartition(".")[2]
    assert re.search(rf"\b{last or '__all__'}\b", promise), name


@pytest.mark.parametrize(("module", "names"), RETURNED.items())
def test_what_calls_return_is_public(module: str, names: tuple[str, ...]) -> None:
    assert set(names) <= set(importlib.import_module(module).__all__)
