"""``bothub completion``: prints the completion script of a shell."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shell_completion import SHELLS, completion_script
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.misspellings import choose_from


@command(
    help="Print the completion script of a shell: bash, zsh, fish or powershell.",
    examples=(
        "source <(bothub completion bash)",
        "source <(bothub completion zsh)",
        "bothub completion fish > ~/.config/fish/completions/bothub.fish",
        "bothub completion powershell | Out-String | Invoke-Expression",
    ),
    shared=(),
)
def run(
    context: AppContext,
    *,
    shell: Annotated[
        str,
        typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.", autocompletion=lambda: list(SHELLS)),
    ],
) -> None:
    if shell not in SHELLS:
        fix = choose_from(shell, SHELLS, f"shells: {', '.join(SHELLS)}")
        raise UsageError(problem=f"no completion for the shell {shell!r}", fix=fix)

    context.show_text(completion_script(shell))
