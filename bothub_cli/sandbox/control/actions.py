"""Lets a phone's user act, as the sandbox's own API asks for it."""

from collections.abc import Callable, Mapping
from typing import Any

from bothub_cli.sandbox.control import arguments
from bothub_cli.sandbox.control.arguments import Arguments, ControlError
from bothub_cli.sandbox.control.tap_effect import effect_of
from bothub_cli.sandbox.people.person import Person
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.phones import Phone
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.suggestions import place_of, suggestions_of
from bothub_cli.urls import is_web_url

LISTED_MAX = 10  # messages whose labels an error lists
PLACE_MAX = 10_000  # more than any message holds


def perform_action(sandbox: Sandbox, phone: Phone, given: Arguments) -> SandboxMessage | None:
    """Do what ``action`` says, towards ``bot_id`` or the bot that wrote last; return what the bot gets.

    None for the tap on an action without a postback, of which no phone tells a bot. Raises ControlError.
    """
    action = arguments.choice(given, "action", tuple(_ACTIONS))
    message = _tapped_message(sandbox, phone, given) if action == "tap" else None
    bot_id = message.bot_id if message else _bot_of(sandbox, phone, given)
    return _ACTIONS[action](Person(sandbox, phone, bot_id=bot_id), given, message)


def effect_of_tap(sandbox: Sandbox, phone: Phone, given: Arguments) -> str | None:
    """Say what the phone does when that button is tapped; None for what only tells the bot. Raises ControlError."""
    if given.get("action") != "tap":
        return None
    message = _tapped_message(sandbox, phone, given)
    return effect_of(suggestions_of(message.payload)[_position_of_button(message, given)])


def _write(person: Person, given: Arguments, _: SandboxMessage | None) -> SandboxMessage:
    return person.write(arguments.text(given, "text"))


def _type(person: Person, given: Arguments, _: SandboxMessage | None) -> SandboxMessage:
    return person.set_typing(is_active=arguments.flag(given, "active") if "active" in given else True)


def _share_location(person: Person, given: Arguments, _: SandboxMessage | None) -> SandboxMessage:
    latitude = arguments.number(given, "latitude", minimum=-90, maximum=90)
    longitude = arguments.number(given, "longitude", minimum=-180, maximum=180)
    return person.share_location(latitude, longitude, label=arguments.optional_text(given, "label"))


def _send_file(person: Person, given: Arguments, _: SandboxMessage | None) -> SandboxMessage:
    url = arguments.text(given, "url")
    if not is_web_url(url):
        raise ControlError(problem="url: an http or https URL is required")
    members = {
        "fileUrl": url,
        "fileName": arguments.optional_text(given, "name"),
        "fileMIMEType": arguments.optional_text(given, "type"),
        "fileSize": arguments.whole_number(given, "size", minimum=0, maximum=2**40),
    }
    return person.send_file({name: value for name, value in members.items() if value is not None})


def _tap(person: Person, given: Arguments, message: SandboxMessage | None) -> SandboxMessage | None:
    assert message is not None
    return person.tap(message, _position_of_button(message, given))


def _start(person: Person, _given: Arguments, _: SandboxMessage | None) -> SandboxMessage:
    return person.start_chat()


def _stop(person: Person, _given: Arguments, _: SandboxMessage | None) -> SandboxMessage:
    return person.stop()


def _alias(person: Person, _given: Arguments, _: SandboxMessage | None) -> SandboxMessage:
    return person.become_anonymous()


_ACTIONS: Mapping[str, Callable[[Person, Arguments, SandboxMessage | None], SandboxMessage | None]] = {
    "text": _write,
    "typing": _type,
    "location": _share_location,
    "file": _send_file,
    "tap": _tap,
    "start": _start,
    "stop": _stop,
    "alias": _alias,
}


def _bot_of(sandbox: Sandbox, phone: Phone, given: Arguments) -> str:
    bot_id = arguments.optional_text(given, "bot_id")
    if bot_id is None:
        talks = (message.bot_id for message in sandbox.messages.newest_first(phone.number))
        return next(talks, sandbox.registry.bots[0].bot_id)
    if sandbox.registry.bot(bot_id) is None:
        raise ControlError(problem="bot_id: no such bot")
    return bot_id


def _tapped_message(sandbox: Sandbox, phone: Phone, given: Arguments) -> SandboxMessage:
    msg_id = arguments.optional_text(given, "msg_id")
    if msg_id is None:
        there = [each for each in sandbox.messages.newest_first(phone.number) if _has_buttons(each, phone)]
        wanted = arguments.optional_text(given, "label")
        named = (each for each in there if wanted is not None and wanted in _labels(each))
        message = next(named, there[0] if there else None)  # the buttons of every card stay (Infobip)
        if wanted is not None and message is not None and wanted not in _labels(message):
            labels = list(dict.fromkeys(label for each in there[:LISTED_MAX] for label in _labels(each)))
            raise arguments.not_one_of("label", wanted, labels)
    else:
        message = sandbox.messages.find(msg_id)
    if message is None or not _has_buttons(message, phone):
        raise ControlError(problem=_no_buttons(msg_id), status=404)
    return message


def _no_buttons(msg_id: str | None) -> str:
    if msg_id is None:
        return "no message with buttons on this phone; send one, with a suggestion, and then tap it"
    return "msg_id: no message with buttons on this phone"


def _has_buttons(message: SandboxMessage, phone: Phone) -> bool:
    is_there = message.number == phone.number and message.direction == "to_phone" and not message.is_withdrawn
    return is_there and bool(suggestions_of(message.payload))


def _position_of_button(message: SandboxMessage, given: Arguments) -> int:
    labels = _labels(message)
    wanted = arguments.optional_text(given, "label")
    if wanted is None and given.keys() & {"card", "suggestion", "chip"}:
        return _position_of_place(message, given, count=len(labels))
    if wanted is None:
        position = arguments.whole_number(given, "position", minimum=0, maximum=len(labels) - 1)
        return 0 if position is None else position
    if wanted not in labels:
        raise arguments.not_one_of("label", wanted, labels)
    return labels.index(wanted)


def _position_of_place(message: SandboxMessage, given: Arguments, *, count: int) -> int:
    places = {
        name: arguments.whole_number(given, name, minimum=0, maximum=PLACE_MAX)
        for name in ("card", "suggestion", "chip")
    }
    position = place_of(message.payload, **places)
    if position >= count:
        raise ControlError(problem="card, suggestion, chip: no button there")
    return position


def _labels(message: SandboxMessage) -> list[str]:
    return [_label(suggestion) for suggestion in suggestions_of(message.payload)]


def _label(suggestion: Mapping[str, Any]) -> str:
    face = suggestion.get("reply") or suggestion.get("action") or {}
    return str(face.get("displayText", ""))
