"""Many messages: each keeps its place, one bad one is told, and what is unknown is never hidden."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothub = Callable[..., Any]
TO = ("--to", "+33612345678")
MIXED = b'{"textMessage": "one"}\n{"textMessage": 2}\n{"textMessage": "three"}\n'


def test_one_bad_message_stops_all(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", "-", *TO, "--json", stdin=MIXED)
    assert (ran.code, ran.out) == (6, "")
    assert ran.error["findings"][0]["pointer"] == "/RCSMessage/textMessage"
    assert account.server.counts() == {}


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        ('"+3361234"', "too short for its country"),
        ('"33612345678.0"', "made a decimal number"),
        ("33612345678.0", "made a decimal number"),
        ('"3,36E+10"', "rounded this phone number"),
        ('"+33612345678,+33612345679"', "two numbers"),
    ],
)
def test_what_is_no_number_is_told_with_its_cause_beside_what_else_is_wrong(
    bothub: Bothub, account: Any, number: str, cause: str
) -> None:
    messages = f'{{"to": {number}, "textMessage": ""}}\n{{"to": "+33612345678", "textMessage": 2}}\n'
    ran = bothub("send", "-", "--json", stdin=messages.encode())
    receiver, *others = ran.error["findings"]
    assert (ran.code, receiver["pointer"], len(others)) == (6, "/messageContact/userContact", 2)
    assert cause in receiver["message"]
    assert "336123456780" not in ran.err


@pytest.mark.parametrize("option", ["--skip-invalid", "--stream"])
def test_a_skipped_message_keeps_its_place_among_the_results(bothub: Bothub, account: Any, option: str) -> None:
    ran = bothub("send", "-", *TO, "--json", option, stdin=MIXED)
    *results, summary = ran.lines
    assert ran.code == 3
    assert [(r["index"], r["outcome"]) for r in results] == [(0, "accepted"), (1, "refused"), (2, "accepted")]
    assert [r["source"] for r in results] == [f"standard input, line {line}" for line in (1, 2, 3)]
    assert (summary["type"], summary["total"], summary["accepted"], summary["refused"]) == ("summary", 3, 2, 1)
    assert "must be a string" in ran.err
    assert account.texts == ["one", "three"]


def test_when_every_message_is_invalid_nothing_is_left_to_skip_to(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", "-", *TO, "--skip-invalid", stdin=b'{"textMessage": 2}')
    assert (ran.code, ran.out) == (6, "")
    assert account.server.counts() == {}


def test_all_accepted_is_done(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", *TO, "--to", "+33612345679", "--text", "Hi", "--json")
    assert ran.code == 0
    assert [line["type"] for line in ran.lines] == ["send-result", "send-result", "summary"]


def test_an_unknown_outcome_decides_the_exit_code(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", "--to", "+33639980404", "--to", "+33639980604", *TO, "--text", "Hi", "--json")
    assert ran.code == 13
    assert [line.get("outcome") for line in ran.lines] == ["refused", "unknown", "accepted", None]


def test_once_the_network_is_gone_the_others_are_not_tried(bothub: Bothub, account: Any) -> None:
    account.server.stop()
    ran = bothub("send", *TO, "--to", "+33612345679", "--text", "Hi", "--json", "--max-wait", "0")
    assert ran.code == 3
    assert [line.get("outcome") for line in ran.lines] == ["failed", "not-sent", None]


def test_a_store_that_cannot_be_asked_sends_nothing_and_is_no_fault_of_the_messages(
    bothub: Bothub, account: Any, tmp_path: Path
) -> None:
    store = tmp_path / "state" / "events.db"
    store.parent.mkdir(parents=True, exist_ok=True)
    store.write_bytes(b"no database" * 100)
    ran = bothub("send", *TO, "--to", "+33612345679", "--text", "Hi", "--json")
    assert ran.code == 12
    assert [line.get("outcome") for line in ran.lines] == ["not-sent", "not-sent", None]
    assert account.texts == []


BROKEN_LINES = [
    b'{"textMess',
    b'{"textMessage": "secret words"',
    b'{"textMessage": "secret words',
    b'{"textMessage": secret words}',
    b"secret words",
    b"error: secret words",
    b"\x80\x81 secret words",
    b"}",
    b",",
    b'{"textMessage": "a", "textMessage": "secret words"}',
]


@pytest.mark.parametrize("broken", BROKEN_LINES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_of_a_stream_that_cannot_be_read_is_told_and_the_next_is_sent(
    bothub: Bothub, account: Any, broken: bytes, place: int
) -> None:
    lines = [b'{"textMessage": "one"}', b'{"textMessage": "two"}']
    lines.insert(place, broken)
    ran = bothub("send", "-", *TO, "--stream", "--json", stdin=b"\n".join(lines) + b"\n")
    *results, summary = ran.lines
    assert ran.code == 3
    assert account.texts == ["one", "two"]
    refused = results.pop(place)
    assert (refused["index"], refused["outcome"], refused["source"]) == (
        place, "refused", f"standard input, line {place + 1}",
    )  # fmt: skip
    assert (refused["error"]["code"], refused["error"]["exit_code"]) == ("input", 6)
    assert refused["error"]["message"].startswith("standard input, line ")
    assert [result["outcome"] for result in results] == ["accepted", "accepted"]
    assert (summary["total"], summary["accepted"], summary["refused"]) == (3, 2, 1)
    assert "secret" not in ran.out + ran.err


def test_a_stream_of_messages_over_several_lines_is_read_as_before(bothub: Bothub, account: Any) -> None:
    indented = json.dumps({"RCSMessage": {"textMessage": "one"}}, indent=2).encode()
    flush = b'{"RCSMessage":\n{"textMessage": "two"}}'
    ran = bothub("send", "-", *TO, "--stream", stdin=b"\n".join([indented, flush, b'{"textMessage": "three"}']))
    assert ran.code == 0
    assert account.texts == ["one", "two", "three"]


def test_inside_a_broken_message_nothing_is_taken_for_another_one(bothub: Bothub, account: Any) -> None:
    broken = b'{"RCSMessage": oops\n  {"textMessage": "a part of it"}\n}\n'
    ran = bothub("send", "-", *TO, "--stream", stdin=broken + b'{"textMessage": "one"}\n')
    assert ran.code == 3
    assert account.texts == ["one"]


def test_a_broken_list_ends_the_stream_and_what_went_out_is_summed_up(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", "-", *TO, "--stream", "--json", stdin=b'[{"textMessage": "one"},\n{"textMess')
    assert ran.code == 3
    assert ran.lines[-1]["accepted"] == 1
    assert "line 2" in ran.error["message"]


@pytest.mark.parametrize("option", ["--dry-run", "--curl"])
def test_a_rehearsed_stream_sends_nothing(bothub: Bothub, account: Any, option: str) -> None:
    ran = bothub("send", "-", *TO, "--stream", "--json", option, "--skip-invalid", stdin=MIXED)
    assert ran.code == 3
    assert [line["type"] for line in ran.lines] == ["planned-request", "send-result", "planned-request"]
    assert account.server.counts() == {}


def test_a_stream_is_drawn_message_by_message(bothub: Bothub, account: Any) -> None:
    out = bothub("send", "-", *TO, "--stream", "--preview", stdin=b'{"textMessage": "one"}\n{"textMessage": "two"}').out
    assert out.index("│ one") < out.index("accepted") < out.index("│ two")


def test_fields_choose_the_members_of_each_line(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", *TO, "--to", "+33612345679", "--text", "Hi", "--fields", "to,outcome")
    assert ran.lines[0] == {
        "type": "send-result", "schema": "bothub/send-result/1", "to": "+33612345678", "outcome": "accepted",
    }  # fmt: skip


def test_in_quiet_a_person_reads_only_the_results(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", *TO, "--to", "+33612345679", "--text", "Hi", "--quiet")
    assert ran.err == ""
    assert [line.split()[:2] for line in ran.out.splitlines()] == [
        ["accepted", "+33612345678"], ["accepted", "+33612345679"],
    ]  # fmt: skip


def test_more_messages_than_one_command_checks_are_sent_to_the_stream(
    bothub: Bothub, account: Any, tmp_path: Path
) -> None:
    file = tmp_path / "many.jsonl"
    line = json.dumps({"textMessage": "Hi"}) + "\n"
    file.write_text(line * 10_001)
    ran = bothub("send", str(file), *TO)
    assert ran.code == 2
    assert "--stream" in ran.err
