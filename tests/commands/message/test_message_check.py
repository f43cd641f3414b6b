"""``message check`` tells every problem of every message, with its line, and sends nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothub = Callable[..., Any]

GOOD = {"RCSMessage": {"trafficType": "advertisement", "textMessage": "Hello"}}
CARD = {"layout": {"cardOrientation": "VERTICAL"}, "content": {"title": "Shoes"}}
LONG = "The description of this card goes on and on, until no phone shows it whole any more. " * 20

BROKEN_YAML = """\
RCSMessage:
  trafficType: advertisement
  textMessage: Hello
  suggestedChipList:
    suggestions:
      - reply:
          displayText: A label that is longer than twenty-five characters
          postback: {data: x}
"""


def test_a_refused_message_ends_with_6_and_names_line_pointer_limit_and_fix(bothub: Bothub, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN_YAML)
    ran = bothub("message", "check", str(path), "--json")
    check, summary = ran.lines
    [finding] = check["findings"]
    assert ran.code == 6
    assert (check["verdict"], summary["refused"]) == ("refused", 1)
    assert finding["line"] == 7
    assert finding["pointer"] == "/RCSMessage/suggestedChipList/suggestions/0/reply/displayText"
    assert finding["limit"] == "25 characters"


def test_every_message_of_a_stream_is_checked_however_the_first_fares(bothub: Bothub) -> None:
    lines = [{"textMessage": ""}, GOOD, 7, {"textMessage": "Hello", "colour": "red"}]
    ran = bothub("message", "check", "-", "--json", stdin="\n".join(map(json.dumps, lines)).encode())
    assert [line["type"] for line in ran.lines] == ["message-check"] * 4 + ["summary"]
    assert [line["verdict"] for line in ran.lines[:4]] == ["refused", "ok", "refused", "warned"]
    assert ran.lines[2]["source"] == "standard input, line 3"


def test_strict_refuses_what_else_is_a_warning(bothub: Bothub) -> None:
    message = json.dumps({"textMessage": "Hello", "colour": "red"}).encode()
    assert bothub("message", "check", "-", stdin=message).code == 0
    assert bothub("message", "check", "-", "--strict", stdin=message).code == 6


def test_what_a_phone_cuts_is_a_warning(bothub: Bothub) -> None:
    card = CARD | {"content": {"title": "Shoes", "description": LONG}}
    ran = bothub("message", "check", "-", "--json", stdin=json.dumps(card).encode())
    assert ran.code == 0
    rules = {finding["rule"] for finding in ran.lines[0]["findings"]}
    assert rules == {"forecast.description.shortened", "iphone.card.long-text"}


def test_what_an_iphone_does_otherwise_never_stops_a_message(bothub: Bothub) -> None:
    buttons = [{"reply": {"displayText": label, "postback": {"data": label}}} for label in ("Yes", "No")]
    card = CARD | {"content": {"title": "Shoes", "suggestions": buttons}}
    ran = bothub("message", "check", "-", "--json", "--strict", stdin=json.dumps(card).encode())
    assert ran.code == 0
    assert [finding["rule"] for finding in ran.lines[0]["findings"]] == ["iphone.card.drop-down"]


@pytest.mark.parametrize(
    "payload",
    [
        GOOD | {"messageContact": {"userContact": "+33612345678"}},
        GOOD,
        {"textMessage": "Hello"},
        CARD,
        {"generalPurposeCard": CARD},
        {"message": {"generalPurposeCard": CARD}},
    ],
    ids=["full body", "without contact", "bare RCSMessage", "layout and content", "card", "root of the schema"],
)
def test_a_message_is_accepted_in_each_form_that_people_write(bothub: Bothub, payload: object) -> None:
    ran = bothub("message", "check", "-", stdin=json.dumps(payload).encode())
    assert (ran.code, ran.err) == (0, "1 message: 1 ok\n")


def test_a_problem_of_a_card_alone_has_the_line_where_it_was_written(bothub: Bothub) -> None:
    card = 'layout:\n  cardOrientation: VERTICAL\ncontent:\n  title: ""\n'
    [check, _] = bothub("message", "check", "-", "--json", stdin=card.encode()).lines
    assert [finding["line"] for finding in check["findings"]] == [4]


HOSTILE = {
    "deep": b"[" * 200_000,
    "invalid UTF-8": b'{"textMessage": "\xff"}',
    "NaN": b'{"geolocationPushMessage": {"pos": "1 2", "radius": NaN}}',
    "duplicate key": b'{"textMessage": "a", "textMessage": "b"}',
    "YAML anchor": b"a: &x [1]\nb: *x\n",
    "YAML tag": b"textMessage: !!python/object/apply:os.system [id]\n",
    "YAML bomb": b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n",
    "a million cards": b'{"generalPurposeCardCarousel": {"layout": {}, "content": [' + b"{}," * 999_999 + b"{}]}}",
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "empty": b"",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_refused_in_words(bothub: Bothub, content: bytes) -> None:
    ran = bothub("message", "check", "-", stdin=content)
    assert ran.code == 6
    assert "Traceback" not in ran.err
    assert "bug in bothub" not in ran.err
    assert len(ran.err) < 20_000


def test_control_characters_and_direction_overrides_are_shown_never_obeyed(bothub: Bothub) -> None:
    ran = bothub("message", "check", "-", stdin=b'{"textMessage": "a\\u001b[2J\\u202eb", "\\u202ex": 1}')
    assert "\x1b" not in ran.out + ran.err
    assert "\u202e" not in ran.out + ran.err


def test_quiet_prints_only_what_has_findings(bothub: Bothub) -> None:
    lines = f"{json.dumps(GOOD)}\n{json.dumps({'textMessage': ''})}"
    ran = bothub("message", "check", "-", "--quiet", stdin=lines.encode())
    assert "line 1" not in ran.out
    assert ran.out.startswith("refused   standard input, line 2")


def test_several_files_are_checked_as_one_list(bothub: Bothub, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps(GOOD))
    ran = bothub("message", "check", str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--json")
    assert [line["index"] for line in ran.lines[:2]] == [0, 1]
    assert ran.lines[2]["total"] == 2


def _picture(url: str) -> bytes:
    file = {"fileUrl": url, "fileMIMEType": "image/png", "fileSize": 100}
    return json.dumps({"fileMessage": file}).encode()


def test_a_file_of_the_sandbox_that_gets_the_message_is_no_doubt(bothub: Bothub) -> None:
    url = "http://127.0.0.1:8808/sandbox/files/File1"
    strict = ("message", "check", "-", "--strict", "--json")
    ran = bothub(*strict, "--api-base", "http://127.0.0.1:8808", stdin=_picture(url))
    assert (ran.code, ran.lines[0]["findings"]) == (0, [])
    ran = bothub(*strict, "--api-base", "http://127.0.0.1:9", stdin=_picture(url))
    assert ran.code == 6
    ran = bothub(*strict, stdin=_picture(url))
    assert ran.code == 6
    assert "--profile sandbox" in ran.out


def test_a_profile_that_is_not_there_is_told_although_no_message_needs_it(bothub: Bothub) -> None:
    good = _picture("https://example.com/a.png")
    assert bothub("message", "check", "-", "--profile", "nobody", stdin=good).code == 2
