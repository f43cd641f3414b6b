"""What a command answers: a typed document, printed as JSON, described by a JSON Schema, or drawn for a person."""

import dataclasses
import types
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum, StrEnum
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Protocol,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import UsageError
from bothub_cli.output.blocks import Block
from bothub_cli.record import record

JsonObject = dict[str, Any]  # a JSON object: any JSON value under each name


class Document(Protocol):
    """A value with a schema name; its fields, in their order, are the members of the JSON document."""

    schema_name: ClassVar[str]

    def blocks(self) -> Iterable[Block]:
        """Say the same thing to a person."""
        ...


DocumentClass = TypeVar("DocumentClass", bound=type[Document])
DOCUMENTS: dict[str, type[Document]] = {}


@dataclass_transform(kw_only_default=True, frozen_default=True)
def document(cls: DocumentClass) -> DocumentClass:
    """Make a class of annotated fields a value, registered under its schema name for ``bothub schema NAME``."""
    record(cls)  # changes the class, and returns it
    DOCUMENTS[cls.schema_name] = cls
    return cls


def schema_id(cls: type[Document]) -> str:
    """Return the identifier that stands in every document of the class."""
    return f"bothub/{cls.schema_name}/1"


def field_names(cls: type[Document]) -> tuple[str, ...]:
    """Return the members of the document that ``--fields`` may name."""
    return tuple(item.name for item in dataclasses.fields(cls))  # type: ignore[arg-type]  # documents are dataclasses


def to_json(answer: Document, fields: tuple[str, ...] = ()) -> JsonObject:
    """Return the document as JSON values, with only the chosen fields when there are any.

    Raises UsageError when a field is not one of the document's.
    """
    check_chosen_fields(fields, (type(answer),))
    names = fields or field_names(type(answer))
    return {"schema": schema_id(type(answer))} | {name: _to_value(getattr(answer, name)) for name in names}


def _to_value(value: object) -> Any:
    match value:
        case datetime():
            return to_rfc3339(value)
        case Enum():
            return value.value
        case Mapping():
            return {str(key): _to_value(item) for key, item in value.items()}
        case list() | tuple():
            return [_to_value(item) for item in value]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {item.name: _to_value(getattr(value, item.name)) for item in dataclasses.fields(value)}
        case _:
            return value


def json_schema(cls: type[Document]) -> JsonObject:
    """Return the JSON Schema (draft 2020-12) that every document of the class satisfies, also under ``--fields``."""
    schema = _object_schema(cls)
    schema["properties"] = {"schema": {"const": schema_id(cls)}} | schema["properties"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": schema_id(cls),
        "description": (cls.__doc__ or "").strip(),
    } | (schema | {"required": ["schema"]})


def _object_schema(cls: type) -> JsonObject:
    hints = get_type_hints(cls, include_extras=True)
    names = [item.name for item in dataclasses.fields(cls)]
    return {"type": "object", "properties": {name: _value_schema(hints[name]) for name in names}, "required": names}


_SIMPLE: dict[object, JsonObject] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    type(None): {"type": "null"},
    Any: {},
    object: {},
}


def _value_schema(hint: Any) -> JsonObject:  # a type form: the typing module has no narrower type for one
    if hint in _SIMPLE:
        return dict(_SIMPLE[hint])
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _value_schema(arguments[0]) | {"description": str(arguments[1])}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_value_schema(argument) for argument in arguments]}
    if origin in (tuple, list):
        return {"type": "array", "items": _value_schema(arguments[0])}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _value_schema(arguments[1])}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [member.value for member in hint]}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _object_schema(hint)
    raise TypeError(f"no JSON Schema for {hint!r}")


def check_chosen_fields(fields: tuple[str, ...], answers: Iterable[type[Document]]) -> None:
    """Refuse a field that none of the answers has. Raises UsageError that lists those there are."""
    if not fields:
        return
    known = dict.fromkeys(name for answer in answers for name in field_names(answer))
    unknown = [name for name in fields if name not in known]
    if unknown:
        from bothub_cli.misspellings import choose_from  # who names the fields that are there needs none

        fix = choose_from(unknown[0], known, f"fields: {', '.join(known)}")
        raise UsageError(problem=f"no field {', '.join(map(repr, unknown))} here", fix=fix)
