"""The command line itself: runs a command, and is the only place where an error becomes an exit code."""

import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import typer

from bothub_cli import __version__
from bothub_cli.commands.group import make_group
from bothub_cli.commands.hoist import hoist
from bothub_cli.commands.tree import TREE, Branch
from bothub_cli.context import Session, start_session
from bothub_cli.errors import BothubError, ExitCode, UsageError
from bothub_cli.output.printer import discard_stdout

_ROOT = Branch("The command line for RCS business messages on Orange's BotHub API (GSMA FNW.11).", TREE)
_ROOT_EXAMPLES = (
    "bothub send --sandbox --to +33612345678 --text 'Hello, world' --preview",
    "bothub login",
    "bothub send --to +33612345678 --text 'Hello, world'",
    "bothub token show",
)


class _Terminated(BaseException):
    """SIGTERM arrived; unwinds like a keyboard interrupt, so that everything is closed."""


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing but SystemExit from a completion request is raised."""
    session = start_session(argv)
    _listen_to_sigterm()
    try:
        code = _run(hoist(argv), session)
        sys.stdout.flush()
    except BothubError as error:
        return _fail(session, error)
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.TyperException as error:
        return _fail(session, _usage_error(error))
    except (KeyboardInterrupt, typer.Abort):
        session.printer.note("interrupted")
        return ExitCode.INTERRUPTED
    except _Terminated:
        return ExitCode.TERMINATED
    except BrokenPipeError:
        discard_stdout()
        return ExitCode.BROKEN_PIPE
    except Exception as error:
        return _report_bug(session, error)
    return code


def _run(argv: list[str], session: Session) -> int:
    if argv == ["--version"]:
        session.printer.show_text(f"bothub {__version__}")
        return ExitCode.DONE
    root = make_group("bothub", _ROOT)
    root.examples = _ROOT_EXAMPLES
    if session.completion:
        from bothub_cli.commands.completing import answer_completion

        answer_completion(root, session.completion)
    with root.make_context("bothub", argv or ["--help"], obj=session) as context:
        return int(root.invoke(context) or ExitCode.DONE)


def _usage_error(error: typer.TyperException) -> UsageError:
    context = getattr(error, "ctx", None)
    fix = f"{context.command_path} --help" if context is not None else None
    return UsageError(problem=error.format_message(), fix=fix)


def _fail(session: Session, error: BothubError) -> int:
    session.printer.fail(error)
    return error.exit_code


def _report_bug(session: Session, error: Exception) -> int:
    """Say that this is a bug; the traceback, without secrets and without values, only with ``-v``."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    session.printer.fail(
        _BugError(kind=type(error).__name__, place=f"{where.filename.rpartition('/')[2]}:{where.lineno}")
    )
    session.printer.trace("".join(traceback.format_exception(error)))
    return ExitCode.UNEXPECTED


class _BugError(BothubError):
    def __init__(self, *, kind: str, place: str) -> None:
        super().__init__()
        self._text = f"unexpected {kind} at {place}: this is a bug in bothub {__version__}"

    @property
    def message(self) -> str:
        return self._text

    @property
    def hint(self) -> str | None:
        return "please report it with the output of the same command and -v"


def _listen_to_sigterm() -> None:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)


def _terminate(signum: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 -- the signature of a signal handler
    raise _Terminated
