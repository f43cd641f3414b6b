"""The recipes of the manual are taken by the programs that they are for, as far as those are on this machine."""

import json
import re
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.commands.webhooks import run_listen
from tests.events.samples import text_event
from tests.manual.test_examples import ROOT
from tests.waiting import wait_until

MANUAL = ROOT / "bothub_cli" / "manual"


def _block(page: str, language: str) -> str:
    found = re.search(
        rf"^```{language}\n(.*?)^```$", (MANUAL / f"{page}.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found is not None
    return found[1]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "bothub-listen.service"
    unit.write_text(
        _block("systemd", "ini").replace("/usr/local/bin/bothub", str(Path(sys.executable).with_name("bothub")))
    )
    ran = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    complaints = [line for line in ran.stderr.splitlines() if "bothub-listen" in line]
    assert complaints == []


@pytest.mark.skipif(
    shutil.which("nginx") is None or shutil.which("openssl") is None, reason="nginx or openssl is not installed"
)
def test_nginx_in_front_brings_the_event_over_tls_and_says_who_sent_it(tmp_path: Path) -> None:
    pem, key = tmp_path / "bot.pem", tmp_path / "bot.key"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(pem)]
    subprocess.run([*request, *names], check=True, capture_output=True)
    (tmp_path / "token").write_text("s3cret-token-of-the-platform")
    with run_listen("--auth-token-file", str(tmp_path / "token")) as listening:
        port = _free_port()
        server = (
            _block("systemd", "nginx")
            .replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
            .replace("/etc/ssl/bot.example.pem", str(pem))
            .replace("/etc/ssl/private/bot.example.key", str(key))
            .replace("http://127.0.0.1:8809", listening.url.removesuffix("/webhook"))
        )
        (tmp_path / "nginx.conf").write_text(
            f"pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log; daemon off; events {{}}\n"
            f"http {{ access_log off; {_temporary(tmp_path)}\n{server} }}\n"
        )
        with subprocess.Popen(["nginx", "-c", tmp_path / "nginx.conf", "-e", tmp_path / "error.log"]) as nginx:
            try:
                trusted = ssl.create_default_context(cafile=str(pem))
                url = f"https://127.0.0.1:{port}/webhook"
                wait_until(lambda: _post(url, "wrong", trusted) == 401, what="nginx passes the call on")
                assert _post(url, "s3cret-token-of-the-platform", trusted) == 200
                refusal, event = listening.next(), listening.next()
                assert refusal["senders"] == ["127.0.0.1 (by way of 127.0.0.1)"]
                assert event["text"] == "hello"
            finally:
                nginx.terminate()


def _temporary(directory: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{kind}_temp_path {directory}/{kind};" for kind in kinds)


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _post(url: str, token: str, context: ssl.SSLContext) -> int:
    data = json.dumps(text_event("m1", "hello")).encode()
    request = urllib.request.Request(url, data=data, headers={"Authorization": token})
    try:
        with urllib.request.urlopen(request, timeout=30, context=context) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
    except urllib.error.URLError:
        return 0


def test_the_dockerfile_is_short_and_compose_understands_the_file(tmp_path: Path) -> None:
    assert len(_block("containers", "dockerfile").splitlines()) < 20
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed")
    (tmp_path / "compose.yaml").write_text(_block("containers", "yaml"))
    (tmp_path / "webhook-token").write_text("token")
    command = [docker, "compose", "--profile", "test", "config", "--format", "json"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert set(json.loads(ran.stdout)["services"]) == {"listen", "sandbox"}


@pytest.mark.parametrize("service", ["listen", "sandbox"])
def test_the_commands_of_the_services_are_commands(service: str) -> None:
    from yaml import safe_load

    command = [str(word) for word in safe_load(_block("containers", "yaml"))["services"][service]["command"]]
    words = command[:2] if service == "sandbox" else command[:1]
    ran = subprocess.run(
        [Path(sys.executable).with_name("bothub"), *words, "--help"], capture_output=True, text=True, check=True
    )
    options = [word for word in command if word.startswith("--")]
    assert [option for option in options if option not in ran.stdout] == []
