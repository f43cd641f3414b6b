"""A document is JSON with a schema that fits it, and fields that can be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

import jsonschema
import pytest

from bothub_cli.errors import UsageError
from bothub_cli.output.document import check_chosen_fields, json_schema, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    word: Literal["a", "b"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample."""

    schema_name: ClassVar[str] = "sample"

    name: Annotated[str, "its name"]
    when: datetime | None
    parts: tuple[Part, ...]
    members: Mapping[str, int]
    anything: Any

    def blocks(self) -> tuple[()]:
        return ()


SAMPLE = Sample(
    name="x",
    when=datetime(2026, 11, 24, 12, 0, 0, 500_000, tzinfo=UTC),
    parts=(Part(word="a"),),
    members={"n": 1},
    anything=[None],
)


def test_an_unknown_field_is_a_usage_error_that_lists_the_valid_ones() -> None:
    with pytest.raises(UsageError) as caught:
        check_chosen_fields(("nam",), [Sample])
    assert caught.value.fix == "did you mean name? fields: name, when, parts, members, anything"


def test_every_value_becomes_json_and_the_schema_is_named() -> None:
    assert to_json(SAMPLE) == {
        "schema": "bothub/sample/1",
        "name": "x",
        "when": "2026-11-24T12:00:00.500Z",
        "parts": [{"word": "a"}],
        "members": {"n": 1},
        "anything": [None],
    }


def test_chosen_fields_come_in_the_order_of_the_choice() -> None:
    assert list(to_json(SAMPLE, ("when", "name"))) == ["schema", "when", "name"]


@pytest.mark.parametrize("fields", [(), ("name",)])
def test_the_schema_accepts_what_is_printed(fields: tuple[str, ...]) -> None:
    jsonschema.validate(to_json(SAMPLE, fields), json_schema(Sample))


def test_the_schema_refuses_a_wrong_value() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(to_json(SAMPLE) | {"parts": [{"word": "c"}]}, json_schema(Sample))
