"""A key in every form in which people keep one is taken in every way to give it, and none repeats a character of it."""

import base64
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.state.bots import SandboxIdentity

Bothub = Callable[..., Any]

FORMS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "base64": lambda pem: base64.b64encode(pem.encode()),
    "base64 in lines": lambda pem: base64.encodebytes(pem.encode()),
    "body alone": lambda pem: "".join(pem.splitlines()[1:-1]).encode(),
    "written line ends": lambda pem: pem.replace("\n", "\\n").encode(),
    "doubly written line ends": lambda pem: pem.replace("\n", "\\\\n").encode(),
    "written CRLF": lambda pem: pem.replace("\n", "\\r\\n").encode(),
    "CRLF": lambda pem: pem.replace("\n", "\r\n").encode(),
    "spaces": lambda pem: pem.replace("\n", " ").encode(),
    "in quotes": lambda pem: f'"{pem}"'.encode(),
    "quoted in a mail": lambda pem: "".join(f"> {line}\n" for line in pem.splitlines()).encode(),
    "blank lines": lambda pem: pem.replace("\n", "\n\n").encode(),
    "UTF-16": lambda pem: pem.encode("utf-16"),
    "UTF-16 without its mark": lambda pem: pem.encode("utf-16-le"),
    "UTF-8 with a mark": lambda pem: pem.encode("utf-8-sig"),
}
IN_A_VARIABLE = {name for name in FORMS if not name.startswith("UTF-16")}  # a variable holds no NUL


@pytest.fixture(scope="module")
def pem() -> str:
    return SandboxIdentity.generate().private_key_pem.reveal()


def by_file(bothub: Bothub, content: bytes, folder: Path, given: pytest.MonkeyPatch) -> Any:
    (folder / "key").write_bytes(content)
    (folder / "key").chmod(0o600)
    return bothub("jwt", "public-key", "--private-key", str(folder / "key"))


def by_standard_input(bothub: Bothub, content: bytes, folder: Path, given: pytest.MonkeyPatch) -> Any:
    return bothub("jwt", "public-key", "--private-key", "-", stdin=content)


def by_program(bothub: Bothub, content: bytes, folder: Path, given: pytest.MonkeyPatch) -> Any:
    (folder / "key").write_bytes(content)
    show = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
    given.setenv("BOTHUB_PRIVATE_KEY_COMMAND", shlex.join([sys.executable, "-c", show, str(folder / "key")]))
    return bothub("jwt", "public-key")


def by_variable(bothub: Bothub, content: bytes, folder: Path, given: pytest.MonkeyPatch) -> Any:
    given.setenv("BOTHUB_PRIVATE_KEY", content.decode())
    return bothub("jwt", "public-key")


@pytest.mark.parametrize("way", [by_file, by_standard_input, by_program, by_variable], ids=lambda way: way.__name__)
def test_every_form_is_taken_in_every_way(
    bothub: Bothub, pem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Callable[..., Any]
) -> None:
    public = by_file(bothub, pem.encode(), tmp_path, monkeypatch).out
    assert public.startswith("-----BEGIN PUBLIC KEY-----")
    for name, form in FORMS.items():
        if way is by_variable and name not in IN_A_VARIABLE:
            continue
        whole = form(pem)
        ran = way(bothub, whole, tmp_path, monkeypatch)
        assert (ran.code, ran.out) == (0, public), f"{name}: {ran.err}"
        if way is by_program:
            continue  # each run takes a process; a damaged one is told by the same words as a file's
        damaged = whole[: len(whole) // 2] + b"!!" + whole[len(whole) // 2 + 2 :]
        ran = way(bothub, damaged, tmp_path, monkeypatch)
        assert ran.code != 0, name
        parts = [line for line in pem.splitlines() if "-----" not in line]
        assert [part for part in parts if part[:24] in ran.out + ran.err] == [], name
