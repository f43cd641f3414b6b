"""Options are laid over what the file says, and touch nothing else."""

from functools import partial

from bothub_cli.messages import ChatId, Reply, UserContact
from bothub_cli.phone_numbers import read_number
from bothub_cli.sending.compose import Overrides, compose

MARIE = UserContact(number="+33612345678")
NUMBERS = Overrides(read_number=read_number)


def _bodies(payload: object, overrides: Overrides) -> list[object]:
    return [message.payload for message in compose(payload, overrides)]


def test_what_is_no_object_goes_through_for_the_check_to_refuse() -> None:
    assert _bodies([1], Overrides(contacts=(MARIE,))) == [[1]]


def test_a_bare_message_gets_its_envelope() -> None:
    assert _bodies({"textMessage": "x"}, Overrides(contacts=(MARIE,))) == [
        {"RCSMessage": {"textMessage": "x"}, "messageContact": {"userContact": "+33612345678"}}
    ]


def test_one_message_goes_to_each_contact() -> None:
    bodies = _bodies({"textMessage": "x"}, Overrides(contacts=(MARIE, ChatId(value="c1"))))
    assert [body["messageContact"] for body in bodies if isinstance(body, dict)] == [
        {"userContact": "+33612345678"},
        {"chatId": "c1"},
    ]


def test_an_option_beats_the_file_and_the_file_beats_a_default() -> None:
    written = {"RCSMessage": {"textMessage": "x", "trafficType": "payment"}}
    [said] = _bodies(written, Overrides(traffic_type="premium", default_traffic_type="advertisement"))
    [unsaid] = _bodies(written, Overrides(default_traffic_type="advertisement"))
    [filled] = _bodies({"textMessage": "x"}, Overrides(default_traffic_type="advertisement"))
    assert said == {"RCSMessage": {"trafficType": "premium", "textMessage": "x"}}
    assert unsaid == written
    assert filled == {"RCSMessage": {"trafficType": "advertisement", "textMessage": "x"}}


def test_chips_come_after_those_of_the_file() -> None:
    first = {"reply": {"displayText": "A", "postback": {"data": "a"}}}
    written = {"textMessage": "x", "suggestedChipList": {"suggestions": [first]}}
    [body] = _bodies(written, Overrides(chips=(Reply(display_text="B", postback_data="b"),)))
    assert body == {
        "RCSMessage": {
            "textMessage": "x",
            "suggestedChipList": {
                "suggestions": [first, {"reply": {"displayText": "B", "postback": {"data": "b"}}}],
            },
        }
    }


def test_unknown_members_and_a_wrong_message_are_left_as_they_are() -> None:
    written = {"RCSMessage": "text", "extra": 1}
    assert _bodies(written, Overrides(traffic_type="premium")) == [written]


def test_the_quoted_message_stands_beside_the_rcs_message() -> None:
    [body] = _bodies({"textMessage": "x"}, Overrides(in_reply_to="Xs8"))
    assert body == {"RCSMessage": {"textMessage": "x"}, "msgId": "Xs8"}


def test_a_number_beside_the_message_is_its_contact() -> None:
    sent = {"RCSMessage": {"textMessage": "x"}, "messageContact": {"userContact": "+33612345601"}}

    assert _bodies({"to": "+33 6 12 34 56 01", "textMessage": "x"}, NUMBERS) == [sent]
    assert _bodies(
        {"to": "06 12 34 56 01", "textMessage": "x"}, Overrides(read_number=partial(read_number, region="FR"))
    ) == [sent]
    assert _bodies({"to": "+33612345601", "RCSMessage": {"textMessage": "x"}}, NUMBERS) == [sent]


def test_a_number_beside_the_message_that_is_none_is_left_to_the_check() -> None:
    [body] = _bodies({"to": "3,36E+10", "textMessage": "x"}, NUMBERS)
    assert body == {"RCSMessage": {"textMessage": "x"}, "messageContact": {"userContact": "3,36E+10"}}


def test_an_option_beats_the_number_beside_the_message() -> None:
    [body] = _bodies({"to": "+33612345601", "textMessage": "x"}, Overrides(contacts=(MARIE,)))
    assert body == {"RCSMessage": {"textMessage": "x"}, "messageContact": {"userContact": "+33612345678"}}
