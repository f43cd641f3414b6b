"""An address is read in one way: what is this machine to one part of the program is to all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.urls import find_host, is_loopback, is_loopback_url, is_web_url, without_query


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.8.9.10", "::1", "[::1]", "::ffff:127.0.0.1"],
)
def test_this_machine_has_many_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost.example",
        "127.0.0.1.example",
        "127.1",
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "::ffff:10.0.0.1",
        "2130706433",
    ],
)
def test_what_may_be_another_machine_is_not_taken_for_this_one(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("url", ["http://LocalHost:8808/x", "http://user@127.0.0.1", "https://[::1]:1"])
def test_an_address_of_this_machine_is_known_by_its_host(url: str) -> None:
    assert is_loopback_url(url)


@pytest.mark.parametrize(
    "url", ["http://localhost@evil.example/", "http://[", "", "localhost", "http://evil.example#@127.0.0.1"]
)
def test_an_address_that_only_mentions_this_machine_is_not_its(url: str) -> None:
    assert not is_loopback_url(url)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example", "http://", "http://a.example:0", "http://a.example:x", "http://[", "//a", "http://a b"],
)
def test_what_no_browser_opens_is_no_web_address(url: str) -> None:
    assert not is_web_url(url)


def test_a_web_address_has_a_scheme_and_a_host() -> None:
    assert is_web_url("http://a.example:8080/x?y=1")
    assert is_web_url("https://[::1]/")


def test_user_password_query_and_fragment_are_never_shown() -> None:
    assert without_query("https://me:planted@a.example:1/x?token=planted#planted") == "https://a.example:1/x"
    assert find_host("https://me:planted@a.example:1/x") == "a.example:1"


@given(st.text(max_size=30))
def test_any_text_can_be_asked_about(text: str) -> None:
    for ask in (is_loopback, is_loopback_url, is_web_url, find_host, without_query):
        ask(text)
        ask(f"http://{text}")
