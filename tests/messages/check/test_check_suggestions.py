"""Replies and actions: labels, kinds and their arguments."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from bothub_cli.messages import check_payload

Check = Callable[[object], list[tuple[str, str]]]

FIRST = "/suggestedChipList/suggestions/0"


def chips(*suggestions: object) -> dict[str, Any]:
    return {"textMessage": "Hello", "suggestedChipList": {"suggestions": list(suggestions)}}


def action(**members: object) -> dict[str, Any]:
    return chips({"action": {"displayText": "Go", "postback": {"data": "go"}} | members})


@pytest.mark.parametrize(
    ("suggestion", "rule", "pointer"),
    [
        ("Yes", "member.type", ""),
        ({}, "suggestion.exactly-one", ""),
        ({"reply": {"displayText": "Yes"}, "action": {}}, "suggestion.exactly-one", ""),
        ({"reply": {"displayText": "Yes"}, "action": None}, "member.null", "/action"),
        ({"reply": None}, "suggestion.exactly-one", ""),
        ({"displayText": "Yes"}, "suggestion.exactly-one", ""),
        ({"reply": None}, "member.null", "/reply"),
        ({"reply": {}}, "member.missing", "/reply"),
        ({"reply": {"displayText": ""}}, "text.empty", "/reply/displayText"),
        ({"reply": {"displayText": "a" * 26}}, "text.too-long", "/reply/displayText"),
        ({"reply": {"displayText": "👍" * 13}}, "text.utf16", "/reply/displayText"),
        ({"reply": {"displayText": "two\nlines"}}, "text.line-break", "/reply/displayText"),
        ({"reply": {"displayText": "Yes", "postback": "yes"}}, "member.type", "/reply/postback"),
        ({"reply": {"displayText": "Yes", "postback": {}}}, "member.missing", "/reply/postback"),
        ({"reply": {"displayText": "Yes", "postback": {"data": "a" * 2049}}}, "text.too-long", "/reply/postback/data"),
        ({"reply": {"displayText": "Yes", "postback": {"data": "é" * 1025}}}, "text.bytes", "/reply/postback/data"),
        ({"reply": {"displayText": "Yes", "postbackData": "yes"}}, "member.unknown", "/reply/postbackData"),
        ({"reply": {"displayText": "Yes", "mapAction": {}}}, "member.misplaced", "/reply/mapAction"),
    ],
)
def test_a_wrong_suggestion_is_found_at_its_place(suggestion: object, rule: str, pointer: str, found: Check) -> None:
    assert (rule, FIRST + pointer) in found(chips(suggestion))


@pytest.mark.parametrize(("count", "rules"), [(0, ["list.too-short"]), (11, []), (12, ["list.too-long"])])
def test_there_are_one_to_eleven_chips(count: int, rules: list[str], found: Check) -> None:
    payload = chips(*({"reply": {"displayText": str(number)}} for number in range(count)))

    assert found(payload) == [(rule, "/suggestedChipList/suggestions") for rule in rules]


def test_two_suggestions_with_one_label_are_told_apart_by_nobody(now: datetime) -> None:
    payload = chips({"reply": {"displayText": "Yes"}}, {"reply": {"displayText": "yes "}})

    finding = check_payload(payload, now=now).warnings[0]

    assert finding.pointer == "/suggestedChipList/suggestions/1/reply/displayText"
    assert finding.message == f"the same label as {FIRST}: nobody can tell the two apart"


def test_a_suggestion_without_its_kind_is_told_how_to_be_wrapped(now: datetime) -> None:
    bare_reply = check_payload(chips({"displayText": "Yes"}), now=now).errors[0]
    bare_action = check_payload(chips({"displayText": "Go", "urlAction": {}}), now=now).errors[0]

    assert bare_reply.fix == 'wrap it: {"reply": {"displayText": …, …}}'
    assert bare_action.fix == 'wrap it: {"action": {"displayText": …, …}}'


@pytest.mark.parametrize(
    ("members", "rule", "pointer"),
    [
        ({}, "action.exactly-one", ""),
        ({"urlAction": {}}, "action.exactly-one", "/urlAction"),
        (
            {
                "urlAction": {"openUrl": {"url": "https://a.fr"}},
                "mapAction": {"requestLocationPush": {}},
            },
            "action.exactly-one",
            "",
        ),
        ({"openUrlAction": {"url": "https://a.fr"}}, "member.unknown", "/openUrlAction"),
        ({"openUrl": {"url": "https://a.fr"}}, "member.misplaced", "/openUrl"),
        ({"urlAction": {"openUrl": {}}}, "member.missing", "/urlAction/openUrl"),
        ({"urlAction": {"openUrl": {"url": "a.fr"}}}, "url.format", "/urlAction/openUrl/url"),
        ({"urlAction": {"openUrl": {"url": "http://a.fr"}}}, "url.http", "/urlAction/openUrl/url"),
        ({"urlAction": {"openUrl": {"url": "javascript:alert(1)"}}}, "url.scheme", "/urlAction/openUrl/url"),
        (
            {"urlAction": {"openUrl": {"url": "https://a.fr", "application": "head"}}},
            "value.unknown",
            "/urlAction/openUrl/application",
        ),
        (
            {"urlAction": {"openUrl": {"url": "https://a.fr", "application": "webview", "viewMode": "big"}}},
            "value.unknown",
            "/urlAction/openUrl/viewMode",
        ),
        (
            {"urlAction": {"openUrl": {"url": "https://a.fr", "viewMode": "half"}}},
            "action.webview-only",
            "/urlAction/openUrl/viewMode",
        ),
        (
            {"urlAction": {"openUrl": {"url": "https://a.fr", "application": "webview", "parameters": "a" * 201}}},
            "text.too-long",
            "/urlAction/openUrl/parameters",
        ),
        (
            {"dialerAction": {"dialPhoneNumber": {"phoneNumber": "01 23 45 67 89"}}},
            "action.phone-number",
            "/dialerAction/dialPhoneNumber/phoneNumber",
        ),
        ({"dialerAction": {"dialPhoneNumber": {}}}, "member.missing", "/dialerAction/dialPhoneNumber"),
        (
            {"dialerAction": {"dialEnrichedCall": {"phoneNumber": "+33612345678", "subject": "a" * 61}}},
            "text.too-long",
            "/dialerAction/dialEnrichedCall/subject",
        ),
        ({"mapAction": {"showLocation": {}}}, "member.missing", "/mapAction/showLocation"),
        ({"mapAction": {"showLocation": {"location": {}}}}, "action.location", "/mapAction/showLocation/location"),
        (
            {"mapAction": {"showLocation": {"location": {"latitude": 1}}}},
            "action.location",
            "/mapAction/showLocation/location",
        ),
        (
            {"mapAction": {"showLocation": {"location": {"latitude": 1, "longitude": 2, "query": "q"}}}},
            "action.location",
            "/mapAction/showLocation/location",
        ),
        (
            {"mapAction": {"showLocation": {"location": {"latitude": -90.5, "longitude": 2}}}},
            "number.range",
            "/mapAction/showLocation/location/latitude",
        ),
        (
            {"mapAction": {"showLocation": {"location": {"latitude": 1, "longitude": "2"}}}},
            "member.type",
            "/mapAction/showLocation/location/longitude",
        ),
        ({"mapAction": {"requestLocationPush": None}}, "member.null", "/mapAction/requestLocationPush"),
        (
            {"composeAction": {"composeRecordingMessage": {"phoneNumber": "+33612345678", "type": "audio"}}},
            "value.not-allowed",
            "/composeAction/composeRecordingMessage/type",
        ),
        (
            {"composeAction": {"composeTextMessage": {"phoneNumber": "+33612345678", "text": "a" * 101}}},
            "text.too-long",
            "/composeAction/composeTextMessage/text",
        ),
    ],
)
def test_a_wrong_action_is_found_at_its_place(
    members: dict[str, object], rule: str, pointer: str, found: Check
) -> None:
    assert (rule, f"{FIRST}/action{pointer}") in found(action(**members))


EVENT = {"startTime": "2026-12-01T10:00:00Z", "endTime": "2026-12-01T11:00:00Z", "title": "Visit"}


@pytest.mark.parametrize(
    ("members", "rule", "pointer"),
    [
        ({"endTime": "2026-12-01T10:30:00+01:00"}, "action.event-end", "/endTime"),
        ({"endTime": "2026-12-01T10:00:00Z"}, "action.event-end", "/endTime"),
        ({"startTime": "2026-12-01 10:00"}, "time.format", "/startTime"),
        ({"startTime": "2025-12-01T10:00:00Z", "endTime": "2025-12-01T11:00:00Z"}, "action.event-past", "/endTime"),
        ({"title": "a" * 101}, "text.too-long", "/title"),
        ({"description": "a" * 501}, "text.too-long", "/description"),
        ({"fallbackUrl": "a.fr"}, "url.format", "/fallbackUrl"),
    ],
)
def test_a_wrong_event_is_found_at_its_place(members: dict[str, str], rule: str, pointer: str, found: Check) -> None:
    payload = action(calendarAction={"createCalendarEvent": EVENT | members})

    assert found(payload) == [(rule, f"{FIRST}/action/calendarAction/createCalendarEvent{pointer}")]


@pytest.mark.parametrize(
    ("family", "kind", "arguments"),
    [
        ("dialerAction", "dialEnrichedCall", {"phoneNumber": "+33612345678"}),
        ("dialerAction", "dialVideoCall", {"phoneNumber": "+33612345678"}),
        ("composeAction", "composeTextMessage", {"phoneNumber": "+33612345678", "text": "Hi"}),
        ("composeAction", "composeRecordingMessage", {"phoneNumber": "+33612345678", "type": "VIDEO"}),
        ("deviceAction", "requestDeviceSpecifics", {}),
        ("settingsAction", "disableAnonymization", {}),
        ("settingsAction", "enableDisplayedNotifications", {}),
    ],
)
def test_actions_that_google_phones_ignore_are_warned_about(
    family: str, kind: str, arguments: object, found: Check
) -> None:
    assert found(action(**{family: {kind: arguments}})) == [("action.google", f"{FIRST}/action/{family}/{kind}")]


@pytest.mark.parametrize(
    "members",
    [
        {"urlAction": {"openUrl": {"url": "https://example.com/?q=1#top"}}},
        {"urlAction": {"openUrl": {"url": "myapp://product/5"}}},
        {"urlAction": {"openUrl": {"url": "https://a.fr", "application": "browser"}}},
        {
            "urlAction": {
                "openUrl": {"url": "https://a.fr", "application": "webview", "viewMode": "tall", "parameters": "a=1"}
            }
        },
        {"dialerAction": {"dialPhoneNumber": {"phoneNumber": "3900", "fallbackUrl": "https://a.fr"}}},
        {"mapAction": {"showLocation": {"location": {"latitude": 48, "longitude": 2.3, "label": "Paris"}}}},
        {"mapAction": {"showLocation": {"location": {"query": "restaurants"}}}},
        {"mapAction": {"requestLocationPush": {}}},
        {"calendarAction": {"createCalendarEvent": EVENT}},
    ],
)
def test_every_action_that_google_knows_passes_in_silence(members: dict[str, object], found: Check) -> None:
    assert found(action(**members)) == []


COPY = {"clipboardAction": {"copyToClipboard": {"text": "123456"}}}


def test_copying_a_code_is_a_kind_of_its_own(found: Check) -> None:
    assert found(action(**COPY)) == []
    assert found(action(clipboardAction={"copyToClipboard": {}})) == [
        ("member.missing", f"{FIRST}/action/clipboardAction/copyToClipboard")
    ]


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"fooAction": {"doFoo": {}}}, "/fooAction"),
        ({"paymentAction": {"payNow": {"amount": 3}}}, "/paymentAction"),
        ({"urlAction": {"openApp": {"package": "com.example"}}}, "/urlAction/openApp"),
    ],
)
def test_an_action_of_a_newer_standard_goes_out_with_a_warning(
    members: dict[str, Any], pointer: str, now: datetime
) -> None:
    report = check_payload(action(**members), now=now)

    assert not report.is_refused
    assert [(finding.rule, finding.pointer) for finding in report.findings] == [
        ("action.unknown", f"{FIRST}/action{pointer}")
    ]


@pytest.mark.parametrize("members", [{"urlaction": {"openUrl": {"url": "https://a.fr"}}}, {"openUrlAction": {}}, {}])
def test_a_slip_or_nothing_is_no_newer_action(members: dict[str, Any], now: datetime) -> None:
    assert check_payload(action(**members), now=now).is_refused


def test_an_action_without_a_postback_tells_the_bot_nothing(now: datetime) -> None:
    [finding] = check_payload(chips({"action": {"displayText": "Go"} | COPY}), now=now).findings

    assert (finding.severity, finding.rule, finding.pointer) == (
        "warning",
        "action.without-postback",
        f"{FIRST}/action",
    )
    assert finding.fix == 'add "postback": {"data": "…"}'


@pytest.mark.parametrize(
    ("members", "fix"),
    [
        ({"urlAction": {"url": "https://a.fr"}}, 'put them into the kind: {"openUrl": {…}}'),
        ({"clipboardAction": {"text": "1"}}, 'put them into the kind: {"copyToClipboard": {…}}'),
        ({"clipboardAction": {"copyToClipboard": "1"}}, 'write {"text": "…"}'),
        ({"dialerAction": {"dialPhoneNumber": "+33140000000"}}, 'write {"phoneNumber": "…"}'),
        ({"calenderAction": {}}, 'rename "calenderAction" to "calendarAction"'),
    ],
)
def test_a_badly_nested_action_is_told_how_to_be_mended(members: dict[str, Any], fix: str, now: datetime) -> None:
    [error] = check_payload(action(**members), now=now).errors
    assert error.fix == fix


@pytest.mark.parametrize("name", ["copyAction", "copyToClipboardAction", "payAction", "viewAction"])
@pytest.mark.parametrize("held", [{"text": "1"}, "1", True])
def test_an_action_whose_name_is_only_like_a_known_one_goes_out(name: str, held: object, now: datetime) -> None:
    [finding] = check_payload(action(**{name: held}), now=now).findings
    assert (finding.severity, finding.rule) == ("warning", "action.unknown")
