"""Loads the public names of a package when they are asked for; internal."""

TYPE_CHECKING = False  # type checkers take it for true; these would cost every command 4 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def names_on_demand(package: str, homes: "Mapping[str, str]", loaded: dict[str, object]) -> "Callable[[str], object]":
    """Return a package's ``__getattr__``: each name is loaded from its module (``homes``) and kept in ``loaded``."""

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module  # the command that only shows its version needs none

        loaded[name] = getattr(import_module(f"{package}.{homes[name]}"), name)
        return loaded[name]

    return load
