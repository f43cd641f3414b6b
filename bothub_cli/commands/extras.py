"""Says which part of the program is not installed, when a library that only this part needs is missing."""

from collections.abc import Mapping
from types import MappingProxyType

from bothub_cli.errors import ConfigurationError

# the library's import name -> the extra in pyproject.toml that brings it
_EXTRAS: Mapping[str, str] = MappingProxyType(
    {"starlette": "server", "uvicorn": "server", "python_multipart": "server", "pycurl": "bulk", "jinja2": "bulk"}
)


def explain_missing(error: ModuleNotFoundError) -> ConfigurationError | None:
    """Return the error that names what to install; None for a module that no extra brings."""
    library = (error.name or "").partition(".")[0]
    extra = _EXTRAS.get(library)
    if extra is None:
        return None
    return ConfigurationError(
        problem=f"this needs {library}, which is not installed", fix=f"pip install 'bothub-rcs[{extra}]'"
    )
