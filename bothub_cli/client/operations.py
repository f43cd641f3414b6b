"""The operations of the API, one method each: what is asked, and how the answer is read; nothing is sent here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bothub_cli.client.call import Operation
from bothub_cli.errors import InputRefusedError
from bothub_cli.protocol import messaging
from bothub_cli.protocol.http import FilePart, HttpRequest, RequestPurpose
from bothub_cli.protocol.token_pair import TokenPair

if TYPE_CHECKING:  # whoever sends a message loads neither files nor capabilities
    from bothub_cli.protocol import capabilities, media


class SupportsPayload(Protocol):
    """A message that can write itself in the API's words."""

    def to_payload(self) -> dict[str, object]:
        """Return the full body: ``RCSMessage`` and ``messageContact``."""
        ...


def to_payload(message: Mapping[str, object] | SupportsPayload) -> Mapping[str, object]:
    """Return the body of a message. Raises InputRefusedError for what is none."""
    if isinstance(message, Mapping):
        return message
    if not hasattr(message, "to_payload"):
        raise InputRefusedError(
            problem=f"a message is what bothub_cli.text(…) returns, or its JSON object, not {type(message).__name__}",
            fix='write client.send(text("Hello", to="+33612345678"))',
        )
    return message.to_payload()


class Operations:
    """The operations of one bot; ``base`` is "https://api.orange.com"."""

    def __init__(self, *, base: str, bot_id: str) -> None:
        self.base = base
        self.bot_id = bot_id

    def send(self, message: Mapping[str, object] | SupportsPayload) -> Operation[messaging.Accepted]:
        """Send a message once; accepted means that BotHub took it, not that it reached the phone."""
        payload = to_payload(message)
        return Operation(
            lambda tokens: messaging.build_send_request(self.base, bot_id=self.bot_id, tokens=tokens, payload=payload),
            messaging.read_send_response,
        )

    def set_typing(self, message_contact: Mapping[str, object], *, active: bool) -> Operation[messaging.Accepted]:
        """Show or hide "is typing" on a phone; ``message_contact`` as in the API: ``{"userContact": "+336…"}``."""
        return Operation(
            lambda tokens: messaging.build_typing_request(
                self.base, bot_id=self.bot_id, tokens=tokens, message_contact=message_contact, active=active
            ),
            lambda response: messaging.read_send_response(
                response, operation=messaging.SET_TYPING, call=RequestPurpose.READ
            ),
        )

    def message_status(self, msg_id: str) -> Operation[messaging.MessageStatus]:
        """Ask where a message is."""
        return Operation(
            lambda tokens: messaging.build_status_request(self.base, bot_id=self.bot_id, tokens=tokens, msg_id=msg_id),
            messaging.read_status_response,
        )

    def mark_read(self, msg_id: str) -> Operation[None]:
        """Tell the user that the bot has read a message of theirs."""
        return Operation(
            lambda tokens: messaging.build_mark_read_request(
                self.base, bot_id=self.bot_id, tokens=tokens, msg_id=msg_id
            ),
            lambda response: messaging.read_set_status_response(response, operation=messaging.MARK_READ),
        )

    def cancel(self, msg_id: str, *, status: str = messaging.CANCELLED) -> Operation[None]:
        """Revoke a message that is not delivered yet; some platforms spell the status "canceled"."""
        return Operation(
            lambda tokens: messaging.build_cancel_request(
                self.base, bot_id=self.bot_id, tokens=tokens, msg_id=msg_id, status=status
            ),
            lambda response: messaging.read_set_status_response(response, operation=messaging.CANCEL),
        )

    def upload_file(self, file: FilePart, *, until: datetime) -> Operation[media.StoredFile]:
        """Store a file on the platform; its stream must be seekable, as a fresh token may need a second attempt."""
        from bothub_cli.protocol import media  # a text needs no files

        if not file.stream.seekable():
            raise InputRefusedError(problem=f"{file.file_name} can be read only once", fix="save it to a file first")
        start = file.stream.tell()

        def build(tokens: TokenPair) -> HttpRequest:
            file.stream.seek(start)
            return media.build_upload_request(self.base, bot_id=self.bot_id, tokens=tokens, file=file, until=until)

        return Operation(build, lambda response: media.read_file_response(response, operation=media.UPLOAD))

    def link_file(self, file_url: str, *, file_type: str, until: datetime) -> Operation[media.StoredFile]:
        """Let the platform fetch and store a file from an address."""
        from bothub_cli.protocol import media  # a text needs no files

        return Operation(
            lambda tokens: media.build_link_request(
                self.base, bot_id=self.bot_id, tokens=tokens, file_url=file_url, file_type=file_type, until=until
            ),
            lambda response: media.read_file_response(response, operation=media.UPLOAD),
        )

    def show_file(self, file_id: str) -> Operation[media.StoredFile]:
        """Ask what became of a stored file."""
        from bothub_cli.protocol import media  # a text needs no files

        return Operation(
            lambda tokens: media.build_show_request(self.base, bot_id=self.bot_id, tokens=tokens, file_id=file_id),
            lambda response: media.read_file_response(response, operation=media.SHOW),
        )

    def delete_file(self, file_id: str) -> Operation[None]:
        """Delete a stored file."""
        from bothub_cli.protocol import media  # a text needs no files

        return Operation(
            lambda tokens: media.build_delete_request(self.base, bot_id=self.bot_id, tokens=tokens, file_id=file_id),
            media.read_delete_response,
        )

    def contact_capabilities(
        self, message_contact: Mapping[str, object]
    ) -> Operation[capabilities.ContactCapabilities]:
        """Ask what one contact's phone can do; Orange limits this call strongly."""
        from bothub_cli.protocol import capabilities  # a message needs no capabilities

        return Operation(
            lambda tokens: capabilities.build_contact_request(
                self.base, bot_id=self.bot_id, tokens=tokens, message_contact=message_contact
            ),
            capabilities.read_contact_response,
        )

    def start_bulk_capabilities(
        self, numbers: Sequence[str], *, shape: capabilities.BulkShape | None = None
    ) -> Operation[capabilities.BulkStarted]:
        """Have up to 10,000 numbers checked; taken at night only (OutsideTimeWindowError)."""
        from bothub_cli.protocol import capabilities  # a message needs no capabilities

        return Operation(
            lambda tokens: capabilities.build_bulk_request(
                self.base,
                bot_id=self.bot_id,
                tokens=tokens,
                numbers=numbers,
                shape=shape or capabilities.BulkShape(),
            ),
            capabilities.read_bulk_started,
        )

    def bulk_capabilities(self) -> Operation[capabilities.BulkResult]:
        """Fetch the result of the bulk check, if it is there."""
        from bothub_cli.protocol import capabilities  # a message needs no capabilities

        return Operation(
            lambda tokens: capabilities.build_bulk_result_request(self.base, bot_id=self.bot_id, tokens=tokens),
            capabilities.read_bulk_result,
        )

    def look_at_media(self, url: str) -> Operation[media.MediaFacts]:
        """Ask the host of a media URL for its type and size; none of our tokens goes there."""
        from bothub_cli.protocol import media  # a text needs no files

        return Operation(
            lambda _: media.build_media_head_request(url), media.read_media_head_response, needs_tokens=False
        )
