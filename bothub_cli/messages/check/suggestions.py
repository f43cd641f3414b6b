"""Judges replies and actions, in cards and as chips."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from itertools import islice

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.names import guess_member
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.numbers import check_dialled
from bothub_cli.messages.check.report import GOOGLE, RCC07, RCC07_REPORTS, RCC07_V11, RCC07_V15
from bothub_cli.messages.check.show import shorten, show
from bothub_cli.messages.check.times import check_time
from bothub_cli.messages.check.urls import check_page_url
from bothub_cli.messages.limits import (
    CALENDAR_DESCRIPTION_MAX,
    CALENDAR_TITLE_MAX,
    CARD_SUGGESTIONS_MAX,
    CHIPS_MAX,
    COMPOSE_TEXT_MAX,
    DISPLAY_TEXT_MAX,
    LATITUDE_MAX,
    LOCATION_LABEL_MAX,
    LOCATION_QUERY_MAX,
    LONGITUDE_MAX,
    POSTBACK_MAX,
    SUBJECT_MAX,
    UNKNOWN_MEMBERS_MAX,
    WEBVIEW_PARAMETERS_MAX,
)
from bothub_cli.messages.model.actions import ACTION_NAMES, ACTION_OF, ShowLocation
from bothub_cli.messages.model.wire import member_names

_CHIP_LIST = frozenset({"suggestions"})
_SUGGESTION = frozenset({"reply", "action"})
_FACE = frozenset({"displayText", "postback"})
_POSTBACK = frozenset({"data"})
_ACTION = _FACE | ACTION_NAMES.keys()
_FAMILIES = {family: frozenset(kinds) for family, kinds in ACTION_NAMES.items()}
_ARGUMENTS = {kind: member_names(action) for (_, kind), action in ACTION_OF.items()}
_LOCATION = member_names(ShowLocation, within="location")

_LONE_ARGUMENT = {
    "openUrl": "url",
    "dialPhoneNumber": "phoneNumber",
    "dialVideoCall": "phoneNumber",
    "copyToClipboard": "text",
}
_SLIP = 0.88  # of difflib's ratio: names of actions end alike, so that two of them are always near each other

# Actions without a counterpart in Google's API: phones on Google's platform do not show them.
_IGNORED = {
    "dialEnrichedCall": "has no counterpart at Google",
    "dialVideoCall": "has no counterpart at Google",
    "composeTextMessage": "is paused in Google Messages since June 2025",
    "composeRecordingMessage": "is paused in Google Messages since June 2025",
    "requestDeviceSpecifics": "has no counterpart at Google",
    "disableAnonymization": "has no counterpart at Google",
    "enableDisplayedNotifications": "has no counterpart at Google",
}


def check_card_suggestions(content: Node, now: datetime) -> None:
    """Check the buttons of a card."""
    _check_list(content, CARD_SUGGESTIONS_MAX, now)


def check_chip_list(rcs_message: Node, now: datetime) -> None:
    """Check the chips under a message."""
    fix = 'write {"suggestions": […]}' if isinstance(rcs_message.members.get("suggestedChipList"), list) else None
    chips = rcs_message.child("suggestedChipList", fix=fix)
    if chips is None:
        return
    chips.source = RCC07
    chips.only(_CHIP_LIST)
    chips.require("suggestions")
    _check_list(chips, CHIPS_MAX, now)


def _check_list(parent: Node, maximum: int, now: datetime) -> None:
    labels: dict[str, str] = {}
    for pointer, element in parent.elements("suggestions", minimum=1, maximum=maximum):
        suggestion = parent.element_node(pointer, element, fix=_fix_element(element))
        face = _check_suggestion(suggestion, now) if suggestion else None
        if face is None or not isinstance(label := face.members.get("displayText"), str):
            continue
        first = labels.setdefault(label.strip().casefold() if len(label) < 1000 else pointer, pointer)
        if first != pointer:
            face.report(
                rules.SUGGESTION_DUPLICATE,
                "displayText",
                f"the same label as {first}: nobody can tell the two apart",
                source=GOOGLE,
                fix="give each its own label",
            )


def _fix_element(element: object) -> str | None:
    match element:
        case str(label):
            word = shorten(label, length=DISPLAY_TEXT_MAX)
            return f'write {{"reply": {{"displayText": "{word}", "postback": {{"data": "{word}"}}}}}}'
        case [*_]:
            return "take the suggestions out of the inner list"
        case _:
            return None


def _check_suggestion(suggestion: Node, now: datetime) -> Node | None:
    present = [name for name in ("reply", "action") if name in suggestion]
    suggestion.only(_SUGGESTION)
    if len(present) != 1:
        suggestion.report(
            rules.SUGGESTION_ONE,
            "",
            "a suggestion must be a reply or an action" + (", not both" if present else ""),
            limit="exactly one of reply and action",
            actual=" and ".join(present) or "neither",
            fix=None if present else _fix_missing_kind(suggestion),
        )
    face = suggestion.child(present[0]) if present else None
    if face is not None:
        _check_face(face)
        if present[0] == "action":
            _check_action(face, now)
        else:
            face.only(_FACE)
    return face


def _fix_missing_kind(suggestion: Node) -> str | None:
    names = islice(suggestion.members, UNKNOWN_MEMBERS_MAX)
    if any(guess_member(name, _FAMILIES) for name in names):
        return 'wrap it: {"action": {"displayText": …, …}}'
    if "displayText" in suggestion or "postback" in suggestion:
        return 'wrap it: {"reply": {"displayText": …, …}}'
    return None


def _check_face(face: Node) -> None:
    label = face.text("displayText", maximum=DISPLAY_TEXT_MAX, required=True)
    if label and len(label) < 1000 and len(label.splitlines()) > 1:
        face.report(
            rules.TEXT_LINE_BREAK, "displayText", "a label is one line", fix="write it in one line", source=GOOGLE
        )
    postback = face.members.get("postback")
    fix = 'write {"data": "…"}' if isinstance(postback, str) else None
    if (node := face.child("postback", fix=fix)) is None:
        return
    node.only(_POSTBACK)
    data = node.text("data", maximum=POSTBACK_MAX, minimum=0, required=True)
    if data and len(data) <= POSTBACK_MAX < (size := len(data.encode("utf-8", "replace"))):
        node.report(
            rules.TEXT_BYTES,
            "data",
            "fits in characters, but some platforms count bytes",
            limit=f"{POSTBACK_MAX} bytes",
            actual=f"{size} bytes",
            source=GOOGLE,
        )


def _check_action(action: Node, now: datetime) -> None:
    _warn_without_postback(action)
    families = [name for name in action.members if name in _FAMILIES and name in action]
    new = _find_new_actions(action)
    action.only(_ACTION | {name for name in new if not families})
    if not families and len(new) == 1:
        _report_new(action, new[0])
    elif len(families) != 1:
        _report_not_one(action, families, _FAMILIES.keys(), fix=None if families else _fix_name(action))
    for name in families:
        if (family := action.child(name)) is not None:
            _check_family(family, _FAMILIES[name], now)


def _check_family(family: Node, known: frozenset[str], now: datetime) -> None:
    kinds = [name for name in family.members if name in known and name in family]
    new = [] if kinds else _find_new(family, known)
    family.only(known | set(new))
    if len(new) == 1:
        _report_new(family, new[0])
    elif len(kinds) != 1:
        _report_not_one(family, kinds, sorted(known), fix=None if kinds else _fix_flat(family, known))
    for kind in kinds:
        if (arguments := family.child(kind, fix=_fix_arguments(kind, family.members[kind]))) is not None:
            arguments.only(_ARGUMENTS[kind])
            _ARGUMENT_CHECKS[kind](arguments, now)
            if kind in _IGNORED:
                family.report(
                    rules.ACTION_IGNORED, kind, f"{kind} {_IGNORED[kind]}: phones may not show it", source=GOOGLE
                )


def _fix_name(action: Node) -> str | None:
    names = (name for name in islice(action.members, UNKNOWN_MEMBERS_MAX) if name not in _ACTION)
    slip = next(((name, meant) for name in names if (meant := guess_member(name, _FAMILIES))), None)
    return f'rename "{shorten(slip[0])}" to "{slip[1]}"' if slip else None


def _fix_flat(family: Node, known: frozenset[str]) -> str | None:
    """Help who wrote the arguments of an action where its kind should stand."""
    names = set(islice(family.members, UNKNOWN_MEMBERS_MAX))
    kind = max(sorted(known), key=lambda each: len(names & _ARGUMENTS[each]))
    return f'put them into the kind: {{"{kind}": {{…}}}}' if names & _ARGUMENTS[kind] else None


def _fix_arguments(kind: str, written: object) -> str | None:
    """Help who wrote the one argument that an action needs in place of the object that holds it."""
    name = _LONE_ARGUMENT.get(kind)
    return f'write {{"{name}": "…"}}' if name and isinstance(written, str | int) else None


def _find_new_actions(action: Node) -> list[str]:
    """Return the actions of a newer standard, whatever they hold: copyAction is no slip of composeAction."""
    names = [name for name in islice(action.members, UNKNOWN_MEMBERS_MAX) if name not in _ACTION and name in action]
    return [name for name in names if name.endswith("Action") and guess_member(name, _FAMILIES, cutoff=_SLIP) is None]


def _find_new(family: Node, known: frozenset[str]) -> list[str]:
    """Return the kinds of a newer standard: objects whose name is no slip of a known one."""
    return [
        name
        for name in islice(family.members, UNKNOWN_MEMBERS_MAX)
        if name not in known and isinstance(family.members[name], Mapping) and guess_member(name, known) is None
    ]


def _report_new(node: Node, name: str) -> None:
    node.report(
        rules.ACTION_UNKNOWN,
        shorten(name),
        f"{shorten(name)} is no action that is known here; it is sent as it is, and phones may not show it",
        limit=f"one of {', '.join(ACTION_NAMES)}",
        fix="try it on a phone first",
    )


def _warn_without_postback(action: Node) -> None:
    if action.members.get("postback") is None:
        action.report(
            rules.ACTION_SILENT,
            "",
            "without a postback the bot hears nothing of a tap",
            source=RCC07_REPORTS,
            fix='add "postback": {"data": "…"}',
        )


def _report_not_one(node: Node, present: list[str], known: Collection[str], *, fix: str | None = None) -> None:
    node.report(
        rules.ACTION_ONE,
        "",
        "an action must do exactly one thing",
        limit=f"exactly one of {', '.join(known)}",
        actual=shorten(" and ".join(present) or "none"),
        fix=fix,
    )


def _check_open_url(arguments: Node, _: datetime) -> None:
    check_page_url(arguments, "url", required=True)
    arguments.source = RCC07_V11
    # "app" came with Universal Profile 4.0 (RCC.07 v17, February 2026); other words may follow.
    application = arguments.word("application", ("browser", "webview", "app"), is_open=True)
    arguments.word("viewMode", ("full", "half", "tall"), is_open=True)
    arguments.text("parameters", maximum=WEBVIEW_PARAMETERS_MAX)
    for name in ("viewMode", "parameters"):
        if name in arguments and application != "webview":
            arguments.report(
                rules.WEBVIEW_ONLY, name, f"{name} works only in a webview", fix='add "application": "webview"'
            )


def _check_dial(arguments: Node, _: datetime) -> None:
    check_dialled(arguments, "phoneNumber")
    check_page_url(arguments, "fallbackUrl")


def _check_enriched_call(arguments: Node, _: datetime) -> None:
    check_dialled(arguments, "phoneNumber")
    arguments.text("subject", maximum=SUBJECT_MAX, minimum=0)
    check_page_url(arguments, "fallbackUrl")


def _check_show_location(arguments: Node, _: datetime) -> None:
    check_page_url(arguments, "fallbackUrl")
    location = arguments.child("location", required=True)
    if location is None:
        return
    location.only(_LOCATION)
    location.number("latitude", largest=LATITUDE_MAX, unit="degrees")
    location.number("longitude", largest=LONGITUDE_MAX, unit="degrees")
    location.text("label", maximum=LOCATION_LABEL_MAX)
    location.text("query", maximum=LOCATION_QUERY_MAX)
    coordinates = ("latitude" in location) + ("longitude" in location)
    if coordinates == 1 or (coordinates == 2) == ("query" in location):
        location.report(
            rules.LOCATION_ONE,
            "",
            "a location is given by coordinates or by a query",
            limit="latitude and longitude, or query",
            actual=" and ".join(name for name in ("latitude", "longitude", "query") if name in location) or "none",
        )


def _check_calendar_event(arguments: Node, now: datetime) -> None:
    start = check_time(arguments, "startTime", required=True)
    end = check_time(arguments, "endTime", required=True)
    arguments.text("title", maximum=CALENDAR_TITLE_MAX, required=True)
    arguments.text("description", maximum=CALENDAR_DESCRIPTION_MAX)
    check_page_url(arguments, "fallbackUrl")
    if start and end and end <= start:
        arguments.report(rules.EVENT_ENDS_BEFORE, "endTime", "the event ends before it starts", fix="end after start")
    elif end and end < now:
        arguments.report(rules.EVENT_PAST, "endTime", "the event is over", actual=show(arguments.members["endTime"]))


def _check_compose_text(arguments: Node, _: datetime) -> None:
    check_dialled(arguments, "phoneNumber")
    arguments.text("text", maximum=COMPOSE_TEXT_MAX, minimum=0, required=True)


def _check_compose_recording(arguments: Node, _: datetime) -> None:
    check_dialled(arguments, "phoneNumber")
    arguments.word("type", ("AUDIO", "VIDEO"), required=True)


def _check_copy(arguments: Node, _: datetime) -> None:
    arguments.source = RCC07_V15
    arguments.text("text", required=True)


def _check_nothing(_: Node, __: datetime) -> None:
    """Accept an action that has no arguments."""


_ARGUMENT_CHECKS: dict[str, Callable[[Node, datetime], None]] = {
    "openUrl": _check_open_url,
    "dialPhoneNumber": _check_dial,
    "dialEnrichedCall": _check_enriched_call,
    "dialVideoCall": _check_dial,
    "showLocation": _check_show_location,
    "requestLocationPush": _check_nothing,
    "createCalendarEvent": _check_calendar_event,
    "composeTextMessage": _check_compose_text,
    "composeRecordingMessage": _check_compose_recording,
    "copyToClipboard": _check_copy,
    "requestDeviceSpecifics": _check_nothing,
    "disableAnonymization": _check_nothing,
    "enableDisplayedNotifications": _check_nothing,
}
