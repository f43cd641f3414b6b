"""What a file's bytes say against its name."""

from pathlib import Path

import pytest

from bothub_cli.errors import InputRefusedError
from bothub_cli.sending.upload import LocalFile, look_at_file

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def look(path: Path, content: bytes, content_type: str | None = None) -> LocalFile:
    path.write_bytes(content)
    return look_at_file(path, name=None, content_type=content_type, type_option="--file-type")


def test_a_web_page_that_is_called_a_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match="is a web page") as caught:
        look(tmp_path / "page.jpg", b"<!doctype html><title>404</title>")

    assert caught.value.remedy is not None


@pytest.mark.parametrize(
    "content", [b"<!-- made by -->\n<html>", "<html>".encode("utf-16"), b"\xef\xbb\xbf\n <!DOCTYPE HTML>"]
)
def test_a_web_page_is_known_however_it_begins(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match="is a web page"):
        look(tmp_path / "page.png", content)


@pytest.mark.parametrize(
    ("name", "wanted"), [("a.jpg", "image/jpeg"), ("a.png", "image/png"), ("a.pdf", "application/pdf")]
)
def test_a_picture_that_begins_like_none_is_doubted(name: str, wanted: str, tmp_path: Path) -> None:
    found = look(tmp_path / name, b'{"error": "not found"}')
    assert found.content_type == wanted
    assert found.doubt == f"{name} does not begin as {wanted} does: phones may show nothing"


def test_a_png_that_is_called_jpg_goes_out_as_what_it_is(tmp_path: Path) -> None:
    found = look(tmp_path / "a.jpg", PNG)

    assert found.content_type == "image/png"
    assert found.name == "a.png"
    assert found.doubt == "a.jpg is image/png by its first bytes, not image/jpeg: sent as image/png, named a.png"


def test_a_jpeg_that_is_called_png_gets_its_usual_ending(tmp_path: Path) -> None:
    assert look(tmp_path / "b.c.png", b"\xff\xd8\xff\xe0" + bytes(20)).name == "b.c.jpg"


def test_a_name_that_was_said_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(PNG)
    assert look_at_file(path, name="mine.jpg", content_type=None, type_option="--file-type").name == "mine.jpg"


def test_a_type_that_was_said_stays_and_is_doubted(tmp_path: Path) -> None:
    found = look(tmp_path / "a", PNG, "image/gif")

    assert found.content_type == "image/gif"
    assert found.doubt is not None


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.png", PNG, "image/png"),
        ("photo.heic", b"\x00\x00\x00\x18ftypheic", "image/heic"),
        ("photo.HEIC", b"\x00\x00\x00\x18ftypmif1", "image/heic"),
        ("noname", PNG, "image/png"),
        ("page.html", b"<html>", "text/html"),
    ],
)
def test_what_agrees_is_not_doubted(name: str, content: bytes, content_type: str, tmp_path: Path) -> None:
    found = look(tmp_path / name, content)

    assert (found.content_type, found.doubt) == (content_type, None)
