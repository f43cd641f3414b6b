"""The first code that runs: answers what scripts ask most at once, hands everything else to the command line."""

import sys


def run() -> None:
    """Run ``bothub`` with the process's arguments and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        from bothub_cli import __version__

        sys.stdout.write(f"bothub {__version__}\n")
        return
    if sys.argv[1:3] == ["token", "show"]:
        from bothub_cli.quick import show_cached_tokens

        if show_cached_tokens(sys.argv[3:]):
            return
    from bothub_cli.cli import main

    raise SystemExit(main(sys.argv[1:]))
