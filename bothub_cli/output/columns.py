"""Cuts, pads and breaks text to a number of columns on a screen, where some characters are two columns wide."""

import re
from functools import cache

# What is never broken: a time, a number with its unit, a word. A word that is too long is left to the terminal, which
# breaks it without a line end, so that a path or a link can still be copied.
_WHOLE = (
    r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?Z?)?)?"
    r"|(?:p[\d.]+ )?\d[\d,.]* (?:ms|s|min|h|days?|bytes|kB|MB|GB|characters?|messages?)\b"
)
# As text: the re module compiles and keeps them when a line is first too long.
_PIECE = rf"{_WHOLE}|\S+"
_WORD_PIECE = rf"{_WHOLE}|[^\s/?&=_@-]*[/?&=_@-]+|[^\s/?&=_@-]+"  # in a table a long word may end its line


def width_of(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


def fit(text: str, columns: int) -> str:
    """Return the text on exactly that many columns: filled up with spaces, or cut with an ellipsis."""
    room = columns - width_of(text)
    if room >= 0:
        return text + " " * room
    kept, taken = "", 0
    for character in text:
        taken += _columns_of(character)
        if taken > columns - 1:
            break
        kept += character
    return fit(f"{kept}…", columns) if columns > 0 else ""


def break_lines(text: str, columns: int, *, within_words: bool = False) -> list[str]:
    """Return the text in lines of at most so many columns, each indented as the first; no piece is broken.

    ``within_words``: a line may also end after a slash, a hyphen or their like.
    """
    pieces = _WORD_PIECE if within_words else _PIECE
    return [line for whole in text.split("\n") for line in _break_line(whole, columns, pieces)]


def break_hanging(text: str, columns: int, *, hang: int) -> list[str]:
    """Return the text in lines, all but the first so many columns further in, if that leaves half of the width."""
    if not hang or hang > columns // 2:
        return break_lines(text, columns)
    first, *others = break_lines(text[hang:], columns - hang)
    return [text[:hang] + first, *(" " * hang + line for line in others)]


def longest_piece(text: str, *, within_words: bool = False) -> int:
    """Return how many columns the widest part of a text takes that ``break_lines`` does not break."""
    pieces = _WORD_PIECE if within_words else _PIECE
    return max((width_of(piece[0]) for piece in re.finditer(pieces, text)), default=0)


def _break_line(text: str, columns: int, pieces: str) -> list[str]:
    if width_of(text) <= columns:
        return [text]
    indent = " " * min(len(text) - len(text.lstrip(" ")), columns // 2)
    lines, end = [""], len(text) - len(text.lstrip())
    for piece in re.finditer(pieces, text):
        line = (lines[-1] or indent) + text[end : piece.start()] + piece[0]
        if not lines[-1] or width_of(line) <= columns:
            lines[-1] = line
        else:
            lines.append(indent + piece[0])
        end = piece.end()
    return lines


def one_line(text: str) -> str:
    """Return the text with every run of white space, line ends too, as one space."""
    return " ".join(text.split())


@cache
def _columns_of(character: str) -> int:
    import wcwidth  # 30 ms that a text in ASCII never needs

    return max(wcwidth.wcwidth(character), 0)
