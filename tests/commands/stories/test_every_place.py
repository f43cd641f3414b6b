"""Each place that takes a number, times each spelling of it: always the same person (drives the commands)."""

import csv
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.sandbox import Sandbox
from tests.commands.webhooks import fill_store, store_path
from tests.conftest import Bothub
from tests.events.samples import text_event

PERSON, OTHER = "+33612345693", "+33612345694"
GLOBAL = (
    PERSON,
    "+33 6 12 34 56 93",
    "+33 (0)6 12 34 56 93",
    "0033612345693",
    "tel:+33-6-12-34-56-93",
    "TEL:+33612345693",
    "tel: +33 6 12 34 56 93",
    "sip:+33612345693@ims.example;user=phone",
    '="+33612345693"',
    "p:+33612345693",
    "<sip:+33612345693@ims.example;user=phone>",
    "Tél. : +33 6 12 34 56 93",
    "smsto:+33612345693",
    "«\u00a0+33\u202f6\u202f12\u202f34\u202f56\u202f93\u00a0»",
    "+0033612345693",
    "\uff0b\uff13\uff1361234\uff15693",
    "\u202a+33\u00a06\u200b12345\u2060693\u202c",
)
NATIONAL = ("06 12 34 56 93", "0612345693", "06.12.34.56.93")
REFUSED = (
    "33612345693.0",
    "3,36E+10",
    "612345693",
    "33612345693",
    "+3361234",
    "+336123456789012",
    f"{PERSON},{OTHER}",
    f"{PERSON};{OTHER}",
    f"{PERSON} / {OTHER}",
    f"{PERSON} ::: {OTHER}",
    "#REF!",
    "3.36 E+10",
    "33 612 345 693,00",
    "+39 6 1234 5678",
    "+33 6 ** ** ** 93",
    "2026-03-12",
)


def _write_csv(path: Path, number: str, name: str = "people.csv") -> str:
    with (path / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("to", "name"), (number, "Ann")])
    return str(path / name)


def _template(path: Path) -> str:
    (path / "t.yaml").write_text("textMessage: Hi\n")
    return str(path / "t.yaml")


def send(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    ran = bothub("send", "--to", *words, "--text", "Hi", "--json")
    return str(ran.json["to"]) if ran.code == 0 else str(ran.code)


def send_message(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    body = {"RCSMessage": {"textMessage": "Hi"}, "messageContact": {"userContact": words[0]}}
    ran = bothub("send", "-", "--json", *words[1:], stdin=json.dumps(body).encode())
    return str(ran.json["to"]) if ran.code == 0 else str(ran.code)


def send_yaml(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    body = f"to: {json.dumps(words[0])}\ntextMessage: Hi\n"
    ran = bothub("send", "-", "--json", *words[1:], stdin=body.encode())
    return str(ran.json["to"]) if ran.code == 0 else str(ran.code)


def send_to_file(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    ran = bothub("send", "--to-file", _write_csv(path, words[0]), *words[1:], "--text", "Hi", "--json")
    return str(ran.json["to"]) if ran.code == 0 else str(ran.code)


def campaign(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    """The person is on the profile's list, so the row is found to be theirs before it is sent."""
    bothub("suppression", "add", PERSON)
    ran = bothub("campaign", "check", _write_csv(path, words[0]), "-t", _template(path), *words[1:], "--json")
    bothub("suppression", "remove", PERSON)
    return PERSON if ran.lines[-1].get("suppressed") == 1 else str(ran.code)


def suppress_file(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    people = (path / "all.csv", f"to\n{PERSON}\n{OTHER}\n")
    people[0].write_text(people[1])
    own = _write_csv(path, words[0], "own.csv")
    given = ("campaign", "check", str(people[0]), "-t", _template(path), "--suppress", own, *words[1:], "--json")
    ran = bothub(*given)
    return PERSON if ran.code == 0 and ran.lines[-1]["suppressed"] == 1 else str(ran.code)


def suppression_add(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    return _added(bothub, bothub("suppression", "add", *words).code)


def suppression_import(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    return _added(bothub, bothub("suppression", "import", _write_csv(path, words[0]), *words[1:]).code)


def suppression_remove(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    bothub("suppression", "add", PERSON)
    ran = bothub("suppression", "remove", *words, "--json")
    bothub("suppression", "remove", PERSON)
    return PERSON if ran.code == 0 and ran.json["changed"] == 1 else str(ran.code)


def _added(bothub: Bothub, code: int) -> str:
    numbers = [entry["number"] for entry in bothub("suppression", "list", "--json").json["entries"]]
    if numbers:
        bothub("suppression", "remove", *numbers)
    return "".join(numbers) or str(code)


def capability(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    ran = bothub("capability", "check", *words, "--offline", "--json")
    return str(ran.lines[0]["number"]) if ran.code == 3 else str(ran.code)


def capability_file(bothub: Bothub, words: tuple[str, ...], path: Path) -> str:
    ran = bothub("capability", "check", _write_csv(path, words[0]), *words[1:], "--offline", "--json")
    return str(ran.lines[0]["number"]) if ran.code == 3 else str(ran.code)


PLACES = (
    send,
    send_message,
    send_yaml,
    send_to_file,
    campaign,
    suppress_file,
    suppression_add,
    suppression_import,
    suppression_remove,
    capability,
    capability_file,
)


def event_list(bothub: Bothub, words: tuple[str, ...]) -> object:
    return [line["number"] for line in bothub("event", "list", "--number", *words, "--json").lines[:-1]]


def event_chat(bothub: Bothub, words: tuple[str, ...]) -> object:
    return ["+33612345693" for _ in bothub("event", "chat", *words, "--json").lines[:-1]]


def event_wait(bothub: Bothub, words: tuple[str, ...]) -> object:
    ran = bothub("event", "wait", "--for", "message", "--number", *words, "--since", "900d", "--timeout", "0", "--json")
    return [ran.json["number"]] if ran.code == 0 else ran.code


def event_trigger(bothub: Bothub, words: tuple[str, ...]) -> object:
    body = json.loads(bothub("event", "trigger", "message", "--from", *words, "-n", "--json").json["body"])
    return [body["messageContact"]["userContact"]]


EVENT_PLACES = (event_list, event_chat, event_wait, event_trigger)

Place = Callable[[Bothub, tuple[str, ...], Path], str]


@pytest.mark.parametrize("place", PLACES)
def test_every_spelling_is_one_person_in_every_place(
    bothub: Bothub, sandbox: SandboxServer, tmp_path: Path, place: Place
) -> None:
    found = {spelling: place(bothub, (spelling,), tmp_path) for spelling in GLOBAL}
    found |= {spelling: place(bothub, (spelling, "--region", "FR"), tmp_path) for spelling in NATIONAL}
    assert found == dict.fromkeys((*GLOBAL, *NATIONAL), PERSON)


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_number_is_refused_in_every_place_and_never_another_person(
    bothub: Bothub, sandbox: SandboxServer, tmp_path: Path, place: Place
) -> None:
    found = {written: place(bothub, (written,), tmp_path) for written in REFUSED}
    assert found == dict.fromkeys(REFUSED, "6")
    assert sandbox.counts().get("messages", 0) == 0


@pytest.mark.parametrize("place", EVENT_PLACES)
def test_every_spelling_finds_what_one_person_said(
    bothub: Bothub, place: Callable[[Bothub, tuple[str, ...]], object]
) -> None:
    fill_store(text_event("m1", "hello", number=PERSON), text_event("m2", "hi", number=OTHER))
    found = {spelling: place(bothub, (spelling,)) for spelling in GLOBAL}
    found |= {spelling: place(bothub, (spelling, "--region", "FR")) for spelling in NATIONAL}
    assert found == {spelling: [PERSON] for spelling in (*GLOBAL, *NATIONAL)}


@pytest.mark.parametrize("spelling", [*GLOBAL, "33612345693"])
def test_whoever_says_stop_in_any_spelling_of_the_platform_gets_nothing(
    bothub: Bothub, sandbox: SandboxServer, spelling: str
) -> None:
    fill_store(text_event("m1", "STOP", number=spelling))
    assert bothub("send", "--to", PERSON, "--text", "Hi").code == 6
    assert bothub("event", "list", "--number", PERSON, "--json").lines[0]["wish"] == "opted out"


def test_every_spelling_is_one_phone_of_the_sandbox(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("send", "--to", PERSON, "--text", "Hi")
    bothub("send", "--to", OTHER, "--text", "Hi")
    for spelling in GLOBAL:
        shown = bothub("sandbox", "inbox", "--to", spelling, "--json").json["messages"]
        assert {message["number"] for message in shown} == {PERSON}, spelling
        deed = bothub("sandbox", "act", spelling, "text", "--text", "hello", "--json")
        assert deed.json["message"]["number"] == PERSON, spelling
        assert bothub("sandbox", "fault", "add", "503", "--to", spelling).code == 0, spelling
        assert bothub("send", "--to", PERSON, "--text", "Hi", "--max-wait", "0").code == 5, spelling
        bothub("sandbox", "fault", "clear")


def test_what_is_no_number_is_no_phone_of_the_sandbox(bothub: Bothub, sandbox: SandboxServer) -> None:
    for written in REFUSED:
        assert bothub("sandbox", "act", written, "text", "--text", "hello").code == 6, written
        assert bothub("sandbox", "inbox", "--to", written).code == 6, written
        assert bothub("sandbox", "fault", "add", "503", "--to", written).code == 6, written


_IDS = itertools.count()
_DRESSES = st.sampled_from(
    (
        *("{0}", " {0} ", "tel:{0}", "TEL: {0}", '="{0}"', "'{0}", "p:{0}", "\u202a{0}\u202c", "sip:{0}@x;user=phone"),
        *("<sip:{0}@x;user=phone>", "<tel:{0}>", "Tél. : {0}", "sms:{0}", "“{0}”", "«\u00a0{0}\u00a0»", "[{0}]"),
    )
)
_PLUS = st.sampled_from(("+", "00", "\uff0b", "+ "))
_BETWEEN = st.sampled_from(("", " ", "-", ".", "\u00a0", "\u2011", "\u200b"))


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """Write PERSON in some way."""
    dress, plus, between = draw(_DRESSES), draw(_PLUS), draw(_BETWEEN)
    if "sip" in dress:
        plus, between = "+", between if between in "-." else ""
    national = "(0)" if draw(st.booleans()) and not dress.strip("<").startswith(("sip", "tel", "sms")) else ""
    return dress.format(f"{plus}33{between}{national}{between.join('612345693')}")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("place", PLACES)
def test_any_spelling_gives_the_same_identity_in_every_place(
    bothub: Bothub, sandbox: SandboxServer, tmp_path: Path, place: Place, data: st.DataObject
) -> None:
    assert place(bothub, (data.draw(spellings()),), tmp_path) == PERSON


@pytest.fixture
def unlimited(sandbox: SandboxServer) -> SandboxServer:
    """The sandbox without its 25 calls a second: a call that it refuses is made again, and would be counted twice."""

    def lift(state: Sandbox) -> None:
        state.settings = replace(state.settings, rate_limits=RateLimits.off())

    sandbox.run(lift)
    return sandbox


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=spellings(), second=spellings())
def test_any_two_spellings_in_one_list_give_one_message(
    bothub: Bothub, unlimited: SandboxServer, tmp_path: Path, first: str, second: str
) -> None:
    with (tmp_path / "people.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("to", "name"), (first, "Ann"), (second, "Ann"), (OTHER, "Bob")])
    before = unlimited.counts().get("messages", 0)
    given = ("campaign", "run", str(tmp_path / "people.csv"), "-t", _template(tmp_path), "--rate", "none", "--new")
    ran = bothub(*given, "--json")
    assert (ran.code, ran.json["outcomes"]["accepted"]) == (0, 2), ran.err
    assert unlimited.counts()["messages"] - before == 2


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=spellings(), addressed=spellings(), said=spellings())
def test_any_spelling_on_the_list_keeps_back_a_message_to_any_other(
    bothub: Bothub, sandbox: SandboxServer, listed: str, addressed: str, said: str
) -> None:
    assert bothub("suppression", "add", listed, "--json").json["changed"] == 1
    assert bothub("send", "--to", addressed, "--text", "Hi").code == 6
    assert bothub("suppression", "remove", addressed, "--json").json["changed"] == 1
    fill_store(text_event(f"m{next(_IDS)}", "STOP", number=said))
    assert bothub("send", "--to", addressed, "--text", "Hi").code == 6
    assert bothub("suppression", "remove", said, "--json").json["changed"] == 1
    assert sandbox.counts().get("messages", 0) == 0


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("place", EVENT_PLACES)
def test_any_spelling_finds_what_one_person_said(
    bothub: Bothub, place: Callable[[Bothub, tuple[str, ...]], object], data: st.DataObject
) -> None:
    if not store_path().exists():
        fill_store(text_event("m1", "hello", number=data.draw(spellings())), text_event("m2", "hi", number=OTHER))
    assert place(bothub, (data.draw(spellings()),)) == [PERSON]


def test_the_table_leaves_no_store_behind_that_it_did_not_ask_for(bothub: Bothub) -> None:
    event_list(bothub, (PERSON,))
    assert not store_path().exists()
