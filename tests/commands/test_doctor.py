"""``doctor`` walks the chain that a message depends on, and says what helps where it breaks."""

import os
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest

from bothub_cli.commands.doctor import find_old_libraries
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from tests.commands.webhooks import fill_store
from tests.events.samples import text_event

Bothub = Callable[..., Any]
NOBODY = 65534


def _states(document: Any) -> dict[str, str]:
    return {link["name"]: link["state"] for link in document["links"]}


def test_a_broken_configuration_is_the_first_link(bothub: Bothub, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text("this is no TOML")
    ran = bothub("doctor", "--json")
    assert ran.code == 12
    assert _states(ran.json) == {"configuration": "failed"}


def test_without_a_network_the_exit_code_is_the_network_s(
    bothub: Bothub, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTHUB_API_BASE", "http://127.0.0.1:9")
    ran = bothub("doctor", "--json")
    states = _states(ran.json)
    assert ran.code == 5
    assert (states["network"], states["orange_token"], states["gsma_token"]) == ("failed", "failed", "skipped")
    assert (states["private key"], states["assertion"]) == ("ok", "ok")


def test_a_key_that_is_none_is_named_and_the_rest_is_skipped(
    bothub: Bothub, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "wrong.pem").write_text("no key")
    monkeypatch.setenv("BOTHUB_PRIVATE_KEY", str(tmp_path / "wrong.pem"))
    ran = bothub("doctor", "--json")
    states = _states(ran.json)
    assert ran.code == 6
    assert (states["private key"], states["assertion"], states["gsma_token"]) == ("failed", "skipped", "skipped")
    assert states["orange_token"] == "ok"


def test_another_bot_s_key_is_found_at_the_last_link(
    bothub: Bothub, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "other.pem").write_text(SandboxIdentity.generate().private_key_pem.reveal())
    monkeypatch.setenv("BOTHUB_PRIVATE_KEY", str(tmp_path / "other.pem"))
    ran = bothub("doctor", "--json")
    assert ran.code == 4
    assert _states(ran.json)["gsma_token"] == "failed"


def test_a_key_that_others_may_read_is_a_warning(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    (tmp_path / "bot.pem").chmod(0o644)
    ran = bothub("doctor", "--json")
    assert ran.code == 0
    assert _states(ran.json)["private key"] == "warning"


def test_nobody_logged_in_is_told_to_log_in(bothub: Bothub) -> None:
    ran = bothub("doctor", "--api-base", "http://127.0.0.1:9", "--json")
    hints = {link["name"]: link["hint"] for link in ran.json["links"]}
    assert hints["bot ID"] == "bothub login"


def test_a_whole_chain_is_fine_and_shows_no_secret(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("doctor")
    assert ran.code == 0
    assert "everything that a message needs is there" in ran.out
    assert sandbox.identity.authorization.reveal() not in ran.out


def test_the_sandbox_inside_the_process_is_healthy(bothub: Bothub) -> None:
    assert set(_states(bothub("doctor", "--sandbox", "--json").json).values()) == {"ok"}


@pytest.mark.parametrize(
    ("requirement", "version", "said"),
    [
        ("filelock>=3.20.3", "3.15.1", ["filelock 3.15.1 is older than 3.20.3"]),
        ("filelock>=3.20.3", "3.20.3", []),
        ("starlette<2,>=0.49.1; extra == 'server'", "0.49", ["starlette 0.49 is older than 0.49.1"]),
        ("python-jose[cryptography]<4,>=3.5", "3.10.0", []),
        ("jinja2<4,>=3.1.6; extra == 'bulk'", None, []),
        ("types-PyYAML; extra == 'dev'", "6", []),
    ],
)
def test_a_library_that_is_older_than_its_bound_is_named(
    requirement: str, version: str | None, said: list[str]
) -> None:
    assert list(find_old_libraries([requirement], version_of=lambda _: version)) == said


def test_the_libraries_are_a_link_of_their_own(bothub: Bothub, sandbox: SandboxServer) -> None:
    links = {link["name"]: link["state"] for link in bothub("doctor", "--json").json["links"]}
    assert links["libraries"] in {"ok", "warning"}


def _explain_list(bothub: Bothub) -> tuple[str, str]:
    links = {link["name"]: link for link in bothub("doctor", "--json").json["links"]}
    return links["suppression list"]["state"], links["suppression list"]["explanation"]


def test_who_gets_nothing_is_counted_and_so_are_texts_that_a_person_should_look_at(
    bothub: Bothub, sandbox: SandboxServer
) -> None:
    assert _explain_list(bothub) == ("ok", "nobody is on it")
    fill_store(text_event("m1", "STOP", number="+33612345601"))
    bothub("suppression", "add", "+33612345602")
    bothub("suppression", "import", "-", stdin=b"+33612345603\n")
    assert _explain_list(bothub) == ("ok", "3 on it: 1 said so, 1 by hand, 1 imported")
    fill_store(text_event("m2", "I want to stop this", number="+33612345604"))
    state, explanation = _explain_list(bothub)
    assert (state, "1 text was perhaps meant as STOP" in explanation) == ("warning", True)
    bothub("suppression", "add", "+33612345604")
    assert _explain_list(bothub) == ("ok", "4 on it: 1 said so, 2 by hand, 1 imported")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="makes files as another user")
def test_an_event_store_that_sudo_left_is_found_with_the_ways_out(
    bothub: Bothub, sandbox: SandboxServer, tmp_path: Path
) -> None:
    assert bothub("suppression", "add", "+33612345601").code == 0
    assert bothub("doctor").code == 0  # what is loaded now need not be readable for the other user
    for directory in takewhile(lambda directory: directory != Path(gettempdir()), (tmp_path, *tmp_path.parents)):
        directory.chmod(0o755)
    (tmp_path / "config").mkdir(exist_ok=True)
    for path in (tmp_path / "config", *(tmp_path / "config").rglob("*"), tmp_path / "bot.pem"):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        ran = bothub("doctor", "--json")
    finally:
        os.seteuid(0)
    assert ran.code == 12
    [state] = [link for link in ran.json["links"] if link["name"] == "state"]
    assert "belongs to root, who has run bothub here (sudo?)" in state["explanation"]
    assert "sudo chown -R" in state["hint"]
    assert "--no-record" in state["hint"]
