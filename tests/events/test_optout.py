"""STOP and START, in the words people use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.events.opt_out import Wish, build_words, read_wish, simplify
from bothub_cli.messages.event.read import read_event

WORDS = build_words()


def say(text: str) -> Wish | None:
    spoken = read_wish(read_event({"event": "message", "RCSMessage": {"textMessage": text}}), WORDS)
    return spoken.wish if spoken else None


def tap(label: str, postback: str | None = None, event: str = "response") -> Wish | None:
    reply: dict[str, object] = {"displayText": label} | ({"postback": {"data": postback}} if postback else {})
    payload = {"event": event, "RCSMessage": {"suggestedResponse": {"response": {"reply": reply}}}}
    spoken = read_wish(read_event(payload), WORDS)
    return spoken.wish if spoken else None


@pytest.mark.parametrize(
    "text",
    [
        *("please don't stop", "don't stop", "stop by tomorrow", "n'arrêtez pas", "bus stop", "stopper", "nonstop"),
        *("je veux annuler ma commande", "the end", "cancel my order", "", "?!", "🛑", "stop 12", "stop " * 30),
        *("yes", "oui", "no", "non", "restart", "starter", "start stop"),
    ],
)
def test_a_text_that_only_contains_the_word_is_no_wish(text: str) -> None:
    assert say(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "STOP",
            "stop",
            " Stop. ",
            "STOP!!!",
            "«\xa0STOP\xa0»",
            "S\u200bTOP",
            "ＳＴＯＰ",
            "stop 🙏",
            "Stop\n",
            "STOP SMS",
        ),
        *(
            "stop stop",
            "STOP au 36111",
            "STOP 36111",
            "Stop RCS",
            "Stop-All",
            "opt-out",
            "OPTOUT",
            "Unsubscribe",
            "quit",
        ),
        *("ARRET", "Arrêt", "arrêtez !", "Désabonner", "me désabonner", "DÉSINSCRIPTION", "de\u0301sinscrire"),
    ],
)
def test_stop_and_its_relatives_are_heard_in_both_languages_and_every_spelling(text: str) -> None:
    assert say(text) is Wish.STOP


@pytest.mark.parametrize("text", ["START", "start!", "Unstop", "reprendre", "Me réabonner"])
def test_start_and_its_relatives_are_heard(text: str) -> None:
    assert say(text) is Wish.START


def test_a_tap_is_heard_by_its_postback_or_its_label() -> None:
    assert tap("Ne plus recevoir", "STOP") is Wish.STOP
    assert tap("Stop", "unsubscribe_42") is Wish.STOP
    assert tap("START", "stop") is Wish.STOP
    assert tap("Start", "menu") is Wish.START
    assert tap("Menu", "start_menu") is None


def test_opening_the_chat_undoes_no_stop() -> None:
    assert tap("Start", "new_bot_user_initiation") is None
    assert tap("Start", event="newUser") is None


def test_a_status_report_is_no_wish() -> None:
    assert read_wish(read_event({"event": "messageStatus", "RCSMessage": {"status": "STOP"}}), WORDS) is None


def test_a_profile_adds_words_and_ignores_others_but_never_stop() -> None:
    words = build_words(stop=["Basta"], start=["Weiter"], ignored=["cancel", "STOP"])
    assert {"basta", "stop"} <= words.stop
    assert "weiter" in words.start
    assert "cancel" not in words.stop


def test_a_word_that_is_in_both_lists_stops() -> None:
    words = build_words(stop=["start"])
    assert "start" in words.stop
    assert "start" not in words.start


@given(st.text())
def test_no_text_makes_it_fail_and_a_simple_text_stays_as_it_is(text: str) -> None:
    assert simplify(simplify(text)) == simplify(text)
