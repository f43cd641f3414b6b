"""What a tap tells the bot: the postback of an action's flag, and by default its label."""

import pytest

from bothub_cli.authoring.suggestion_flags import read_suggestion_flags
from bothub_cli.errors import UsageError
from bothub_cli.messages import CopyToClipboard


def test_an_action_without_a_postback_gets_its_label() -> None:
    [site, call] = read_suggestion_flags(open_urls=["Our site=https://example.com/?a=b#c"], dials=["Call=+33123456789"])

    assert (site.to_payload()["action"]["postback"], call.to_payload()["action"]["postback"]) == (
        {"data": "Our site"},
        {"data": "Call"},
    )


def test_a_postback_is_given_by_the_label() -> None:
    suggestions = read_suggestion_flags(
        replies=["Yes"], open_urls=["Our site=https://example.com"], postbacks=["Our site=site_1", "Yes=a=b"]
    )

    assert [each.to_payload() for each in suggestions] == [
        {"reply": {"displayText": "Yes", "postback": {"data": "a=b"}}},
        {
            "action": {
                "displayText": "Our site",
                "postback": {"data": "site_1"},
                "urlAction": {"openUrl": {"url": "https://example.com"}},
            }
        },
    ]


@pytest.mark.parametrize(
    ("postback", "problem"),
    [
        ("Our sit=x", 'no suggestion is called "Our sit"'),
        ("site_1", "no = in"),
        ("=x", "no label"),
        ("A=", "nothing after"),
    ],
)
def test_a_postback_of_nobody_is_refused(postback: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        read_suggestion_flags(open_urls=["Our site=https://example.com"], postbacks=[postback])


@pytest.mark.parametrize("postbacks", [["Yes=2"], ["Our site=a", "Our site=b"]])
def test_two_postbacks_for_one_suggestion_are_refused(postbacks: list[str]) -> None:
    with pytest.raises(UsageError, match="two for"):
        read_suggestion_flags(replies=["Yes=1"], open_urls=["Our site=https://example.com"], postbacks=postbacks)


def test_the_same_postback_said_twice_is_one() -> None:
    read_suggestion_flags(replies=["Yes=1"], postbacks=["Yes=1", "Yes=1"])


def test_a_code_is_copied() -> None:
    assert read_suggestion_flags(copies=["Copy code=12=34"]) == (
        CopyToClipboard(display_text="Copy code", postback_data="Copy code", text="12=34"),
    )
