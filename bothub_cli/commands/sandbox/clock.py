"""``bothub sandbox clock advance``: moves a running sandbox's time forward."""

from datetime import datetime
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.commands.sandbox.options import SANDBOX, AccessTokenFile, open_sandbox
from bothub_cli.context import AppContext
from bothub_cli.durations import read_seconds
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.sandbox import SandboxTime

ADVANCE_MAX = 366 * 86_400  # seconds, as the sandbox takes them


@command(
    help="Move the time of a running sandbox forward: tokens expire, messages move on, files are deleted.",
    examples=("bothub sandbox clock advance 1h", "bothub sandbox clock advance 90s"),
    shared=SANDBOX,
    answers=(SandboxTime,),
)
def run(
    context: AppContext,
    *,
    duration: Annotated[str, typer.Argument(metavar="TIME", help="90s, 5m, 1h30m, 2d.")],
    access_token_file: AccessTokenFile = None,
) -> None:
    step = read_seconds(duration, option="TIME")
    if step > ADVANCE_MAX:
        raise UsageError(problem=f"TIME: {duration} is too far at once", fix="366d at most, and again for more")
    now = open_sandbox(context, access_token_file).change("clock", {"advance": step})["now"]
    context.show(SandboxTime(now=datetime.fromisoformat(now)))
