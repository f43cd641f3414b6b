"""Every valid message passes and comes back the same; every mutation is found at its place; GSMA's schemas agree."""

import copy
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft4Validator

from bothub_cli.messages import (
    AudioMessage,
    CardContent,
    ChatId,
    ComposeRecordingMessage,
    ComposeTextMessage,
    CreateCalendarEvent,
    DialEnrichedCall,
    DialPhoneNumber,
    DialVideoCall,
    DisableAnonymization,
    EnableDisplayedNotifications,
    FileMessage,
    GeneralPurposeCard,
    GeneralPurposeCardCarousel,
    GeolocationPushMessage,
    IsTyping,
    Media,
    OpenUrl,
    OutboundMessage,
    RcsMessage,
    Reply,
    RequestDeviceSpecifics,
    RequestLocationPush,
    RichCardMessage,
    ShowLocation,
    SuggestedChipList,
    TextMessage,
    UserContact,
    check_payload,
)
from bothub_cli.messages.payload import child_pointer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

_LETTERS = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="{}\ufffd\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
)


def texts(longest: int) -> SearchStrategy[str]:
    some = st.text(_LETTERS, min_size=1, max_size=min(longest, 30)).filter(str.strip)
    return some | st.just("é" * longest)


def maybe(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | strategy


URLS = st.sampled_from(["https://example.com", "https://a.fr/x?q=1&r=%C3%A9#top", "https://a.fr/" + "p" * 2035])
NUMBERS = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
SIZES = st.integers(1, 100_000_000)  # bytes: an empty file is refused, and one over 100 MB
FACE: dict[str, Any] = {
    "display_text": texts(25),
    "postback_data": maybe(st.just("") | texts(2048)),
}
DIAL: dict[str, Any] = FACE | {"phone_number": NUMBERS, "fallback_url": maybe(URLS)}
COORDINATES: dict[str, Any] = {
    "latitude": st.floats(-90, 90).map(lambda degrees: round(degrees, 7)) | st.integers(-90, 90),
    "longitude": st.floats(-180, 180).map(lambda degrees: round(degrees, 7)),
}

OPEN_URLS = st.builds(
    OpenUrl,
    **FACE,
    url=URLS | st.just("app://page"),
    application=st.just("webview"),
    view_mode=maybe(st.sampled_from(["full", "half", "tall"])),
    parameters=maybe(texts(200)),
) | st.builds(OpenUrl, **FACE, url=URLS, application=st.just("browser"))
ACTIONS = st.one_of(
    OPEN_URLS,
    st.builds(OpenUrl, **FACE, url=URLS),
    st.builds(DialPhoneNumber, **DIAL),
    st.builds(DialEnrichedCall, **DIAL, subject=maybe(st.just("") | texts(60))),
    st.builds(DialVideoCall, **DIAL),
    st.builds(ShowLocation, **FACE, **COORDINATES, label=maybe(texts(100)), fallback_url=maybe(URLS)),
    st.builds(ShowLocation, **FACE, query=texts(200)),
    st.builds(RequestLocationPush, **FACE),
    st.builds(
        CreateCalendarEvent,
        **FACE,
        start_time=st.just("2026-12-24T18:00:00+01:00"),
        end_time=st.sampled_from(["2026-12-24T18:00:00Z", "2027-01-01T00:00:00.5-11:30"]),
        title=texts(100),
        description=maybe(texts(500)),
        fallback_url=maybe(URLS),
    ),
    st.builds(ComposeTextMessage, **FACE, phone_number=NUMBERS, text=st.just("") | texts(100)),
    st.builds(ComposeRecordingMessage, **FACE, phone_number=NUMBERS, type=st.sampled_from(["AUDIO", "VIDEO"])),
    st.builds(RequestDeviceSpecifics, **FACE),
    st.builds(DisableAnonymization, **FACE),
    st.builds(EnableDisplayedNotifications, **FACE),
)
SUGGESTIONS = st.builds(Reply, **FACE) | ACTIONS
MEDIA_TYPES = st.sampled_from(["image/jpeg", "video/mp4", "image/webp"])


def media(*heights: str) -> SearchStrategy[Media]:
    whole: dict[str, Any] = {
        "media_url": URLS,
        "media_content_type": MEDIA_TYPES,
        "media_file_size": SIZES,
        "height": st.sampled_from(heights),
        "content_description": maybe(texts(200)),
    }
    thumbnail: dict[str, Any] = {
        "thumbnail_url": URLS,
        "thumbnail_content_type": MEDIA_TYPES,
        "thumbnail_file_size": st.integers(1, 100 * 1000),
    }
    return st.builds(Media, **whole) | st.builds(Media, **whole, **thumbnail)


def contents(*heights: str) -> SearchStrategy[CardContent]:
    rest: dict[str, Any] = {
        "description": maybe(texts(2000)),
        "suggestions": st.lists(SUGGESTIONS, max_size=4).map(tuple),
    }
    shown = media(*heights)
    return st.builds(CardContent, title=texts(200), media=maybe(shown), **rest) | st.builds(
        CardContent, media=shown, **rest
    )


ANY_CONTENT = contents("SHORT_HEIGHT", "MEDIUM_HEIGHT", "TALL_HEIGHT")
CARDS = st.one_of(
    st.builds(GeneralPurposeCard, content=ANY_CONTENT),
    st.builds(
        GeneralPurposeCard,
        content=ANY_CONTENT,
        orientation=st.just("HORIZONTAL"),
        image_alignment=st.sampled_from(["LEFT", "RIGHT"]),
        title_font_style=st.sampled_from([(), ("bold",), ("italics", "bold", "underline")]),
        style=maybe(URLS),
    ),
    st.builds(GeneralPurposeCardCarousel, cards=st.lists(ANY_CONTENT, min_size=2, max_size=3).map(tuple)),
    st.builds(
        GeneralPurposeCardCarousel,
        cards=st.lists(contents("SHORT_HEIGHT", "MEDIUM_HEIGHT"), min_size=2, max_size=3).map(tuple),
        card_width=st.just("SMALL_WIDTH"),
        description_font_style=st.sampled_from([(), ("bold",)]),
    ),
)
FILE: dict[str, Any] = {
    "file_url": URLS,
    "file_name": maybe(texts(200)),
    "file_mime_type": maybe(MEDIA_TYPES),
    "file_size": maybe(SIZES),
}
CONTENTS = st.one_of(
    st.builds(TextMessage, text=texts(3072)),
    st.builds(RichCardMessage, card=CARDS),
    st.builds(FileMessage, **FILE),
    st.builds(AudioMessage, **FILE, playing_length=maybe(SIZES)),
    st.builds(
        GeolocationPushMessage,
        **COORDINATES,
        label=maybe(texts(200)),
        timestamp=maybe(st.just("2026-11-24T12:00:00.123Z")),
        time_offset=maybe(st.integers(-840, 840)),
        radius=maybe(st.floats(0, 1000)),
    ),
)
CHIPS = st.builds(SuggestedChipList, suggestions=st.lists(SUGGESTIONS, min_size=1, max_size=5).map(tuple))
TRAVEL: dict[str, Any] = {
    "traffic_type": maybe(st.sampled_from(["advertisement", "payment", "otp"])),
    "expiry": maybe(st.sampled_from(["2026-11-25T00:00:00Z", "2026-12-09T12:00:00Z"])),
    "msg_id": maybe(texts(40)),
}
MESSAGES = st.builds(
    OutboundMessage,
    rcs_message=st.builds(RcsMessage, content=CONTENTS, suggested_chip_list=maybe(CHIPS), **TRAVEL)
    | st.builds(RcsMessage, content=st.builds(IsTyping, active=st.booleans())),
    message_contact=st.builds(UserContact, number=NUMBERS) | st.builds(ChatId, value=texts(60)),
    msg_id=maybe(texts(40)),
)

Path_ = tuple[str | int, ...]


def paths(value: object, path: Path_ = ()) -> list[Path_]:
    """Return the path of every value below, the whole left out."""
    children: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [deep for key, child in children for deep in ((*path, key), *paths(child, (*path, key)))]


def pointer(path: Path_) -> str:
    text = ""
    for key in path:
        text = child_pointer(text, key)
    return text


def parent_of(payload: Any, path: Path_) -> Any:
    for key in path[:-1]:
        payload = payload[key]
    return payload


def findings_at(payload: object) -> set[str]:
    return {finding.pointer for finding in check_payload(payload, now=NOW).findings}


WRONG_TYPE: dict[type, object] = {str: 5, int: "five", float: [], dict: "object", list: {"0": 1}}


@given(MESSAGES)
def test_a_valid_message_passes_and_comes_back_the_same(message: OutboundMessage) -> None:
    payload = message.to_payload()

    report = check_payload(payload, now=NOW)

    assert report.errors == ()
    assert OutboundMessage.from_payload(payload) == message
    assert OutboundMessage.from_payload(json.loads(json.dumps(payload))).to_payload() == payload


@given(MESSAGES, st.data())
def test_a_value_of_the_wrong_type_or_null_is_found_at_its_place(message: OutboundMessage, data: st.DataObject) -> None:
    payload = message.to_payload()
    path = data.draw(st.sampled_from(paths(payload)))
    holder = parent_of(payload, path)

    for wrong in (None, WRONG_TYPE[type(holder[path[-1]])]):
        holder[path[-1]] = wrong
        report = check_payload(payload, now=NOW)
        assert pointer(path) in {finding.pointer for finding in report.findings}
    assert report.is_refused


@given(MESSAGES, st.data(), st.sampled_from(["x{}", "{}_", "my{}"]))
def test_a_misspelt_member_is_found_under_its_new_name(
    message: OutboundMessage, data: st.DataObject, spelling: str
) -> None:
    payload = message.to_payload()
    path = data.draw(st.sampled_from([path for path in paths(payload) if isinstance(path[-1], str)]))
    holder = parent_of(payload, path)
    new = spelling.format(path[-1])
    holder[new] = holder.pop(path[-1])

    assert pointer((*path[:-1], new)) in findings_at(payload)


@given(MESSAGES, st.data())
def test_a_string_beyond_every_limit_is_found_at_its_place(message: OutboundMessage, data: st.DataObject) -> None:
    payload = message.to_payload()
    strings = [path for path in paths(payload) if isinstance(parent_of(payload, path)[path[-1]], str)]
    path = data.draw(st.sampled_from(strings))
    assume(path[-1] not in {"msgId", "chatId"})  # opaque, and of any length
    parent_of(payload, path)[path[-1]] = "a" * 5000

    assert pointer(path) in findings_at(payload)


@given(MESSAGES, st.data(), st.sampled_from(["{{name}}", "\x00", "\u202e", "\ud800"]))
def test_what_no_text_should_hold_is_found_at_its_place(
    message: OutboundMessage, data: st.DataObject, intruder: str
) -> None:
    payload = message.to_payload()
    strings = [path for path in paths(payload) if isinstance(parent_of(payload, path)[path[-1]], str)]
    path = data.draw(st.sampled_from(strings))
    parent_of(payload, path)[path[-1]] += intruder

    assert pointer(path) in findings_at(payload)


@given(
    MESSAGES, st.dictionaries(st.sampled_from(["new", "later/~"]), st.lists(st.integers(0, 9)) | st.none()), st.data()
)
def test_unknown_members_are_warned_about_and_survive(
    message: OutboundMessage, unknown: dict[str, Any], data: st.DataObject
) -> None:
    payload = message.to_payload()
    objects = [path for path in [(), *paths(payload)] if isinstance(at(payload, path), dict)]
    path = data.draw(st.sampled_from(objects))
    at(payload, path).update(unknown)

    report = check_payload(payload, now=NOW)

    assert report.errors == ()
    assert {pointer((*path, name)) for name in unknown} <= {finding.pointer for finding in report.warnings}
    assert OutboundMessage.from_payload(payload).to_payload() == payload


def at(payload: Any, path: Path_) -> Any:
    return parent_of(payload, (*path, ""))


# The judge: GSMA's own schemas, where the folder with them is at hand.

REFERENCE = Path(os.environ.get("BOTHUB_REFERENCE_DIR") or Path(__file__).parents[2].parent / "shared" / "reference")
needs_schemas = pytest.mark.skipif(not REFERENCE.is_dir(), reason=f"GSMA's schemas are not at {REFERENCE}")


def judge(version: str) -> Draft4Validator:
    text = (REFERENCE / f"gsma_chatbot_message.rcc07_{version}.schema.json").read_text(encoding="utf-8")
    return Draft4Validator(json.loads(text))


def parts(payload: dict[str, Any]) -> list[object]:
    """Return what the schemas judge: the rich card, and the chips."""
    rcs_message = payload["RCSMessage"]
    chips = rcs_message.get("suggestedChipList", {}).get("suggestions")
    return [part for part in (rcs_message.get("richcardMessage"), chips and {"suggestions": chips}) if part]


@needs_schemas
@given(MESSAGES)
def test_v10_accepts_whatever_the_model_writes(message: OutboundMessage) -> None:
    for part in parts(message.to_payload()):
        JUDGES["v10"].validate(part)


@needs_schemas
@given(st.lists(OPEN_URLS, min_size=1, max_size=4).map(tuple), CARDS)
def test_v11_accepts_a_card_whose_pages_name_their_application(
    suggestions: tuple[OpenUrl, ...], card: GeneralPurposeCard | GeneralPurposeCardCarousel
) -> None:
    assume(isinstance(card, GeneralPurposeCard))
    payload = RichCardMessage(card=card).to_payload()["richcardMessage"]
    payload["message"]["generalPurposeCard"]["content"]["suggestions"] = [
        suggestion.to_payload() for suggestion in suggestions
    ]

    JUDGES["v11"].validate(payload)


MUTATIONS = st.sampled_from(["delete", "duplicate", "null", "empty", "number", "text", "long", "swap", "move"])


def mutate(payload: Any, path: Path_, mutation: str, other: Path_) -> None:
    """Change one value in one of the ways in which people and programs get it wrong."""
    holder = parent_of(payload, path)
    match mutation:
        case "delete":
            del holder[path[-1]]
        case "duplicate" if isinstance(holder, list):
            holder.extend([copy.deepcopy(holder[0])] * 12)
        case "swap":
            holder[path[-1]] = copy.deepcopy(at(payload, other))
        case "move" if isinstance(holder, dict) and isinstance(at(payload, other), dict):
            at(payload, other)[path[-1]] = copy.deepcopy(holder[path[-1]])
        case _:
            holder[path[-1]] = {"null": None, "empty": {}, "number": -1.5, "text": "", "long": "a" * 3000}.get(
                mutation, []
            )


@needs_schemas
@given(MESSAGES, st.data(), st.lists(MUTATIONS, min_size=1, max_size=3))
@settings(max_examples=400)
def test_whatever_v10_refuses_the_check_refuses(
    message: OutboundMessage, data: st.DataObject, mutations: list[str]
) -> None:
    payload = message.to_payload()
    for mutation in mutations:
        rcs_message = payload["RCSMessage"]
        inside = [
            path for path in paths(rcs_message) if path[0] in {"richcardMessage", "suggestedChipList"} and path[1:]
        ]
        assume(inside)
        mutate(rcs_message, data.draw(st.sampled_from(inside)), mutation, data.draw(st.sampled_from(inside)))
    assume(isinstance(payload["RCSMessage"].get("suggestedChipList", {}), dict))

    report = check_payload(payload, now=NOW)
    assume(not any(finding.rule == "action.unknown" for finding in report.findings))  # newer standards have more
    refused_by_v10 = any(not JUDGES["v10"].is_valid(part) for part in parts(without_nulls(payload)))

    assert report.is_refused or not refused_by_v10


def without_nulls(value: Any) -> Any:
    """Leave out the members that are null, which stand for what is absent."""
    match value:
        case dict():
            return {name: without_nulls(member) for name, member in value.items() if member is not None}
        case list():
            return [without_nulls(element) for element in value]
        case _:
            return value


JUDGES = {version: judge(version) for version in ("v10", "v11")} if REFERENCE.is_dir() else {}
