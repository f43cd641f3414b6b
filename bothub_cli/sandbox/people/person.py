"""What the person with the phone does: each action reaches the bot as the event of the real network."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bothub_cli.messages.event.event import NEW_USER_POSTBACK
from bothub_cli.sandbox.state.events import (
    START_CHAT_LABEL,
    Event,
    alias_event,
    content_event,
    response_event,
    shared_data_event,
    typing_event,
)
from bothub_cli.sandbox.state.magic_numbers import PhoneBehaviour, menu_words
from bothub_cli.sandbox.state.message_log import LoggedStatus, SandboxMessage
from bothub_cli.sandbox.state.phones import Phone
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.suggestions import Suggestion, response_to, suggestions_of

HOME = (48.8566, 2.3522)  # where the person is when nobody says so: Paris, WGS 84


class Person:
    """The user of one phone, in the chat with one bot."""

    def __init__(self, sandbox: Sandbox, phone: Phone, *, bot_id: str) -> None:
        self._sandbox = sandbox
        self._phone = phone
        self._bot_id = bot_id

    def write(self, text: str) -> SandboxMessage:
        """Send a text."""
        return self._send({"textMessage": text})

    def stop(self) -> SandboxMessage:
        """Choose Unsubscribe in the chat: the phone writes the word of its user's country."""
        self._phone.has_stopped = True
        self._sandbox.note("phone", self._phone.number)
        return self.write(menu_words(self._phone.number).unsubscribe)

    def subscribe(self) -> SandboxMessage:
        """Choose Subscribe, which the chat offers to who has left: again the phone writes its country's word."""
        self._phone.has_stopped = False
        self._sandbox.note("phone", self._phone.number)
        return self.write(menu_words(self._phone.number).subscribe)

    def share_location(self, latitude: float, longitude: float, *, label: str | None = None) -> SandboxMessage:
        """Send a place; degrees, WGS 84."""
        place: dict[str, object] = {"pos": f"{latitude} {longitude}"}
        if label is not None:
            place["label"] = label
        return self._send({"geolocationPushMessage": place})

    def send_file(self, file: Mapping[str, Any]) -> SandboxMessage:
        """Send a picture or another file: the members of a ``fileMessage``."""
        return self._send({"fileMessage": dict(file)})

    def set_typing(self, *, is_active: bool) -> SandboxMessage:
        """Begin or cease to write."""
        msg_id, now = self._sandbox.identifiers.message_id(), self._sandbox.clock.now()
        return self._log(typing_event(self._phone, is_active=is_active, msg_id=msg_id, at=now))

    def start_chat(self) -> SandboxMessage:
        """Press the button of a new conversation; whoever has left it subscribes again."""
        if self._phone.has_stopped:
            return self.subscribe()
        return self._respond({"reply": {"displayText": START_CHAT_LABEL, "postback": {"data": NEW_USER_POSTBACK}}})

    def become_anonymous(self) -> SandboxMessage:
        """Hide the number: the bot learns a chat id instead."""
        self._phone.chat_id = self._phone.chat_id or self._sandbox.identifiers.chat_id()
        msg_id, now = self._sandbox.identifiers.message_id(), self._sandbox.clock.now()
        event = self._log(alias_event(self._phone, msg_id=msg_id, at=now))
        self._phone.is_anonymous = True
        self._sandbox.note("phone", self._phone.number)
        return event

    def tap(self, message: SandboxMessage, position: int) -> SandboxMessage | None:
        """Tap a message's button; IndexError when there is none at that position, counted from 0.

        Returns what the bot gets; None for an action without a postback, of which phones tell nothing.
        """
        suggestion = suggestions_of(message.payload)[position]
        told = response_to(suggestion)
        response = None if told is None else self._respond(told)
        followed = self._follow(suggestion)
        return response or followed

    def _follow(self, suggestion: Suggestion) -> SandboxMessage | None:
        """Do what the action asks the phone for, after the tap itself was told; return what the bot gets of it."""
        action = suggestion.get("action") or {}
        if "requestLocationPush" in (action.get("mapAction") or {}):
            return self.share_location(*HOME)
        if "requestDeviceSpecifics" in (action.get("deviceAction") or {}):
            msg_id, now = self._sandbox.identifiers.message_id(), self._sandbox.clock.now()
            return self._log(shared_data_event(self._phone, msg_id=msg_id, at=now))
        if "disableAnonymization" in (action.get("settingsAction") or {}):
            self._phone.is_anonymous = False
            self._sandbox.note("phone", self._phone.number)
        return None

    def _send(self, content: Mapping[str, Any]) -> SandboxMessage:
        msg_id, now = self._sandbox.identifiers.message_id(), self._sandbox.clock.now()
        return self._log(content_event(self._phone, content, msg_id=msg_id, at=now))

    def _respond(self, response: Mapping[str, Any]) -> SandboxMessage:
        msg_id, now = self._sandbox.identifiers.message_id(), self._sandbox.clock.now()
        return self._log(response_event(self._phone, response, msg_id=msg_id, at=now))

    def _log(self, event: Event) -> SandboxMessage:
        now = self._sandbox.clock.now()
        message = SandboxMessage(
            msg_id=event["RCSMessage"]["msgId"],
            bot_id=self._bot_id,
            number=self._phone.number,
            direction="to_bot",
            payload=event,
            received_at=now,
            history=[LoggedStatus("delivered", now)],
        )
        self._sandbox.take_message(message)
        self._sandbox.webhook_queue.post(self._bot_id, event, at=now, msg_id=message.msg_id)
        return message


THINKING = timedelta(seconds=1)
READS_LATE = timedelta(seconds=10)
REGRETTING = timedelta(seconds=5)  # from Unsubscribe to Subscribe
_REACTING = frozenset({PhoneBehaviour.REPLIES, PhoneBehaviour.TAPS, PhoneBehaviour.STOPS, PhoneBehaviour.RETURNS})


def plan_reaction(sandbox: Sandbox, message: SandboxMessage, *, read_at: datetime) -> None:
    """Plan the answer of somebody who always answers."""
    if sandbox.phones.get(message.number).habit in _REACTING:
        sandbox.agenda.at(read_at + THINKING, partial(_react, sandbox, message))


def _react(sandbox: Sandbox, message: SandboxMessage, due: datetime) -> None:
    phone = sandbox.phones.get(message.number)
    person = Person(sandbox, phone, bot_id=message.bot_id)
    match phone.habit:
        case PhoneBehaviour.REPLIES:
            person.write("Hello")
        case PhoneBehaviour.STOPS:
            person.stop()
        case PhoneBehaviour.RETURNS:
            person.stop()
            sandbox.agenda.at(due + REGRETTING, partial(_regret, person))
        case PhoneBehaviour.TAPS if suggestions_of(message.payload):
            person.tap(message, 0)
        case _:
            return


def _regret(person: Person, _due: datetime) -> None:
    person.subscribe()
