"""Finds where a JSON object, list or string ends in bytes that arrive little by little."""

import json
import re

from bothub_cli.authoring.refusal import MAX_DEPTH

# A bracket, or a string; group 1 is the closing quote, empty when the buffer ends inside the string.
_TOKEN = re.compile(rb'[{}\[\]]|"(?:[^"\\]++|\\.)*+("?)', re.DOTALL)
_REST_OF_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+("?)', re.DOTALL)


class StructureScan:
    """Looks for the end of the value that starts at ``start`` of a buffer that grows; no byte is looked at twice."""

    def __init__(self, start: int) -> None:
        self.is_too_deep = False
        self._reached = start
        self._depth = 0
        self._in_string = False
        self._string_start = start

    @property
    def open_string(self) -> int | None:
        """Where the string begins that the buffer ends in; None when it ends elsewhere."""
        return self._string_start if self._in_string else None

    def find_end(self, buffer: bytearray) -> int | None:
        """Return where the value ends, or becomes too deep; None when that is not in the buffer yet."""
        if self._in_string:
            if not self._leave_string(buffer):
                return None
            if self._depth == 0:
                return self._reached
        return self._find_bracket(buffer)

    def _leave_string(self, buffer: bytearray) -> bool:
        rest = _REST_OF_STRING.match(buffer, self._reached)
        assert rest is not None  # it matches nothing, too
        self._reached = rest.end()
        self._in_string = not rest[1]
        return not self._in_string

    def _find_bracket(self, buffer: bytearray) -> int | None:
        for token in _TOKEN.finditer(buffer, self._reached):
            self._reached = token.end()
            match buffer[token.start()]:
                case 0x7B | 0x5B:  # { [
                    self._depth += 1
                case 0x7D | 0x5D:  # } ]
                    self._depth -= 1
                case _ if not token[1]:
                    self._in_string = True
                    self._string_start = token.start()
                    return None
            self.is_too_deep = self._depth > MAX_DEPTH
            if self._depth == 0 or self.is_too_deep:
                return self._reached
        self._reached = len(buffer)
        return None


# a line on which something begins: neither one that is indented nor one that goes on with what is open
NEXT_LINE = re.compile(rb"\n(?=[^\s\]},:])")
_LINES_LOOKED_AT = 100  # in one message: each look parses it from its beginning


class BreakScan:
    """Looks at the lines of the value that starts at ``start`` of a buffer that grows; each line once."""

    def __init__(self, start: int) -> None:
        self._start = start
        self._reached = start
        self._left = _LINES_LOOKED_AT

    def find(self, buffer: bytearray, *, end: int | None, open_string: int | None) -> int | None:
        """Return where the value breaks off; None when it may still be whole.

        It breaks off where a line begins with what cannot stand there, or where a text runs over the end of a line.
        """
        limit = len(buffer) if end is None else end
        while self._left and (next_line := NEXT_LINE.search(buffer, self._reached, limit)) is not None:
            found = next_line.start()
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
