"""Whatever takes a path says in the same words, with one exit code, why it cannot use it."""

import ctypes
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup

from bothub_cli.cli.group import make_group
from bothub_cli.cli.tree import TREE, Branch
from tests.conftest import Bothub

TO = "--to +33612345678"
RUN = "campaign run list.csv --template offer.yaml --map to=phone"
CHECK = "campaign check list.csv --template offer.yaml --map to=phone"
READ = {
    "send FILE": "send {}",
    "send --text-file": f"send {TO} --text-file {{}}",
    "send --to-file": "send --text Hi --to-file {}",
    "send --file": f"send {TO} --file {{}}",
    "send --audio": f"send {TO} --audio {{}}",
    "send --thumbnail": f"send {TO} --file picture.png --thumbnail {{}}",
    "send-card FILE": "send-card {}",
    "send-card --to-file": "send-card --title Hi --to-file {}",
    "send-card --media": f"send-card {TO} --title Hi --media {{}}",
    "send-card --thumbnail": f"send-card {TO} --title Hi --media picture.png --thumbnail {{}}",
    "file upload FILE": "file upload {}",
    "message check FILES": "message check {}",
    "message preview FILE": "message preview {}",
    "message convert FILE": "message convert {}",
    "suppression import FILE": "suppression import {}",
    "capability check NUMBERS": "capability check {}",
    "campaign check ROWS_RECIPIENTS": "campaign check {} --template offer.yaml",
    "campaign check --template": "campaign check list.csv --template {}",
    "campaign check --suppress": f"{CHECK} --suppress {{}}",
    "campaign check --not-on-file": f"{CHECK} --not-on-file {{}}",
    "campaign run ROWS_RECIPIENTS": "campaign run {} --template offer.yaml",
    "campaign run --template": "campaign run list.csv --template {}",
    "campaign run --suppress": f"{RUN} --suppress {{}}",
    "campaign run --not-on-file": f"{RUN} --not-on-file {{}}",
    "campaign status --journal": "campaign status --journal {}",
    "campaign report --journal": "campaign report --journal {}",
    "campaign retry --journal": "campaign retry --journal {}",
    "campaign handover --journal": "campaign handover --journal {} --done all",
    "campaign stop --journal": "campaign stop --journal {}",
    "campaign forget --journal": "campaign forget --journal {}",
    "campaign ledger rekey --former-key": "campaign ledger rekey --ledger postgresql://a@127.0.0.1:1/b --former-key {}",
    "event trigger --body": "event trigger message --to http://127.0.0.1:1/ --body {}",
    "event trigger --auth-token-file": "event trigger message --to http://127.0.0.1:1/ --auth-token-file {}",
    "event replay --auth-token-file": "event replay --to http://127.0.0.1:1/ --auth-token-file {}",
    "listen --auth-token-file": "listen --auth-token-file {}",
    "listen --forward-token-file": "listen --forward-to http://127.0.0.1:1/ --forward-token-file {}",
    "listen --forward-ca-bundle": "listen --forward-to https://127.0.0.1:1/ --forward-ca-bundle {}",
    "sandbox start --webhook-token-file": "sandbox start --webhook http://127.0.0.1:1/ --webhook-token-file {}",
    "login --client-secret-file": "login --client-id a --client-secret-file {} --no-input",
    "login --private-key-passphrase-file": "login --private-key-passphrase-file {} --no-input",
    "jwt verify --key": "jwt verify a.b.c --key {}",
    "jwt public-key --key": "jwt public-key --key {}",
    # shared by many commands, and read in one place
    "--private-key": "jwt create --private-key {}",
    "--authorization-file": "token show --authorization-file {}",
    "--ca-bundle": "token show --ca-bundle {}",
    "--access-token-file": "sandbox inbox --access-token-file {}",
    # no parameters of their own
    "profile set private_key": "profile set private_key={}",
    "profile set ca_bundle": "profile set ca_bundle={}",
}
MAY_BE_FOLDERS = {"listen --forward-ca-bundle", "--ca-bundle", "profile set ca_bundle"}
WRITTEN = {
    "message preview --html": "message preview offer.yaml --html {}",
    "message preview --svg": "message preview offer.yaml --svg {}",
    "campaign run --fallback-file": f"{RUN} --fallback-file {{}}",
    "campaign run --journal": f"{RUN} --journal {{}}",
    "campaign report --output": "campaign report --journal done.sqlite --format csv --output {}",
    "listen --log-file": "listen --port 0 --log-file {}",
    "sandbox start --store": "sandbox start --port 0 --store {}",
}
RUNNABLE = {
    "listen --exec": "listen --port 0 --exec {}",
    "campaign run --fallback-exec": f"{RUN} --fallback-exec {{}}",
}


def path_parameters(group: TyperGroup, words: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield each parameter of the tree that takes a path, as the tables above name it."""
    context = group.make_context("bothub", [], resilient_parsing=True)
    for name in group.list_commands(context):
        match group.get_command(context, name):
            case TyperGroup() as noun:
                yield from path_parameters(noun, (*words, name))
            case TyperCommand() as command:
                for parameter in command.params:
                    shown = parameter.make_metavar(context)
                    if re.search(r"\bFILE|RECIPIENTS|PATH\|", shown) and shown != "FILEID":
                        option = parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.opts[0].upper()
                        yield " ".join((*words, name, option))


def test_every_parameter_that_takes_a_path_is_tried_here() -> None:
    tried = READ.keys() | WRITTEN.keys() | RUNNABLE.keys()
    missing = [name for name in path_parameters(make_group("bothub", Branch("", TREE))) if name not in tried]
    assert [name for name in missing if name.rpartition(" ")[2] not in tried] == []


@contextmanager
def without_privileges() -> Iterator[None]:
    """Let root, too, be refused what a file's mode refuses (Linux: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH)."""
    if os.geteuid() != 0:
        yield
        return
    system = ctypes.CDLL(None)
    header, before, narrowed = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    assert system.capget(header, before) == system.capget(header, narrowed) == 0
    narrowed[0] &= ~0b110
    assert system.capset(header, narrowed) == 0
    try:
        yield
    finally:
        assert system.capset(header, before) == 0


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOTHUB_API_BASE", "http://127.0.0.1:1")  # nobody is asked anything
    monkeypatch.setenv("BOTHUB_BOT_ID", "bot@example.com")
    monkeypatch.setenv("BOTHUB_AUTHORIZATION", "Basic YTpi")
    monkeypatch.setenv("BOTHUB_PRIVATE_KEY", "picture.png")
    (tmp_path / "folder").mkdir()
    (tmp_path / "closed.png").write_bytes(b"x")
    (tmp_path / "closed.png").chmod(0)
    (tmp_path / "picture.png").write_bytes(bytes.fromhex("89504e470d0a1a0a"))
    (tmp_path / "list.csv").write_text("phone\n+33612345678\n")
    (tmp_path / "offer.yaml").write_text("textMessage: Hello\n")
    return tmp_path


def refusal(bothub: Bothub, line: str, path: str) -> tuple[int, str]:
    ran = bothub(*line.format(path).split())
    return ran.code, next(part for part in ran.err.splitlines() if part.startswith("error: "))


@pytest.mark.parametrize("name", READ)
def test_what_cannot_be_read_is_told_in_one_wording(bothub: Bothub, folder: Path, name: str) -> None:
    code, missing = refusal(bothub, READ[name], "nowhere.png")
    assert (code in {2, 6, 12}, missing.endswith("there is no such file")) == (True, True), missing
    assert refusal(bothub, READ[name], "list.csv/nowhere.png") == (code, missing.replace("nowhere", "list.csv/nowhere"))
    if name not in MAY_BE_FOLDERS:
        same_code, told = refusal(bothub, READ[name], "folder")
        assert (same_code, told.rpartition(": ")[2]) == (code, "is a directory")
    if sys.platform == "linux":
        with without_privileges():
            same_code, told = refusal(bothub, READ[name], "closed.png")
        assert (same_code, told.rpartition(": ")[2]) == (code, "may not be read by you")


@pytest.mark.parametrize("name", WRITTEN)
def test_what_cannot_be_written_is_told_in_one_wording(bothub: Bothub, folder: Path, name: str) -> None:
    if "done.sqlite" in WRITTEN[name]:
        assert bothub(*f"{RUN} --sandbox --journal done.sqlite".split()).code == 0
    code, told = refusal(bothub, WRITTEN[name], "list.csv/new.svg")
    assert (code in {2, 12}, told.rpartition(": ")[2]) == (True, "there is no folder for this file")
    same_code, told = refusal(bothub, WRITTEN[name], "folder")
    assert (same_code, told.rpartition(": ")[2]) == (code, "is a directory")


@pytest.mark.parametrize("name", RUNNABLE)
def test_what_cannot_be_run_is_told_in_one_wording(bothub: Bothub, folder: Path, name: str) -> None:
    (folder / "script").write_text("#!/bin/sh\n")
    said = {path: refusal(bothub, RUNNABLE[name], path)[1] for path in ("nowhere", "./nowhere", "./folder", "./script")}
    option = name.rpartition(" ")[2]
    assert said == {
        "nowhere": f"error: {option}: there is no program nowhere",
        "./nowhere": f"error: {option}: there is no program ./nowhere",
        "./folder": f"error: {option}: ./folder: is a directory",
        "./script": f"error: {option}: ./script: may not be run by you",
    }
