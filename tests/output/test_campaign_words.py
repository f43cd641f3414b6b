"""A cause is said in words, and what nobody knows is shown as it is."""

import pytest

from bothub_cli.output.campaign_words import describe_cause


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("something.new", "something.new"),
        ("http.404.99999999", "HTTP 404, code 99999999"),
        ("http.503", "HTTP 503"),
        ("answer.lost", "no answer came"),
        ("answer.timeout", "no answer came (timeout)"),
        ("network.connect", "not sent: no connection (connect)"),
        ("interrupted", "in flight when the program ended"),
    ],
)
def test_a_cause_is_said_in_words(cause: str, words: str) -> None:
    assert describe_cause(cause) == words


def test_a_known_code_is_explained() -> None:
    said = describe_cause("http.404.41200")
    assert said.endswith("(HTTP 404, code 41200)")
    assert "RCS" in said or "recipient" in said
