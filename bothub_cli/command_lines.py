"""Command lines as people write them: the words, and whether their program is there."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# Where a line for the shell goes; cmd.exe reads quotes otherwise than Popen writes them.
SHELL: Final = ("powershell", "-NoProfile", "-Command") if sys.platform == "win32" else ("/bin/sh", "-c")


def split_words(command: str) -> tuple[str, ...]:
    """Cut a command line into words, without a shell; on Windows a backslash belongs to a path. Raises ValueError."""
    lexer = shlex.shlex(command, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    if sys.platform == "win32":
        lexer.escape = ""
    return tuple(lexer)


def say_not_runnable(words: Sequence[str]) -> str | None:
    """Say why a command line cannot be run: the one wording of all commands; None when its program is there."""
    import shutil  # 5 ms that only whoever names a command pays

    program = words[0] if words else ""
    if shutil.which(program) is not None:
        return None
    place = Path(program)
    if not program or place.name == program:  # looked for on the PATH alone
        return f"there is no program {program}" if program else "there is no program in it"
    if place.is_dir():
        return f"{program}: is a directory"
    return f"{program}: may not be run by you" if place.is_file() else f"there is no program {program}"
