"""What a server puts up with from the outside, and what it says of what it refuses."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

HEAD_MAX: Final = 64 * 1024  # bytes of a request line and its headers; httptools has no limit of its own
FIELDS_MAX: Final = 128  # header lines of a request: each takes ten times its bytes as objects
PIPELINE_MAX: Final = 8  # requests that wait on a connection behind the one that is being answered
BUFFERED_MAX: Final = 8 * 1024 * 1024  # bytes of all unfinished heads and held requests together
LEFTOVER_MAX: Final = 16 * 1024 * 1024  # bytes of a body that was answered before its end, and is forgotten
LINGER: Final = 1.0  # seconds in which a refused client may read why (RFC 9112 9.6)
WRITE_TIMEOUT: Final = 30.0  # seconds in which a client that is sent an answer takes none of it
OWN_FILES: Final = 128  # open files that the process needs beside its connections


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingLimits:
    """How many may connect, and how long, in seconds, a client may take over each part of a request.

    A body that takes longer than ``body_timeout`` must keep up ``body_rate``, in bytes a second; None ends it there.
    """

    connections: int = 1_000
    connections_of_address: int = 500
    head_timeout: float = 5.0
    body_timeout: float = 20.0
    body_rate: float | None = None
    keep_alive: float = 75.0
    stop_timeout: float = 2.0  # for answers under way when the server stops; 0 cuts them

    def within(self, open_files: int) -> "ServingLimits":
        """Return the same limits for a process that may open so many files."""
        allowed = max(open_files - OWN_FILES, 16)
        return replace(
            self,
            connections=min(self.connections, allowed),
            connections_of_address=min(self.connections_of_address, allowed),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A request that was not served: with which HTTP status, why, and who sent it."""

    status: int
    reason: str
    sender: str


OnRefusal = Callable[[Refusal], None]


def tell_nobody(_refusal: Refusal) -> None:
    """Do nothing: nobody wants to know."""
