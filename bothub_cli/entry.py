"""The first code that runs: answers ``--version`` at once, hands everything else to the command line."""

import sys


def run() -> None:
    """Run ``bothub`` with the process's arguments and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        from bothub_cli import __version__

        sys.stdout.write(f"bothub {__version__}\n")
        return
    from bothub_cli.cli import main

    raise SystemExit(main(sys.argv[1:]))
