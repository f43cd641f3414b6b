"""Finds where a JSON object, list or string ends in bytes that arrive little by little."""

import re

from bothub_cli.authoring.limits import MAX_DEPTH

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
