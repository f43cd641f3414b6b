"""Every JSON answer is as its schema says; every error is one line."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest

Bothub = Callable[..., Any]
SEND = ("send", "--to", "+33612345678", "--text", "Hi")
ONE_DOCUMENT = [
    ("token", "refresh"), ("token", "show"), ("token", "clear"), ("jwt", "create"), ("jwt", "public-key"),
    ("profile", "list"), ("profile", "show"), ("profile", "use", "default"), ("profile", "set", "region=FR"),
    SEND, (*SEND, "--dry-run"),
    (*SEND, "--curl"), ("send-card", "--to", "+33612345678", "--title", "Hi"), ("help", "output"), ("logout",),
    ("profile", "remove", "default", "--yes"),
]  # fmt: skip


def validate(bothub: Bothub, answer: dict[str, Any]) -> None:
    _, name, version = answer["schema"].split("/")
    assert version == "1"
    schema = json.loads(bothub("schema", name).out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(answer, schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("argv", ONE_DOCUMENT, ids=" ".join)
def test_an_answer_satisfies_its_schema(bothub: Bothub, account: Any, argv: tuple[str, ...]) -> None:
    ran = bothub(*argv, "--json")
    assert ran.code == 0, ran.err
    assert len(ran.out.splitlines()) == 1
    validate(bothub, ran.json)


def test_the_answers_to_a_login_and_to_an_assertion_satisfy_their_schemas(bothub: Bothub, bot: Any) -> None:
    validate(bothub, bothub("login", *bot.login_flags(), "--json").json)
    assertion = bothub("jwt", "create").out.strip()
    validate(bothub, bothub("jwt", "decode", assertion, "--json").json)
    validate(bothub, bothub("jwt", "verify", assertion, "--json").json)


def test_every_line_of_many_answers_satisfies_its_schema(bothub: Bothub, account: Any) -> None:
    numbers = ("+33612345678", "+33639980404", "+33639980604")
    ran = bothub("send", *(word for number in numbers for word in ("--to", number)), "--text", "Hi", "--json")
    assert len(ran.lines) == 4
    for line in ran.lines:
        validate(bothub, {name: value for name, value in line.items() if name != "type"})


def _members(schema: Any) -> Iterator[Any]:
    yield schema
    for value in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _members(value)


def test_every_schema_is_valid_and_closed_to_no_later_member(bothub: Bothub) -> None:
    names = bothub("schema").out.split()
    assert {"send-result", "error", "note"} <= set(names)
    for name in names:
        schema = json.loads(bothub("schema", name).out)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert all(part.get("additionalProperties") is not False for part in _members(schema) if isinstance(part, dict))


@pytest.mark.parametrize(
    "argv",
    [
        ("tokn",), ("token", "show", "--nonsense"), ("token", "show", "-p", "nobody"), ("send",),
        (*SEND, "--fields", "x"),
        ("send", "--to", "12", "--text", "Hi"), (*SEND, "--region", "France"), ("jwt", "decode", "x"), ("help", "x"),
        ("profile", "set", "x"), ("login", "--client-id", "x"), ("send", "--json", "--to"),
        ("send", "--to", "+33639980404", "--text", "x"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_an_error_is_one_json_line_on_stderr_and_nothing_on_stdout(
    bothub: Bothub, account: Any, argv: tuple[str, ...]
) -> None:
    ran = bothub(*argv, "--json") if "--json" not in argv else bothub(*argv)
    assert ran.out == ""
    assert (ran.error["type"], ran.error["exit_code"]) == ("error", ran.code)
    assert ran.error["message"]
    assert set(ran.error) >= {"code", "hint", "http"}
    validate(bothub, ran.error)


@pytest.mark.parametrize(
    "argv", [("--json", "token", "show"), ("token", "--json", "show"), ("token", "show", "--json")]
)
def test_a_shared_option_may_stand_anywhere(bothub: Bothub, account: Any, argv: tuple[str, ...]) -> None:
    assert bothub(*argv).json["schema"] == "bothub/token-status/1"


def test_fields_choose_and_order_the_members(bothub: Bothub, account: Any) -> None:
    assert list(bothub(*SEND, "--fields", "outcome,to").json) == ["schema", "outcome", "to"]


def test_quiet_leaves_the_answer_and_the_errors(bothub: Bothub, account: Any) -> None:
    ran = bothub(*SEND, "--traffic-type", "gossip", "--quiet")
    assert (ran.err, ran.out.startswith("accepted")) == ("", True)
    assert bothub("send", "--quiet").err.startswith("error: ")


def test_verbose_tells_each_request_with_masked_content(bothub: Bothub, account: Any) -> None:
    ran = bothub(*SEND, "-vv")
    assert ran.err.count("> POST ") == 3
    assert "+33612345678" not in ran.err
    shown = bothub(*SEND, "-vv", "--log-content").err
    assert '"textMessage": "Hi"' in shown
