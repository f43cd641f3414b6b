"""The client of a program: set up as the command line is, and as careful."""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from bothub_cli.client import BothubClient
from bothub_cli.client.call import Operation
from bothub_cli.client.operations import SupportsPayload
from bothub_cli.library.assembly import (
    transport_settings,
    user_agent,
)
from bothub_cli.library.messages import Contact, to_contact
from bothub_cli.library.setup import ClientSetup, MadeOfSettings, log_retry
from bothub_cli.messages.model.contact import contact_to_payload
from bothub_cli.protocol.messaging import Accepted

if TYPE_CHECKING:
    from bothub_cli.campaign.run.start import Destination
    from bothub_cli.campaign.send import CampaignEnd, Listeners, RunChoices
    from bothub_cli.campaign.settings import CampaignSettings
    from bothub_cli.protocol.capabilities import ContactCapabilities
    from bothub_cli.protocol.media import StoredFile

__all__ = ["Client"]

T = TypeVar("T")


class Client(MadeOfSettings, BothubClient):
    """The API of one bot, with the settings of the command line: checked, careful, safe to share between threads.

    ``authorization`` is the console's whole header ("Basic …"), ``private_key`` the path of a PEM file or the PEM
    itself. Every method of BothubClient is here; all raise errors of the family ``bothub_cli.errors``. One client is
    meant to live as long as its program: it keeps a connection for each thread that sends at once (up to 100), and
    its tokens are shared with other processes of this user. Log: the logger ``bothub``.
    """

    def _set_up(self, setup: ClientSetup) -> None:
        self._setup = setup
        BothubClient.__init__(
            self,
            base=setup.base,
            bot_id=setup.bot_id,
            transport=setup.open_transport(),
            tokens=setup.tokens,
            clock=setup.clock,
            retry=setup.retry,
            on_retry=log_retry,
        )

    def send(
        self,
        message: Mapping[str, object] | SupportsPayload,
        *,
        check: bool = True,
        strict: bool = False,
        ignore_suppression: bool = False,
    ) -> Accepted:
        """Send a message once, checked, to who has not said STOP, and note it as the profile says.

        Raises MessageRefusedError with every finding (``check=False`` lets it through, ``strict`` counts warnings),
        SuppressedError (``ignore_suppression`` overrides it), OutcomeUnknownError when it may have been accepted.
        """
        self._stay_in_one_process()
        payload = self._setup.prepare(message, check=check, strict=strict)
        if not ignore_suppression:
            self._setup.sending_store.refuse_suppressed(payload)
        accepted = super().send(payload)
        self._setup.sending_store.record(payload, accepted)
        return accepted

    def set_typing(self, message_contact: Contact, *, active: bool = True) -> Accepted:
        """Show or hide "is typing" on a phone."""
        return super().set_typing(self._to_contact(message_contact), active=active)

    def contact_capabilities(self, message_contact: Contact) -> "ContactCapabilities":
        """Ask what one contact's phone can do; Orange limits this call strongly."""
        return super().contact_capabilities(self._to_contact(message_contact))

    def store_file(
        self,
        path: str | Path,
        *,
        content_type: str | None = None,
        name: str | None = None,
        until: datetime | None = None,
    ) -> "StoredFile":
        """Store a file of this machine, and return it once messages may link to it (``file_url``).

        It is kept for 30 days unless ``until`` (aware) says otherwise. Raises StillPendingError after two minutes.
        """
        from bothub_cli.sending import upload  # with it all kinds of files

        local = upload.look_at_file(Path(path), name=name, content_type=content_type, type_option="content_type")
        kept = until or upload.read_until(None, now=self._setup.clock.now())
        return upload.wait_until_ready(self, upload.upload(self, local, until=kept), clock=self._setup.clock)

    def is_suppressed(self, number: str) -> bool:
        """Tell whether somebody said STOP: for ``Surroundings(is_suppressed=…)`` of a campaign."""
        return number in self.find_suppressed([number])

    def find_suppressed(self, numbers: Iterable[str]) -> set[str]:
        """Return those who said STOP; a list that machines share is asked about all of them in one go."""
        self._stay_in_one_process()
        self._setup.require_open()
        return {*self._setup.sending_store.find_suppressed(numbers)}

    def send_campaign(
        self,
        recipients: str | Path,
        template: str | Path | None = None,
        *,
        name: str | None = None,
        settings: "CampaignSettings | None" = None,
        choices: "RunChoices | None" = None,
        listeners: "Listeners | None" = None,
    ) -> "CampaignEnd":
        """Send a message to everybody on a list who has not said STOP, once, as ``bothub campaign run`` does.

        The same list and template, or the same ``name``, are the same campaign: another call goes on with it, and
        writes to nobody twice; ``bothub campaign status`` and ``report`` show it. What happens is logged unless there
        are ``listeners``. What ended it early is the end's ``error``. Raises what keeps it from beginning.
        """
        from bothub_cli.campaign.definition import CampaignRequest  # loads jinja2
        from bothub_cli.campaign.settings import CampaignSettings  # as above
        from bothub_cli.library import campaign  # as above

        self._stay_in_one_process()
        self._setup.require_open()
        request = CampaignRequest(
            recipients=recipients, template=template, name=name, settings=settings or CampaignSettings()
        )
        return campaign.run(
            self,
            self._setup,
            request,
            destination=self.campaign_destination(),
            choices=choices,
            listeners=listeners,
        )

    def campaign_destination(self) -> "Destination":
        """Return this bot as ``bothub_cli.campaign`` sends with it: the same tokens, the same network."""
        self._setup.require_open()
        from bothub_cli.campaign.run.start import Destination  # with it the campaigns (extra bulk)

        return Destination(
            base=self._setup.base,
            bot_id=self._setup.bot_id,
            tokens=self._setup.tokens,
            settings=transport_settings(self._setup.settings),
            user_agent=user_agent(),
        )

    def _to_contact(self, contact: Contact) -> Mapping[str, object]:
        return contact_to_payload(to_contact(contact, region=self._setup.settings.region.value))

    def close(self) -> None:
        """Give back connections and the store; the client is not used afterwards."""
        self._setup.close()

    def __enter__(self) -> Self:
        self._setup.require_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, operation: Operation[T]) -> T:
        self._stay_in_one_process()
        self._setup.require_open()
        return super()._run(operation)

    def _stay_in_one_process(self) -> None:
        """After a fork, open everything anew: two processes on one connection would read each other's answers."""
        if self._setup.process != os.getpid():
            self._before_fork = self._setup  # kept, so that nothing of the parent's is closed here
            self._set_up(self._setup.again())
