"""The way out for ``send`` and ``send-card``: past the suppression list, and into the event store."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError
from bothub_cli.protocol.messaging import Accepted
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.sending.deliver import GuardedSender, Sender

if TYPE_CHECKING:
    from bothub_cli.events.store.sent import SentLog
    from bothub_cli.events.store.suppression import SuppressionList


def open_outbox(context: AppContext, *, resend_unknown: bool, ignore_suppression: bool) -> Sender:
    """Return the sender of the profile. Without a store there is nobody to spare, and none is opened for that."""
    client = context.client(resend_unknown=resend_unknown)
    is_recorded = records(context)
    if not is_recorded and not context.has_event_store:
        return client
    outbox = _Outbox(context, is_recorded=is_recorded, ignore_suppression=ignore_suppression)
    return GuardedSender(client, find_suppression=outbox.find_suppression, record=outbox.record)


def records(context: AppContext) -> bool:
    """Tell whether accepted messages are noted: not with ``--no-record``, and not where nothing may be left behind.

    Without a profile, in cron or CI, nothing but the token cache is written, unless a store is there already.
    """
    settings = context.settings
    if settings.no_record.value:
        return False
    return settings.stored_profile is not None or context.has_event_store


def warn_of_suppressed(context: AppContext, messages: Iterable[OutgoingMessage]) -> None:
    """Say how many messages would be refused, where nothing goes out anyway."""
    if not context.has_event_store:
        return
    from bothub_cli.events.store.suppression import SuppressionList, is_suppressed

    listed = SuppressionList(context.event_store, profile=context.settings.profile.value).load()
    count = sum(is_suppressed(message.contact or "", listed) for message in messages)
    if count:
        context.printer.warn(f"refused when sent: {count} go to numbers on the suppression list")


class _Outbox:
    """Asks the store, and writes to it, when the first message comes by."""

    def __init__(self, context: AppContext, *, is_recorded: bool, ignore_suppression: bool) -> None:
        self._context = context
        self._is_recorded = is_recorded
        self._ignore_suppression = ignore_suppression

    def find_suppression(self, contact: str) -> datetime | None:
        """Return since when the contact is suppressed. Raises ConfigurationError: in doubt nobody is written to."""
        if self._ignore_suppression or not self._context.has_event_store:
            return None
        entry = self._suppressions().find(contact)
        return entry.since if entry else None

    def record(self, message: OutgoingMessage, accepted: Accepted) -> None:
        """Note a message; it is on its way, so a store that refuses is only told."""
        from bothub_cli.events.store.sending_records import SentMessage
        from bothub_cli.sending.summary import summarise

        if not self._is_recorded:
            return
        sent = SentMessage(
            profile=self._context.settings.profile.value,
            msg_id=accepted.msg_id,
            number=message.contact or "",
            sent_at=self._context.clock.now(),
            status=accepted.status,
            summary=summarise(message.payload),
        )
        try:
            self._sent_log().record([sent])
        except BothubError as error:
            self._is_recorded = False
            self._context.printer.warn(f"sent, but not noted in the event store: {error.message}")

    def _suppressions(self) -> "SuppressionList":
        from bothub_cli.events.store.suppression import SuppressionList

        return SuppressionList(self._context.event_store, profile=self._context.settings.profile.value)

    def _sent_log(self) -> "SentLog":
        from bothub_cli.events.store.sent import SentLog

        return SentLog(self._context.event_store, keep_texts=self._context.settings.keep_texts.value)
