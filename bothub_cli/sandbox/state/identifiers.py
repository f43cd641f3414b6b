"""Names that the sandbox invents: message ids, request ids, tokens; the same ones again for the same seed."""

import random


class Identifiers:
    """Draws unique names from one random source."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def message_id(self) -> str:
        """Name a message, e.g. ``Msg4fd2…``; opaque, like the service's."""
        return f"Msg{self._source.getrandbits(96):024x}"

    def file_id(self) -> str:
        """Name an uploaded file."""
        return f"File{self._source.getrandbits(96):024x}"

    def chat_id(self) -> str:
        """Name an anonymous user towards a bot."""
        return f"{self._source.getrandbits(64):016X}"

    def request_id(self) -> str:
        """Name a request, for ``X-OAPI-Request-Id``."""
        return f"{self._source.getrandbits(128):032x}"

    def token(self) -> str:
        """Make a token that cannot be guessed (unless the sandbox was seeded)."""
        return f"sandbox-{self._source.getrandbits(192):048x}"
