"""One setting's text: what is expected is said whenever it is something else."""

import pytest

from bothub_cli.config.values import (
    BadValueError,
    mask_password,
    read_base,
    read_flag,
    read_output,
    read_proxy,
    read_region,
    read_timeout,
    read_wait,
    read_word,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("http://api.orange.com", "expected https"),
        ("http://127.0.0.1.evil.example", "expected https"),
        ("http://localhost.evil.example", "expected https"),
        ("http://10.0.0.1:8080", "expected https"),
        ("ftp://api.orange.com", "an address such as"),
        ("api.orange.com", "an address such as"),
        ("https://", "an address such as"),
        ("https://[::1", "an address such as"),
        ("https://api.orange.com:99999", "an address such as"),
        ("https://user:pw@api.orange.com", "without user name and password"),
        ("http://127.0.0.1@evil.example", "without user name and password"),
        ("https://api.orange.com?x=1", "without \\? and #"),
        ("https://api.orange.com/a b", "an address such as"),
        ("", "an address such as"),
    ],
)
def test_an_address_where_credentials_would_not_be_safe_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadValueError, match=words):
        read_base(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("https://api.orange.com/", "https://api.orange.com"),
        ("https://gateway.example:8443/orange", "https://gateway.example:8443/orange"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_https_or_this_very_machine_is_an_address(text: str, value: str) -> None:
    assert read_base(text) == value


@pytest.mark.parametrize("text", ["", "soon", "0", "-1", "nan", "inf", "1e9", "2d", "86401"])
def test_a_timeout_that_is_no_duration_up_to_a_day_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        read_timeout(text)


def test_no_waiting_at_all_can_be_asked_for() -> None:
    assert read_wait("0") == 0.0
    assert read_timeout("2.5") == 2.5


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False)])
def test_yes_and_no_have_several_words(text: str, value: bool) -> None:
    assert read_flag(text) is value


@pytest.mark.parametrize("text", ["", "maybe", "2"])
def test_what_is_neither_yes_nor_no_is_refused(text: str) -> None:
    with pytest.raises(BadValueError, match="expected true or false"):
        read_flag(text)


@pytest.mark.parametrize("text", ["", " ", "a b", "a\x1b[31mb", "x" * 600])
def test_an_identifier_is_one_visible_word(text: str) -> None:
    with pytest.raises(BadValueError, match="expected"):
        read_word(text)


@pytest.mark.parametrize("text", ["F", "FRA", "33", "+33", "ÉÉ"])
def test_a_region_is_two_letters(text: str) -> None:
    with pytest.raises(BadValueError, match="two letters"):
        read_region(text)


def test_a_region_is_written_in_capitals() -> None:
    assert read_region(" fr ") == "FR"


def test_an_output_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(BadValueError, match='expected human or json, found "xml"'):
        read_output("xml")


@pytest.mark.parametrize("text", ["", "proxy", "proxy.example:8080", "gopher://x", "http://", "http://p:0"])
def test_a_proxy_without_scheme_or_host_is_refused(text: str) -> None:
    with pytest.raises(BadValueError, match="a proxy address such as"):
        read_proxy(text)


def test_a_password_in_an_address_is_masked() -> None:
    assert mask_password("http://me:hunter2@proxy.example:8080") == "http://me:***@proxy.example:8080"
