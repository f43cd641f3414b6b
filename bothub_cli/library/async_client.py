"""The same client for programs that run an event loop (extra ``async``)."""

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from bothub_cli.client.call import FindTokens, Operation, RenewToken, Send, Step, Wait, call
from bothub_cli.client.operations import Operations, SupportsPayload
from bothub_cli.delays import pauses
from bothub_cli.errors import UsageError
from bothub_cli.library.assembly import transport_settings, user_agent
from bothub_cli.library.messages import Contact, to_contact
from bothub_cli.library.setup import ClientSetup, MadeOfSettings, log_retry
from bothub_cli.messages.model.contact import contact_to_payload
from bothub_cli.protocol import messaging
from bothub_cli.protocol.http import FilePart
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.transport.event_loop import EventLoopTransport

if TYPE_CHECKING:
    from bothub_cli.protocol import capabilities, media

__all__ = ["AsyncClient"]

T = TypeVar("T")


class AsyncClient(MadeOfSettings):
    """The API of one bot, as ``Client`` has it, with methods to await; many may be awaited at once.

    The same steps decide what is tried again, renewed, or unknown. A task that is cancelled before its request left
    has sent nothing; after that, its CancelledError has an OutcomeUnknownError as its ``__cause__``: the message may
    have been accepted. At most 100 requests are under way at once, the others wait their turn. The tokens are shared
    with other processes, and renewed once, in a thread. One client belongs to one event loop.
    """

    def _set_up(self, setup: ClientSetup) -> None:
        self._setup = setup
        self._operations = Operations(base=setup.base, bot_id=setup.bot_id)
        self._transport = EventLoopTransport(
            transport_settings(setup.settings), user_agent=user_agent(), log_content=setup.settings.log_content.value
        )
        self._renewing = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(
        self,
        message: Mapping[str, object] | SupportsPayload,
        *,
        check: bool = True,
        strict: bool = False,
        ignore_suppression: bool = False,
    ) -> messaging.Accepted:
        """Send a message once, checked, to who has not said STOP, and note it as the profile says.

        Raises what ``Client.send`` raises.
        """
        payload = self._setup.prepare(message, check=check, strict=strict)
        store = self._setup.sending_store
        if not ignore_suppression:
            await asyncio.to_thread(store.refuse_suppressed, payload)
        accepted = await self._run(self._operations.send(payload))
        await asyncio.to_thread(store.record, payload, accepted)
        return accepted

    async def set_typing(self, message_contact: Contact, *, active: bool = True) -> messaging.Accepted:
        """Show or hide "is typing" on a phone."""
        return await self._run(self._operations.set_typing(self._to_contact(message_contact), active=active))

    async def contact_capabilities(self, message_contact: Contact) -> "capabilities.ContactCapabilities":
        """Ask what one contact's phone can do; Orange limits this call strongly."""
        return await self._run(self._operations.contact_capabilities(self._to_contact(message_contact)))

    async def message_status(self, msg_id: str) -> messaging.MessageStatus:
        """Ask where a message is."""
        return await self._run(self._operations.message_status(msg_id))

    async def mark_read(self, msg_id: str) -> None:
        """Tell the user that the bot has read a message of theirs."""
        await self._run(self._operations.mark_read(msg_id))

    async def cancel(self, msg_id: str, *, status: str = messaging.CANCELLED) -> None:
        """Revoke a message that is not delivered yet; some platforms spell the status "canceled"."""
        await self._run(self._operations.cancel(msg_id, status=status))

    async def upload_file(self, file: FilePart, *, until: datetime) -> "media.StoredFile":
        """Store a file on the platform; its stream must be seekable, as a fresh token may need a second attempt."""
        return await self._run(self._operations.upload_file(file, until=until))

    async def link_file(self, file_url: str, *, file_type: str, until: datetime) -> "media.StoredFile":
        """Let the platform fetch and store a file from an address."""
        return await self._run(self._operations.link_file(file_url, file_type=file_type, until=until))

    async def show_file(self, file_id: str) -> "media.StoredFile":
        """Ask what became of a stored file."""
        return await self._run(self._operations.show_file(file_id))

    async def delete_file(self, file_id: str) -> None:
        """Delete a stored file."""
        await self._run(self._operations.delete_file(file_id))

    async def start_bulk_capabilities(
        self, numbers: Sequence[str], *, shape: "capabilities.BulkShape | None" = None
    ) -> "capabilities.BulkStarted":
        """Have up to 10,000 numbers checked; taken at night only (OutsideTimeWindowError)."""
        return await self._run(self._operations.start_bulk_capabilities(numbers, shape=shape))

    async def bulk_capabilities(self) -> "capabilities.BulkResult":
        """Fetch the result of the bulk check, if it is there."""
        return await self._run(self._operations.bulk_capabilities())

    async def store_file(
        self,
        path: str | Path,
        *,
        content_type: str | None = None,
        name: str | None = None,
        until: datetime | None = None,
    ) -> "media.StoredFile":
        """Store a file of this machine, and return it once messages may link to it, as ``Client.store_file`` does."""
        from bothub_cli.sending import upload  # with it all kinds of files

        clock = self._setup.clock
        local = await asyncio.to_thread(
            upload.look_at_file, Path(path), name=name, content_type=content_type, type_option="content_type"
        )
        with upload.file_part(local) as part:
            stored = await self.upload_file(part, until=until or upload.read_until(None, now=clock.now()))
        waits = pauses(clock, first=upload.FIRST_PAUSE, deadline=clock.monotonic() + upload.READY_MAX_WAIT)
        while upload.is_pending(stored):
            stored = await self.show_file(stored.file_id)
            if not upload.is_pending(stored) or (wait := next(waits, None)) is None:
                break
            await asyncio.sleep(wait)
        return upload.require_ready(stored)

    async def is_suppressed(self, number: str) -> bool:
        """Tell whether somebody said STOP, as ``Client.is_suppressed`` does."""
        return number in await self.find_suppressed([number])

    async def find_suppressed(self, numbers: Iterable[str]) -> set[str]:
        """Return those who said STOP, as ``Client.find_suppressed`` does."""
        self._setup.require_open()
        return {*await asyncio.to_thread(self._setup.sending_store.find_suppressed, numbers)}

    async def look_at_media(self, url: str) -> "media.MediaFacts":
        """Ask the host of a media URL for its type and size; none of our tokens goes there."""
        return await self._run(self._operations.look_at_media(url))

    async def close(self) -> None:
        """Give back connections and the store; the client is not used afterwards."""
        self._setup.is_closed = True
        await self._transport.close()
        self._setup.close()

    async def aclose(self) -> None:
        """Do what ``close`` does, under the name that ``contextlib.aclosing`` asks for."""
        await self.close()

    async def __aenter__(self) -> Self:
        self._setup.require_open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _to_contact(self, contact: Contact) -> Mapping[str, object]:
        return contact_to_payload(to_contact(contact, region=self._setup.settings.region.value))

    async def _run(self, operation: Operation[T]) -> T:
        """Do the steps of a call, one after the other. Raises UsageError in a second event loop."""
        self._setup.require_open()
        self._stay_in_one_loop()
        steps = call(operation, self._setup.retry, chance=random.random)
        try:
            step = next(steps)
            while True:
                try:
                    found = await self._do(step)
                except BaseException as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(found)
        except StopIteration as end:
            answer: T = end.value
            return answer

    def _stay_in_one_loop(self) -> None:
        running = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = running
        elif self._loop is not running:  # its connections wait for the other one, and would say "Event loop is closed"
            raise UsageError(
                problem="an AsyncClient belongs to the event loop in which it was first used, and this is another",
                fix="make one in each asyncio.run(…): async with AsyncClient.from_profile() as client",
            )

    async def _do(self, step: Step) -> Any:  # what the step asks for
        match step:
            case Send():
                self._setup.require_open()  # closed in a pause between two attempts
                return await self._transport.send(step.request)
            case FindTokens():
                return self._setup.tokens.ready() or await self._find_tokens()
            case RenewToken():
                async with self._renewing:
                    return await asyncio.to_thread(self._setup.tokens.renew, step.kind, step.failed)
            case Wait():
                log_retry(step.notice)
                return await asyncio.sleep(step.notice.seconds)

    async def _find_tokens(self) -> TokenPair:
        async with self._renewing:
            if (ready := self._setup.tokens.ready()) is not None:
                return ready
            return await asyncio.to_thread(self._setup.tokens.pair)
