"""Several machines send one campaign, each row once, and any of them shows, stops and resumes it."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bothub_cli import AsyncClient, Client, text
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.errors import ConfigurationError
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sending.outbox import SuppressedError
from tests.campaign.ledger.postgres import PostgresServer

NUMBERS = [f"+33612345{number:03d}" for number in range(120)]


@pytest.fixture
def ledger(shared_ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name an empty ledger in the environment."""
    monkeypatch.setenv("BOTHUB_LEDGER", shared_ledger.where)
    return shared_ledger.where


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Go on as on another machine, which has the profile and no files of campaigns."""

    def go(name: str) -> None:
        monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / name))

    return go


def test_what_one_machine_planned_another_sends(bothub: Any, shop: Any, ledger: str, elsewhere: Any) -> None:
    planned = bothub(*shop.run(*NUMBERS), "--name", "offer", "--plan-only", "--json")
    assert planned.code == 0, planned
    assert (planned.code, planned.json["ended"], planned.json["outcomes"]["left"]) == (0, "planned", 120)
    assert not shop.sent_to

    assert planned.json["resume"] == "bothub campaign worker offer"
    elsewhere("b")
    worked = bothub("campaign", "worker", "--until-done", "--json")

    assert worked.code == 0, worked.err
    assert (worked.code, worked.json["sent"], worked.json["ended"]) == (0, 120, "finished")
    assert shop.sent_to == Counter(NUMBERS)
    status = bothub("campaign", "status", "offer", "--json").json
    assert (status["state"], status["outcomes"]["accepted"]) == ("finished", 120)
    assert [(machine["sent"], machine["state"]) for machine in status["machines"]] == [(120, "left")]


def test_a_plan_says_how_long_it_may_be_sent_and_which_command_takes_part(
    bothub: Any, shop: Any, shared_ledger: SharedLedger, elsewhere: Any
) -> None:
    """Planned for two hours, of which the first machine took the beginning, and it was long ago."""
    named = ("--ledger", shared_ledger.where)
    words = ("--name", "offer", "--plan-only", "--max-duration", "2h", *named)
    planned = bothub(*shop.run(*NUMBERS[:9]), *words)
    assert f"go on with: bothub campaign worker offer --ledger {shared_ledger.where}" in planned.out
    link = shared_ledger.link()
    link.run(lambda connection: connection.execute("UPDATE campaign SET released_at = now() - interval '9 h'"))
    link.run(
        lambda connection: connection.execute(
            "INSERT INTO machine (id, campaign, host, version, since, has_left)"
            " SELECT 'a', id, 'a', '1', now() - interval '3 h', true FROM campaign"
        )
    )

    elsewhere("b")
    worked = bothub("campaign", "worker", "--until-done", *named)

    assert not shop.sent_to
    assert "stopped: --max-duration of 7200 s is over" in worked.err
    assert (
        "unfinished, stopped by a limit (--max-duration of 7200 s is over)"
        in bothub("campaign", "status", "offer", *named).out
    )
    resumed = bothub("campaign", "run", "--resume", "offer", *named)  # the time was that run's alone
    assert resumed.code == 0
    assert shop.sent_to == Counter(NUMBERS[:9])


def test_the_status_says_what_slows_all_machines_and_tells_those_of_one_host_apart(
    bothub: Any, shop: Any, ledger: str, shared_ledger: SharedLedger
) -> None:
    bothub(*shop.run(*NUMBERS[:9]), "--name", "offer", "--plan-only", "--rate", "50/s")
    machines = "('4711-a', '0 s'::interval), ('4712-b', '0 s'), ('13-c', '1 min')"
    insert = (
        "INSERT INTO machine (id, campaign, host, version, rate, beat_at) SELECT m.id, c.id, 'vm', '1', 5, now() - ago"
    )
    shared_ledger._ask(f"{insert} FROM campaign c, (VALUES {machines}) m (id, ago) RETURNING 1", ())
    insert = (
        "INSERT INTO pace (bot, rate, slowed_at) SELECT bot, 10, extract(epoch FROM now()) FROM campaign RETURNING 1"
    )
    shared_ledger._ask(insert, ())
    said = bothub("campaign", "status", "offer").out
    assert "2 machines at work, 10/s of 50/s, slowed to 1" in said
    assert "vm, process 4711" in said
    assert "silent, 60 s ago" in said
    status = bothub("campaign", "status", "offer", "--json").json
    assert 10.0 <= status["slowed_to"] < 49.0
    assert [machine["process"] for machine in status["machines"]] == [4711, 4712, 13]


def test_a_run_sends_as_the_first_worker_and_again_nothing(bothub: Any, shop: Any, ledger: str) -> None:
    command = shop.run(*NUMBERS[:20])
    first = bothub(*command, "--json")
    again = bothub(*command, "--json")

    assert (first.code, first.json["outcomes"]["accepted"]) == (0, 20)
    assert (again.code, again.json["sent"]) == (0, 0)
    assert shop.sent_to == Counter(NUMBERS[:20])
    assert bothub("campaign", "report", first.json["campaign"], "--json").json["outcomes"]["accepted"] == 20


def test_a_campaign_that_was_stopped_waits_until_somebody_resumes_it(
    bothub: Any, shop: Any, ledger: str, elsewhere: Any
) -> None:
    bothub(*shop.run(*NUMBERS[:9]), "--name", "offer", "--plan-only")
    elsewhere("b")
    assert "unfinished, no machine works on it" in (said := bothub("campaign", "status", "offer").out)
    assert "bothub campaign worker offer" in said
    stopped = bothub("campaign", "stop", "offer", "--json")
    assert (stopped.code, stopped.json["outcomes"]["left"]) == (0, 9)
    assert bothub("campaign", "status", "offer", "--json").json["order"] == "stop"
    assert "unfinished, stopped by somebody" in bothub("campaign", "status", "offer").out
    assert bothub("campaign", "worker", "--until-done", "--json").json["sent"] == 0

    assert bothub("campaign", "run", "--resume", "offer").code == 0
    assert shop.sent_to == Counter(NUMBERS[:9])
    assert bothub("campaign", "stop", "offer").out == "campaign offer has nothing left to stop: 9 accepted\n"


def test_a_machine_without_the_list_resumes_and_retries(
    bothub: Any, shop: Any, ledger: str, elsewhere: Any, shared_ledger: SharedLedger
) -> None:
    words = shop.run(*NUMBERS[:9])
    bothub(*words, "--name", "offer", "--plan-only")
    bothub("campaign", "stop", "offer")
    for file in ("people.csv", "offer.yaml"):
        (shop.folder / file).unlink()

    shared_ledger._ask("UPDATE row SET state = 4 WHERE seq = 2 RETURNING 1", ())  # as if it was put off again and again

    elsewhere("b")
    assert bothub("campaign", "run", "--resume", "offer").code == 3
    assert len(shop.sent_to) == 8
    assert bothub("campaign", "retry", "offer").code == 0
    assert shop.sent_to == Counter(NUMBERS[:9])

    forced = bothub("campaign", "run", "--resume", "offer", "--force")
    assert (forced.code, "this list is not on this machine" in forced.err) == (6, True)
    tested = bothub("campaign", "run", "--resume", "offer", "--test-to", NUMBERS[0])
    assert (tested.code, "this list is not on this machine" in tested.err) == (6, True)


def test_the_list_says_where_each_campaign_is(
    bothub: Any, shop: Any, ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bothub(*shop.run(*NUMBERS[:2]), "--name", "shared")
    monkeypatch.delenv("BOTHUB_LEDGER")
    bothub(*shop.run(*NUMBERS[:2]), "--name", "own")
    monkeypatch.setenv("BOTHUB_LEDGER", ledger)

    lines = bothub("campaign", "list", "--json").json["campaigns"]

    assert {line["campaign"]: "://" in line["where"] for line in lines} == {"own": False, "shared": True}


def test_no_number_and_no_text_is_in_the_database(
    bothub: Any, shop: Any, ledger: str, postgres: PostgresServer
) -> None:
    bothub(*shop.run("+33687654321"), "--name", "secret")
    bothub(
        "campaign", "run", shop.write_list(["+33687654322"]), "-t", shop.write_template("planted text"), "--plan-only"
    )

    dumped = postgres.dump("ledger")

    assert b"secret" in dumped  # the campaign's name: it is the right database
    for planted in (b"687654321", b"687654322", b"planted text", b"Name 0", b"PRIVATE KEY"):
        assert planted not in dumped
        assert planted.hex().encode() not in dumped


@pytest.mark.parametrize(
    "address",
    ["postgresql://bothub:planted@db/x", "host=db password=planted", "postgresql://db/x?password=planted"],
)
def test_a_password_in_the_address_is_refused_and_not_shown(bothub: Any, shop: Any, address: str) -> None:
    ran = bothub("campaign", "list", "--ledger", address)
    assert ran.code == 2
    assert "password has no place" in ran.err
    assert "planted" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--limit", "3"], "--limit is for a campaign of this machine"),
        (["--sample", "3"], "--sample is for a campaign of this machine"),
        (["--journal", "j.sqlite"], "--journal is for a campaign of this machine"),
    ],
)
def test_what_has_no_meaning_for_several_machines_is_refused(
    bothub: Any, shop: Any, ledger: str, option: list[str], words: str
) -> None:
    ran = bothub(*shop.run(*NUMBERS[:5]), *option)
    assert (ran.code, words in ran.err) == (2, True)


def test_without_a_ledger_nobody_can_plan_for_others_or_take_part(bothub: Any, shop: Any) -> None:
    assert bothub(*shop.run(*NUMBERS[:5]), "--plan-only").code == 2
    assert bothub("campaign", "worker").code == 2


def test_a_database_that_was_not_set_up_says_what_helps(bothub: Any, shop: Any, postgres: PostgresServer) -> None:
    url = postgres.new_database("bare")
    ran = bothub("campaign", "ledger", "check", "--ledger", url)
    assert (ran.code, "bothub campaign ledger init --apply" in ran.err) == (12, True)
    assert bothub("campaign", "ledger", "init", "--ledger", url, "--user", " ").code == 2


def test_the_shown_statements_set_the_ledger_up(bothub: Any, shop: Any, postgres: PostgresServer) -> None:
    import psycopg

    url = postgres.new_database("by_hand")
    shown = bothub("campaign", "ledger", "init", "--ledger", url, "--user", "bothub", "--json").json["statements"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(shown.encode())

    assert bothub("campaign", "ledger", "check", "--ledger", url, "--json").json["is_ready"] is True
    assert bothub("campaign", "ledger", "init", "--ledger", url, "--apply").code == 0


def test_rows_sealed_with_another_key_are_not_guessed_at(
    bothub: Any, shop: Any, ledger: str, shared_ledger: SharedLedger
) -> None:
    bothub(*shop.run(*NUMBERS[:5]), "--name", "offer", "--plan-only")
    link = shared_ledger.link()
    link.run(lambda connection: connection.execute("UPDATE block SET sealed = set_byte(sealed, 20, 7) "))

    ran = bothub("campaign", "worker", "--until-done")

    assert ran.code == 6
    assert "private key changed" in ran.err
    assert not shop.sent_to

    assert bothub("campaign", "run", "--resume", "offer", "--force").code == 0
    assert shop.sent_to == Counter(NUMBERS[:5])


def test_a_number_that_is_suppressed_after_the_planning_gets_nothing_from_any_machine(
    bothub: Any, shop: Any, ledger: str, elsewhere: Any
) -> None:
    bothub(*shop.run(*NUMBERS[:5]), "--name", "offer", "--plan-only")
    elsewhere("b")
    assert bothub("suppression", "add", NUMBERS[2]).code == 0

    elsewhere("c")
    bothub("campaign", "worker", "--until-done")

    assert NUMBERS[2] not in shop.sent_to
    assert len(shop.sent_to) == 4


def test_who_is_taken_off_the_list_gets_nothing_when_it_is_planned_again(
    bothub: Any, shop: Any, ledger: str, elsewhere: Any
) -> None:
    bothub(*shop.run(*NUMBERS[:5]), "--name", "offer", "--plan-only")
    again = bothub(*shop.run(*NUMBERS[1:4]), "--name", "offer", "--plan-only", "--json")
    assert (again.code, again.json["outcomes"]["left"], again.json["outcomes"]["gone"]) == (0, 3, 2)

    elsewhere("b")
    bothub("campaign", "worker", "--until-done")

    assert shop.sent_to == Counter(NUMBERS[1:4])


def test_nobody_sends_what_was_added_before_somebody_said_yes(
    bothub: Any, shop: Any, ledger: str, elsewhere: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The campaign is being sent when its list grows: the machines wait until the new number is confirmed."""
    monkeypatch.setattr("bothub_cli.commands.campaign.running.CONFIRM_ABOVE", 3)
    monkeypatch.setattr("bothub_cli.commands.campaign.running._is_on_this_machine", lambda context: False)
    assert bothub(*shop.run(*NUMBERS[:2]), "--name", "offer", "--plan-only").code == 0
    assert bothub(*shop.run(*NUMBERS[:9]), "--name", "offer", "--plan-only").code == 2  # nobody to ask, no --confirm

    elsewhere("b")
    bothub("campaign", "worker", "--until-done")

    assert not shop.sent_to


def test_a_stop_that_another_machine_heard_stops_a_single_message(
    bothub: Any, shop: Any, ledger: str, elsewhere: Any
) -> None:
    assert bothub("suppression", "add", NUMBERS[2]).code == 0
    elsewhere("b")
    card = ("send-card", "--to", f"tel:{NUMBERS[2]}", "--title", "Hi")
    for command in (("send", "--to", NUMBERS[2], "--text", "Hi"), card):
        refused = bothub(*command, "--json")
        assert (refused.code, refused.error["code"]) == (6, "message.suppressed")
    assert not shop.sent_to
    assert bothub("send", "--to", NUMBERS[3], "--text", "Hi").code == 0
    assert bothub("send", "--to", NUMBERS[2], "--text", "Hi", "--ignore-suppression").code == 0

    removed = bothub("suppression", "remove", NUMBERS[2], NUMBERS[3])
    assert removed.out == (
        "profile default: 0 numbers removed; 2 were not on it\nall machines: 1 number removed; 1 was not on it\n"
    )
    assert bothub("send", "--to", NUMBERS[2], "--text", "Hi again").code == 0
    assert shop.sent_to == {NUMBERS[3]: 1, NUMBERS[2]: 2}


def test_without_the_shared_list_nobody_is_written_to(bothub: Any, shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTHUB_LEDGER", "postgresql://bothub@127.0.0.1:9/bothub")
    refused = bothub("send", "--to", NUMBERS[3], "--text", "Hi", "--max-wait", "0", "--json")
    assert (refused.code, refused.error["code"]) == (12, "config")
    assert refused.error["message"].endswith("nothing was sent")
    assert not shop.sent_to


def test_a_worker_whose_credentials_are_refused_says_so_and_takes_nothing(
    bothub: Any, shop: Any, ledger: str, elsewhere: Any, shared_ledger: SharedLedger
) -> None:
    bothub(*shop.run(*NUMBERS[:5]), "--name", "offer", "--plan-only")
    elsewhere("b")
    (shop.folder / "bot.pem").write_text(SandboxIdentity.generate().private_key_pem.reveal())
    refused = bothub("campaign", "worker", "--until-done")
    assert refused.code == 4
    assert "the assertion was refused" in refused.err
    assert shared_ledger._ask("SELECT max(attempt) FROM block", ()) == [(0,)]


def test_who_said_stop_is_still_spared_after_the_private_key_changed(
    bothub: Any, shop: Any, ledger: str, elsewhere: Any
) -> None:
    assert bothub("suppression", "add", NUMBERS[2]).code == 0
    bothub(*shop.run(*NUMBERS[:5]), "--name", "offer", "--plan-only")
    elsewhere("b")
    key, former = shop.folder / "bot.pem", shop.folder / "former.pem"
    key.rename(former)
    key.touch(mode=0o600)
    key.write_text(SandboxIdentity.generate().private_key_pem.reveal())
    another = shop.folder / "another.pem"
    another.touch(mode=0o600)
    another.write_text(SandboxIdentity.generate().private_key_pem.reveal())
    for command in (
        ("campaign", "worker", "--until-done"),
        ("suppression", "add", NUMBERS[4]),
        ("suppression", "list"),
    ):
        refused = bothub(*command, "--json")
        assert (refused.code, refused.error["hint"]) == (12, "bothub campaign ledger rekey --former-key FILE")
        assert "private key changed" in refused.error["message"]
    with Client.from_profile() as client, pytest.raises(ConfigurationError, match="nothing was sent"):
        client.send(text("Hi", to=NUMBERS[2]))
    rekey = ("campaign", "ledger", "rekey")
    assert bothub(*rekey).code == 2
    assert "did not seal the list" in bothub(*rekey, "--former-key", str(another)).err
    assert bothub(*rekey, "--former-key", str(former), "--json").json["outcome"] == "sealed anew"
    assert bothub(*rekey, "--former-key", str(former), "--json").json["outcome"] == "unchanged"
    with Client.from_profile() as client:
        assert client.find_suppressed(NUMBERS) == {NUMBERS[2], NUMBERS[4]}
    assert not shop.sent_to

    another.replace(key)
    assert bothub("suppression", "list").code == 12
    assert bothub(*rekey, "--lost").code == 2  # nobody can be asked
    begun = bothub(*rekey, "--lost", "--yes", "--json").json
    assert (begun["outcome"], begun["people"]) == ("begun anew", 0)
    assert bothub("suppression", "add", NUMBERS[2], "--json").json["shared_changed"] == 1


def test_a_list_that_this_machine_alone_knows_of_is_told_as_that(
    bothub: Any, shop: Any, ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setenv("BOTHUB_LEDGER", "postgresql://bothub@127.0.0.1:9/bothub")
        away.setenv("BOTHUB_MAX_WAIT", "0")
        refused = bothub("suppression", "add", NUMBERS[2])
    assert refused.code == 12
    assert "the list of this machine was changed, and no other machine knows of it" in refused.err
    assert "give the same command again" in refused.err
    would = bothub("suppression", "add", NUMBERS[2], "--dry-run", "--json").json
    assert (would["changed"], would["shared_changed"]) == (0, 1)
    assert bothub("suppression", "add", NUMBERS[2], "--json").json["shared_changed"] == 1
    assert bothub("suppression", "add", NUMBERS[2], "--json").json["shared_changed"] == 0


def test_a_programs_client_asks_the_shared_list_too(bothub: Any, shop: Any, ledger: str, elsewhere: Any) -> None:
    assert bothub("suppression", "add", NUMBERS[2]).code == 0
    elsewhere("b")
    stored = ProfileStore(shop.folder.parent / "config").get("default")
    assert stored is not None
    assert stored.bot_id is not None
    assert stored.authorization is not None
    assert stored.private_key is not None
    named = Client(
        bot_id=stored.bot_id,
        authorization=stored.authorization,
        private_key=stored.private_key.read_text(),
        api_base=stored.api_base,
    )
    for client in (Client.from_profile(), named):
        with client:
            assert client.is_suppressed(NUMBERS[2])
            assert client.find_suppressed(iter(NUMBERS)) == {NUMBERS[2]}
            with pytest.raises(SuppressedError):
                client.send(text("Hi", to=NUMBERS[2]))

    async def send() -> None:
        async with AsyncClient.from_profile() as client:
            await client.send(text("Hi", to=NUMBERS[3]))
            assert await client.find_suppressed(NUMBERS) == {NUMBERS[2]}
            with pytest.raises(SuppressedError):
                await client.send(text("Hi", to=NUMBERS[2]))

    asyncio.run(send())
    assert shop.sent_to == {NUMBERS[3]: 1}


def test_a_programs_client_writes_to_nobody_without_the_shared_list(shop: Any) -> None:
    client = Client.from_profile(ledger="postgresql://bothub@127.0.0.1:9/bothub", max_wait="0s")
    with client, pytest.raises(ConfigurationError, match="nothing was sent"):
        client.send(text("Hi", to=NUMBERS[3]))
    assert not shop.sent_to
