"""Classes of named facts, made without the code that ``dataclasses`` compiles for each of them.

A frozen dataclass with slots takes 0.5 to 1.5 ms to define (Python 3.11: six functions are compiled from text), which
was nearly all that a ``send`` spent in our own modules. A record is defined in microseconds; to make one costs a
microsecond more. So: records on the way of every command, dataclasses where objects are made by the thousand.
``dataclasses.replace``, ``fields`` and ``asdict`` take records too, and ``__post_init__`` is called.
"""

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, dataclass_transform, overload

_MISSING = dataclasses.MISSING
T = TypeVar("T")


class _Layout:
    """The fields of a record class, in their order, its own after those of its bases."""

    def __init__(self, cls: type) -> None:
        self.fields: dict[str, Any] = {}  # name -> dataclasses.Field, or the default itself
        self.described: dict[str, Any] | None = None  # as dataclasses wants them, once it has asked
        for base in reversed(cls.__mro__[1:]):
            if "__layout__" in base.__dict__:
                layout: _Layout = base.__layout__  # type: ignore[attr-defined]  # record() put it there
                self.fields |= layout.fields
        own, given = cls.__annotations__, cls.__dict__  # a class's own, without those of its bases
        self.fields |= {name: given.get(name, _MISSING) for name, kind in own.items() if not _is_class_var(kind)}
        self.defaults: dict[str, Any] = {}
        self.factories: dict[str, Callable[[], Any]] = {}
        for name, default in self.fields.items():
            if isinstance(default, dataclasses.Field):
                if default.default_factory is not _MISSING:
                    self.factories[name] = default.default_factory
                default = default.default
                if name in own:
                    if default is _MISSING:
                        delattr(cls, name)
                    else:
                        setattr(cls, name, default)
            if default is not _MISSING:
                self.defaults[name] = default

    def complete(self, facts: dict[str, Any], cls: type) -> None:
        """Make what is to be made anew for each object, and see that its facts are all there. Raises TypeError."""
        for name, make in self.factories.items():
            if name not in facts:
                facts[name] = make()
        if facts.keys() != self.fields.keys():
            self._refuse(facts, cls)

    def _refuse(self, facts: dict[str, Any], cls: type) -> None:
        missing = [name for name in self.fields if name not in facts]
        unknown = [name for name in facts if name not in self.fields]
        problem = f"misses {', '.join(missing)}" if missing else f"has no {', '.join(unknown)}"
        raise TypeError(f"{cls.__name__}() {problem}")

    def hashed(self) -> list[str]:
        """Return the names that count for ``hash``."""
        return [name for name, field in self.fields.items() if getattr(field, "hash", None) is not False]

    def shown(self) -> list[str]:
        """Return the names that a ``repr`` may show."""
        return [name for name, field in self.fields.items() if not isinstance(field, dataclasses.Field) or field.repr]


class _LayoutWhenAsked:
    """Works the layout out when the first object is made: of the errors that a command knows, hardly any is raised."""

    def __init__(self, cls: type) -> None:
        self._cls = cls

    def __get__(self, instance: object, owner: type) -> _Layout:
        layout = _Layout(self._cls)
        type.__setattr__(self._cls, "__layout__", layout)
        return layout


class _DataclassFields:
    """What ``dataclasses`` asks of a class, made when it is asked for."""

    def __get__(self, instance: object, owner: type) -> dict[str, Any]:
        layout: _Layout = owner.__layout__  # type: ignore[attr-defined]  # record() put it there
        if layout.described is None:
            kinds = _kinds(owner)
            layout.described = {name: _to_field(name, kinds[name], each) for name, each in layout.fields.items()}
        return layout.described


_DATACLASS_FIELDS = _DataclassFields()


def _kinds(cls: type) -> dict[str, Any]:
    """Return the annotations of a record, after those of its bases."""
    kinds: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        kinds |= base.__annotations__ if "__layout__" in base.__dict__ else {}
    return kinds


def declared(cls: type) -> list[tuple[str, Any, Any]]:
    """Return the name, the annotation and the default (or MISSING) of each field of a record, or of a dataclass."""
    layout: _Layout | None = getattr(cls, "__layout__", None)
    if layout is None:
        return [(field.name, field.type, field.default) for field in dataclasses.fields(cls)]
    kinds = _kinds(cls)
    return [(name, kinds[name], layout.defaults.get(name, _MISSING)) for name in layout.fields]


def _to_field(name: str, kind: Any, default: Any) -> Any:  # a default may be anything; a Field is generic over it
    if isinstance(default, dataclasses.Field):
        field = default
    else:
        field = dataclasses.field() if default is _MISSING else dataclasses.field(default_factory=lambda: default)
        field.default, field.default_factory = default, _MISSING  # field() refuses what cannot be hashed
    field.name, field.type, field.kw_only = name, kind, True
    # dataclasses keeps this mark of an ordinary field under a private name; test_record notices when it moves
    field._field_type = dataclasses._FIELD  # type: ignore[attr-defined]  # noqa: SLF001
    return field


def _is_class_var(kind: object) -> bool:
    if isinstance(kind, str):  # of a module whose annotations nobody evaluates
        return kind.startswith("ClassVar")
    return kind is ClassVar or getattr(kind, "__origin__", None) is ClassVar


def _make(self: Any, *positional: Any, **given: Any) -> None:
    layout: _Layout = self.__layout__
    if len(positional) > len(layout.fields):
        name, most = type(self).__name__, len(layout.fields)
        raise TypeError(f"{name}() takes {most} values, and {len(positional)} were given")
    facts = self.__dict__
    facts.update(layout.defaults)
    facts.update(zip(layout.fields, positional, strict=False))
    facts.update(given)
    layout.complete(facts, type(self))


def _make_by_name(self: Any, **given: Any) -> None:
    layout: _Layout = self.__layout__
    facts = self.__dict__
    facts.update(layout.defaults)
    facts.update(given)
    if layout.factories or facts.keys() != layout.fields.keys():
        layout.complete(facts, type(self))


def _make_and_check(self: Any, *positional: Any, **given: Any) -> None:
    _make(self, *positional, **given)
    self.__post_init__()


def _make_by_name_and_check(self: Any, **given: Any) -> None:
    _make_by_name(self, **given)
    self.__post_init__()


def _equals(self: Any, other: object) -> Any:
    mine, names = self.__dict__, self.__layout__.fields
    if type(other) is not type(self):
        return NotImplemented
    theirs = other.__dict__
    return all(mine[name] == theirs[name] for name in names)


def _hash(self: Any) -> int:
    return hash(tuple(self.__dict__[name] for name in self.__layout__.hashed()))


def _show(self: Any) -> str:
    shown = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self.__layout__.shown())
    return f"{type(self).__qualname__}({shown})"


def _refuse_change(self: Any, name: str, *_: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change {name!r}: a {type(self).__name__} is what it is")


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, kw_only: bool = True, frozen: bool = True, eq: bool = True) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(dataclasses.field,))
def record(cls: type[Any] | None = None, /, *, kw_only: bool = True, frozen: bool = True, eq: bool = True) -> Any:
    """Make a class of annotated fields a value: made by name, compared, shown, never changed.

    The words mean what they mean to ``dataclasses.dataclass``; an error is neither frozen nor compared.
    """
    if cls is None:
        return lambda decorated: _define(decorated, kw_only=kw_only, frozen=frozen, eq=eq)
    return _define(cls, kw_only=kw_only, frozen=frozen, eq=eq)


def _define(cls: Any, *, kw_only: bool, frozen: bool, eq: bool) -> Any:  # a class that is still being made
    if not kw_only or any(value.__class__ is dataclasses.Field for value in cls.__dict__.values()):
        cls.__layout__ = layout = _Layout(cls)  # no Field may stay on the class
        if not kw_only:
            cls.__match_args__ = tuple(layout.fields)  # type: ignore[misc]  # of a class, not of ours
    else:
        cls.__layout__ = _LayoutWhenAsked(cls)
    cls.__dataclass_fields__ = _DATACLASS_FIELDS
    if hasattr(cls, "__post_init__"):
        cls.__init__ = _make_by_name_and_check if kw_only else _make_and_check
    else:
        cls.__init__ = _make_by_name if kw_only else _make
    if eq:
        cls.__eq__, cls.__hash__ = _equals, _hash
    if frozen:
        cls.__setattr__ = cls.__delattr__ = _refuse_change
    if "__repr__" not in cls.__dict__:
        cls.__repr__ = _show
    return cls
