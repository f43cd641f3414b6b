"""Stored files and media URLs, from recorded answers."""

import io
from datetime import UTC, datetime

import pytest

from bothub_cli.errors import ApiRefusedError, BothubError, OutcomeUnknownError, UnreadableAnswerError
from bothub_cli.protocol.http import FilePart, Headers, HttpResponse
from bothub_cli.protocol.media import (
    SHOW,
    UPLOAD,
    MediaFacts,
    StoredFile,
    build_delete_request,
    build_link_request,
    build_media_head_request,
    build_show_request,
    build_upload_request,
    read_delete_response,
    read_file_response,
    read_media_head_response,
)
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.redaction import Secret

BASE = "https://api.orange.com"
TOKENS = TokenPair(orange=Secret("OFR123"), gsma=Secret("GSMA123"))
UNTIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"file":null}', b'{"file":{"fileUrl":"https://e.x/"}}'])
@pytest.mark.parametrize(("operation", "kind"), [(UPLOAD, OutcomeUnknownError), (SHOW, UnreadableAnswerError)])
def test_a_file_without_an_id_is_no_answer(body: bytes, operation: str, kind: type[BothubError]) -> None:
    with pytest.raises(BothubError) as failed:
        read_file_response(HttpResponse(status=202, body=body), operation=operation)
    assert type(failed.value) is kind


def test_a_refusal_names_the_operation() -> None:
    with pytest.raises(ApiRefusedError, match="refused to show the file: unknown file"):
        read_file_response(
            HttpResponse(status=404, body=b'{"reason":{"code":42401,"text":"unknown file"}}'), operation=SHOW
        )


@pytest.mark.parametrize("key", ["fileUrl", "fileURL"])
def test_a_stored_file_is_read_in_both_spellings(key: str) -> None:
    body = (
        b'{"file":{"fileId":"MzJm","%s":"http://www.example.com/f.jpg","fileSize":123456,"status":"ready",'
        b'"validity":"2017-10-03T22:31:00.597Z","hop":1}}'
    ) % key.encode()
    assert read_file_response(HttpResponse(status=202, body=body), operation=UPLOAD) == StoredFile(
        file_id="MzJm",
        file_url="http://www.example.com/f.jpg",
        file_size=123456,
        status="ready",
        validity="2017-10-03T22:31:00.597Z",
        extra={"hop": 1},
    )


def test_an_upload_names_its_type_and_its_end() -> None:
    file = FilePart(
        field_name="fileContent", file_name="c.jpg", content_type="image/jpeg", stream=io.BytesIO(b"x"), size=1
    )
    request = build_upload_request(BASE, bot_id="bot", tokens=TOKENS, file=file, until=UNTIL)
    assert (request.method, request.url) == ("POST", f"{BASE}/bothub/v1/bot/v1/bot/files")
    assert request.form == (("fileType", "image/jpeg"), ("until", "2026-04-01T00:00:00Z"))
    assert request.file is file
    assert not request.replay_safe


def test_a_link_has_an_address_instead_of_bytes() -> None:
    request = build_link_request(
        BASE, bot_id="bot", tokens=TOKENS, file_url="https://e.x/c.jpg", file_type="image/jpeg", until=UNTIL
    )
    assert request.form == (
        ("fileType", "image/jpeg"),
        ("fileUrl", "https://e.x/c.jpg"),
        ("until", "2026-04-01T00:00:00Z"),
    )
    assert request.file is None


def test_a_file_is_shown_and_deleted_by_its_encoded_id() -> None:
    show = build_show_request(BASE, bot_id="bot", tokens=TOKENS, file_id="a/b")
    delete = build_delete_request(BASE, bot_id="bot", tokens=TOKENS, file_id="a/b")
    assert [(request.method, request.url) for request in (show, delete)] == [
        ("GET", f"{BASE}/bothub/v1/bot/v1/bot/files/a%2Fb"),
        ("DELETE", f"{BASE}/bothub/v1/bot/v1/bot/files/a%2Fb"),
    ]


def test_a_page_is_no_answer_to_a_deletion_and_nothing_is() -> None:
    with pytest.raises(UnreadableAnswerError):
        read_delete_response(HttpResponse(status=200, body=b"<html>"))
    with pytest.raises(ApiRefusedError):
        read_delete_response(HttpResponse(status=404))
    read_delete_response(HttpResponse(status=204))


def head(status: int, **headers: str) -> MediaFacts:
    pairs = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_media_head_response(HttpResponse(status=status, headers=Headers(pairs)))


def test_a_redirect_of_a_media_url_is_reported_by_its_host() -> None:
    assert head(302, Location="https://cdn.example/x?sig=secret") == MediaFacts(status=302, redirect_host="cdn.example")
    assert head(302) == MediaFacts(status=302, redirect_host="")
    assert not head(302).is_public


@pytest.mark.parametrize("length", ["", "-1", "many", "²", "9" * 400])
def test_a_size_that_is_none_is_unknown(length: str) -> None:
    assert head(200, Content_Length=length).size is None


def test_a_media_url_tells_its_type_and_size() -> None:
    facts = head(200, Content_Type="Image/JPEG; charset=binary", Content_Length="40960")
    assert facts == MediaFacts(status=200, content_type="image/jpeg", size=40960)
    assert facts.is_public


def test_a_media_url_is_asked_without_tokens() -> None:
    request = build_media_head_request("https://e.x/c.jpg?a=b")
    assert (request.method, request.url, request.headers) == ("HEAD", "https://e.x/c.jpg?a=b", (("Accept", "*/*"),))
