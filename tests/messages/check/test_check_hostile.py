"""Whatever arrives, the check answers soon, in bounded memory, and never raises."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.messages import check_payload
from bothub_cli.messages.limits import DEPTH_MAX, FINDINGS_MAX
from bothub_cli.messages.model.actions import ACTION_NAMES
from bothub_cli.messages.vocabulary import RCS_MESSAGE_NAMES

Check = Callable[[object], list[tuple[str, str]]]


def carousel(cards: object) -> dict[str, Any]:
    inner = {"layout": {"cardWidth": "SMALL_WIDTH"}, "content": cards}
    return {"richcardMessage": {"message": {"generalPurposeCardCarousel": inner}}}


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


class Unread(list[Any]):
    """A list that may be counted and cut, but not walked through."""

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("the check walked through a list that it should only count")


def test_a_million_cards_cost_no_more_than_counting_them(found: Check) -> None:
    cards = Unread([{"title": "T"}] * 1_000_000)

    assert [rule for rule, _ in found(carousel(cards))] == ["list.too-long", "payload.size"]


@pytest.mark.parametrize(
    ("payload", "rules"),
    [
        ({"textMessage": "a" * 10_000_000}, ["text.too-long", "payload.size"]),
        (
            {"textMessage": "\x00\u202e👍" * 3_000_000},
            ["text.too-long", "text.control-character", "payload.size", "text.bidi"],
        ),
        ({"fileMessage": {"fileUrl": "https://" + "a" * 10_000_000}}, ["url.too-long", "payload.size"]),
        ({"fileMessage": {"fileUrl": "%" * 10_000_000}}, ["url.too-long", "payload.size"]),
        ({"textMessage": "a", "trafficType": "x" * 10_000_000}, ["payload.size", "traffic-type.unknown"]),
        ({"isTyping": "x" * 10_000_000}, ["value.not-allowed", "payload.size"]),
        ({"textMessage": "a", "expiry": "2" * 10_000_000}, ["time.format", "payload.size"]),
    ],
)
def test_a_string_of_megabytes_is_measured_and_read_only_at_its_beginning(
    payload: object, rules: list[str], found: Check
) -> None:
    assert [rule for rule, _ in found(payload)] == rules


def test_an_object_with_a_million_members_is_summed_up(now: datetime) -> None:
    payload = {"textMessage": "Hello"} | {f"member{number}": 1 for number in range(1_000_000)}

    report = check_payload(payload, now=now)

    assert [finding.rule for finding in report.errors] == ["payload.size"]
    assert report.warnings[-1].message == "and 999980 more unknown members"
    assert len(report.warnings) == 21


@pytest.mark.parametrize("levels", [100, 100_000])
def test_deep_nesting_is_refused_without_recursion(levels: int, found: Check) -> None:
    rules = [rule for rule, _ in found({"textMessage": "Hello", "extra": nested(levels)})]

    assert "payload.depth" in rules


def test_the_depth_that_is_allowed_is_allowed(found: Check) -> None:
    assert found({"textMessage": "x", "extra": nested(DEPTH_MAX - 2)}) == [("member.unknown", "/extra")]
    assert found({"textMessage": "x", "extra": nested(DEPTH_MAX - 1)}) != [("member.unknown", "/extra")]


def test_a_value_that_holds_itself_ends(found: Check) -> None:
    loop: dict[str, Any] = {"textMessage": "Hello"}
    loop["again"] = [loop, loop]

    assert "payload.depth" in [rule for rule, _ in found(loop)]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (float("nan"), "payload.number"),
        (float("-inf"), "payload.number"),
        (10**5000, "payload.number"),
        (date(2026, 11, 24), "payload.value"),
        (b"bytes", "payload.value"),
        ({1, 2}, "payload.value"),
        ({1: "one"}, "member.name"),
        ({None: "none"}, "member.name"),
        ({"a\x00": 1}, "member.name"),
        ({"\ud800": 1}, "member.name"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_json_cannot_write_is_refused_wherever_it_stands(value: object, rule: str, found: Check) -> None:
    assert rule in [rule for rule, _ in found({"textMessage": "Hello", "extra": value})]
    assert found({"textMessage": value})[0][1].startswith("/textMessage")
    assert found({"fileMessage": {"fileUrl": "https://a.fr", "fileSize": value}})[0][1].startswith("/fileMessage")


def test_a_report_is_bounded_and_says_how_much_it_leaves_out(now: datetime) -> None:
    bad = {"reply": {"displayText": "", "postback": {"data": 5}, "x": 1, "y": 2}}
    cards = [{"title": "", "media": {}, "suggestions": [bad] * 50}] * 50

    report = check_payload(carousel(cards), now=now)

    assert len(report.findings) == FINDINGS_MAX + 1
    assert report.is_refused
    assert report.findings[-1].rule == "report.more"
    assert report.findings[-1].message.startswith("and ")


def test_errors_are_never_crowded_out_by_warnings(now: datetime) -> None:
    noise = {"title": "T"} | {f"unknown{number}": 1 for number in range(20)}
    cards = [noise] * 10

    report = check_payload({"suggestedChipList": 7} | carousel(cards) | {"expiry": "never"}, now=now)

    assert [finding.rule for finding in report.errors] == ["member.type", "time.format"]
    assert len(report.findings) == FINDINGS_MAX + 1
    assert report.findings[-1].severity == "warning"


def test_what_a_finding_quotes_is_printable_and_short(now: datetime) -> None:
    report = check_payload({"isTyping": "\x1b[31m\u202e" + "x" * 1000, "\x07bell": 1}, now=now)

    for finding in report.findings:
        for text in (finding.pointer, finding.message, finding.actual or "", finding.fix or ""):
            assert text.isprintable()
            assert len(text) < 300


@pytest.mark.parametrize(("size", "rules"), [(256_000, []), (256_001, ["payload.size"])])
def test_the_whole_is_measured_as_utf8_json(size: int, rules: list[str], found: Check) -> None:
    payload: dict[str, Any] = {"textMessage": "é", "extra": [[], {}, None, True, 7, 'quote "\n']}
    payload["pad"] = ""
    written = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    payload["pad"] = "a" * (size - len(written))

    assert [rule for rule, _ in found(payload) if rule == "payload.size"] == rules


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
_ENVELOPE = ("RCSMessage", "messageContact", "userContact", "chatId", "message")
_CARD = ("generalPurposeCard", "generalPurposeCardCarousel", "layout", "content", "media", "title", "suggestions")
_LAYOUT = ("cardWidth", "cardOrientation", "imageAlignment", "titleFontStyle", "style", "mediaUrl", "thumbnailUrl")
_SUGGESTION = ("reply", "action", "displayText", "postback", "data", "url", "location", "latitude", "query")
_KINDS = [kind for kinds in ACTION_NAMES.values() for kind in kinds]
_NAMES = st.sampled_from(
    [*_ENVELOPE, *_CARD, *_LAYOUT, *_SUGGESTION, *ACTION_NAMES, *_KINDS, *RCS_MESSAGE_NAMES, "fileUrl", "pos"]
)
_LIKE_A_MESSAGE = st.recursive(
    _JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=30,
)


@given(_JSON | _LIKE_A_MESSAGE)
def test_no_json_value_makes_the_check_raise(payload: object) -> None:
    report = check_payload(payload, now=datetime.fromisoformat("2026-11-24T12:00:00Z"))

    assert len(report.findings) <= FINDINGS_MAX + 1
    assert all(finding.message.isprintable() for finding in report.findings)
