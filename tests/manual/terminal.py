"""A terminal of eighty columns: what commands write to it, and what of it stands on the screen in the end."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS, LINES = 80, 50
_CONTROL = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")  # ECMA-48, as far as rich uses it


def run_in_terminal(words: Sequence[str], *, environ: Mapping[str, str], folder: Path | None = None) -> tuple[int, str]:
    """Return the exit code of a command and everything that it writes, stdout and stderr in their order."""
    import pty

    ours, theirs = pty.openpty()
    size = {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(LINES)}
    with subprocess.Popen(
        words, cwd=folder, env={**environ, **size}, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        written = b"".join(_pieces(ours))
        code = running.wait(timeout=60)
    os.close(ours)
    return code, written.decode().replace("\r\n", "\n")


def _pieces(descriptor: int) -> list[bytes]:
    pieces: list[bytes] = []
    while True:
        try:
            piece = os.read(descriptor, 65536)
        except OSError:  # Linux says so that nobody writes any more
            return pieces
        if not piece:
            return pieces
        pieces.append(piece)


def on_screen(written: str) -> str:
    """Return what can be read in the end: without colours, bars as they were last drawn."""
    screen, row = [""], 0
    for arguments, control, line_end, text in _CONTROL.findall(written):
        if text:
            screen[row] += text
        elif line_end == "\n":
            row += 1
            screen += [""] * (row == len(screen))
        elif line_end or control == "K":  # what is drawn over a line begins anew
            screen[row] = ""
        elif control == "A":
            row = max(0, row - int(arguments or 1))
    return "\n".join(line.rstrip() for line in screen).rstrip("\n") + "\n"
