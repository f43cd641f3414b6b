"""One method for each operation of the API, each sent once unless nothing can have been accepted."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bothub_cli.client.call import FindTokens, Operation, RenewToken, Send, Step, Wait, call
from bothub_cli.client.call import RetryNotice as RetryNotice
from bothub_cli.client.operations import Operations
from bothub_cli.client.operations import SupportsPayload as SupportsPayload
from bothub_cli.clock import Clock
from bothub_cli.names_on_demand import names_on_demand
from bothub_cli.protocol import messaging
from bothub_cli.protocol.http import FilePart as FilePart
from bothub_cli.protocol.messaging import Accepted as Accepted
from bothub_cli.protocol.messaging import MessageStatus as MessageStatus
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import Transport
from bothub_cli.transport.retry import RetryPolicy as RetryPolicy

if TYPE_CHECKING:  # whoever sends a message loads neither files nor capabilities
    from bothub_cli.protocol.capabilities import BulkResult, BulkShape, BulkStarted, ContactCapabilities
    from bothub_cli.protocol.media import MediaFacts, StoredFile

__all__ = [
    "Accepted",
    "BothubClient",
    "BulkResult",
    "BulkShape",
    "BulkStarted",
    "ContactCapabilities",
    "FilePart",
    "MediaFacts",
    "MessageStatus",
    "RetryNotice",
    "RetryPolicy",
    "StoredFile",
    "SupportsPayload",
    "TokenSource",
]

_HOMES = {"MediaFacts": "media", "StoredFile": "media"} | dict.fromkeys(
    ("BulkResult", "BulkShape", "BulkStarted", "ContactCapabilities"), "capabilities"
)
if not TYPE_CHECKING:  # a type checker reads the imports above, and would believe any name here
    __getattr__ = names_on_demand("bothub_cli.protocol", _HOMES, globals())

T = TypeVar("T")


class TokenSource(Protocol):
    """Where the client finds its two tokens."""

    def pair(self) -> TokenPair:
        """Return both tokens, fresh as far as one can tell."""
        ...

    def renew(self, kind: TokenKind, failed: Secret) -> None:
        """Replace a token that was refused, unless another process has done so already."""
        ...


class BothubClient:
    """The API of one bot.

    Every method raises CredentialsRefusedError, TemporaryError, ApiRefusedError or InputRefusedError, and those that
    change something OutcomeUnknownError. Ctrl-C in a pause between attempts, when nothing can have been accepted, is
    WaitInterruptedError, a KeyboardInterrupt. ``base`` is "https://api.orange.com". ``chance`` gives numbers between
    0 and 1, ``on_retry`` hears of each wait before it begins. Numbers and texts of a request
    that an error repeats are masked unless ``log_content``.
    """

    def __init__(
        self,
        *,
        base: str,
        bot_id: str,
        transport: Transport,
        tokens: TokenSource,
        clock: Clock,
        retry: RetryPolicy | None = None,
        chance: Callable[[], float] = random.random,
        on_retry: Callable[[RetryNotice], None] | None = None,
        log_content: bool = False,
    ) -> None:
        self._log_content = log_content
        self._operations = Operations(base=base, bot_id=bot_id)
        self._transport = transport
        self._tokens = tokens
        self._clock = clock
        self._retry = retry or RetryPolicy()
        self._chance = chance
        self._on_retry = on_retry

    def send(self, message: Mapping[str, object] | SupportsPayload) -> Accepted:
        """Send a message once; accepted means that BotHub took it, not that it reached the phone."""
        return self._run(self._operations.send(message))

    def set_typing(self, message_contact: Mapping[str, object], *, active: bool) -> Accepted:
        """Show or hide "is typing" on a phone; ``message_contact`` as in the API: ``{"userContact": "+336…"}``."""
        return self._run(self._operations.set_typing(message_contact, active=active))

    def message_status(self, msg_id: str) -> MessageStatus:
        """Ask where a message is."""
        return self._run(self._operations.message_status(msg_id))

    def mark_read(self, msg_id: str) -> None:
        """Tell the user that the bot has read a message of theirs."""
        self._run(self._operations.mark_read(msg_id))

    def cancel(self, msg_id: str, *, status: str = messaging.CANCELLED) -> None:
        """Revoke a message that is not delivered yet; some platforms spell the status "canceled"."""
        self._run(self._operations.cancel(msg_id, status=status))

    def upload_file(self, file: FilePart, *, until: datetime) -> "StoredFile":
        """Store a file on the platform; its stream must be seekable, as a fresh token may need a second attempt."""
        return self._run(self._operations.upload_file(file, until=until))

    def link_file(self, file_url: str, *, file_type: str, until: datetime) -> "StoredFile":
        """Let the platform fetch and store a file from an address."""
        return self._run(self._operations.link_file(file_url, file_type=file_type, until=until))

    def show_file(self, file_id: str) -> "StoredFile":
        """Ask what became of a stored file."""
        return self._run(self._operations.show_file(file_id))

    def delete_file(self, file_id: str) -> None:
        """Delete a stored file."""
        self._run(self._operations.delete_file(file_id))

    def contact_capabilities(self, message_contact: Mapping[str, object]) -> "ContactCapabilities":
        """Ask what one contact's phone can do; Orange limits this call strongly."""
        return self._run(self._operations.contact_capabilities(message_contact))

    def start_bulk_capabilities(self, numbers: Sequence[str], *, shape: "BulkShape | None" = None) -> "BulkStarted":
        """Have up to 10,000 numbers checked; taken at night only (OutsideTimeWindowError)."""
        return self._run(self._operations.start_bulk_capabilities(numbers, shape=shape))

    def bulk_capabilities(self) -> "BulkResult":
        """Fetch the result of the bulk check, if it is there."""
        return self._run(self._operations.bulk_capabilities())

    def look_at_media(self, url: str) -> "MediaFacts":
        """Ask the host of a media URL for its type and size; none of our tokens goes there."""
        return self._run(self._operations.look_at_media(url))

    def _run(self, operation: Operation[T]) -> T:
        """Do the steps of a call, one after the other."""
        steps = call(operation, self._retry, chance=self._chance, log_content=self._log_content)
        try:
            step = next(steps)
            while True:
                try:
                    found = self._do(step)
                except BaseException as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(found)
        except StopIteration as end:
            answer: T = end.value
            return answer

    def _do(self, step: Step) -> Any:  # what the step asks for
        match step:
            case Send():
                return self._transport.send(step.request)
            case FindTokens():
                return self._tokens.pair()
            case RenewToken():
                return self._tokens.renew(step.kind, step.failed)
            case Wait():
                if self._on_retry is not None:
                    self._on_retry(step.notice)
                return self._clock.sleep(step.notice.seconds)
