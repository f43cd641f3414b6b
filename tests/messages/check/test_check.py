"""The envelope: who gets the message, what it holds, how it travels."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from bothub_cli.messages import check_payload

Check = Callable[[object], list[tuple[str, str]]]


def body(**members: Any) -> dict[str, Any]:
    return {"RCSMessage": {"textMessage": "Hello"} | members, "messageContact": {"userContact": "+33612345678"}}


@pytest.mark.parametrize("payload", [None, [], "Hello", 1, True, 1.5])
def test_what_is_no_object_is_no_message(payload: object, found: Check) -> None:
    assert found(payload) == [("member.type", "")]


def test_a_misspelt_envelope_is_named_with_its_right_spelling(now: datetime) -> None:
    report = check_payload(
        {"rcsMessage": {"textMessage": "x"}, "messageContact": {"userContact": "+33612345678"}}, now=now
    )

    assert [(finding.rule, finding.fix) for finding in report.findings] == [
        ("member.missing", 'rename "rcsMessage" to "RCSMessage"'),
        ("member.unknown", 'did you mean "RCSMessage"?'),
    ]


def test_the_content_of_a_misspelt_envelope_is_checked_all_the_same(found: Check) -> None:
    assert ("text.empty", "/rcs_message/textMessage") in found({"rcs_message": {"textMessage": ""}})


@pytest.mark.parametrize("name", ["message", "generalPurposeCard", "generalPurposeCardCarousel"])
def test_a_card_alone_is_told_what_goes_around_it(name: str, now: datetime) -> None:
    finding = check_payload({name: {}}, now=now, needs_contact=False).errors[0]

    assert finding.message == "RCSMessage is missing around the card"
    assert finding.fix is not None
    assert finding.fix.startswith(f'put "{name}" in {{"RCSMessage"')


def test_content_beside_the_envelope_is_told_where_it_belongs(now: datetime) -> None:
    report = check_payload({"textMessage": "x", "messageContact": {"userContact": "+33612345678"}}, now=now)

    assert [(finding.rule, finding.pointer, finding.fix) for finding in report.findings] == [
        ("member.missing", "", 'put textMessage into "RCSMessage": {…}'),
        ("member.misplaced", "/textMessage", "it belongs in RCSMessage"),
    ]


def test_a_full_body_without_a_contact_is_refused_unless_the_contact_comes_later(now: datetime) -> None:
    payload = {"RCSMessage": {"textMessage": "Hello"}}

    assert [finding.pointer for finding in check_payload(payload, now=now).errors] == [""]
    assert check_payload(payload, now=now, needs_contact=False).findings == ()


def test_a_bare_message_has_pointers_into_what_the_user_wrote(found: Check) -> None:
    assert found({"textMessage": ""}) == [("text.empty", "/textMessage")]
    assert found({"text_message": "Hello"}) == [("content.exactly-one", ""), ("member.unknown", "/text_message")]


def test_the_caller_can_say_which_form_it_is(now: datetime) -> None:
    report = check_payload({"textMessage": "Hello"}, now=now, bare=False)

    assert [finding.rule for finding in report.errors] == ["member.missing", "member.missing"]


@pytest.mark.parametrize(
    ("contact", "rule", "pointer"),
    [
        ({}, "contact.exactly-one", "/messageContact"),
        ({"userContact": "+33612345678", "chatId": "x"}, "contact.exactly-one", "/messageContact"),
        ({"userContact": "+33612345678", "chatId": None}, "member.null", "/messageContact/chatId"),
        ({"userContact": "0612345678"}, "contact.number", "/messageContact/userContact"),
        ({"userContact": "+33 6 12 34 56 78"}, "contact.number", "/messageContact/userContact"),
        ({"userContact": "0033612345678"}, "contact.number", "/messageContact/userContact"),
        ({"userContact": "+3361234567890123"}, "contact.number", "/messageContact/userContact"),
        ({"userContact": "+33612345678\n"}, "contact.number", "/messageContact/userContact"),
        ({"userContact": "+٣٣٦١٢٣٤٥٦٧٨"}, "contact.number", "/messageContact/userContact"),
        ({"userContact": "+330612345678"}, "contact.trunk-zero", "/messageContact/userContact"),
        ({"userContact": 33612345678}, "member.type", "/messageContact/userContact"),
        ({"chatId": ""}, "text.empty", "/messageContact/chatId"),
        ("+33612345678", "member.type", "/messageContact"),
        (None, "member.null", "/messageContact"),
        ({"usercontact": "+33612345678"}, "member.unknown", "/messageContact/usercontact"),
    ],
)
def test_a_wrong_contact_is_found_at_its_place(contact: object, rule: str, pointer: str, found: Check) -> None:
    assert (rule, pointer) in found({"RCSMessage": {"textMessage": "Hello"}, "messageContact": contact})


@pytest.mark.parametrize("number", ["+33612345678", "tel:+33612345678", "sip:bot@example.com", "+6591234567"])
def test_numbers_and_uris_are_contacts(number: str, found: Check) -> None:
    assert found({"RCSMessage": {"textMessage": "Hello"}, "messageContact": {"userContact": number}}) == []


def test_a_national_number_is_given_back_as_an_international_one(now: datetime) -> None:
    payload = {"RCSMessage": {"textMessage": "Hello"}, "messageContact": {"userContact": "06 12 34 56 78"}}

    assert check_payload(payload, now=now).errors[0].fix == "for a French number, write +33612345678"


@pytest.mark.parametrize(
    ("members", "rule", "pointer"),
    [
        ({"isTyping": "active"}, "content.exactly-one", "/RCSMessage"),
        ({"trafficType": "newsletter"}, "traffic-type.unknown", "/RCSMessage/trafficType"),
        ({"trafficType": ""}, "text.empty", "/RCSMessage/trafficType"),
        ({"trafficType": None}, "member.null", "/RCSMessage/trafficType"),
        ({"trafficType": 5}, "member.type", "/RCSMessage/trafficType"),
        ({"status": "seen"}, "status.unknown", "/RCSMessage/status"),
        ({"expiry": "2026-11-24T11:59:59Z"}, "expiry.past", "/RCSMessage/expiry"),
        ({"expiry": "2026-11-24T12:00:05Z"}, "expiry.short", "/RCSMessage/expiry"),
        ({"expiry": "2026-12-09T12:00:01Z"}, "expiry.long", "/RCSMessage/expiry"),
        ({"expiry": "2026-12-01"}, "time.format", "/RCSMessage/expiry"),
        ({"expiry": "2026-12-01T10:00:00"}, "time.format", "/RCSMessage/expiry"),
        ({"expiry": "2026-02-30T10:00:00Z"}, "time.format", "/RCSMessage/expiry"),
        ({"expiry": 1764547200}, "time.format", "/RCSMessage/expiry"),
        ({"expiry": "0001-01-01T00:00:00+14:00"}, "expiry.past", "/RCSMessage/expiry"),
        ({"expiry": "9999-12-31T23:59:59-23:59"}, "expiry.long", "/RCSMessage/expiry"),
        ({"expiry": "0000-01-01T00:00:00Z"}, "time.format", "/RCSMessage/expiry"),
        ({"expiry": "2026-12-01T00:00:00+99:99"}, "time.format", "/RCSMessage/expiry"),
        ({"expiry": "２０２６-12-01T00:00:00Z"}, "time.format", "/RCSMessage/expiry"),
        ({"suggestions": []}, "member.unknown", "/RCSMessage/suggestions"),
        ({"msgID": "x"}, "member.unknown", "/RCSMessage/msgID"),
        ({"a/b~c": 1}, "member.unknown", "/RCSMessage/a~1b~0c"),
        ({"suggestedChipList": [{"reply": {"displayText": "Yes"}}]}, "member.type", "/RCSMessage/suggestedChipList"),
    ],
)
def test_a_wrong_member_of_the_message_is_found_at_its_place(
    members: dict[str, Any], rule: str, pointer: str, found: Check
) -> None:
    assert found(body(**members)) == [(rule, pointer)]


@pytest.mark.parametrize(
    "expiry", ["2026-12-09T12:00:00Z", "2026-11-25t00:00:00.123456789+01:00", "2026-12-01T23:59:60Z"]
)
def test_an_expiry_within_fifteen_days_passes(expiry: str, found: Check) -> None:
    assert found(body(expiry=expiry)) == []


def test_googles_word_for_advertisement_is_translated(now: datetime) -> None:
    report = check_payload(body(trafficType="PROMOTION"), now=now)

    assert report.warnings[0].fix == 'did you mean "advertisement"?'
    assert not report.is_refused


def test_chips_need_a_content_that_is_read(found: Check) -> None:
    chips = {"suggestedChipList": {"suggestions": [{"reply": {"displayText": "Yes"}}]}}

    assert ("chips.without-content", "/suggestedChipList") in found(chips)
    assert found(chips | {"isTyping": "active"}) == [("chips.without-content", "/suggestedChipList")]
    assert found(chips | {"textMessage": "Hello"}) == []


def test_strict_makes_every_warning_an_error(now: datetime) -> None:
    payload = body(trafficType="newsletter")

    assert not check_payload(payload, now=now).is_refused
    assert [finding.severity for finding in check_payload(payload, now=now, strict=True).findings] == ["error"]


def test_orange_s_own_example_passes(found: Check) -> None:
    assert (
        found(
            {
                "RCSMessage": {"trafficType": "advertisement", "textMessage": "Hello, world"},
                "messageContact": {"userContact": "+33612345678"},
            }
        )
        == []
    )


def test_the_placeholder_of_orange_s_second_example_must_be_filled(found: Check) -> None:
    payload = body() | {"msgId": "{{msgId received on the GSMA Webhook during Triggering}}"}

    assert found(payload) == [("text.placeholder", "/msgId")]


def test_every_problem_is_reported_in_one_go(found: Check) -> None:
    payload = {
        "RCSMessage": {"textMessage": "", "isTyping": "on", "expiry": "tomorrow"},
        "messageContact": {"userContact": "06"},
        "msgid": "x",
    }

    assert found(payload) == [
        ("content.exactly-one", "/RCSMessage"),
        ("text.empty", "/RCSMessage/textMessage"),
        ("value.not-allowed", "/RCSMessage/isTyping"),
        ("time.format", "/RCSMessage/expiry"),
        ("contact.number", "/messageContact/userContact"),
        ("member.unknown", "/msgid"),
    ]


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        (86400, 'write the instant: "2026-11-25T12:00:00Z"'),
        ("P1D", 'write the instant: "2026-11-25T12:00:00Z"'),
        ("90m", 'write the instant: "2026-11-24T13:30:00Z"'),
        ("tomorrow", 'write it like "2026-12-24T18:00:00+01:00"; --expiry takes 24h too'),
        ("2026-12-01 18:00:00", 'write "2026-12-01T18:00:00Z" for UTC, or with another zone: +01:00'),
        ("20261224T180000+0100", 'write "2026-12-24T18:00:00+01:00"'),
        ("2026-12-01T18:00:00", "add the zone: Z for UTC, or +01:00"),
    ],
)
def test_an_expiry_in_another_form_is_told_how_to_be_written(written: object, fix: str, now: datetime) -> None:
    [error] = check_payload(body(expiry=written), now=now).errors
    assert error.fix == fix


@pytest.mark.parametrize("name", ["text", "body", "content"])
def test_a_text_without_its_envelope_is_told_both_names(name: str, now: datetime) -> None:
    first = check_payload({name: "Hello"}, now=now).errors[0]
    assert first.fix == f'write "textMessage" for "{name}", in "RCSMessage": {{…}}'
