"""Finds where a JSON message of a live stream must have broken off, without waiting for a bracket that never comes."""

import json

_LINES_LOOKED_AT = 100  # in one message: each look parses it from its beginning


class BreakScan:
    """Looks at the lines of the value that starts at ``start`` of a buffer that grows; each line once."""

    def __init__(self, start: int) -> None:
        self._start = start
        self._reached = start
        self._left = _LINES_LOOKED_AT

    def find(self, buffer: bytearray, *, end: int | None, open_string: int | None) -> int | None:
        """Return where the value breaks off; None when it may still be whole.

        It breaks off where a line begins with "{" that cannot stand there, or where a text runs over the end of a line.
        """
        limit = len(buffer) if end is None else end
        while self._left and (found := buffer.find(b"\n{", self._reached, limit)) >= 0:
            if not _may_go_on(buffer[self._start : found + 2]):
                return found
            self._reached, self._left = found + 1, self._left - 1
        self._reached = max(self._reached, limit - 1)  # the line end may be the last byte so far
        broken = -1 if open_string is None else buffer.find(b"\n", open_string)
        return broken if broken >= 0 else None


def _may_go_on(content: bytearray) -> bool:
    """Tell whether something can follow that makes JSON of this: the parser gets as far as its end."""
    try:
        text = content.decode()
        json.loads(text)
    except UnicodeDecodeError:
        return False
    except json.JSONDecodeError as error:
        return error.pos >= len(text)
    except RecursionError:
        return True  # whether it is too deep, its own reader says
    return True
