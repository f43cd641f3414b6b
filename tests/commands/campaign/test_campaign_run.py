"""``campaign run`` sends each row once, and says how it ended."""

import shlex
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import certifi
import pytest

from bothub_cli.config.profile_store import ProfileStore

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py

NOT_ON_RCS = "+33639980404"
NO_ANSWER = "+33639980602"  # accepted, but the connection is cut before the answer


def numbers(count: int) -> list[str]:
    return [f"+336120{index:05d}" for index in range(count)]


def journals() -> list[Path]:
    import os

    return sorted((Path(os.environ["BOTHUB_STATE_DIR"]) / "campaigns").glob("*.sqlite"))


def test_nothing_is_sent_when_a_row_is_bad(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*shop.run(*numbers(2), "3.36E+10"))
    assert ran.code == 6
    assert "line 4, to: a spreadsheet rounded this phone number" in ran.err
    assert "1 row cannot be used, nothing was sent" in ran.err
    assert shop.bodies == []
    assert journals() == []


def test_a_bad_row_can_be_left_out(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*shop.run(*numbers(2), "3.36E+10"), "--skip-invalid", "--json")
    assert ran.code == 3
    assert ran.json["outcomes"]["accepted"] == 2


def test_without_a_list_it_says_so(bothub: Bothub) -> None:
    ran = bothub("campaign", "run")
    assert ran.code == 2
    assert "nobody to send to" in ran.err


def test_a_list_that_is_not_there_is_named(bothub: Bothub, shop: Shop) -> None:
    ran = bothub("campaign", "run", "nowhere.csv", "-t", shop.write_template())
    assert ran.code == 6
    assert "nowhere.csv: there is no such file" in ran.err
    assert journals() == []


def test_a_template_that_is_not_there_is_named(bothub: Bothub, shop: Shop) -> None:
    ran = bothub("campaign", "run", shop.write_list(numbers(1)), "-t", "nowhere.yaml")
    assert ran.code == 6
    assert "nowhere.yaml: there is no such file" in ran.err


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--rate", "fast"),
        ("--rate", "0/s"),
        ("--max-errors", "some"),
        ("--max-duration", "soon"),
        ("--window", "8-20"),
        ("--not-on", "someday"),
        ("--tz", "Europe/Paris"),
        ("--map", "to"),
        ("--encoding", "klingon"),
        ("--name", "../../etc/passwd"),
        ("--fallback-after", "30m"),
        ("--fallback-file", "/nowhere/at/all.csv"),
        ("--fallback-exec", "no-such-command-here"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_sent(bothub: Bothub, shop: Shop, option: str, value: str) -> None:
    ran = bothub(*shop.run(*numbers(1)), option, value)
    assert ran.code == 2
    assert option in ran.err or value in ran.err
    assert shop.bodies == []
    assert journals() == []


def test_everybody_gets_one_message(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*shop.run(*numbers(30)), "--json")
    assert ran.code == 0
    assert ran.json["ended"] == "finished"
    assert ran.json["outcomes"] == {
        "total": 30, "accepted": 30, "refused": 0, "failed": 0, "unknown": 0, "left": 0, "in_flight": 0,
        "suppressed": 0, "gone": 0,
    }  # fmt: skip
    assert ran.json["resume"] is None
    assert shop.sent_to == dict.fromkeys(numbers(30), 1)
    assert {body["RCSMessage"]["textMessage"] for body in shop.bodies} == {f"Hello Name {i}" for i in range(30)}


def test_a_message_without_a_traffic_type_gets_the_profile_s(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*numbers(1)))
    assert shop.bodies[0]["RCSMessage"]["trafficType"] == "advertisement"


def test_the_traffic_type_of_the_command_beats_the_file_s(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*numbers(1)), "--traffic-type", "payment")
    assert shop.bodies[0]["RCSMessage"]["trafficType"] == "payment"


def test_the_same_command_again_sends_nothing(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*numbers(3)))
    ran = bothub(*shop.run(*numbers(3)))
    assert ran.code == 0
    assert "nothing is left to send" in ran.err
    assert shop.sent_to == dict.fromkeys(numbers(3), 1)


def test_a_list_that_grew_reaches_the_new_people_only(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*numbers(3)))
    assert bothub(*shop.run(*numbers(5))).code == 0
    assert shop.sent_to == dict.fromkeys(numbers(5), 1)


def test_another_name_is_another_campaign(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*numbers(2)))
    bothub(*shop.run(*numbers(2)), "--name", "again")
    assert shop.sent_to == dict.fromkeys(numbers(2), 2)


def test_a_changed_template_is_refused(bothub: Bothub, shop: Shop) -> None:
    words = shop.run(*numbers(3))
    bothub(*words, "--limit", "1")
    shop.write_template("Goodbye")
    ran = bothub(*words)
    assert ran.code == 6
    assert "the template changed since this campaign began" in ran.err
    assert "--force" in ran.err
    assert len(shop.bodies) == 1
    assert bothub(*words, "--force").code == 0
    assert len(shop.bodies) == 3


def test_a_limit_leaves_the_rest_for_later(bothub: Bothub, shop: Shop) -> None:
    first = bothub(*shop.run(*numbers(5)), "--limit", "2", "--json")
    assert first.code == 0
    assert first.json["outcomes"]["left"] == 3
    assert first.json["resume"].startswith("bothub campaign run --resume people-")
    second = bothub(*first.json["resume"].split()[1:], "--json")
    assert second.json["outcomes"]["accepted"] == 5
    assert shop.sent_to == dict.fromkeys(numbers(5), 1)


def test_the_command_that_goes_on_reaches_the_same_api_in_the_same_way(
    bothub: Bothub, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.folder)
    trust = shop.folder / "own trust.pem"
    trust.write_bytes(Path(certifi.where()).read_bytes())
    store = ProfileStore(shop.folder.parent / "config")
    profile = store.get("default")
    assert profile is not None
    store.save(replace(profile, api_base="https://bothub.invalid"))
    flags = ["--api-base", shop.server.url, "--auth-base", shop.server.url, "--ca-bundle", "own trust.pem"]
    first = bothub(*shop.run(*numbers(3)), *flags, "--timeout", "9", "--limit", "1", "--json")
    assert first.code == 0, first.err
    words = shlex.split(first.json["resume"])[1:]
    assert words[words.index("--ca-bundle") + 1] == str(trust)
    assert words[words.index("--timeout") + 1] == "9"
    assert bothub(*words).code == 0
    assert shop.sent_to == dict.fromkeys(numbers(3), 1)


def test_the_command_that_goes_on_holds_no_password(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*shop.run(*numbers(2)), "--limit", "1", "--proxy", "http://ann:s3cret@127.0.0.1:9")
    assert "--proxy http://USER:PASSWORD@127.0.0.1:9" in ran.out
    assert "s3cret" not in ran.out + ran.err


def test_a_sample_is_drawn_by_chance_and_the_same_when_repeated(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*numbers(30)), "--sample", "5")
    drawn = shop.sent_to
    assert len(drawn) == 5
    bothub(*shop.run(*numbers(30)), "--sample", "5")
    assert shop.sent_to == drawn


def test_a_test_number_gets_the_first_messages_and_nobody_else_does(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*shop.run(*numbers(9)), "--test-to", "+33611111111", "--json")
    assert ran.code == 0
    assert shop.sent_to == {"+33611111111": 3}
    assert [body["RCSMessage"]["textMessage"] for body in shop.bodies] == [
        "Hello Name 0",
        "Hello Name 1",
        "Hello Name 2",
    ]
    assert journals() == []


def test_resume_knows_the_files_and_the_options(bothub: Bothub, shop: Shop) -> None:
    path = shop.write_list(numbers(4), names="phone,first_name")
    words = ["campaign", "run", path, "-t", shop.write_template(), "--map", "to=phone", "--rate", "none"]
    bothub(*words, "--limit", "1", "--name", "summer")
    assert bothub("campaign", "run", "--resume", "summer").code == 0
    assert shop.sent_to == dict.fromkeys(numbers(4), 1)


def test_an_unknown_campaign_cannot_be_resumed(bothub: Bothub, shop: Shop) -> None:
    ran = bothub("campaign", "run", "--resume", "nothing")
    assert ran.code == 12
    assert "bothub campaign list" in ran.err


def test_a_journal_of_its_own_goes_on_by_itself(bothub: Bothub, shop: Shop) -> None:
    journal = shop.folder / "mine.journal"
    bothub(*shop.run(*numbers(3)), "--journal", str(journal), "--limit", "1")
    assert journal.stat().st_mode & 0o777 == 0o600
    assert bothub("campaign", "run", "--journal", str(journal)).code == 0
    assert shop.sent_to == dict.fromkeys(numbers(3), 1)
    assert journals() == []


def test_a_list_from_standard_input_has_to_be_given_again(bothub: Bothub, shop: Shop) -> None:
    content = "to,first_name\n" + "".join(f"{number},Ann\n" for number in numbers(3))
    words = ["campaign", "run", "-", "-t", shop.write_template(), "--rate", "none"]
    first = bothub(*words, "--limit", "1", "--json", stdin=content.encode())
    name = first.json["campaign"]
    assert "- < LIST" in first.json["resume"]
    refused = bothub("campaign", "run", "--resume", name)
    assert refused.code == 2
    assert "standard input" in refused.err
    assert bothub("campaign", "run", "-", "--resume", name, stdin=content.encode()).code == 0
    assert shop.sent_to == dict.fromkeys(numbers(3), 1)


def test_ready_made_messages_need_no_template(bothub: Bothub, shop: Shop) -> None:
    lines = "".join(f'{{"to": "{number}", "textMessage": "Hi"}}\n' for number in numbers(2))
    assert bothub("campaign", "run", "-", "--rate", "none", stdin=lines.encode()).code == 0
    assert shop.bodies[0]["RCSMessage"] == {"trafficType": "advertisement", "textMessage": "Hi"}


def test_people_on_the_suppression_file_get_nothing(bothub: Bothub, shop: Shop) -> None:
    stop = shop.folder / "stop.txt"
    stop.write_text("+33 6 12 00 00 01\n")
    ran = bothub(*shop.run(*numbers(3)), "--suppress", str(stop), "--json")
    assert ran.code == 0
    assert "1 suppressed" in ran.err
    assert shop.sent_to == {"+33612000000": 1, "+33612000002": 1}


def test_a_refused_row_ends_with_code_3(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*shop.run(*numbers(2), NOT_ON_RCS), "--json")
    assert ran.code == 3
    assert ran.json["outcomes"]["refused"] == 1
    assert ran.json["causes"] == {"http.404.41200": 1}


def test_an_unknown_outcome_ends_with_code_13_and_is_not_sent_again(bothub: Bothub, shop: Shop) -> None:
    words = shop.run(*numbers(2), NO_ANSWER)
    assert bothub(*words).code == 13
    assert bothub(*words).code == 13
    assert shop.sent_to[NO_ANSWER] == 1
    bothub(*words, "--resend-unknown")
    assert shop.sent_to[NO_ANSWER] == 2


def test_too_many_errors_stop_with_code_10(bothub: Bothub, shop: Shop) -> None:
    people = [NOT_ON_RCS, "+33639980402", *numbers(40)]
    ran = bothub(*shop.run(*people), "--max-errors", "1", "--concurrency", "1", "--json")
    assert ran.code == 10
    assert ran.json["ended"] == "limit"
    assert ran.json["outcomes"]["left"] > 30
    assert "more than --max-errors 1" in ran.err


def test_a_second_process_on_the_same_journal_is_turned_away(bothub: Bothub, shop: Shop) -> None:
    from bothub_cli.files.locks import hold_lock

    words = shop.run(*numbers(2))
    bothub(*words, "--limit", "1")
    [journal] = journals()
    with hold_lock(journal.with_name(journal.name + ".lock"), wait=0, subject="test"):
        ran = bothub(*words)
    assert ran.code == 11
    assert "is in use by another process" in ran.err
    assert len(shop.bodies) == 1


def test_wrong_credentials_send_nothing_and_keep_every_row(
    bothub: Bothub, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTHUB_AUTHORIZATION", "Basic d3Jvbmc6d3Jvbmc=")
    ran = bothub(*shop.run(*numbers(2)))
    assert ran.code == 4
    monkeypatch.delenv("BOTHUB_AUTHORIZATION")
    assert bothub(*shop.run(*numbers(2))).code == 0
    assert shop.sent_to == dict.fromkeys(numbers(2), 1)


def test_a_real_send_over_100_asks_for_the_number(bothub: Bothub, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTHUB_API_BASE", "https://api.invalid")
    ran = bothub(*shop.run(*numbers(101)))
    assert ran.code == 2
    assert "101 people get a message" in ran.err
    assert "--confirm 101" in ran.err
    assert journals() == []


def test_a_wrong_count_is_refused(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*shop.run(*numbers(3)), "--confirm", "4")
    assert ran.code == 2
    assert "--confirm says 4 messages, there are 3" in ran.err
    assert shop.bodies == []


def test_no_number_and_no_text_is_in_the_journal(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*numbers(3)))
    [journal] = journals()
    connection = sqlite3.connect(journal)
    dump = "\n".join(connection.iterdump())
    connection.close()
    assert "33612000" not in dump
    assert "Name 0" not in dump


def test_two_tokens_are_enough_for_a_campaign(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*numbers(50)))
    counts = shop.server.counts()
    assert counts["oauth"] == 1
    assert counts["auth"] == 1


def test_rows_without_a_template_are_refused_at_once(bothub: Bothub, shop: Shop) -> None:
    ran = bothub("campaign", "run", shop.write_list(numbers(2)))
    assert ran.code == 2
    assert "holds rows, not messages" in ran.err
    assert journals() == []


def test_a_column_that_the_template_needs_and_nobody_has_is_named_once(bothub: Bothub, shop: Shop) -> None:
    template = shop.write_template("Hello {{ surname }}")
    ran = bothub("campaign", "run", shop.write_list(numbers(60)), "-t", template)
    assert ran.code == 6
    assert ran.err.count("not there: surname") == 1, ran.err


def test_a_column_with_a_default_may_be_missing(bothub: Bothub, shop: Shop) -> None:
    template = shop.write_template("Hello {{ surname | default('you') }}")
    assert bothub("campaign", "run", shop.write_list(numbers(1)), "-t", template).code == 0
    assert shop.bodies[0]["RCSMessage"]["textMessage"] == "Hello you"


def test_a_bad_message_does_not_slip_in_beside_a_good_one_to_the_same_number(bothub: Bothub, shop: Shop) -> None:
    people = shop.folder / "people.csv"
    people.write_text(f"to,first_name\n{numbers(1)[0]},{'x' * 9000}\n{numbers(1)[0]},Ann\n{numbers(2)[1]},Bob\n")
    ran = bothub("campaign", "run", str(people), "-t", shop.write_template(), "--skip-invalid", "--json")
    assert ran.code == 3
    assert [body["RCSMessage"]["textMessage"] for body in shop.bodies] == ["Hello Bob"]
