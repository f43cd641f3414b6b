"""Refuses what a field of a record, or of a dataclass, cannot hold: where people make one by hand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Literal, NoReturn, Union, get_args, get_origin

from bothub_cli.errors import InputRefusedError
from bothub_cli.record import declared


class _FieldKinds:
    """What may stand in a field: values of these types; or a list (``of``) of such values, which becomes a tuple."""

    def __init__(
        self, name: str, types: tuple[type, ...], *, of: tuple[type, ...] | None = None, is_required: bool
    ) -> None:
        self.name = name
        self.types = types
        self.of = of
        self.is_required = is_required


_kinds_known: dict[type, tuple[_FieldKinds, ...]] = {}


def check_fields(value: object) -> None:
    """Refuse what a field cannot hold, in a sentence for who wrote it; a list becomes a tuple, which nobody changes.

    For ``__post_init__``. A path may be a str. What a type checker would have said is said where the mistake was made,
    and not by whatever trips over it later. Raises InputRefusedError.
    """
    if type(value) not in _kinds_known and _holds_exactly_what_is_declared(value):
        return
    for field in _field_kinds(type(value)):
        given = getattr(value, field.name)
        if field.of is None:
            if _is_one(given, field.types):
                continue
            if not (isinstance(given, str) and Path in field.types):
                _refuse(value, field, given, field.types)
            object.__setattr__(value, field.name, Path(given))
        elif type(given) is not tuple or not all(_is_one(each, field.of) for each in given):
            object.__setattr__(value, field.name, _to_tuple(value, field, given, field.of))


def _holds_exactly_what_is_declared(value: object) -> bool:
    """Tell whether all fields hold objects of classes that their annotations name: then nothing is to be worked out."""
    for name, annotation, _ in declared(type(value)):
        kind = type(getattr(value, name))
        if kind is not annotation and not (type(annotation) is UnionType and kind in annotation.__args__):
            return False
    return True


def _to_tuple(value: object, field: _FieldKinds, given: object, of: tuple[type, ...]) -> tuple[object, ...]:
    if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
        _refuse(value, field, given, of, many=True)
    items = tuple(given)
    for each in items:
        if not _is_one(each, of):
            _refuse(value, field, each, of)
    return items


def _is_one(given: object, types: tuple[type, ...]) -> bool:
    return isinstance(given, types) and not (isinstance(given, bool) and bool not in types and object not in types)


def _refuse(
    value: object, field: _FieldKinds, given: object, types: tuple[type, ...], *, many: bool = False
) -> NoReturn:
    names = list(dict.fromkeys(each.__name__ for each in types if each is not NoneType))
    if "float" in names and "int" in names:
        names.remove("int")  # every number is taken
    wanted = ("a list of " if many else "") + " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    said = "None" if given is None else type(given).__name__
    raise InputRefusedError(
        problem=f"{type(value).__name__}({field.name}=…) takes {wanted}, not {said}",
        fix="write a list of it: […]" if many and _is_one(given, types) else _advise(type(value), given, types),
    )


def _advise(owner: type, given: object, types: tuple[type, ...]) -> str | None:
    """Say how what was given becomes what belongs there."""
    if isinstance(given, Mapping) and hasattr(owner, "from_payload"):
        return f"{owner.__name__}.from_payload(…) reads JSON"
    public = (each for kind in types for each in (kind, *kind.__subclasses__()) if not each.__name__.startswith("_"))
    for kind in public:
        for field in _field_kinds(kind):
            is_path = isinstance(given, str) and Path in field.types
            fits = _is_one(given, field.types) or is_path if field.of is None else isinstance(given, list | tuple)
            if fits and field.is_required:
                others = ", …" if sum(each.is_required for each in _field_kinds(kind)) > 1 else ""
                return f"wrap it: {kind.__name__}({field.name.removeprefix('_')}=…{others})"
    return 'write RFC 3339: "2030-12-24T18:00:00Z"' if hasattr(given, "resolution") and str in types else None


def _field_kinds(kind: type) -> tuple[_FieldKinds, ...]:
    if kind not in _kinds_known:
        _kinds_known[kind] = tuple(_read_kinds(kind)) if is_dataclass(kind) else ()
    return _kinds_known[kind]


def _read_kinds(kind: type) -> Iterator[_FieldKinds]:
    for field in fields(kind):
        is_required = field.default is MISSING and field.default_factory is MISSING
        annotation = get_args(field.type)[0] if get_origin(field.type) is Annotated else field.type
        if get_origin(annotation) in (tuple, Sequence):
            if of := tuple(_types(get_args(annotation)[0])):
                yield _FieldKinds(field.name, (tuple,), of=of, is_required=is_required)
        elif types := tuple(_types(annotation)):
            yield _FieldKinds(field.name, types, is_required=is_required)


def _types(annotation: object) -> Iterator[type]:
    """Yield the classes of an annotation; none where nobody can tell by looking at a value."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        found = [tuple(_types(each)) for each in get_args(annotation)]
        yield from (kind for kinds in found for kind in kinds) if all(found) else ()
    elif origin is Literal:
        yield from {type(each) for each in get_args(annotation)}
    elif annotation is None or annotation is NoneType:
        yield NoneType
    elif annotation is float:
        yield from (float, int)
    elif isinstance(found_class := origin or annotation, type) and not getattr(found_class, "_is_protocol", False):
        yield found_class
