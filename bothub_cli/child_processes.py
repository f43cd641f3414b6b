"""What a program that we start may know: everything of our environment but what belongs to us."""

import os
from collections.abc import Mapping

_OURS = ("BOTHUB_", "_BOTHUB_")


def child_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for another program: without any variable of ours, for those hold secrets."""
    given = os.environ if environ is None else environ
    return {name: value for name, value in given.items() if not name.upper().startswith(_OURS)}
