"""Text, files, sounds, places and typing."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bothub_cli.messages import check_payload

Check = Callable[[object], list[tuple[str, str]]]

FILE = {"fileUrl": "https://files.example.com/menu.pdf"}


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("", ["text.empty"]),
        (" \n ", ["text.empty"]),
        ("a" * 160, []),
        ("a" * 161, ["text.long"]),
        ("a" * 3072, ["text.long"]),
        ("a" * 3073, ["text.too-long"]),
        ("👍" * 3072, ["text.utf16", "text.long"]),
        ("Hello {{name}}", ["text.placeholder"]),
        ("a\x00b", ["text.control-character"]),
        ("a\x1bb", ["text.control-character"]),
        ("caf\x85", ["text.control-character"]),
        ("half \ud83d emoji", ["text.surrogate"]),
        ("evil \u202etxt.exe", ["text.bidi"]),
        ("open \u2067 only", ["text.bidi"]),
        ("closed \u2067 well \u2069", []),
        ("caf\ufffd", ["text.garbled"]),
        ("tab\tand\r\nline", []),
        ("family 👨‍👩‍👧‍👦, flag 🇫🇷, שלום", []),
        ("{ {not} }", []),
        (12, ["member.type"]),
        (["Hello"], ["member.type"]),
    ],
)
def test_a_text_is_judged_by_its_length_and_its_characters(text: object, rules: list[str], found: Check) -> None:
    assert found({"textMessage": text}) == [(rule, "/textMessage") for rule in rules]


def test_an_emoji_sequence_counts_each_code_point_and_the_finding_says_so(now: datetime) -> None:
    family = "👨‍👩‍👧‍👦"  # one sign on the screen, seven code points

    finding = check_payload({"textMessage": family * 439}, now=now).errors[0]

    assert finding.limit == "3072 characters"
    assert finding.actual == "3073 characters (code points; 4829 UTF-16 units)"


@pytest.mark.parametrize(
    ("members", "rule", "pointer"),
    [
        ({"fileUrl": ""}, "text.empty", "/fileUrl"),
        ({"fileUrl": "menu.pdf"}, "url.format", "/fileUrl"),
        ({"fileUrl": "www.example.com/menu.pdf"}, "url.format", "/fileUrl"),
        ({"fileUrl": "https://example.com/le menu.pdf"}, "url.format", "/fileUrl"),
        ({"fileUrl": "https://example.com/été.pdf"}, "url.format", "/fileUrl"),
        ({"fileUrl": "https://example.com/%zz"}, "url.format", "/fileUrl"),
        ({"fileUrl": "https:///menu.pdf"}, "url.format", "/fileUrl"),
        ({"fileUrl": "file:///tmp/menu.pdf"}, "url.scheme", "/fileUrl"),
        ({"fileUrl": "ftp://example.com/menu.pdf"}, "url.scheme", "/fileUrl"),
        ({"fileUrl": "https://example.com/" + "a" * 2048}, "url.too-long", "/fileUrl"),
        ({"fileUrl": "http://example.com/menu.pdf"}, "url.http", "/fileUrl"),
        ({"fileUrl": "https://localhost/menu.pdf"}, "url.not-public", "/fileUrl"),
        ({"fileUrl": "https://192.168.1.20:8080/menu.pdf"}, "url.not-public", "/fileUrl"),
        ({"fileUrl": "https://[::1]/menu.pdf"}, "url.not-public", "/fileUrl"),
        ({"fileUrl": "https://me:secret@example.com/menu.pdf"}, "url.credentials", "/fileUrl"),
        ({"fileName": "a" * 201}, "text.too-long", "/fileName"),
        ({"fileMIMEType": "pdf"}, "media.type-format", "/fileMIMEType"),
        ({"fileUrl": "https://a.fr/a", "fileMIMEType": "application/zip"}, "media.type-google", "/fileMIMEType"),
        ({"fileSize": -1}, "number.range", "/fileSize"),
        ({"fileSize": "12"}, "member.type", "/fileSize"),
        ({"fileSize": 12.0}, "member.type", "/fileSize"),
        ({"fileSize": True}, "member.type", "/fileSize"),
        ({"fileSize": 100_000_001}, "media.too-large", "/fileSize"),
        ({"fileUrl": "https://a.fr/a", "fileMIMEType": "image/png", "fileSize": 3_000_000}, "media.size", "/fileSize"),
        ({"thumbnailUrl": "https://a.fr/t.png", "thumbnailFileSize": 9}, "thumbnail.incomplete", ""),
        ({"thumbnailMIMEType": "image/png"}, "thumbnail.without-url", ""),
        ({"filename": "menu.pdf"}, "member.unknown", "/filename"),
        ({"fileMimeType": "application/pdf"}, "member.unknown", "/fileMimeType"),
    ],
)
def test_a_wrong_file_is_found_at_its_place(members: dict[str, object], rule: str, pointer: str, found: Check) -> None:
    assert found({"fileMessage": FILE | members}) == [(rule, f"/fileMessage{pointer}")]


@pytest.mark.parametrize(("size", "rule"), [(40_001, "thumbnail.large"), (100_001, "thumbnail.size")])
def test_a_thumbnail_is_small(size: int, rule: str, found: Check) -> None:
    thumbnail = {"thumbnailUrl": "https://a.fr/t.png", "thumbnailMIMEType": "image/png", "thumbnailFileSize": size}

    assert found({"fileMessage": FILE | thumbnail}) == [(rule, "/fileMessage/thumbnailFileSize")]
    assert found({"fileMessage": FILE | thumbnail | {"thumbnailFileSize": 40_000}}) == []


def test_a_whole_file_message_passes(found: Check) -> None:
    file = FILE | {"fileName": "menu.pdf", "fileMIMEType": "Application/PDF; version=1", "fileSize": 12}

    assert found({"fileMessage": file}) == []
    assert found({"fileMessage": {}}) == [("member.missing", "/fileMessage")]


def test_a_url_with_other_characters_is_given_back_escaped(now: datetime) -> None:
    finding = check_payload({"fileMessage": {"fileUrl": "https://a.fr/été 1.pdf"}}, now=now).errors[0]

    assert finding.fix == "write https://a.fr/%C3%A9t%C3%A9%201.pdf"


def test_an_audio_message_passes_with_the_warning_that_google_has_none(found: Check) -> None:
    audio = {"fileUrl": "https://a.fr/a.mp3", "fileMIMEType": "audio/mpeg", "fileSize": 9, "playingLength": 3}

    assert found({"audioMessage": audio}) == [("audio.google", "/audioMessage")]
    assert found({"audioMessage": audio | {"playingLength": -3}})[0] == ("number.range", "/audioMessage/playingLength")
    assert found({"audioMessage": None}) == [("content.exactly-one", ""), ("member.null", "/audioMessage")]


@pytest.mark.parametrize(
    ("members", "rule", "pointer"),
    [
        ({"pos": "48.8566,2.3522"}, "geolocation.position", "/pos"),
        ({"pos": "48.8566  2.3522"}, "geolocation.position", "/pos"),
        ({"pos": "26.118 1289 - 80.1283921"}, "geolocation.position", "/pos"),
        ({"pos": "nan inf"}, "geolocation.position", "/pos"),
        ({"pos": "1e1 2"}, "geolocation.position", "/pos"),
        ({"pos": "90.1 2"}, "number.range", "/pos"),
        ({"pos": "48 -180.5"}, "number.range", "/pos"),
        ({"pos": [48, 2]}, "member.type", "/pos"),
        ({"label": "a" * 201}, "text.too-long", "/label"),
        ({"timeOffset": 900}, "number.range", "/timeOffset"),
        ({"radius": -1}, "number.range", "/radius"),
        ({"timestamp": "now"}, "time.format", "/timestamp"),
    ],
)
def test_a_wrong_place_is_found_at_its_place(members: dict[str, object], rule: str, pointer: str, found: Check) -> None:
    place = {"pos": "48.8566 2.3522"} | members

    assert found({"geolocationPushMessage": place}) == [
        (rule, f"/geolocationPushMessage{pointer}"),
        ("geolocation.google", "/geolocationPushMessage"),
    ]


def test_a_comma_between_coordinates_is_mended(now: datetime) -> None:
    report = check_payload({"geolocationPushMessage": {"pos": "48.8566, 2.3522"}}, now=now)

    assert report.errors[0].fix == 'write "48.8566 2.3522"'


@pytest.mark.parametrize(("value", "rule"), [("on", "value.not-allowed"), (True, "member.type")])
def test_typing_is_active_or_idle(value: object, rule: str, found: Check) -> None:
    assert found({"isTyping": value}) == [(rule, "/isTyping")]
    assert found({"isTyping": "active"}) == found({"isTyping": "idle"}) == []
