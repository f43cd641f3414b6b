"""STOP and START, in the words people use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.events.opt_out import Wish, build_words, is_doubtful, read_wish, simplify
from bothub_cli.messages.event.read import read_event

WORDS = build_words()


def say(text: str, number: str = "+33612345678") -> Wish | None:
    payload = {"event": "message", "RCSMessage": {"textMessage": text}, "messageContact": {"userContact": number}}
    spoken = read_wish(read_event(payload), WORDS)
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
        *("Cancel\nOrder 17", "end -- my order", "Stop\nby tomorrow please", "Quit smoking", "Baja California"),
        *("voy a baja", "parar de fumar", "não parar", "comment me désabonner ?", "Did I type STOP?", "arrêt de bus"),
        *("Stop\nI want to come by tomorrow", "Reply STOP to end", "STOP au 36111 ne marche pas", "ok stop here"),
        *("Start the engine", "démarrer la voiture", "unsubscribe from what?", "Thanks", "merci", "I opt"),
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


@pytest.mark.parametrize(
    "text", ["START", "start!", "Unstop", "reprendre", "Me réabonner", "Démarrer, merci", "Start please 🙏"]
)
def test_start_and_its_relatives_are_heard(text: str) -> None:
    assert say(text) is Wish.START


@pytest.mark.parametrize(
    ("label", "postback"),
    [
        *(("Cancel", "cancel_appointment_17"), ("End", "end_of_tour"), ("Stop", "bus_stop_4"), ("Quit", "quit_quiz")),
        *(("Stop", "unsubscribe_42"), ("Start", "menu"), ("Menu", "start_menu"), ("Start", "quiz_start")),
        *(("Cancel", "cancel"), ("End", "END"), ("Arrêt", "line_12"), ("Stop", None), ("Start", None)),
    ],
)
def test_the_label_of_a_button_is_no_wish_nor_is_an_ordinary_postback(label: str, postback: str | None) -> None:
    assert tap(label, postback) is None


@pytest.mark.parametrize("postback", ["STOP", "stop", "Unsubscribe", "opt-out", "BAJA"])
def test_a_tap_says_what_its_postback_says(postback: str) -> None:
    assert tap("No more", postback) is Wish.STOP


def test_a_button_made_for_it_brings_a_user_back() -> None:
    assert tap("STOP", "START") is Wish.START


@pytest.mark.parametrize(
    ("number", "out", "back"),
    [
        *(("+34600000071", "BAJA", "ALTA"), ("+525512345678", "Baja", "alta"), ("+33612345678", "STOP", "Démarrer")),
        *(
            ("+5511987654321", "parar", "começar"),
            ("+5511987654321", "PARAR", "Comec\u0327ar"),
            ("+4915112345678", "STOP", "START"),
        ),
    ],
)
def test_what_a_phone_writes_for_its_user_is_heard_in_every_country(number: str, out: str, back: str) -> None:
    assert say(out, number) is Wish.STOP
    assert say(back, number) is Wish.START


def test_a_word_of_one_country_brings_nobody_back_in_another() -> None:
    assert say("alta", "+393331234567") is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Thank you very much, stop",
            "Stop. Thank you",
            "stop svp",
            "Stop merci",
            "please stop",
            "Hello, stop please!",
            "STOP, s'il vous plaît",
        ),
        *(
            "Hi there, STOP please. Thanks a lot!",
            "Veuillez me désabonner, merci",
            "ok stop",
            "STOP S.V.P.",
            "Stop cdlt",
        ),
        *("Hola, baja por favor", "Por favor, darme de baja. Gracias", "Parar, obrigada", "Bom dia, PARAR por favor"),
        *("Hallo, STOPP bitte", "Stop, dank u", "STOP grazie mille 🙏", "СТОП, пожалуйста", "Unsubscribe me, please"),
        *("STOP au 36 111", "STOP la pub !", "Stop publicité", "désabonnez-moi svp", "Je me désabonne."),
        *("STOP\nAnn Example", "Stop\nMerci,\nAnn", "STOP\nShop Ltd\n+33 6 12 34 56 78", "STOP -- Ann", "BAJA\nAna"),
        *("STOP\nVon meinem iPhone gesendet", "Stop.\nInviato da iPhone", "Stop. Best regards, Ann", "STOP\n> Hello"),
        *("STOP\nLe 3 mars 2026 à 10:00, Shop a écrit :\n> Bonjour", "STOP\nOn Mon, Mar 3, Shop wrote:\n> Hi"),
        *("STOP\n-- Ann Example", "Stop\r\n\r\nSent from my iPhone", "stop\n\nRegards,\nAnn", "S.T.O.P.", "Стоп"),
    ],
)
def test_politeness_and_a_signature_do_not_hide_the_wish(text: str) -> None:
    assert say(text) is Wish.STOP


@pytest.mark.parametrize(
    "text",
    [
        *("when does the bus stop?", "I want to stop by tomorrow", "I want to stop this", "stop it", "How to opt out?"),
        *("comment me désabonner ?", "quiero darme de baja de esto", "Bitte abmelden!", "x " * 300 + "so please stop"),
    ],
)
def test_a_sentence_is_no_wish_and_is_shown_to_a_person(text: str) -> None:
    event = read_event({"event": "message", "RCSMessage": {"textMessage": text}})
    assert read_wish(event, WORDS) is None
    assert is_doubtful(event, WORDS)


@pytest.mark.parametrize("text", ["STOP", "where is my order?", "nonstop " * 20, ""])
def test_a_wish_and_an_ordinary_text_leave_no_doubt(text: str) -> None:
    assert not is_doubtful(read_event({"event": "message", "RCSMessage": {"textMessage": text}}), WORDS)


def test_an_event_of_the_chats_own_menu_counts() -> None:
    for kind, wish in (("unsubscribe", Wish.STOP), ("Subscribe", Wish.START)):
        spoken = read_wish(read_event({"event": kind, "messageContact": {"userContact": "+33612345678"}}), WORDS)
        assert spoken is not None
        assert spoken.wish is wish


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
