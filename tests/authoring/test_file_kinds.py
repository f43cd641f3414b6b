"""Content types by ending, and by the first bytes."""

import pytest

from bothub_cli.authoring.file_kinds import recognise_content_type
from bothub_cli.messages.limits import AUDIO_TYPES, CARD_TYPES
from bothub_cli.messages.media_types import CONTENT_TYPES, guess_content_type


@pytest.mark.parametrize("name", ["", "photo", ".png", "photo.xyz", "http://[", "https://example.com/photo", "a.png/b"])
def test_an_ending_that_nobody_knows_has_no_type(name: str) -> None:
    assert guess_content_type(name) is None


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("photo.JPG", "image/jpeg"),
        ("C:\\My files\\clip.mp4", "video/mp4"),
        ("https://example.com/a.b/photo.png?size=2.5#top", "image/png"),
        ("https://example.com/terms%2Epdf", "application/pdf"),
        ("/tmp/song.m4a", "audio/mp4"),
    ],
)
def test_an_ending_tells_the_type(name: str, content_type: str) -> None:
    assert guess_content_type(name) == content_type


def test_pictures_videos_and_sounds_that_google_plays_are_known() -> None:
    known = set(CONTENT_TYPES.values())
    assert {"image/jpeg", "image/png", "image/gif", "video/mp4", "video/webm"} <= known & CARD_TYPES
    assert {"audio/mpeg", "audio/mp4", "audio/ogg", "audio/aac"} <= known & AUDIO_TYPES


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x18ftypisom", "video/mp4"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"\n<!DOCTYPE html><html>", "text/html"),
        (b"<html lang=en>", "text/html"),
        (b"<?xml version='1.0'?><svg>", "image/svg+xml"),
        (b"Hello", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_type(head: bytes, media_type: str | None) -> None:
    assert recognise_content_type(head) == media_type
