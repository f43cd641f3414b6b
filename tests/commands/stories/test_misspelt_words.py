"""A word that nobody knows is answered with the one that was perhaps meant, whatever kind of word it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer

Bothub = Callable[..., Any]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("sned", "'send'"),
        ("campaign lsit", "'list'"),
        ("send --txet Hi", "--text"),
        ("send-card --oriention vertical", "--orientation"),
        ("token show --raw gsm", "gsma"),
        ("send-card --height meduim", "medium"),
        ("sandbox act +33612345678 tpa", "tap"),
        ("token show --json --fields tokns", "tokens"),
        ("event list --json --fields nmuber", "number"),
        ("event trigger mesage", "message"),
        ("event wait --for delivred", "delivered"),
        ("event list --kind mesageStatus", "messageStatus"),
        ("message new crad", "card"),
        ("completion zhs", "zsh"),
        ("schema send-reslt", "send-result or sandbox-reset or listener-refusal"),
        ("help exitcodes", "'exit-codes'"),
        ("campaign check people.csv --template t.yaml --window 08:00-20:00 --tz Europe/Pari", "Europe/Paris"),
        ("campaign check people.csv --template t.yaml --map first_name=fist", "first"),
    ],
)
def test_the_word_that_was_perhaps_meant_is_named(
    bothub: Bothub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, meant: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text("to,first\n+33612345678,Ann\n")
    (tmp_path / "t.yaml").write_text("textMessage: Hi {{ first_name }}\n")
    ran = bothub(*words.split())
    assert f"id you mean {meant}?" in (ran.error["hint"] if "--json" in words else ran.err)


def test_a_campaign_is_named_by_its_near_name(bothub: Bothub, account: Any, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("to\n+33612345678\n")
    (tmp_path / "t.yaml").write_text("textMessage: Hi\n")
    files = (str(tmp_path / "people.csv"), "--template", str(tmp_path / "t.yaml"))
    assert bothub("campaign", "run", *files, "--name", "summer-sale").code == 0
    for words in (("report", "summer-sal"), ("status", "sumer-sale"), ("run", "--resume", "summersale")):
        assert "did you mean summer-sale? bothub campaign list" in bothub("campaign", *words).err


def test_the_faults_there_are_stand_in_the_refusal_of_another(bothub: Bothub) -> None:
    with SandboxServer() as sandbox:
        place = ("--api-base", sandbox.url)
        assert "did you mean 429-retry-after?" in bothub("sandbox", "fault", "add", "429-retry-aftr", *place).err
        assert "no fault is in force" in bothub("sandbox", "fault", "clear", "fault-1", *place).err
        assert bothub("sandbox", "fault", "add", "503", *place).code == 0
        assert "did you mean fault-1? there are fault-1" in bothub("sandbox", "fault", "clear", "falt-1", *place).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("event show abc", "'abc' is not a whole number"),
        ("event show 0", "0 is not at least 1"),
        ("sandbox inbox --limit 0", "0 is not 1 to 10000"),
        ("sandbox fault add slow --probability often", "'often' is not a number"),
    ],
)
def test_a_number_is_refused_in_words(bothub: Bothub, words: str, said: str) -> None:
    ran = bothub(*words.split())
    assert ran.code == 2
    assert said in ran.err
