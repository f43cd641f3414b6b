"""No command of the tree repeats a secret, whatever way it was given: not on a stream, and in no file it leaves."""

import base64
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.cli.tree import TREE, Branch, Node
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings

Bothub = Callable[..., Any]
NUMBER = "+33612345678"
TOKENS = {f"BOTHUB_{name}_TOKEN": f"planted-{name}-Token-0815" for name in ("AUTH", "SANDBOX", "FORWARD")}

# The shortest that each command takes; those that serve until they are stopped are ended by a wrong argument.
WORDS = {
    "login": "", "logout": "", "profile list": "", "profile show": "--all", "profile use": "default",
    "profile set": "region=FR", "profile remove": "default --yes", "token show": "", "token refresh": "",
    "token clear": "", "jwt create": "", "jwt decode": "e30.e30.x", "jwt verify": "e30.e30.x", "jwt public-key": "",
    "send": f"--to {NUMBER} --text Hi", "send-card": f"--to {NUMBER} --title Hi", "typing": f"--to {NUMBER}",
    "message new": "text", "message check": "m.yaml", "message preview": "m.yaml", "message convert": "m.yaml",
    "message status": "Msg1", "message cancel": "Msg1", "message read": "Msg1", "file upload": "m.yaml",
    "file show": "f1", "file delete": "f1 --yes", "capability check": NUMBER, "listen": "--port 0 --forward-to nowhere",
    "event list": "", "event show": "1", "event wait": "--for delivered --timeout 0.1", "event chat": NUMBER,
    "event replay": "1", "event queue": "", "event trigger": "message --to http://127.0.0.1:9/x", "event purge": "",
    "suppression list": "", "suppression add": NUMBER, "suppression remove": NUMBER, "suppression import": "m.yaml",
    "suppression export": "", "campaign new": "offer", "campaign check": "people.csv -t m.yaml",
    "campaign run": "people.csv -t m.yaml --no-input", "campaign status": "", "campaign list": "",
    "campaign report": "", "campaign retry": "", "campaign handover": "", "campaign worker": "", "campaign stop": "",
    "campaign ledger init": "", "campaign ledger check": "", "campaign ledger rekey": "--lost --yes",
    "sandbox start": "--port 0 --host-name a --host 192.0.2.1",
    "sandbox status": "", "sandbox credentials": "", "sandbox inbox": "", "sandbox act": f"{NUMBER} text --text Hi",
    "sandbox numbers": "", "sandbox fault add": "", "sandbox fault list": "", "sandbox fault clear": "",
    "sandbox clock advance": "1h", "sandbox reset": "", "doctor": "", "explain": "42", "help": "", "schema": "error",
    "completion": "bash", "campaign forget": "",
}  # fmt: skip
ELSEWHERE = {"demo"}  # starts programs with an environment that has nothing of ours: test_child_processes
OWN_CREDENTIALS = {"sandbox start", "sandbox credentials"}  # a sandbox's credentials are no secret, and are asked for


def leaves(nodes: Mapping[str, Node], path: str = "") -> Iterator[str]:
    for name, node in nodes.items():
        if isinstance(node, Branch):
            yield from leaves(node.children, f"{path}{name} ")
        else:
            yield f"{path}{name}"


def test_the_table_has_every_command_of_the_tree() -> None:
    assert set(WORDS) | ELSEWHERE == set(leaves(TREE))


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    identity = SandboxIdentity.generate()
    with SandboxServer([identity], settings=SandboxSettings(rate_limits=RateLimits.off())) as running:
        yield running


class Plant:
    """The secrets of one bot, and the ways in which people give them."""

    def __init__(self, server: SandboxServer, directory: Path) -> None:
        identity = server.identity
        self.url, self.bot_id = server.url, identity.bot_id
        self.pem, self.header = identity.private_key_pem.reveal(), identity.authorization.reveal()
        self.client, _, self.client_secret = base64.b64decode(self.header[6:]).decode().partition(":")
        self.key_in_base64 = base64.b64encode(self.pem.encode()).decode()
        self.directory = directory
        directory.mkdir()
        for name, secret in (("key", self.pem), ("auth", self.header), *TOKENS.items()):
            (directory / name).write_text(secret)
            (directory / name).chmod(0o600)

    @property
    def pieces(self) -> list[str]:
        lines = [line for line in self.pem.splitlines() if "-----" not in line]
        parts = [self.key_in_base64[at : at + 40] for at in range(0, len(self.key_in_base64) - 40, 40)]
        return [self.header[6:], self.client_secret, *TOKENS.values(), *lines, *parts]

    def by_environment(self) -> dict[str, str]:
        return {"BOTHUB_AUTHORIZATION": self.header, "BOTHUB_PRIVATE_KEY": self.pem} | TOKENS

    def by_halves(self) -> dict[str, str]:
        halves = {"BOTHUB_CLIENT_ID": self.client, "BOTHUB_CLIENT_SECRET": self.client_secret}
        return halves | {"BOTHUB_PRIVATE_KEY": self.key_in_base64} | TOKENS

    def by_files(self) -> dict[str, str]:
        files = {"BOTHUB_AUTHORIZATION_FILE": "auth", "BOTHUB_PRIVATE_KEY": "key"} | {f"{n}_FILE": n for n in TOKENS}
        return {name: str(self.directory / file) for name, file in files.items()}

    def by_programs(self) -> dict[str, str]:
        show = "import sys; print(open(sys.argv[1]).read())"
        names = {"BOTHUB_AUTHORIZATION_COMMAND": "auth", "BOTHUB_PRIVATE_KEY_COMMAND": "key"}
        return {name: shlex.join([sys.executable, "-c", show, str(self.directory / f)]) for name, f in names.items()}

    def where_a_path_belongs(self) -> dict[str, str]:
        damaged = f"{self.key_in_base64[:700]}!!{self.key_in_base64[702:]}"
        files = {f"{name}_FILE": token for name, token in TOKENS.items()}
        return {"BOTHUB_AUTHORIZATION_FILE": self.header, "BOTHUB_PRIVATE_KEY": damaged} | files

    def where_anything_else_belongs(self) -> dict[str, str]:
        wrong = {"BOTHUB_PROFILE": self.header[6:], "BOTHUB_REGION": self.key_in_base64, "BOTHUB_TIMEOUT": self.header}
        return wrong | {"BOTHUB_CA_BUNDLE": self.header[6:]}


WAYS: dict[str, Callable[[Plant], dict[str, str]]] = {
    "environment": Plant.by_environment, "halves": Plant.by_halves, "files": Plant.by_files,
    "programs": Plant.by_programs, "path": Plant.where_a_path_belongs, "elsewhere": Plant.where_anything_else_belongs,
}  # fmt: skip
IN_BOTH_FORMS = ("environment", "path", "elsewhere")  # where errors differ: a run takes a tenth of a second
# What may hold secrets, for the owner's eyes: kept tokens and keys, and the file that says that it is one.
KEPT = ("secrets.toml", ".pem", ".tokens")


@pytest.fixture
def plant(server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    work = tmp_path / "work"
    work.mkdir()
    (work / "m.yaml").write_text("textMessage: Hi\n")
    (work / "people.csv").write_text(f"to\n{NUMBER}\n")
    monkeypatch.chdir(work)
    return Plant(server, tmp_path / "planted")


def check(plant: Plant, tmp_path: Path, shown: str) -> None:
    assert [piece for piece in plant.pieces if piece in shown] == []
    for path in tmp_path.rglob("*"):
        if path.is_file() and plant.directory not in path.parents and not path.name.endswith(KEPT):
            left = path.read_bytes()
            assert [piece for piece in plant.pieces if piece.encode() in left] == [], path


@pytest.mark.parametrize("command", [name for name in WORDS if name not in OWN_CREDENTIALS])
def test_no_command_repeats_a_secret_by_whatever_way_it_came(
    bothub: Bothub, plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("BOTHUB_API_BASE", plant.url)
    monkeypatch.setenv("BOTHUB_BOT_ID", plant.bot_id)
    for name_of_way, way in WAYS.items():
        with monkeypatch.context() as given:
            for name, value in way(plant).items():
                given.setenv(name, value)
            for form in [[], ["--json"]] if name_of_way in IN_BOTH_FORMS else [[]]:
                argv = [*command.split(), *WORDS[command].split(), *form]
                ran = bothub(*argv, *(["-vv"] if takes_verbose(bothub, command) else []))
                assert ran.code != 1, ran.err  # no bug
                check(plant, tmp_path, ran.out + ran.err)


@pytest.mark.parametrize("command", [name for name in WORDS if name not in OWN_CREDENTIALS])
def test_no_command_repeats_a_secret_of_its_profile(
    bothub: Bothub, plant: Plant, tmp_path: Path, server: SandboxServer, command: str
) -> None:
    identity = server.identity
    profile = Profile(
        name="default", bot_id=identity.bot_id, authorization=identity.authorization,
        private_key=plant.directory / "key", api_base=server.url,
    )  # fmt: skip
    ProfileStore(tmp_path / "config").save(profile, key_pem=identity.private_key_pem.reveal().encode())
    verbose = ["-vv"] if takes_verbose(bothub, command) else []
    ran = bothub(*command.split(), *WORDS[command].split(), *verbose)
    assert ran.code != 1, ran.err
    check(plant, tmp_path, ran.out + ran.err)


_VERBOSE: dict[str, bool] = {}


def takes_verbose(bothub: Bothub, command: str) -> bool:
    if command not in _VERBOSE:
        _VERBOSE[command] = "--verbose" in bothub(*command.split(), "--help").out
    return _VERBOSE[command]


FORMS: dict[str, Callable[[str], str]] = {
    "base64": lambda pem: base64.b64encode(pem.encode()).decode(),
    "body alone": lambda pem: "".join(pem.splitlines()[1:-1]),
    "written line ends": lambda pem: pem.replace("\n", "\\n"),
    "doubly written line ends": lambda pem: pem.replace("\n", "\\\\n"),
    "written CRLF": lambda pem: pem.replace("\n", "\\r\\n"),
    "spaces": lambda pem: pem.replace("\n", " "),
    "in quotes": lambda pem: f'"{pem}"',
    "quoted in a mail": lambda pem: "".join(f"> {line}\n" for line in pem.splitlines()),
    "blank lines": lambda pem: pem.replace("\n", "\n\n"),
}


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "damaged"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_key_in_every_form_is_taken_or_refused_without_a_character_of_it(
    bothub: Bothub, plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    form: Callable[[str], str], is_whole: bool,
) -> None:  # fmt: skip
    for name, value in (plant.by_environment() | {"BOTHUB_API_BASE": plant.url}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BOTHUB_BOT_ID", plant.bot_id)
    text = form(plant.pem)
    text = text if is_whole else f"{text[: len(text) // 2]}!!{text[len(text) // 2 + 2 :]}"
    parts = [text[at : at + 24] for at in range(0, len(text) - 24, 24) if text[at : at + 24].strip().isalnum()]
    monkeypatch.setenv("BOTHUB_PRIVATE_KEY", text)
    for argv in (["doctor", "-vv"], ["profile", "show"], ["jwt", "create", "--json"], ["jwt", "public-key", "-vv"]):
        ran = bothub(*argv)
        is_needed = argv[0] != "profile"
        assert ran.code == (0 if is_whole or not is_needed else 6), ran.err
        assert [part for part in parts if part in ran.out + ran.err] == []
        check(plant, tmp_path, ran.err if argv[:2] == ["jwt", "public-key"] else ran.out + ran.err)


@pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="reads the processes of Linux")  # noqa: PTH110
@pytest.mark.parametrize("argv", [("listen", "--port", "0"), ("sandbox", "start", "--port", "0")], ids=" ".join)
def test_a_server_repeats_no_secret_of_others_and_shows_none_in_the_process_list(
    plant: Plant, tmp_path: Path, argv: tuple[str, ...]
) -> None:
    import subprocess

    environ = {**os.environ, **plant.by_environment(), "BOTHUB_API_BASE": plant.url, "BOTHUB_BOT_ID": plant.bot_id}
    command = [sys.executable, "-m", "bothub_cli", *argv, "-vv"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready
            listed = Path(f"/proc/{process.pid}/cmdline").read_text()
        finally:
            process.terminate()
        said, _ = process.communicate(timeout=60)
    check(plant, tmp_path, ready + said + listed)
