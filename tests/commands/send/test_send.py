"""``send`` brings each form of input to BotHub as it was meant, or says what is wrong and sends nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothub = Callable[..., Any]
ALICE, BOB = "+33612345678", "+33612345679"
TO = ("--to", ALICE)


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        ((), 2, "nothing to send: give one of --text"),
        (("--text", "Hi"), 2, "nobody to send to"),
        ((*TO, "--text", "Hi", "--text-file", "x"), 2, "more than one thing to send"),
        (("--to", "12", "--text", "Hi"), 6, "too short"),
        (("--to", "0612345678", "--text", "Hi"), 6, "--region FR"),
        (("--to", "0612345678", "--region", "XX", "--text", "Hi"), 6, "ISO 3166"),
        ((*TO, "--text", ""), 6, "textMessage is empty"),
        ((*TO, "--text-file", "nowhere.txt"), 6, "nowhere.txt: there is no such file"),
        ((*TO, "nowhere.json"), 6, "nowhere.json: there is no such file"),
        ((*TO, "--text", "Hi", "--reply", ""), 2, "write --reply 'Yes=yes_1'"),
        ((*TO, "--text", "Hi", "--open-url", "Site"), 2, 'no = in "Site"'),
        ((*TO, "--text", "Hi", "--open-url", "Site=example"), 6, "begin with https://"),
        ((*TO, "--text", "Hi", "--dial", "Call=me"), 2, '"me" is no phone number'),
        ((*TO, "--text", "Hi", "--show-location", "Here=99,2"), 2, "between -90 and 90"),
        ((*TO, "--text", "Hi", "--calendar", "Day=1/2/3"), 2, "2026-12-24T18:00+01:00"),
        ((*TO, "--text", "Hi", "--expiry", "tomorrow"), 2, '"tomorrow" is no time'),
        ((*TO, "--text", "Hi", "--expiry", "2020-01-01T00:00:00Z"), 6, "expired already"),
        ((*TO, "--text", "Hi", "--reply", "This label is far too long for a chip"), 6, "25"),
        ((*TO, "--text", "Hi", "--timeout", "soon"), 2, "--timeout: \"soon\" is no duration"),
        ((*TO, "--text", "Hi", "--max-wait", "-1"), 2, "--max-wait: \"-1\" is no duration"),
        ((*TO, "--text", "Hi", "--proxy", "ftp://x"), 2, "http://proxy.example:8080"),
        ((*TO, "--text", "Hi", "--ca-bundle", "/nowhere"), 2, "/nowhere: there is no such file"),
        ((*TO, "--text", "Hi", "--api-base", "http://example.com"), 2, "write https://example.com"),
        ((*TO, "--text", "Hi", "--phone", "brick"), 2, "'classic', 'google', 'ios'"),
        ((*TO, "--text", "Hi", "--fields", "nothing"), 2, "fields: index, outcome, to"),
        ((*TO, "--text", "Hi", "--jsn"), 2, "did you mean --json?"),
        ((*TO, "--text", "Hi", "--profile", "nobody"), 2, "there is no profile 'nobody'; the profiles are: default"),
        ((*TO, "--text", "\udcff"), 2, "is not UTF-8"),
        ((*TO, "--text", "Hi", "--traffic-type", "gossip", "--strict"), 6, "not a trafficType that is known"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_sent(
    bothub: Bothub, account: Any, argv: tuple[str, ...], code: int, says: str
) -> None:
    ran = bothub("send", *argv)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert account.server.counts() == {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no message"),
        (b"[]", "holds no message"),
        (b'{"textMessage": "a"', "line 1, column 20"),
        (b'{"textMessage": "caf\xe9"}', "is not UTF-8"),
        (b'{"textMessage": NaN}', "line 1, column 2, /textMessage: NaN"),
        (b'{"textMessage": "a", "textMessage": "b"}', "twice"),
        (b'{"textMessage": 5}', "/RCSMessage/textMessage: textMessage must be a string"),
        (b'"Hello"', "must be an object"),
        (b"[" * 100_000, "deep"),
    ],
)
def test_standard_input_that_is_no_message_is_refused_with_its_place(
    bothub: Bothub, account: Any, content: bytes, says: str
) -> None:
    ran = bothub("send", "-", *TO, stdin=content)
    assert (ran.code, ran.out) == (6, "")
    assert says in ran.err
    assert account.server.counts() == {}


@pytest.mark.parametrize("argv", [("-",), ("--text-file", "-")])
def test_a_closed_standard_input_is_an_empty_one(bothub: Bothub, account: Any, argv: tuple[str, ...]) -> None:
    assert bothub("send", *argv, *TO, stdin=None).code == 6


def test_standard_input_that_is_not_asked_for_is_not_read(bothub: Bothub, account: Any) -> None:
    assert bothub("send", *TO, "--text", "Hi", stdin=None).code == 0


def test_a_text_and_its_chips_arrive_as_the_standard_writes_them(bothub: Bothub, account: Any) -> None:
    ran = bothub(
        "send", *TO, "--text", "Shall we?", "--reply", "Yes=yes_1", "--reply", "No",
        "--open-url", "Our site=https://shop.example/?a=1", "--dial", "Call us=+33123456789",
        "--traffic-type", "payment", "--in-reply-to", "Msg1", "--expiry", "2099-12-24T18:00+01:00",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    [body] = account.bodies
    chips = body["RCSMessage"].pop("suggestedChipList")["suggestions"]
    assert body == {
        "RCSMessage": {"trafficType": "payment", "textMessage": "Shall we?", "expiry": "2099-12-24T18:00:00+01:00"},
        "messageContact": {"userContact": ALICE},
        "msgId": "Msg1",
    }
    assert chips[0] == {"reply": {"displayText": "Yes", "postback": {"data": "yes_1"}}}
    assert chips[1] == {"reply": {"displayText": "No", "postback": {"data": "No"}}}
    assert chips[2]["action"]["urlAction"]["openUrl"]["url"] == "https://shop.example/?a=1"
    assert chips[3]["action"]["dialerAction"]["dialPhoneNumber"]["phoneNumber"] == "+33123456789"


@pytest.mark.parametrize("written", ["06 12 34 56 78", "06.12.34.56.78", "+33 6 12 34 56 78", "0033612345678"])
def test_a_number_is_taken_as_people_write_it(bothub: Bothub, account: Any, written: str) -> None:
    assert bothub("send", "--to", written, "--region", "FR", "--text", "Hi").code == 0
    assert account.bodies[0]["messageContact"] == {"userContact": ALICE}


def test_somebody_who_is_named_twice_gets_one_message(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", *TO, "--to", "+33 6 12 34 56 78", "--text", "Hi")
    assert (ran.code, len(account.bodies)) == (0, 1)
    assert "everybody gets one message" in ran.err


def test_a_chat_id_is_a_contact(bothub: Bothub, account: Any) -> None:
    bothub("send", "--to-chat-id", "anon-1", "--text", "Hi", "--dry-run")
    ran = bothub("send", "--to-chat-id", "anon-1", "--text", "Hi", "--dry-run", "--json")
    assert ran.json["body"]["messageContact"] == {"chatId": "anon-1"}


@pytest.mark.parametrize("name", ["-", "news.txt"])
def test_a_text_comes_from_a_file_or_standard_input(bothub: Bothub, account: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "news.txt").write_text("Bonjour à tous 👋\n")
    source = name if name == "-" else str(tmp_path / name)
    assert bothub("send", *TO, "--text-file", source, stdin="Bonjour à tous 👋\n".encode()).code == 0
    assert account.texts == ["Bonjour à tous 👋"]


def test_a_place_arrives_as_a_geolocation(bothub: Bothub, account: Any) -> None:
    assert bothub("send", *TO, "--location", "48.8584,2.2945,Eiffel Tower").code == 0
    pushed = account.bodies[0]["RCSMessage"]["geolocationPushMessage"]
    assert pushed["pos"] == "48.8584 2.2945"
    assert pushed["label"] == "Eiffel Tower"


@pytest.mark.parametrize(
    "content",
    [
        '{"RCSMessage": {"textMessage": "Hi"}, "messageContact": {"userContact": "+33612345678"}}',
        '{"textMessage": "Hi"}',
        '[{"textMessage": "Hi"}]',
        "\ufeff" + '{"textMessage": "Hi"}',
    ],
)
def test_a_full_body_and_a_bare_message_are_one_message(bothub: Bothub, account: Any, content: str) -> None:
    ran = bothub("send", "-", *TO, "--json", stdin=content.encode())
    assert ran.code == 0, ran.err
    assert ran.json["outcome"] == "accepted"
    assert account.bodies[0]["messageContact"] == {"userContact": ALICE}


def test_an_option_beats_what_the_file_says(bothub: Bothub, account: Any, tmp_path: Path) -> None:
    file = tmp_path / "message.yaml"
    file.write_text(
        "RCSMessage: {textMessage: Hi, trafficType: premium}\nmessageContact: {userContact: '+33600000000'}\n"
    )
    assert bothub("send", str(file), "--to", BOB, "--traffic-type", "payment").code == 0
    [body] = account.bodies
    assert (body["RCSMessage"]["trafficType"], body["messageContact"]["userContact"]) == ("payment", BOB)


def test_a_warning_is_said_once_for_a_message_to_many_and_stops_nothing(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", *TO, "--to", BOB, "--text", "Hi", "--traffic-type", "gossip")
    assert ran.code == 0
    assert ran.err.count("not a trafficType that is known") == 1


def test_a_warning_is_data_where_json_is_wanted(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", "-", *TO, "--json", stdin=b'{"textMessage": "Hello", "expiri": "1h"}')
    [said] = [json.loads(line) for line in ran.err.splitlines()]
    assert (said["type"], said["code"], said["pointer"]) == ("warning", "member.unknown", "/RCSMessage/expiri")
    assert (said["where"], said["line"], said["fix"]) == ("standard input, line 1", 1, 'did you mean "expiry"?')
    [found] = ran.json["warnings"]
    assert {name: said[name] for name in ("pointer", "source", "message")}.items() <= found.items()


def test_without_the_check_a_message_goes_out_untouched(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", "-", *TO, "--no-check", stdin=b'{"textMessage": "Hi", "x": 1}')
    assert ran.code == 0, ran.err
    assert account.bodies[0]["RCSMessage"] == {"textMessage": "Hi", "x": 1}


def test_a_rehearsed_picture_is_all_that_is_shown(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", *TO, "--text", "Hello", "--preview", "-n")
    assert "│ Hello │" in ran.out
    assert "POST" not in ran.out
    assert "POST" in bothub("send", *TO, "--text", "Hello", "--preview", "-n", "--json").out
    assert account.bodies == []


@pytest.mark.parametrize("variable", ["LC_ALL", "LANG"])
def test_frames_are_of_ascii_where_the_locale_is(bothub: Bothub, monkeypatch: Any, variable: str) -> None:
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "C")
    ran = bothub("send", *TO, "--text", "Hello", "--preview", "-n", "--sandbox")
    assert "| Hello |" in ran.out
    assert ran.out.isascii()


def test_the_picture_is_drawn_before_the_message_goes(bothub: Bothub, account: Any) -> None:
    ran = bothub("send", *TO, "--text", "Hello, world", "--reply", "Great", "--preview")
    assert ran.out.index("Hello, world") < ran.out.index("Great") < ran.out.index("accepted")


@pytest.mark.parametrize(
    ("number", "argv", "code", "error"),
    [
        ("+33639980404", (), 7, "api.refused"),
        ("+33639980601", ("--timeout", "0.5"), 13, "outcome.unknown"),
        ("+33639980604", (), 13, "outcome.unknown"),
        ("+33639980503", ("--max-wait", "0"), 5, "api.unavailable"),
        ("+33639980429", ("--max-wait", "0"), 5, "api.rate_limited"),
    ],
)
def test_what_the_api_answers_is_an_exit_code(
    bothub: Bothub, account: Any, number: str, argv: tuple[str, ...], code: int, error: str
) -> None:
    ran = bothub("send", "--to", number, "--text", "Hi", "--json", *argv)
    assert (ran.code, ran.out, ran.error["code"], ran.error["exit_code"]) == (code, "", error, code)
    assert account.server.counts()["messages"] == 1


def test_without_a_network_the_answer_is_temporary(bothub: Bothub, account: Any) -> None:
    account.server.stop()
    ran = bothub("send", *TO, "--text", "Hi", "--json", "--max-wait", "0")
    assert (ran.code, ran.error["code"]) == (5, "network")


def test_without_credentials_everything_that_is_missing_is_named(bothub: Bothub) -> None:
    ran = bothub("send", *TO, "--text", "Hi", "--json")
    assert (ran.code, ran.error["code"]) == (4, "auth.not_logged_in")
    assert all(word in ran.error["message"] for word in ("bot ID", "authorization", "private key"))


def test_with_its_credentials_in_the_environment_nothing_but_the_token_cache_is_written(
    bothub: Bothub, bot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTHUB_BOT_ID", bot.identity.bot_id)
    monkeypatch.setenv("BOTHUB_PRIVATE_KEY", str(bot.key))
    monkeypatch.setenv("BOTHUB_AUTHORIZATION_FILE", str(bot.authorization))
    monkeypatch.setenv("BOTHUB_API_BASE", bot.server.url)
    assert bothub("send", *TO, "--text", "Hi").code == 0
    assert {path.name for path in bot.config.iterdir()} == {"tokens"}


def test_a_damaged_profile_is_a_configuration_error_with_file_and_line(bothub: Bothub, account: Any) -> None:
    (account.config / "config.toml").write_text("[profiles.default]\nregion = \n")
    ran = bothub("send", *TO, "--text", "Hi", "--json")
    assert (ran.code, ran.error["code"]) == (12, "config")
    assert "config.toml" in ran.error["message"]
    assert "line 2" in ran.error["message"]


def test_the_sandbox_in_the_process_leaves_nothing_behind(bothub: Bothub, tmp_path: Path) -> None:
    ran = bothub("send", "--sandbox", *TO, "--text", "Hi", "--json")
    assert (ran.code, ran.json["outcome"]) == (0, "accepted")
    assert not (tmp_path / "config").exists()


def test_a_wrong_message_says_its_fix_once(bothub: Bothub, account: Any) -> None:
    assert bothub("send", *TO, "--text", "").err.count("fill textMessage") == 1
    assert json.loads(bothub("send", *TO, "--text", "", "--json").err)["findings"][0]["rule"] == "text.empty"


def test_every_number_that_is_none_is_named_by_its_place(bothub: Bothub) -> None:
    ran = bothub("send", "--to", "12", "--to", "+33612345678", "--to", "zz", "--text", "x", "-n")
    assert ran.code == 6
    assert "--to, number 1 of 3" in ran.err
    assert "--to, number 3 of 3" in ran.err
