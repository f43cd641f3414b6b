"""The first code that runs: answers what scripts ask most at once, hands everything else to the command line."""

import gc
import sys

# New objects after which Python looks for cycles (its own default: 700). Importing makes many and drops hardly any:
# to look rarely saves 12 ms of a send; a long command still looks, and keeps some megabytes more.
_OBJECTS_BETWEEN_COLLECTIONS = 100_000


def run() -> None:
    """Run ``bothub`` with the process's arguments and exit with its code."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    code = _run(sys.argv[1:])
    gc.freeze()  # what lives now ends with the process: not to look for cycles in it saves 25 ms of a send
    raise SystemExit(code)


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"] and _tell_version():
        return 0
    if arguments[:2] == ["token", "show"]:
        from bothub_cli.fast_token_show import show_cached_tokens  # --version needs none of it

        if show_cached_tokens(arguments[2:]):
            return 0
    from bothub_cli.cli.main import main  # what is answered before needs no command line

    return main(arguments)


def _tell_version() -> bool:
    """Print the version; False when it cannot be written: the command line knows what to say then."""
    from bothub_cli.version import __version__  # the version alone

    try:
        sys.stdout.write(f"bothub {__version__}\n")
        sys.stdout.flush()
    except (OSError, AttributeError):  # a full disk, no reader; closed before we came: None
        return False
    return True
