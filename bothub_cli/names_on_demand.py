"""Loads the public names of a package when they are asked for; internal.

Every public package begins with it, so here it is told, too, when these packages are not ours alone.
"""

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


def _tell_of_other_project() -> None:
    """Say that PyPI's bothub-cli (bothub.studio) is installed into this very package: what it replaced is broken.

    If it came last, it is our ``__init__`` that it replaced: then the first other package of ours says so.
    """
    from os.path import dirname, exists, join  # loaded long since

    if exists(join(dirname(__file__), "lib.py")):  # noqa: PTH110, PTH118, PTH120 -- pathlib would cost every command 5 ms
        from warnings import warn  # hardly anybody is warned

        warn(
            "the package bothub-cli of PyPI, another project (bothub.studio), is installed into the same folder as"
            " bothub-rcs: pip uninstall bothub-cli, then pip install --force-reinstall bothub-rcs",
            RuntimeWarning,
            stacklevel=4,
        )


_tell_of_other_project()
