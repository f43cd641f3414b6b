"""A settings file that is broken says where; nothing that it holds makes the reader fall over."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.config.fields import TIMEOUT
from bothub_cli.config.toml_file import FILE_MAX, find_line, parse_toml, read_toml_file
from bothub_cli.errors import ConfigurationError

PATH = Path("config.toml")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"a = b", "config.toml, line 1, column 5"),
        (b"x = 1\n[x\n", "config.toml, line 2, column 3"),
        (b"x = 1\n\ny = [1,\n", "config.toml, line 3"),
        (b"x = 1\ny = '\xff'", "config.toml, line 2"),
    ],
)
def test_a_broken_file_names_the_line(content: bytes, where: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_toml(content, path=PATH)
    assert caught.value.where == where


def test_a_file_that_is_far_too_large_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"#" * (FILE_MAX + 1))
    with pytest.raises(ConfigurationError, match="larger than"):
        read_toml_file(path)


def test_a_directory_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is a directory"):
        read_toml_file(tmp_path)


def test_no_file_is_no_error(tmp_path: Path) -> None:
    assert read_toml_file(tmp_path / "config.toml") is None


def test_a_wrong_type_names_line_field_and_what_was_expected() -> None:
    file = parse_toml(b'[profiles.shop]\nbot_id = "b"\ntimeout = true\n', path=PATH)
    with pytest.raises(ConfigurationError) as caught:
        file.read(TIMEOUT, True, table="profiles.shop")
    assert caught.value.message == (
        "config.toml, line 3: timeout: expected a number of seconds, or a duration in quotes, found true without quotes"
    )
    assert caught.value.remedy == "for example: timeout = 30"


@pytest.mark.parametrize(
    ("raw", "found"), [(True, "true without quotes"), ([1], "a list"), ({}, "a table"), (None, "a date or time")]
)
def test_a_wrong_type_is_called_what_a_person_would_call_it(raw: object, found: str) -> None:
    with pytest.raises(ConfigurationError, match=f"found {found}"):
        parse_toml(b"", path=PATH).read(TIMEOUT, raw)


def test_the_byte_order_mark_of_windows_editors_does_no_harm() -> None:
    assert parse_toml(b"\xef\xbb\xbfregion = 'FR'", path=PATH).content == {"region": "FR"}


def test_a_key_is_found_in_its_own_table_only() -> None:
    text = 'region = "A"\n[profiles.a]\nregion = "B"\n[profiles."b.c"] # note\n"region" = "C"\n'
    assert find_line(text, "region") == 1
    assert find_line(text, "region", table="profiles.a") == 3
    assert find_line(text, "region", table="profiles.b.c") == 5
    assert find_line(text, "timeout") is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_file_or_our_own_error(content: bytes) -> None:
    with suppress(ConfigurationError):
        assert parse_toml(content, path=PATH).path == PATH


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_in_place_of_the_file_is_named_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    os.mkfifo(path, 0o600)
    with pytest.raises(ConfigurationError, match="is a named pipe, where a file belongs"):
        read_toml_file(path)


def test_a_file_with_the_same_text_is_not_parsed_again(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('region = "FR"\n')
    known = read_toml_file(path)
    assert read_toml_file(path, known=known) is known


def test_a_file_that_has_changed_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('region = "FR"\n')
    known = read_toml_file(path)
    path.write_text('region = "BE"\n')
    changed = read_toml_file(path, known=known)
    assert changed is not None
    assert changed.content == {"region": "BE"}
