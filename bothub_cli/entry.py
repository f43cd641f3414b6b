"""The first code that runs: answers what scripts ask most at once, hands everything else to the command line."""

import sys


def run() -> None:
    """Run ``bothub`` with the process's arguments and exit with its code."""
    if sys.argv[1:] == ["--version"] and _tell_version():
        return
    if sys.argv[1:3] == ["token", "show"]:
        from bothub_cli.quick import show_cached_tokens

        if show_cached_tokens(sys.argv[3:]):
            return
    from bothub_cli.cli import main

    raise SystemExit(main(sys.argv[1:]))


def _tell_version() -> bool:
    """Print the version; False when it cannot be written: the command line knows what to say then."""
    from bothub_cli import __version__

    try:
        sys.stdout.write(f"bothub {__version__}\n")
        sys.stdout.flush()
    except (OSError, AttributeError):  # a full disk, no reader; closed before we came: None
        return False
    return True
