"""Sends the first messages of a campaign to one number, so that somebody sees them on a phone before everybody does."""

import json
from collections.abc import Iterator
from itertools import islice

from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.messages import MessageContact, contact_to_payload
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.workflows.campaign.campaign import Campaign
from bothub_cli.workflows.send.contacts import read_contacts
from bothub_cli.workflows.send.send import SendChoices, send_messages


def send_test(context: AppContext, campaign: Campaign, *, number: str, count: int) -> ExitCode:
    """Send them as ``bothub send`` would; the campaign's journal is not touched."""
    [contact] = read_contacts(context, numbers=[number], chat_ids=[])
    messages = islice(_redirected(campaign, contact), count)
    return send_messages(context, messages, SendChoices(check=campaign.given.check, strict=campaign.given.strict))


def _redirected(campaign: Campaign, contact: MessageContact) -> Iterator[OutgoingMessage]:
    from bothub_cli.campaign.rows.prepare import ComposedRow, compose_rows

    for row in compose_rows(campaign.given):
        if isinstance(row, ComposedRow):
            yield OutgoingMessage(payload={**json.loads(row.body), "messageContact": contact_to_payload(contact)})
