"""Answers the shell when it completes a command line; the scripts in ``completions/`` ask."""

import sys
from typing import NoReturn

# Typer keeps these two under private names; tests/test_completions.py notices when they move.
from typer._completion_classes import completion_init
from typer._completion_shared import get_completion_script
from typer.completion import shell_complete
from typer.core import TyperGroup

VARIABLE = "_BOTHUB_COMPLETE"
SHELLS = {"bash": "bothub.bash", "zsh": "_bothub", "fish": "bothub.fish", "powershell": "bothub.ps1"}
_ZSH_LAST_LINE = "compdef _bothub_completion bothub"
# A file in zsh's fpath is first read by the Tab that needs it: then it has to answer that one too (zshcompsys(1)).
_ZSH_END = f"""if [[ $funcstack[1] == _bothub ]]; then
  _bothub_completion "$@"
else
  {_ZSH_LAST_LINE}
fi"""


def completion_script(shell: str) -> str:
    """Return the script that teaches a shell to complete ``bothub``; ``shell`` is a key of SHELLS."""
    script = get_completion_script(prog_name="bothub", complete_var=VARIABLE, shell=shell)
    return script.replace(_ZSH_LAST_LINE, _ZSH_END) + "\n"


def answer_completion(root: TyperGroup, instruction: str) -> NoReturn:
    """Print what fits the words so far, and leave."""
    completion_init()
    sys.exit(shell_complete(root, {}, "bothub", VARIABLE, instruction))
