"""The ``event`` commands: what was heard is found, shown, waited for, replayed, made up and deleted."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.commands.webhooks import fill_store, store_path
from tests.conftest import Bothub
from tests.events.samples import Inbox, open_inbox, status_event, text_event


def test_to_look_makes_no_store(bothub: Bothub) -> None:
    ran = bothub("event", "list", "--json")
    assert ran.code == 0
    assert ran.lines == [{"type": "summary", "schema": "bothub/event-summary/1", "total": 0, "more": False}]
    assert not store_path().exists()


def test_events_are_listed_in_the_order_in_which_they_came(bothub: Bothub) -> None:
    fill_store(text_event("m1", "one"), text_event("m2", "two\nlines"))
    ran = bothub("event", "list")
    assert [line.split()[-1] for line in ran.out.splitlines()] == ["one", "lines"]
    assert "2 events" in ran.err


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        (("--kind", "message"), ["one", "two"]),
        (("--kind", "message_status"), [None]),
        (("--number", "+33612345679"), ["two"]),
        (("--number", "06 12 34 56 79", "--region", "FR"), ["two"]),
        (("--message-id", "m1"), ["one"]),
        (("--since", "2026-11-24T14:00Z"), ["one", "two", None]),
        (("--since", "2026-11-24T16:00Z"), []),
        (("--limit", "1"), [None]),
        (("--limit", "0"), ["one", "two", None]),
    ],
)
def test_events_are_chosen_by_filters(bothub: Bothub, options: tuple[str, ...], texts: list[str | None]) -> None:
    fill_store(text_event("m1", "one"), text_event("m2", "two", number="+33612345679"), status_event("m3", "sent"))
    ran = bothub("event", "list", "--json", *options)
    assert [line["text"] for line in ran.lines[:-1]] == texts


@pytest.mark.parametrize("number", ["06 12 34 56 79", "0612345679", "+3361234567", "12 34"])
def test_a_number_that_cannot_be_read_is_refused_and_never_nothing(bothub: Bothub, number: str) -> None:
    fill_store(text_event("m1", "one"))
    for command in (("list", "--number", number), ("chat", number), ("replay", "--number", number, "--to", "http://x")):
        ran = bothub("event", *command, "--json")
        assert ran.code == 6
        assert ran.error["code"] == "input.number"


@pytest.mark.parametrize(
    "user", ["+33612345678", "33612345678", "0033 6 12 34 56 78", "tel:+33-6-12-34-56-78", "06.12.34.56.78"]
)
def test_a_conversation_is_found_by_any_spelling_of_the_number(bothub: Bothub, user: str) -> None:
    bothub("profile", "set", "region=FR")
    fill_store(text_event("m1", "one"))
    assert [line["text"] for line in bothub("event", "chat", user, "--json").lines[:-1]] == ["one"]


@pytest.mark.parametrize("user", ["a1b2c3d4-0000-4000-8000-0123456789ab", "12345678901234567890"])
def test_a_chat_id_is_no_number(bothub: Bothub, user: str) -> None:
    ran = bothub("event", "chat", user)
    assert ran.code == 0
    assert ran.err.endswith(f"nothing was said yet with {user}\n")


def test_somebody_with_whom_nothing_was_said_is_answered_with_a_near_number(bothub: Bothub) -> None:
    fill_store(text_event("m1", "one"))
    ran = bothub("event", "chat", "+33612345687")
    assert ran.err == "nothing was said yet with +33612345687; did you mean +33612345678?\n"


def test_what_changed_the_suppression_list_is_marked(bothub: Bothub) -> None:
    texts = ("Stop. Thank you", "START", "START", "I want to stop this", "when is it?")
    fill_store(*(text_event(f"m{place}", text) for place, text in enumerate(texts)))
    marks = [line["wish"] for line in bothub("event", "list", "--json").lines[:-1]]
    assert marks == ["opted out", "opted in", None, "perhaps", None]
    shown = bothub("event", "list").out.splitlines()
    assert shown[0].endswith("Stop. Thank you  (opted out)")
    assert shown[3].endswith("I want to stop this  (perhaps meant as STOP)")
    assert "(opted out)" in bothub("event", "list", terminal=True).out


def test_a_kind_that_nobody_knows_is_doubted(bothub: Bothub) -> None:
    fill_store(text_event("m1", "one"))
    assert "messageStatus" in bothub("event", "list", "--kind", "messge").err


def test_a_time_that_is_none_is_refused_with_the_forms(bothub: Bothub) -> None:
    ran = bothub("event", "list", "--since", "yesterday", "--json")
    assert ran.code == 2
    assert "2026-11-24" in ran.error["hint"]


def test_one_profile_is_listed_when_it_is_named(bothub: Bothub) -> None:
    bothub("profile", "set", "--profile", "shop", "region=FR")
    fill_store(text_event("m1", "one"), profile="shop")
    fill_store(text_event("m2", "two"), profile="other")
    assert len(bothub("event", "list", "--json").lines) == 3
    assert [line["text"] for line in bothub("event", "list", "--json", "--profile", "shop").lines[:-1]] == ["one"]


def test_an_event_is_shown_with_its_body_as_it_came(bothub: Bothub) -> None:
    fill_store(text_event("m1", "one") | {"vendorExtra": {"a": 1}})
    assert bothub("event", "show", "1", "--json").json["event"]["payload"]["vendorExtra"] == {"a": 1}
    assert json.loads(bothub("event", "show", "1", "--body").out)["vendorExtra"] == {"a": 1}
    assert bothub("event", "show", "2").code == 2


def test_a_wait_ends_with_8_when_the_time_is_up(bothub: Bothub) -> None:
    fill_store(status_event("m1", "sent"))
    ran = bothub("event", "wait", "--for", "delivered", "--message-id", "m1", "--timeout", "0", "--json")
    assert ran.code == 8
    assert ran.out == ""
    assert "so far sent" in ran.error["message"]
    assert "bothub listen" in ran.error["hint"]


@pytest.mark.parametrize(("goal", "timeout"), [("delivrd", "1s"), ("delivered", "soon")])
def test_a_wait_for_nonsense_does_not_begin(bothub: Bothub, goal: str, timeout: str) -> None:
    assert bothub("event", "wait", "--for", goal, "--timeout", timeout).code == 2


def test_a_wait_for_a_message_that_failed_ends_with_3(bothub: Bothub) -> None:
    fill_store(status_event("m1", "failed"))
    assert bothub("event", "wait", "--for", "delivered", "--message-id", "m1", "--timeout", "0").code == 3


def test_what_was_heard_before_the_wait_counts(bothub: Bothub) -> None:
    fill_store(status_event("m1", "displayed"))
    ran = bothub("event", "wait", "--for", "delivered", "--message-id", "m1", "--timeout", "0", "--json")
    assert (ran.code, ran.json["status"]) == (0, "displayed")


def test_without_a_message_only_what_comes_from_now_on_counts(bothub: Bothub) -> None:
    fill_store(text_event("m1", "old"))
    timer = threading.Timer(0.3, fill_store, [text_event("m2", "new")])
    timer.start()
    ran = bothub("event", "wait", "--for", "message", "--number", "+33612345678", "--timeout", "10s", "--json")
    timer.join()
    assert (ran.code, ran.json["text"]) == (0, "new")


def test_events_are_replayed_byte_for_byte_and_those_not_taken_are_counted(bothub: Bothub) -> None:
    fill_store(text_event("m1", "one"), text_event("m2", "two"))
    with open_inbox() as inbox:
        inbox.answer = lambda body: 500 if "m2" in json.dumps(body) else 200
        ran = bothub("event", "replay", "--kind", "message", "--to", inbox.url, "--json")
    assert ran.code == 3
    assert [line.get("problem") for line in ran.lines] == [None, "HTTP 500", None]
    assert inbox.texts() == ["one", "two"]


def test_a_replay_needs_to_know_which_events(bothub: Bothub) -> None:
    fill_store(text_event("m1", "one"))
    assert bothub("event", "replay", "--to", "http://127.0.0.1:9/").code == 2
    assert bothub("event", "replay", "7", "--to", "http://127.0.0.1:9/").code == 2
    assert bothub("event", "replay", "1", "--since", "1h", "--to", "http://127.0.0.1:9/").code == 2
    assert bothub("event", "replay", "1", "--speed", "0", "--to", "http://127.0.0.1:9/").code == 2


def test_a_dry_replay_posts_nothing(bothub: Bothub) -> None:
    fill_store(text_event("m1", "one"))
    with open_inbox() as inbox:
        ran = bothub("event", "replay", "1", "--to", inbox.url, "--dry-run", "--json")
    assert (ran.code, ran.json["text"], inbox.bodies) == (0, "one", [])


def _trigger(bothub: Bothub, inbox: Inbox, *argv: str, stdin: bytes = b"") -> dict[str, object]:
    assert bothub("event", "trigger", *argv, "--to", inbox.url, stdin=stdin).code == 0
    return inbox.bodies[-1]


def test_any_event_is_made_up_with_members_of_your_own(bothub: Bothub, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret-token\n")
    token = ("--auth-token-file", str(tmp_path / "token"))
    with open_inbox() as inbox:
        body = _trigger(bothub, inbox, "message", "--from", "+33612345679", "--set", "textMessage=Où ?", *token)
        assert body["messageContact"] == {"userContact": "+33612345679"}
        assert body["RCSMessage"]["textMessage"] == "Où ?"  # type: ignore[index]  # JSON
        assert inbox.headers[-1]["Authorization"] == "s3cret-token"
        assert _trigger(bothub, inbox, "close", "--body", "-", stdin=b'{"event": "close"}') == {"event": "close"}


@pytest.mark.parametrize(
    "argv",
    [("nonsense",), ("message", "--set", "textMesage=x"), ("message", "--set", "x"), ("message", "--to", "nowhere")],
)
def test_a_slip_in_a_made_up_event_is_an_error_and_nothing_goes_out(bothub: Bothub, argv: tuple[str, ...]) -> None:
    with open_inbox() as inbox:
        assert bothub("event", "trigger", "--to", inbox.url, *argv).code == 2
    assert inbox.bodies == []


def test_a_webhook_that_refuses_is_told(bothub: Bothub) -> None:
    with open_inbox() as inbox:
        inbox.answer = lambda _: 401
        ran = bothub("event", "trigger", "message", "--to", inbox.url, "--json")
    assert ran.code == 7
    assert "--auth-token-file" in ran.error["hint"]


def test_nobody_at_a_webhook_here_is_told_with_the_command_that_helps(bothub: Bothub) -> None:
    ran = bothub("event", "trigger", "message", "--to", "http://127.0.0.1:9/", "--json")
    assert ran.code == 5
    assert "bothub listen" in ran.error["hint"]


def test_a_dry_trigger_prints_the_body(bothub: Bothub) -> None:
    ran = bothub("event", "trigger", "alias", "--dry-run")
    assert ran.code == 0
    assert json.loads(ran.out)["event"] == "alias"


def test_what_is_old_is_deleted_and_a_dry_run_only_counts(bothub: Bothub) -> None:
    fill_store(text_event("m1", "one"))
    fill_store(text_event("m2", "two"), at=datetime(2020, 1, 1, tzinfo=UTC))
    assert bothub("event", "purge", "--older-than", "300w", "--dry-run", "--json").json["removed"] == 1
    assert bothub("event", "purge", "--older-than", "300w", "--json").json["removed"] == 1
    assert bothub("event", "purge", "--older-than", "300w", "--json").json["removed"] == 0
    assert bothub("event", "purge", "--older-than", "90").code == 0  # seconds, as everywhere


def test_a_broken_store_is_said_and_left_alone(bothub: Bothub) -> None:
    store_path().parent.mkdir(parents=True)
    store_path().write_bytes(b"this is no database, but somebody's notes" * 100)
    ran = bothub("event", "list", "--json")
    assert ran.code == 12
    assert ran.error["code"] == "config"
    assert store_path().read_bytes().startswith(b"this is no database")


def _store_letter(body: bytes) -> None:
    from contextlib import closing

    from bothub_cli.events.store.database import open_database
    from bothub_cli.events.store.event_records import DeadLetter
    from bothub_cli.events.store.write import EventStore
    from tests.commands.webhooks import store_path
    from tests.events.samples import NOW

    letter = DeadLetter(
        profile="default", received_at=NOW, reason="not JSON", content_type="text/plain", size=len(body), body=body
    )
    with closing(open_database(store_path())) as database:
        EventStore(database, profile="default").store_dead_letter(letter)


def test_a_dead_letter_is_listed_shown_and_read_again(bothub: Bothub) -> None:
    _store_letter(b'{"event": "newUser", "RCSMessage": {"msgId": "m9"}}')
    _store_letter(b"\xff{broken")
    listed = bothub("event", "list", "--dead", "--json")
    assert [json.loads(line).get("id") for line in listed.out.splitlines()] == ["1", "2", None]
    shown = bothub("event", "show", "--dead", "2")
    assert "not JSON" in shown.out
    assert "\\xff{broken" in shown.out
    assert bothub("event", "show", "--dead", "7").code == 2
    replayed = bothub("event", "replay", "--dead", "--json")
    assert replayed.code == 3
    assert [json.loads(line).get("taken") for line in replayed.out.splitlines()] == [True, False, 1]
    assert "m9" in bothub("event", "list", "--json").out
    assert bothub("event", "replay", "--dead", "1").code == 2


def test_replay_of_events_still_needs_a_webhook(bothub: Bothub) -> None:
    assert bothub("event", "replay", "1").code == 2
    assert bothub("event", "replay", "--dead", "--since", "1h").code == 2
