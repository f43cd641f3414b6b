"""The commands around a running sandbox."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.config.sandbox_profiles import claimed_profiles, write_sandbox_profile
from bothub_cli.output.blocks import TextLine
from bothub_cli.output.documents.sandbox import SandboxReady
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.serving.sockets import address_for_others

Bothub = Callable[..., Any]
NUMBER = "+33612345678"
COMMANDS = [
    ("inbox",),
    ("reset",),
    ("fault", "add", "503"),
    ("fault", "list"),
    ("fault", "clear"),
    ("clock", "advance", "1h"),
    ("act", NUMBER, "start"),
]


@contextmanager
def _started(*options: str) -> Iterator[Any]:
    """Run ``bothub sandbox start`` as a process of its own; give its ready line, then stop it as a service is."""
    program = Path(sys.executable).with_name("bothub")
    command = [str(program), "sandbox", "start", "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_sandbox_whose_events_nobody_hears_says_how_to_hear_them() -> None:
    ready = SandboxReady(url="http://x", bot_id="b", profile="sandbox", private_key=None)
    said = "\n".join(block.text for block in ready.blocks() if isinstance(block, TextLine))
    assert "--webhook http://127.0.0.1:8809/webhook, and bothub listen -p sandbox" in said


def test_a_sandbox_that_was_never_started_is_named_with_the_command_that_starts_it(bothub: Bothub) -> None:
    assert "bothub sandbox start" in bothub("token", "show", "--profile", "sandbox").err


def test_a_step_in_time_that_is_too_long_says_how_long_it_may_be(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("sandbox", "clock", "advance", "400d")
    assert ran.code == 2
    assert "366d" in ran.err


def test_a_tap_on_a_phone_without_buttons_says_what_to_do(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("sandbox", "act", NUMBER, "tap")
    assert ran.code == 2
    assert "send one, with a suggestion" in ran.err


def test_a_sandbox_without_a_profile_names_none_to_its_page() -> None:
    with _started("--no-profile") as ready:
        assert requests.get(f"{ready['url']}/sandbox/api/settings", timeout=10).json()["profile"] is None


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_sandbox_the_hint_is_how_to_start_one(bothub: Bothub, command: tuple[str, ...]) -> None:
    ran = bothub("sandbox", *command)
    assert ran.code == 2
    assert "bothub sandbox start" in ran.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_sandbox_that_stopped_is_a_temporary_error(bothub: Bothub, command: tuple[str, ...]) -> None:
    with SandboxServer() as server:
        base = server.url
    assert bothub("sandbox", *command, "--api-base", base).code == 5


def test_the_inbox_shows_what_a_phone_got(bothub: Bothub, sandbox: SandboxServer) -> None:
    assert bothub("send", "--to", NUMBER, "--text", "Hello, world").code == 0
    inbox = bothub("sandbox", "inbox", "--to", NUMBER, "--json").json
    assert [message["payload"]["RCSMessage"]["textMessage"] for message in inbox["messages"]] == ["Hello, world"]
    assert "Hello, world" in bothub("sandbox", "inbox").out


def test_the_inbox_tells_a_card_by_its_title(bothub: Bothub, sandbox: SandboxServer) -> None:
    assert bothub("send-card", "--to", NUMBER, "--title", "Trail shoes").code == 0
    shown = bothub("sandbox", "inbox").out
    assert "card: Trail shoes" in shown
    assert "{" not in shown


def test_waiting_for_a_message_that_never_comes_ends_with_exit_code_8(bothub: Bothub, sandbox: SandboxServer) -> None:
    assert bothub("sandbox", "inbox", "--wait", "--for", "1s").code == 8


def test_waiting_finds_the_message_that_is_there(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("send", "--to", NUMBER, "--text", "order 42")
    found = bothub("sandbox", "inbox", "--wait", "--text", "order 42", "--for", "5s", "--json").json["messages"]
    assert found[0]["number"] == NUMBER


def test_a_button_that_is_not_there_is_refused_with_those_that_are(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("send", "--to", NUMBER, "--text", "Shall we come?", "--reply", "Yes=y", "--reply", "No=n")
    ran = bothub("sandbox", "act", NUMBER, "tap", "--label", "Maybe")
    assert ran.code == 2
    assert "Yes, No" in ran.err


def test_a_tapped_reply_reaches_the_bot(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("send", "--to", NUMBER, "--text", "Shall we come?", "--reply", "Yes=yes_1")
    deed = bothub("sandbox", "act", NUMBER, "tap", "--label", "Yes", "--json").json
    response = deed["message"]["payload"]["RCSMessage"]["suggestedResponse"]["response"]
    assert response == {"reply": {"displayText": "Yes", "postback": {"data": "yes_1"}}}
    assert deed["effect"] is None


def test_a_tapped_link_says_what_the_phone_opens(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("send", "--to", NUMBER, "--text", "Look", "--open-url", "See=https://shop.example/")
    assert "opens https://shop.example/" in bothub("sandbox", "act", NUMBER, "tap", "--label", "See").out


def test_a_user_shares_a_place(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("sandbox", "act", NUMBER, "location", "--place", "48.8566,2.3522,Paris", "--json")
    place = ran.json["message"]["payload"]["RCSMessage"]["geolocationPushMessage"]
    assert place == {"pos": "48.8566 2.3522", "label": "Paris"}


def test_a_kind_of_fault_that_nobody_knows_is_refused(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("sandbox", "fault", "add", "earthquake")
    assert ran.code == 2
    assert "429-retry-after" in ran.err


def test_a_fault_strikes_until_it_is_cleared(bothub: Bothub, sandbox: SandboxServer) -> None:
    rule = bothub("sandbox", "fault", "add", "500", "--json").json["faults"][0]
    assert bothub("send", "--to", NUMBER, "--text", "x").code == 13
    assert bothub("sandbox", "fault", "list", "--json").json["faults"] == [rule]
    assert bothub("sandbox", "fault", "clear", rule["rule_id"], "--json").json["faults"] == []
    assert bothub("send", "--to", NUMBER, "--text", "x").code == 0


def test_time_moves_on_and_says_what_it_is(bothub: Bothub, sandbox: SandboxServer) -> None:
    before = sandbox.run(lambda state: state.clock.now())
    assert bothub("sandbox", "clock", "advance", "1h").code == 0
    after = sandbox.run(lambda state: state.clock.now())
    assert 3600 <= (after - before).total_seconds() < 3700


def test_a_reset_forgets_the_messages(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("send", "--to", NUMBER, "--text", "x")
    assert bothub("sandbox", "reset").code == 0
    assert sandbox.messages() == []


def test_the_numbers_are_listed_without_a_sandbox(bothub: Bothub) -> None:
    numbers = bothub("sandbox", "numbers", "--json").json["numbers"]
    assert {"number": "+33639980601", "meaning": "accepted, but the answer never comes"} in numbers


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--host", "0.0.0.0"), "--access-token-file"),
        (("--webhook", "localhost:80"), "http"),
        (("--webhook-token-file", "x"), "needs --webhook"),
        (("--rate", "5", "--no-limits"), "exclude each other"),
        (("--bot-id", "a/b"), "holds a '/'"),
    ],
)
def test_a_start_that_cannot_work_is_refused(bothub: Bothub, options: tuple[str, ...], problem: str) -> None:
    ran = bothub("sandbox", "start", "--port", "0", *options)
    assert ran.code == 2
    assert problem in ran.err


def test_commands_find_a_started_sandbox_by_its_profile(bothub: Bothub) -> None:
    with _started("--pace", "instant", "--no-limits"):
        assert bothub("send", "-p", "sandbox", "--to", NUMBER, "--text", "Hello").code == 0
        assert len(bothub("sandbox", "inbox", "--json").json["messages"]) == 1


def test_each_bot_gets_a_profile_and_keeps_its_key_over_a_restart(bothub: Bothub, tmp_path: Path) -> None:
    options = ("--bot-id", "one", "--bot-id", "two", "--store", str(tmp_path / "sandbox.db"))
    with _started(*options) as ready:
        assert ready["profiles"] == ["sandbox", "sandbox-2"]
        assert bothub("send", "-p", "sandbox-2", "--to", NUMBER, "--text", "from two").code == 0
        key = Path(ready["private_key"]).read_text()
    with _started(*options) as ready:
        assert Path(ready["private_key"]).read_text() == key
        assert bothub("sandbox", "inbox", "--json").json["messages"][0]["bot_id"] == "two"


def test_a_sandbox_with_a_token_obeys_only_those_who_have_it(bothub: Bothub, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret\n")
    with _started("--access-token-file", str(token)):
        refused = bothub("sandbox", "reset")
        assert refused.code == 2
        assert "--access-token-file" in refused.err
        assert bothub("sandbox", "reset", "--access-token-file", str(token)).code == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", address_for_others()])
def test_a_sandbox_for_others_has_a_profile_that_works_on_this_machine(
    bothub: Bothub, tmp_path: Path, host: str
) -> None:
    token = tmp_path / "token.txt"
    token.write_text("open sesame\n")
    with _started("--host", host, "--access-token-file", str(token)) as ready:
        assert urlsplit(ready["url"]).hostname not in ("0.0.0.0", "::")
        settings = bothub("profile", "show", "-p", "sandbox", "--json").json["settings"]
        (base,) = [setting["value"] for setting in settings if setting["name"] == "api_base"]
        assert urlsplit(base).hostname in ("127.0.0.1", "::1")
        assert bothub("send", "-p", "sandbox", "--to", NUMBER, "--text", "Hello").code == 0
        refused = bothub("sandbox", "inbox", "-p", "sandbox")
        assert (refused.code, "--access-token-file" in refused.err) == (2, True)
        inbox = bothub("sandbox", "inbox", "-p", "sandbox", "--access-token-file", str(token), "--json").json
        assert [message["number"] for message in inbox["messages"]] == [NUMBER]
        assert requests.get(f"{ready['url']}/healthz", timeout=10).json()["messages"] == 1


def test_who_opens_a_sandbox_to_others_is_warned_and_told_how_they_reach_it(bothub: Bothub, tmp_path: Path) -> None:
    token = tmp_path / "token.txt"
    token.write_text("open sesame\n")
    program = Path(sys.executable).with_name("bothub")
    command = [str(program), "sandbox", "start", "--port", "0", "--host", "0.0.0.0", "--access-token-file", str(token)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "sandbox ready" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    assert "others can reach this sandbox" in told
    assert "ssh -L" in told


def test_waiting_longer_than_the_time_out_of_one_answer_ends_as_waiting_does(
    bothub: Bothub, sandbox: SandboxServer
) -> None:
    assert bothub("sandbox", "inbox", "--wait", "--for", "1s", "--timeout", "0.5").code == 8


def _log_in_as_somebody_real(config: Path) -> tuple[str, str]:
    """Write the profile ``sandbox`` as ``login --store-key`` does; return its two files."""
    identity = SandboxIdentity.generate(bot_id="real@bot.example")
    profile = Profile(name="sandbox", bot_id=identity.bot_id, authorization=identity.authorization)
    ProfileStore(config).save(profile, key_pem=identity.private_key_pem.reveal().encode())
    return (config / "config.toml").read_text(), (config / "secrets.toml").read_text()


def test_a_profile_that_no_sandbox_wrote_is_never_touched(bothub: Bothub, tmp_path: Path) -> None:
    config = tmp_path / "config"
    before = _log_in_as_somebody_real(config)
    key = (config / "keys" / "sandbox.pem").read_bytes()
    ran = bothub("sandbox", "start", "--port", "0")
    assert ran.code == 2
    assert "--write-profile OTHER" in ran.err
    assert ((config / "config.toml").read_text(), (config / "secrets.toml").read_text()) == before
    assert (config / "keys" / "sandbox.pem").read_bytes() == key


def test_a_sandbox_command_never_speaks_with_the_real_service(bothub: Bothub, tmp_path: Path) -> None:
    _log_in_as_somebody_real(tmp_path / "config")
    ran = bothub("sandbox", "reset")
    assert (ran.code, "no sandbox is known" in ran.err) == (2, True)


def test_with_such_a_profile_it_starts_under_another_name(bothub: Bothub, tmp_path: Path) -> None:
    _log_in_as_somebody_real(tmp_path / "config")
    with _started("--write-profile", "other") as ready:
        assert ready["profile"] == "other"
        assert bothub("send", "-p", "other", "--to", NUMBER, "--text", "Hello").code == 0


def test_a_second_sandbox_leaves_the_first_its_profile_and_takes_its_own_away_again(
    bothub: Bothub, tmp_path: Path
) -> None:
    with _started() as first:
        with _started() as second:
            assert (first["profile"], second["profile"]) == ("sandbox", "sandbox-2")
            for name in ("sandbox", "sandbox-2"):
                assert bothub("send", "-p", name, "--to", NUMBER, "--text", f"for {name}").code == 0
            inbox = bothub("sandbox", "inbox", "-p", "sandbox", "--json").json["messages"]
            assert [message["payload"]["RCSMessage"]["textMessage"] for message in inbox] == ["for sandbox"]
        assert ProfileStore(tmp_path / "config").names() == ("sandbox",)
        assert bothub("send", "-p", "sandbox", "--to", NUMBER, "--text", "Hello").code == 0
    with _started() as again:
        assert again["profile"] == "sandbox"


@pytest.mark.parametrize("options", [(), ("--no-profile",)])
def test_a_program_without_bothub_learns_how_to_log_in(bothub: Bothub, options: tuple[str, ...]) -> None:
    with _started(*options) as ready:
        key = Path(ready["private_key"]).read_text()
        found = bothub("sandbox", "credentials", "--api-base", ready["url"], "--json").json
        (bot,) = found["bots"]
        assert (bot["authorization"], bot["private_key"]) == (ready["authorization"], key)
        assert bot["private_key_file"] == ready["private_key"]
        answer = requests.post(
            found["token_url"],
            data={"grant_type": "client_credentials"},
            headers={"Authorization": bot["authorization"]},
            timeout=10,
        )
        assert answer.status_code == 200
    if options:
        assert not Path(ready["private_key"]).exists()


def test_who_logs_in_under_a_sandboxes_name_owns_it_from_then_on(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    identity = SandboxIdentity.generate()
    made = Profile(name="sandbox-2", bot_id="b", authorization=identity.authorization)
    with claimed_profiles(store, "sandbox", bots=1), claimed_profiles(store, "sandbox", bots=1) as guest:
        write_sandbox_profile(store, made, key_pem=identity.private_key_pem.reveal().encode())
        assert guest.names == ("sandbox-2",)
        store.save(replace(made, bot_id="real"), key_pem=identity.private_key_pem.reveal().encode())
    kept = store.get("sandbox-2")
    assert kept is not None
    assert kept.bot_id == "real"


def test_a_guest_gives_back_the_profile_that_a_stopped_sandbox_left(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    left = Profile(name="sandbox-2", bot_id="two", authorization=Secret("Basic Yjpj"))
    write_sandbox_profile(store, left, key_pem=b"k")
    with claimed_profiles(store, "sandbox", bots=1), claimed_profiles(store, "sandbox", bots=1) as guest:
        assert guest.is_guest
        write_sandbox_profile(store, Profile(name="sandbox-2", bot_id="guest"), key_pem=b"other")
    kept = store.get("sandbox-2")
    assert kept is not None
    assert (kept.bot_id, kept.from_sandbox, store.key_path("sandbox-2").read_bytes()) == ("two", True, b"k")
