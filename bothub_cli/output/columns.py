"""Cuts and pads text to a number of columns on a screen, where some characters are two columns wide."""

from functools import cache


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


def one_line(text: str) -> str:
    """Return the text with every run of white space, line ends too, as one space."""
    return " ".join(text.split())


@cache
def _columns_of(character: str) -> int:
    import wcwidth  # 30 ms that a text in ASCII never needs

    return max(wcwidth.wcwidth(character), 0)
