"""The command line itself: runs a command, and is the only place where an error becomes an exit code."""

import errno
import io
import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperOption

from bothub_cli.cli.command import say_limits
from bothub_cli.cli.group import make_group
from bothub_cli.cli.shared_options import shared_flags
from bothub_cli.cli.tree import TREE, Branch, Node
from bothub_cli.errors import BothubError, ConfigurationError, ExitCode, OutputError, TerminatedError, UsageError
from bothub_cli.invocation.session import Session, start_session
from bothub_cli.output.printer import discard
from bothub_cli.signals import unwind_on_signals
from bothub_cli.version import __version__

_ROOT = Branch("The command line for RCS business messages on Orange's BotHub API (GSMA FNW.11).", TREE)
_ROOT_EXAMPLES = (
    "bothub send --sandbox --to +33612345678 --text 'Hello, world' --preview",
    "bothub login",
    "bothub send --to +33612345678 --text 'Hello, world'",
    "bothub token show",
)


# The libraries that come with an extra of the distribution (pyproject.toml).
_EXTRAS = {"starlette": "server", "uvicorn": "server", "python_multipart": "server", "multipart": "server",
           "httptools": "server", "prometheus_client": "server",
           "pycurl": "bulk", "babel": "bulk", "httpx": "async"}  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing but SystemExit from a completion request is raised."""
    _replace_closed_streams()
    _write_utf8()
    session = start_session(argv)
    unwind_on_signals()
    try:
        code = _run(move_leading_options([_read_argument(word) for word in argv]), session)
        session.printer.flush()
    except BothubError as error:
        return _fail(session, error)
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.TyperException as error:
        return _fail(session, _usage_error(error))
    except TerminatedError as ending:  # before KeyboardInterrupt: it may be both, and knows which signal it was
        return ending.exit_code
    except (KeyboardInterrupt, typer.Abort):
        session.printer.note("interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return ExitCode.BROKEN_PIPE
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            return _report_bug(session, error)
        fix = f"install them: pip install 'bothub-rcs[{extra}]'"
        return _fail(session, ConfigurationError(problem=f"this needs the libraries of {extra}", fix=fix))
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:  # Typer writes help without our printer
            discard(sys.stdout)
            return _fail(session, OutputError(reason=error.strerror or str(error)))
        return _report_bug(session, error)
    return code


def move_leading_options(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the shared options before the command's whole name moved behind it.

    So that each may stand there too: ``bothub --json token show``, ``bothub token --json show``.
    """
    name: list[str] = []
    options: list[str] = []
    node: Node = Branch("", TREE)
    rest = list(arguments)
    while isinstance(node, Branch):
        leading, rest = _split_leading(rest)
        options += leading
        if not rest or rest[0] not in node.children:
            break
        node = node.children[rest[0]]
        name.append(rest.pop(0))
    return name + options + rest if name else list(arguments)


def _split_leading(arguments: list[str]) -> tuple[list[str], list[str]]:
    flags = shared_flags()
    position = 0
    while position < len(arguments):
        name, equals, _ = arguments[position].partition("=")
        if name not in flags:
            break
        position += 2 if flags[name] and not equals else 1
    return arguments[:position], arguments[position:]


def _run(argv: list[str], session: Session) -> int:
    root = make_group("bothub", _ROOT)
    root.examples = _ROOT_EXAMPLES
    root.params.append(
        TyperOption(
            param_decls=["--version"],
            is_flag=True,
            is_eager=True,
            help="Show the version and exit.",
            callback=_tell_version,
        )
    )
    if session.completion:
        from bothub_cli.cli.shell_completion import answer_completion  # a shell asks, no command

        answer_completion(root, session.completion)
    with root.make_context("bothub", argv or ["--help"], obj=session) as context:
        return int(root.invoke(context) or ExitCode.DONE)


def _tell_version(ctx: Any, param: Any, value: bool) -> None:  # noqa: ARG001, FBT001 -- Typer's signature
    if value and not ctx.resilient_parsing:
        ctx.obj.printer.show_text(f"bothub {__version__}")
        raise typer.Exit


def _usage_error(error: typer.TyperException) -> UsageError:
    from bothub_cli.misspellings import choose_from  # who makes no slip needs none

    context = getattr(error, "ctx", None)
    path = f"{context.command_path} --help" if context is not None else ""
    option, choices = getattr(error, "option_name", None), _choices_of(error)
    problem = error.format_message()
    if option is not None and getattr(error, "possibilities", None):
        known = [name for parameter in context.command.params for name in parameter.opts] if context is not None else []
        return UsageError(problem=f"No such option: {option}", fix=choose_from(option, known, path))
    if choices and (written := re.match(r"'(.*)' is not one of", getattr(error, "message", ""), re.DOTALL)):
        return UsageError(problem=problem, fix=choose_from(written[1], choices, path))
    for words, plain in _TYPE_WORDS.items():
        problem = problem.replace(words, plain)
    return UsageError(problem=say_limits(problem), fix=path or None)


_TYPE_WORDS = {  # of Typer's parser, which names its own classes
    "is not in the range": "is not",
    "is not a valid int range": "is not a whole number",
    "is not a valid integer": "is not a whole number",
    "is not a valid float range": "is not a number",
    "is not a valid float": "is not a number",
}


def _choices_of(error: typer.TyperException) -> tuple[str, ...]:
    kind = getattr(getattr(error, "param", None), "type", None)
    return tuple(map(str, getattr(kind, "choices", ())))


def _fail(session: Session, error: BothubError) -> int:
    session.printer.fail(error)
    return error.exit_code


def _report_bug(session: Session, error: Exception) -> int:
    """Say that this is a bug; the traceback, without secrets and without values, only with ``-v``."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    session.printer.fail(
        _BugError(kind=type(error).__name__, place=f"{where.filename.rpartition('/')[2]}:{where.lineno}")
    )
    session.printer.trace("".join(_trace(error, with_values=session.log_content)))
    return ExitCode.UNEXPECTED


def _trace(error: BaseException, *, with_values: bool) -> Iterator[str]:
    """Yield the frames of an error and of those behind it; the words of an error may hold a number or a text."""
    origin = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if origin is not None:
        yield from _trace(origin, with_values=with_values)
        yield "which led to:\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__name__}: {error}\n" if with_values else f"{type(error).__name__}\n"


class _BugError(BothubError):
    def __init__(self, *, kind: str, place: str) -> None:
        super().__init__()
        self._text = f"unexpected {kind} at {place}: this is a bug in bothub {__version__}"

    @property
    def message(self) -> str:
        return self._text

    @property
    def remedy(self) -> str | None:
        return "please report it with the output of the same command and -v"


def _replace_closed_streams() -> None:
    """Let a command that was started with a closed stdout or stderr do its work and say nothing."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 -- lives as long as the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 -- as above


def _write_utf8() -> None:
    """Write UTF-8 into files and pipes on Windows too, where Python takes a code page that lacks most letters."""
    if sys.platform == "win32" and not os.environ.get("PYTHONIOENCODING"):
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
                stream.reconfigure(encoding="utf-8")


def _read_argument(word: str) -> str:
    """Return an argument as UTF-8, which a C locale hides from Python. Raises UsageError for other bytes."""
    if word.isascii() or not any("\udc80" <= character <= "\udcff" for character in word):
        return word
    try:
        return os.fsencode(word).decode("utf-8")
    except UnicodeDecodeError as error:
        shown = ascii(word[:40])
        raise UsageError(problem=f"the argument {shown} is not UTF-8", fix="give the text in UTF-8") from error
