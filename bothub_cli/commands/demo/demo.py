"""``bothub demo``: a minute's walk from a card to a campaign, on a sandbox that vanishes afterwards."""

import json
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Annotated, NamedTuple

import typer

from bothub_cli.child_processes import child_environment, open_in_browser
from bothub_cli.cli.command import command
from bothub_cli.context import AppContext
from bothub_cli.errors import ConfigurationError, ExitCode
from bothub_cli.output.blocks import TextLine, Tone
from bothub_cli.output.printer import Printer

ANN = "+33612345678"
READING_TIME = 4.0  # seconds a step for who watches
_END_AFTER = 5.0  # seconds that the sandbox and the listener have to end by themselves
_NAMES = "Ann Ben Chloe Dan Eva Finn Gil Hugo Ida Jan Kim Lea Max Nora Otto Pia Quentin Rosa Sam Tess"
_TEMPLATE = """\
textMessage: "Hello {{ first_name }}, twenty percent off until Sunday."
suggestedChipList:
  suggestions:
    - reply: {displayText: "Tell me more", postback: {data: "more"}}
    - reply: {displayText: "Stop", postback: {data: "STOP"}}
"""


class DemoStep(NamedTuple):
    """A command that is run as it could be typed, what it shows, and the exit code that it shall end with."""

    told: str
    words: str
    code: int = 0

    def split(self) -> list[str]:
        """Return the words as the shell gives them to a program."""
        return shlex.split(self.words.replace("\\\n", ""))


STEPS = (
    DemoStep(
        "A card goes to Ann, with a picture and a button; drawn as her phone shows it.",
        f"send-card --to {ANN} --title 'Your order' --media van.png \\\n    --reply Thanks=thanks_1 --preview",
    ),
    DemoStep("Ann taps the button. You can do that too, on the page.", f"sandbox act {ANN} tap --label Thanks"),
    DemoStep(
        "Your bot hears it: thanks_1, the button's postback, says which one it was.",
        f"event wait --for response --number {ANN} --since 1m",
    ),
    DemoStep(
        "The bot answers, and waits until the phone has the message.",
        f"send --to {ANN} --text 'Glad to hear it, Ann!' --wait delivered",
    ),
    DemoStep("Ann has had enough and writes STOP.", f"sandbox act {ANN} stop"),
    DemoStep("Her wish is heard and kept,", f"event wait --for message --number {ANN} --since 1m"),
    DemoStep("and from now on nothing goes to her: this is refused.", f"send --to {ANN} --text 'One more thing'", 6),
    DemoStep(
        "A campaign for twenty people, Ann among them, is checked first,", "campaign check people.csv -t offer.yaml"
    ),
    DemoStep("and then sent: to each once, and not to Ann.", "campaign run people.csv -t offer.yaml --no-input"),
    DemoStep("What went out, and what the phones said:", "campaign report"),
)


@command(
    help="See card, tap, answer, STOP and a campaign on a sandbox of its own, in a minute. Nothing is left behind.",
    examples=("bothub demo",),
    shared=(),
)
def run(
    context: AppContext,
    *,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Do not open the page, nor wait for who looks at it.")
    ] = False,
) -> ExitCode:
    if find_spec("starlette") is None or find_spec("babel") is None:
        raise ConfigurationError(problem="the demo needs all libraries", fix="pip install 'bothub-rcs[all]'")
    printer = context.printer
    is_watched = printer.stdout.isatty() and context.questions.may_ask
    with _place() as place, _services(place) as (page, environment):
        _write_files(place)
        is_open = is_watched and not no_open and open_in_browser(page)
        printer.show_blocks([TextLine(f"The phones{' in your browser' if is_open else ''}: {page}", Tone.STRONG)])
        for step in STEPS:
            typed = (TextLine(line, Tone.QUIET) for line in f"$ bothub {step.words}".splitlines())
            printer.show_blocks([TextLine(""), TextLine(step.told), *typed])
            printer.flush()
            ran = subprocess.run(_bothub(*step.split()), env=environment, cwd=place, check=False)  # noqa: S603  ours
            if ran.returncode != step.code:
                return _stop(printer, ran.returncode)
            time.sleep(READING_TIME if is_watched else 0)
        if is_watched and not no_open:
            printer.flush()
            context.questions.wait_for_enter("\nThat was all. Look around on the page; Enter ends it.")
    printer.show_blocks([TextLine(""), TextLine("The sandbox and everything that it wrote are gone.")])
    printer.show_blocks([TextLine("Next: bothub help getting-started", Tone.STRONG)])
    return ExitCode.DONE


@contextmanager
def _place() -> Iterator[Path]:
    """Give a directory that vanishes with the block. Raises ConfigurationError."""
    with ExitStack() as closing:
        try:
            name = closing.enter_context(TemporaryDirectory(prefix="bothub-demo-"))
        except OSError as error:
            problem = f"the demo needs a place to write: {error.strerror or error}"
            raise ConfigurationError(problem=problem, fix="choose one: TMPDIR=/…") from error
        yield Path(name)


def _stop(printer: Printer, code: int) -> ExitCode:
    """Return how the demo ends after a step that ended with an unforeseen code."""
    ended = next((known for known in ExitCode if known == code), ExitCode.UNEXPECTED)
    if ended in (ExitCode.DONE, ExitCode.UNEXPECTED):  # the step itself has not said why
        printer.warn(f"the demo stops here: that ended with {code}")
    return ended or ExitCode.UNEXPECTED


def _bothub(*words: str) -> list[str]:
    return [sys.executable, "-m", "bothub_cli", *words]


@contextmanager
def _services(directory: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Run a sandbox and a listener in directories of their own; give the page and what commands for them need."""
    environment = child_environment()
    environment |= {"BOTHUB_CONFIG_DIR": str(directory / "config"), "BOTHUB_STATE_DIR": str(directory / "state")}
    port = str(_free_port())
    with ExitStack() as stack:
        ready = stack.enter_context(
            _running(environment, "sandbox", "start", "--port", "0", "--webhook", f"http://127.0.0.1:{port}/webhook")
        )
        environment["BOTHUB_PROFILE"] = ready["profile"]
        stack.enter_context(_running(environment, "listen", "--port", port))
        yield ready["url"], environment


@contextmanager
def _running(environment: dict[str, str], *words: str) -> Iterator[dict[str, str]]:
    """Keep a server running while the block runs; give its ready line. Raises ConfigurationError when it has none."""
    with (
        TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 -- our own program
            _bothub(*words, "--json"), env=environment, stdout=subprocess.PIPE, stderr=said
        ) as server,
    ):
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            if not line:
                said.seek(0)
                raise ConfigurationError(problem=f"bothub {words[0]} did not start: {said.read().decode().strip()}")
            yield json.loads(line)
        finally:
            server.terminate()
            try:
                server.communicate(timeout=_END_AFTER)
            except subprocess.TimeoutExpired:
                server.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _write_files(directory: Path) -> None:
    """Write what the steps send: a picture, a list, a message."""
    copyfile(Path(__file__).with_name("van.png"), directory / "van.png")
    rows = (f"+336123456{78 - index},{name}" for index, name in enumerate(_NAMES.split()))
    (directory / "people.csv").write_text("\n".join(["to,first_name", *rows]) + "\n", "utf-8")
    (directory / "offer.yaml").write_text(_TEMPLATE, "utf-8")
