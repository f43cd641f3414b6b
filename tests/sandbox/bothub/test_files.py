"""POST, GET and DELETE /files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer

PICTURE = {"fileContent": ("cat.png", b"\x89PNG" * 1000, "image/png")}


def _upload(api: Any, fields: dict[str, str], files: Any = None) -> Any:
    parts = files if files is not None else {"none": (None, "")}
    return api.call("POST", "files", data=fields, files=parts)


@pytest.mark.parametrize(
    ("fields", "files", "code"),
    [
        ({}, PICTURE, 42100),
        ({"fileType": "png"}, PICTURE, 42100),
        ({"fileType": "image/png\r\nX-Other: 1"}, PICTURE, 42100),
        ({"fileType": "image/p\x00ng"}, PICTURE, 42100),
        ({"fileType": "image/png\n"}, PICTURE, 42100),
        ({"fileType": "image/png"}, None, 42101),
        ({"fileType": "image/png", "fileUrl": "https://a.example/x.png"}, PICTURE, 42101),
        ({"fileType": "image/png", "fileUrl": "ftp://a.example/x.png"}, None, 42101),
        ({"fileType": "image/png", "until": "tomorrow"}, PICTURE, 42003),
        ({"fileType": "image/png", "until": "2001-01-01T00:00:00Z"}, PICTURE, 42003),
    ],
)
def test_an_incomplete_upload_is_refused(api: Any, fields: dict[str, str], files: Any, code: int) -> None:
    api.log_in()
    answer = _upload(api, fields, files)
    assert (answer.status_code, answer.json()["reason"]["code"]) == (400, code)


def test_a_refused_upload_leaves_nothing_on_the_disk(api: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    api.log_in()
    assert _upload(api, {"fileType": "png"}, PICTURE).status_code == 400
    assert list(tmp_path.iterdir()) == []


def test_an_upload_that_is_no_form_is_refused(api: Any) -> None:
    api.log_in()
    answer = api.call("POST", "files", json={"fileType": "image/png"})
    assert (answer.status_code, answer.json()["code"]) == (415, 68)


def test_a_broken_form_is_refused(api: Any) -> None:
    api.log_in()
    answer = api.call("POST", "files", headers={"Content-Type": "multipart/form-data; boundary=x"}, data=b"--y\r\n")
    assert answer.status_code == 400


def test_an_uploaded_file_becomes_ready_then_expires(server: SandboxServer, api: Any) -> None:
    api.log_in()
    until = (datetime.now(UTC) + timedelta(minutes=30)).isoformat()
    answer = _upload(api, {"fileType": "image/png", "until": until}, PICTURE)
    assert answer.status_code == 202
    file = answer.json()["file"]
    assert (file["fileSize"], file["status"]) == (4000, "pending")
    server.advance(seconds=1)
    assert api.call("GET", f"files/{file['fileId']}").json()["file"]["status"] == "ready"
    assert api.session.get(file["fileUrl"]).content == b"\x89PNG" * 1000
    server.advance(minutes=30)
    assert api.call("GET", f"files/{file['fileId']}").json()["file"]["status"] == "expired"
    assert api.session.get(file["fileUrl"]).status_code == 404


def test_a_file_by_url_keeps_its_url(api: Any) -> None:
    api.log_in()
    answer = _upload(api, {"fileType": "image/png", "fileUrl": "https://a.example/x.png"})
    assert answer.json()["file"]["fileUrl"] == "https://a.example/x.png"


def test_a_deleted_file_is_gone(api: Any) -> None:
    api.log_in()
    file_id = _upload(api, {"fileType": "image/png"}, PICTURE).json()["file"]["fileId"]
    assert api.call("DELETE", f"files/{file_id}").status_code == 204
    assert api.call("GET", f"files/{file_id}").json()["reason"]["code"] == 42401
