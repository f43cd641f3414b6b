"""What the reader makes of files, streams and things that are no messages."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.authoring.reader import read_messages
from bothub_cli.errors import ExitCode, InputRefusedError


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"", "m.json", "holds no message"),
        (b" \n\t\r\n", "m.json", "holds no message"),
        (b"[]", "m.json", "holds no message"),
        (b"", "m.yaml", "holds no message"),
        (b"# only a comment\n---\n", "m.yaml", "holds no message"),
        (b"", None, "holds no message"),
        (b"\xef\xbb\xbf", None, "holds no message"),
        ('{"a": 1}'.encode("utf-16"), "m.json", "is UTF-16 text, not UTF-8"),
        ('{"a": 1}'.encode("utf-16-le"), "m.json", "is UTF-16 text, not UTF-8"),
        ('{"a": 1}'.encode("utf-16-be"), None, "is UTF-16 text, not UTF-8"),
        ('{"a": 1}'.encode("utf-32"), "m.json", "is UTF-32 text, not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "photo.png", "is a PNG picture, not a message"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "m.json", "is a JPEG picture, not a message"),
        (b"%PDF-1.7\n%\xe2\xe3", "m.yaml", "is a PDF document, not a message"),
        (b"PK\x03\x04\x14\x00", None, "is a zip archive or an Office document, not a message"),
        (b"\x1f\x8b\x08\x00", "m.jsonl", "is compressed with gzip"),
        (b"\x00\x00\x00\x18ftypmp42", None, "is an MP4 or 3GPP media file, not a message"),
        (b"\x00" * 100_000, "m.json", "holds NUL bytes, so it is no text"),
        (b"Hello, world!", None, "plain text, not a message"),
        (b"to,text\n+33612345678,hello\n", "list.csv", "plain text, not a message"),
    ],
)
def test_what_is_no_message_is_called_by_its_name(refuse: Any, content: bytes, name: str | None, problem: str) -> None:
    refused = refuse(content, name)
    assert (refused.problem, refused.exit_code) == (problem, ExitCode.INPUT_REFUSED)
    assert refused.where.startswith(name or "standard input")
    assert refused.fix


def test_a_nul_byte_far_into_the_file_is_refused_too(refuse: Any) -> None:
    refused = refuse(b'{"a": "' + b"x" * 100_000 + b'\x00"}', "m.json")
    assert (refused.where, refused.problem) == (
        "m.json, line 1, column 100008",
        "the control character U+0000 inside a text",
    )


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match=r"none\.json: there is no such file"):
        next(read_messages(tmp_path / "none.json"))


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match="is a directory"):
        next(read_messages(tmp_path))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root and Windows read every file")
def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.touch(mode=0)
    with pytest.raises(InputRefusedError, match="may not be read by you"):
        next(read_messages(path))


@pytest.mark.parametrize("path", ["a\x00b.json", "x" * 5000 + ".json"])
def test_a_path_that_cannot_exist_is_refused(path: str) -> None:
    with pytest.raises(InputRefusedError, match="cannot be read"):
        next(read_messages(Path(path)))


def test_a_stream_that_was_closed_is_refused() -> None:
    stream = io.BytesIO()
    stream.close()
    with pytest.raises(InputRefusedError, match="standard input: cannot be read"):
        next(read_messages(stream))


def test_a_stream_that_fails_is_refused() -> None:
    class Broken(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(InputRefusedError, match="list of friends: cannot be read: Input/output error"):
        next(read_messages(Broken(), name="list of friends"))  # type: ignore[arg-type]  # a raw stream reads too


def test_the_ending_decides_before_the_content(read: Any) -> None:
    assert read("{a: no}", "m.yaml")[0].payload == {"a": "no"}


def test_a_location_reads_as_people_write_it(read: Any) -> None:
    assert str(read('\n{"a": 1}', "m.json")[0].location) == "m.json, line 2"


def test_reading_json_loads_no_yaml() -> None:
    program = (
        "import io, sys; from bothub_cli.authoring.reader import read_messages;"
        "list(read_messages(io.BytesIO(b'{}'))); print('yaml' in sys.modules)"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout == "False\n"
