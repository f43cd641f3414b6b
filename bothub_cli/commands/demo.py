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
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Annotated, NamedTuple

import typer

from bothub_cli.child_processes import child_environment, open_in_browser
from bothub_cli.cli.command import command
from bothub_cli.context import AppContext
from bothub_cli.errors import ConfigurationError, ExitCode
from bothub_cli.output.blocks import TextLine, Tone

ANN = "+33612345678"
READING_TIME = 2.5  # seconds a step on a terminal
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


STEPS = (
    DemoStep(
        "A card with a button goes through token, signed assertion and API, and is drawn as the phone will show it.",
        f"send-card --to {ANN} --title 'Your order' --reply Thanks=thanks_1 --preview",
    ),
    DemoStep("The user taps the button: you can do that on the page too.", f"sandbox act {ANN} tap --label Thanks"),
    DemoStep(
        "Your bot hears it: the postback says which button it was.",
        f"event wait --for response --number {ANN} --since 1m",
    ),
    DemoStep(
        "It answers, and waits until the phone has the message.",
        f"send --to {ANN} --text 'Glad to hear it, Ann!' --wait delivered",
    ),
    DemoStep("The user has had enough and writes STOP.", f"sandbox act {ANN} text --text STOP"),
    DemoStep("The wish is heard and kept,", f"event wait --for message --number {ANN} --since 1m"),
    DemoStep("and from now on nothing goes to that number.", f"send --to {ANN} --text 'One more thing …'", 6),
    DemoStep(
        "A campaign for twenty people, Ann among them, is checked first,", "campaign check people.csv -t offer.yaml"
    ),
    DemoStep("and then sent: each once, and not to Ann.", "campaign run people.csv -t offer.yaml --no-input"),
    DemoStep("What went out, and what the phones said.", "campaign report"),
)


@command(
    help="See card, tap, answer, STOP and a campaign on a sandbox of its own, in a minute. Nothing is left behind.",
    examples=("bothub demo",),
    shared=(),
)
def run(
    context: AppContext,
    *,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the page in the browser.")] = False,
) -> ExitCode:
    if find_spec("starlette") is None or find_spec("babel") is None:
        raise ConfigurationError(problem="the demo needs all libraries", fix="pip install 'bothub-rcs[all]'")
    is_watched = context.printer.is_interactive
    with TemporaryDirectory(prefix="bothub-demo-") as name, _services(Path(name)) as (page, environment):
        _write_campaign(Path(name))
        context.printer.show_blocks([TextLine(f"The phones are on {page}", Tone.STRONG)])
        if is_watched and not no_open:
            open_in_browser(page)
        for step in STEPS:
            context.printer.show_blocks(
                [TextLine(""), TextLine(step.told), TextLine(f"$ bothub {step.words}", Tone.QUIET)]
            )
            context.printer.flush()
            ran = subprocess.run(  # noqa: S603 -- our own program
                _bothub(*shlex.split(step.words)), env=environment, cwd=name, check=False
            )
            if ran.returncode != step.code:
                return ExitCode(ran.returncode or ExitCode.UNEXPECTED)
            time.sleep(READING_TIME if is_watched else 0)
        context.printer.show_blocks(
            [TextLine(""), TextLine("That was all; the sandbox and everything it wrote are gone.")]
        )
        context.printer.show_blocks([TextLine("Next: bothub help getting-started", Tone.STRONG)])
    return ExitCode.DONE


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


def _write_campaign(directory: Path) -> None:
    rows = (f"+336123456{78 - index},{name}" for index, name in enumerate(_NAMES.split()))
    (directory / "people.csv").write_text("\n".join(["to,first_name", *rows]) + "\n", "utf-8")
    (directory / "offer.yaml").write_text(_TEMPLATE, "utf-8")
