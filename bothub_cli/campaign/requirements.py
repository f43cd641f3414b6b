"""What must be installed for a campaign; apart, since asking loads none of it."""

from importlib.util import find_spec

from bothub_cli.errors import ConfigurationError


def require_templates() -> None:
    """Raise ConfigurationError when a library that templates need is not installed."""
    if find_spec("babel") is None:
        raise ConfigurationError(
            problem="campaigns need more libraries than are installed", fix="pip install 'bothub-rcs[bulk]'"
        )


def require_ledger() -> None:
    """Raise ConfigurationError when the library that talks to a shared ledger is not installed."""
    if find_spec("psycopg") is None:
        raise ConfigurationError(
            problem="a ledger that machines share needs a library that is not installed",
            fix="pip install 'bothub-rcs[cluster]'",
        )
