"""Triggering events."""

from typing import NoReturn

import pytest

from bothub_cli.errors import ExitCode, InputRefusedError, NetworkError, OutcomeUnknownError, UsageError
from bothub_cli.events.forward.trigger import TriggerPlan, WebhookRefusedError, build_trigger, trigger
from bothub_cli.events.receive.server import ListenerServer
from bothub_cli.events.store.database import Database
from bothub_cli.events.store.read import EventFilter, list_events
from bothub_cli.messages.event.event import EVENT_KINDS
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import AnswerLostError
from tests.events.samples import NOW, PlainTransport, open_inbox


def build(kind: str, *settings: str, number: str | None = None, body: bytes | None = None) -> bytes:
    return build_trigger(TriggerPlan(kind=kind, now=NOW, msg_id="m-1", number=number, settings=settings, body=body))


@pytest.mark.parametrize("kind", ["hitlStart", "nothing"])
def test_a_kind_outside_the_standard_needs_a_body_of_its_own(kind: str) -> None:
    with pytest.raises(UsageError, match="is no event of FNW"):
        build(kind)
    assert build(kind, body=b'{"event":"hitlStart"}') == b'{"event":"hitlStart"}'


def test_an_unknown_path_is_refused_in_your_own_body_too() -> None:
    with pytest.raises(UsageError, match='no member "nope"'):
        build("message", "nope=1", body=b'{"event":"message"}')


def test_nothing_can_be_set_in_what_is_no_json() -> None:
    with pytest.raises(InputRefusedError, match="nothing can be set in a body that is not JSON"):
        build("message", "textMessage=x", body=b"{broken")


def test_a_body_that_is_broken_on_purpose_stays_broken() -> None:
    assert build("message", body=b"{broken") == b"{broken"


def test_the_number_goes_into_your_own_body() -> None:
    assert build("hitlStart", number="+331", body=b'{"event":"hitlStart"}') == (
        b'{"event": "hitlStart", "messageContact": {"userContact": "+331"}}'
    )


@pytest.mark.parametrize("status", [400, 401, 500, 302])
def test_a_webhook_that_does_not_take_the_event_is_an_error(status: int) -> None:
    with open_inbox() as inbox:
        inbox.answer = lambda _: status
        with pytest.raises(WebhookRefusedError, match=f"HTTP {status}") as refusal:
            trigger(inbox.url, build("message"), token=Secret("x"), transport=PlainTransport())
    assert refusal.value.exit_code is ExitCode.API_REFUSED


def test_a_webhook_that_is_not_there_is_a_network_error() -> None:
    with open_inbox() as inbox:
        pass
    with pytest.raises(NetworkError):
        trigger(inbox.url, build("message"), token=None, transport=PlainTransport())


def test_a_webhook_that_never_answers_leaves_the_outcome_open() -> None:
    class Silent(PlainTransport):
        def send(self, request: HttpRequest) -> NoReturn:
            raise AnswerLostError("timeout", "silence")

    with pytest.raises(OutcomeUnknownError):
        trigger("http://127.0.0.1:1/", b"{}", token=None, transport=Silent())


@pytest.mark.parametrize("kind", [*EVENT_KINDS, "message_status"])
def test_every_kind_of_event_reaches_the_listener_as_that_kind(
    listener: ListenerServer, database: Database, kind: str
) -> None:
    trigger(listener.url, build(kind), token=None, transport=PlainTransport())
    (stored,) = list_events(database, EventFilter())
    assert stored.event.kind == kind.replace("message_status", "messageStatus")
