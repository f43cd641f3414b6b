"""What a type checker would have said of a field is said where the value is made, with what to write instead."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import bothub_cli
from bothub_cli.auth.identity import Identity
from bothub_cli.campaign import CampaignRequest, Equipment, FileLedger, Listeners, RunChoices, Surroundings
from bothub_cli.client import RetryPolicy
from bothub_cli.config.key_source import KeyFile
from bothub_cli.errors import InputRefusedError
from bothub_cli.messages import (
    CardContent,
    EventFacts,
    GeneralPurposeCard,
    GeolocationPushMessage,
    IsTyping,
    OpenUrl,
    OutboundMessage,
    RcsMessage,
    Reply,
    RichCardMessage,
    SuggestedChipList,
    TextMessage,
    UserContact,
)
from bothub_cli.transport.base import TransportSettings

HELLO = TextMessage(text="Hello")
YES = Reply(display_text="Yes")


@pytest.mark.parametrize(
    ("kind", "given", "says", "helps"),
    [
        (RcsMessage, {"content": "Hello"}, "IsTyping, not str", "wrap it: TextMessage(text=…)"),
        (RcsMessage, {"content": {"textMessage": "x"}}, "not dict", "RcsMessage.from_payload(…) reads JSON"),
        (RcsMessage, {"content": HELLO, "suggested_chip_list": [YES]}, "not list", "SuggestedChipList(suggestions=…)"),
        (RcsMessage, {"content": HELLO, "expiry": timedelta(hours=2)}, "not timedelta", "RFC 3339"),
        (OutboundMessage, {"rcs_message": HELLO}, "RcsMessage, not TextMessage", "RcsMessage(content=…)"),
        (SuggestedChipList, {"suggestions": YES}, "a list of Suggestion, not Reply", "write a list of it"),
        (SuggestedChipList, {"suggestions": ["Yes"]}, "Suggestion, not str", "Reply(display_text=…)"),
        (CardContent, {"media": "https://shop.example/a.jpg"}, "Media, not str", "Media(media_url=…, …)"),
        (RichCardMessage, {"card": CardContent(title="x")}, "not CardContent", "GeneralPurposeCard(content=…)"),
        (
            GeneralPurposeCard,
            {"content": CardContent(), "title_font_style": "bold"},
            "a list of str, not str",
            "write a list",
        ),
        (GeolocationPushMessage, {"latitude": "48", "longitude": 2}, "float, not str", None),
        (GeolocationPushMessage, {"latitude": True, "longitude": 2}, "float, not bool", None),
        (IsTyping, {"active": "yes"}, "bool, not str", None),
        (Reply, {"display_text": None}, "str, not None", None),
        (OpenUrl, {"display_text": "Open", "url": Path("a")}, "str, not PosixPath", None),
        (UserContact, {"number": 33612345678}, "str, not int", None),
        (EventFacts, {"number": "+33612345678", "msg_id": "m", "now": "today"}, "datetime, not str", None),
        (TransportSettings, {"timeout": "30"}, "float, not str", None),
        (RetryPolicy, {"max_wait": None}, "float, not None", None),
        (Identity, {"api_base": "x", "auth_base": "x", "private_key": "a.pem"}, "not str", "KeyFile(path=…)"),
        (RunChoices, {"limit": "5"}, "int, not str", None),
        (CampaignRequest, {"recipients": ["+33612345678"]}, "str or Path, not list", None),
        (Equipment, {"destination": "https://api.orange.com"}, "Destination, not str", "Destination(base=…, …)"),
        (Listeners, {"note": None}, "Callable, not None", None),
        (Surroundings, {"is_suppressed": True}, "Callable, not bool", None),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_a_value_of_another_type_is_named_where_it_is_given(
    kind: Any, given: dict[str, Any], says: str, helps: str | None
) -> None:
    with pytest.raises(InputRefusedError, match=rf"^{kind.__name__}\(\w+=…\) takes .*{says}$") as refused:
        kind(**given)
    assert (helps or "") in (refused.value.hint or "")
    assert bool(helps) == (refused.value.hint is not None)


def test_what_can_only_mean_one_thing_is_taken() -> None:
    chips = SuggestedChipList(suggestions=[Reply(display_text=label) for label in ("Yes", "No")])
    assert [each.display_text for each in chips.suggestions] == ["Yes", "No"]
    assert isinstance(chips.suggestions, tuple)
    assert KeyFile(path="bot.pem").path == FileLedger("bot.pem").directory == Path("bot.pem")  # type: ignore[arg-type]
    assert GeolocationPushMessage(latitude=48, longitude=2).latitude == 48


def test_a_list_is_frozen_with_the_value_that_holds_it() -> None:
    labels = [YES]
    content = CardContent(title="x", suggestions=labels)
    labels.clear()
    assert content.suggestions == (YES,)
    assert hash(content)


def test_a_mistake_in_a_copy_is_named_too() -> None:
    with pytest.raises(InputRefusedError, match="not list"):
        OutboundMessage(rcs_message=RcsMessage(content=HELLO)).with_contact(["+33612345678"])  # type: ignore[arg-type]
    with pytest.raises(InputRefusedError, match="not a bool"):
        OutboundMessage(rcs_message=RcsMessage(content=HELLO)).with_contact(True)


def test_no_module_whose_annotations_are_texts_has_fields_to_check() -> None:
    """A text names no class to compare with, so anything would be let through."""
    written = [file.read_text() for file in Path(bothub_cli.__file__).parent.rglob("*.py")]
    texts = [source for source in written if "from __future__ import annotations" in source]
    assert texts
    assert not [source for source in texts if "check_fields(" in source]
