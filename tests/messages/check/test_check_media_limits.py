"""Sizes and types of media: what stops a message, what is only told, and how it is mended."""

from datetime import datetime
from typing import Any

import pytest

from bothub_cli.messages import Finding, check_payload
from bothub_cli.messages.media_types import is_same_type


def card(**media: Any) -> dict[str, Any]:
    described = {
        "mediaUrl": "https://a.fr/a.jpg",
        "mediaContentType": "image/jpeg",
        "mediaFileSize": 1000,
        "height": "MEDIUM_HEIGHT",
    } | media
    content = {"title": "T", "media": described}
    inner = {"layout": {"cardOrientation": "VERTICAL"}, "content": content}
    return {"richcardMessage": {"message": {"generalPurposeCard": inner}}}


def thumbnail(size: int) -> dict[str, Any]:
    small = "https://a.fr/s.jpg"
    return card(thumbnailUrl=small, thumbnailContentType="image/jpeg", thumbnailFileSize=size)


def findings(payload: object, now: datetime) -> list[tuple[str, str]]:
    return [(finding.severity, finding.rule) for finding in check_payload(payload, now=now).findings]


def only(payload: object, now: datetime) -> Finding:
    [finding] = check_payload(payload, now=now).findings
    return finding


@pytest.mark.parametrize(
    ("size", "found"),
    [
        (39_000, []),
        (40_000, []),
        (40_001, [("warning", "thumbnail.large")]),
        (41_000, [("warning", "thumbnail.large")]),
        (100_000, [("warning", "thumbnail.large")]),
        (314_159, [("warning", "thumbnail.size")]),
        (0, [("error", "media.empty")]),
    ],
)
def test_a_thumbnail_is_judged_by_what_orange_and_google_name(
    size: int, found: list[tuple[str, str]], now: datetime
) -> None:
    assert findings(thumbnail(size), now) == found


def test_a_large_thumbnail_names_orange(now: datetime) -> None:
    assert "Orange" in only(thumbnail(41_000), now).source


@pytest.mark.parametrize(
    ("size", "found"),
    [
        (0, [("error", "media.empty")]),
        (1, []),
        (3_000_000, [("warning", "media.size")]),
        (100_000_000, [("warning", "media.size")]),
        (100_000_001, [("error", "media.too-large")]),
        (200_000_000, [("error", "media.too-large")]),
    ],
)
def test_a_picture_is_judged_by_its_size(size: int, found: list[tuple[str, str]], now: datetime) -> None:
    assert findings(card(mediaFileSize=size), now) == found
    file = {"fileUrl": "https://a.fr/a.jpg", "fileMIMEType": "image/jpeg", "fileSize": size}
    assert findings({"fileMessage": file}, now) == found


@pytest.mark.parametrize(
    ("url", "media_type", "rules"),
    [
        ("https://a.fr/a.mp4", "image/jpeg", ["media.type-differs"]),
        ("https://a.fr/a.png?x=.mp4", "image/jpeg", ["media.type-differs"]),
        ("https://a.fr/a.jpg", "image/jpg", []),
        ("https://a.fr/a.JPEG#top", "image/jpeg", []),
        ("https://a.fr/image", "image/png", []),
        ("https://a.fr/a.m4v", "video/mp4", []),
        ("https://a.fr/a.html", "image/jpeg", ["media.type-differs"]),
    ],
)
def test_the_ending_and_the_declared_type_are_compared(
    url: str, media_type: str, rules: list[str], now: datetime
) -> None:
    assert [rule for _, rule in findings(card(mediaUrl=url, mediaContentType=media_type), now)] == rules


@pytest.mark.parametrize(
    ("media_type", "fix"),
    [
        ("image/heic", "convert it to image/jpeg"),
        ("image/webp", "convert it to image/jpeg"),
        ("image/svg+xml", "convert it to image/png"),
        ("text/html", "this is a web page: give the file itself, or a button that opens the page"),
    ],
)
def test_a_type_that_no_phone_shows_is_told_what_to_make_of_it(media_type: str, fix: str, now: datetime) -> None:
    assert only(card(mediaUrl="https://a.fr/a", mediaContentType=media_type), now).fix == fix


def test_a_null_beside_the_contact_is_only_told(now: datetime) -> None:
    contact = {"userContact": "+33612345678", "chatId": None}
    finding = only({"RCSMessage": {"textMessage": "x"}, "messageContact": contact}, now)

    assert (finding.severity, finding.rule, finding.pointer) == ("warning", "member.null", "/messageContact/chatId")
    assert finding.fix == "leave chatId out"


@pytest.mark.parametrize("written", [1790000000, "1790000000", 1790000000000, 1790000000.5])
def test_an_expiry_in_seconds_since_1970_is_told_as_a_time(written: object, now: datetime) -> None:
    finding = only({"textMessage": "x", "expiry": written}, now)

    assert finding.fix == 'write "2026-09-21T14:13:20Z"'


@pytest.mark.parametrize("number", [33612345678, 612345678])
def test_a_number_without_quotes_is_told_with_its_plus(number: int, now: datetime) -> None:
    payload = {"RCSMessage": {"textMessage": "x"}, "messageContact": {"userContact": number}}

    [error] = check_payload(payload, now=now).errors

    assert error.fix == f'write "+{number}", in quotes and with its plus'


def test_names_of_one_type_are_the_same() -> None:
    assert is_same_type("image/jpg", "IMAGE/JPEG")
    assert is_same_type("audio/mp4", "video/mp4")
    assert not is_same_type("image/png", "image/jpeg")
    assert not is_same_type("odd", "image/jpeg")


@pytest.mark.parametrize(
    ("members", "fix"),
    [
        (
            {"mediaUrl": "https://a.fr/a.html"},
            "this is a web page: give the file itself, or a button that opens the page",
        ),
        ({"mediaUrl": "https://a.fr/a.heic"}, "convert it to image/jpeg"),
        (
            {"mediaUrl": "https://a.fr/a", "mediaContentType": "application/pdf"},
            "send it as a file of its own: fileMessage",
        ),
        (
            {"mediaUrl": "https://a.fr/a", "mediaContentType": "application/zip"},
            "put it on a page, and send a button that opens that: openUrl",
        ),
    ],
)
def test_media_that_no_phone_shows_has_another_way(members: dict[str, Any], fix: str, now: datetime) -> None:
    assert only(card(**members), now).fix == fix


@pytest.mark.parametrize(
    "path",
    ["../van.jpg", "/tmp/van.jpg", "./van", "van.jpg", "photos/van.png", "~/van.jpg", r"C:\van.jpg", "C:/van.jpg"],
)
def test_the_path_of_a_file_is_told_to_be_uploaded(path: str, now: datetime) -> None:
    errors = check_payload(card(mediaUrl=path), now=now).errors
    assert [error.fix for error in errors] == [
        f'upload it first: bothub file upload "{path}"; then write the address that it tells'
    ]


@pytest.mark.parametrize("url", ["shop.example/van.jpg", "www.shop.example/a/van.jpg", "//cdn.example/van.jpg"])
def test_an_address_without_its_scheme_is_no_path(url: str, now: datetime) -> None:
    [error] = check_payload(card(mediaUrl=url), now=now).errors
    assert error.fix == f"write the whole address: https://{url.lstrip('/')}"


def test_the_address_of_a_file_of_this_machine_is_told_to_be_uploaded(now: datetime) -> None:
    [error] = check_payload(card(mediaUrl="file:///tmp/van.jpg"), now=now).errors
    assert error.fix is not None
    assert 'bothub file upload "/tmp/van.jpg"' in error.fix
