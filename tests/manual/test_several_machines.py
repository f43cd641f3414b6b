"""The recipes of the page on several machines are what their programs take."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]  # it has no types
import pytest
import yaml

MANUAL = Path(__file__).parents[2] / "bothub_cli" / "manual"
PAGE, CONTAINERS = ((MANUAL / name).read_text("utf-8") for name in ("several-machines.md", "containers.md"))
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
COMPOSE, KUBERNETES = (text for kind, text in BLOCKS if kind == "yaml")
MANIFESTS: list[Any] = list(yaml.safe_load_all(KUBERNETES))


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: str(manifest["kind"]))
def test_kubernetes_takes_the_manifest(manifest: Any) -> None:
    kubernetes_validate.validate(manifest, "1.29", strict=True)


def test_a_misspelt_member_of_a_manifest_would_be_found() -> None:
    wrong = MANIFESTS[0] | {"spec": MANIFESTS[0]["spec"] | {"paralelism": 4}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.29", strict=True)


def test_every_secret_of_the_compose_file_is_declared() -> None:
    compose = yaml.safe_load(COMPOSE)
    used = {name for service in compose["services"].values() for name in service["secrets"]}
    assert used == set(compose["secrets"])


def test_the_image_of_the_compose_file_has_what_a_worker_needs_and_its_user_may_read_the_secrets() -> None:
    [image] = re.findall(r"```dockerfile\n(.*?)```", CONTAINERS, re.DOTALL)
    assert {"bulk", "cluster"} <= set(re.findall(r"bothub-rcs\[([a-z,]+)\]", image)[0].split(","))
    [user] = re.findall(r"useradd .*--uid (\d+)", image)
    compose = yaml.safe_load(COMPOSE)
    assert compose["services"]["worker"]["build"] == "."
    [owned] = re.findall(rf"chown {user} (.*)", PAGE)
    assert set(owned.split()) == {
        compose["secrets"][name]["file"].removeprefix("./") for name in compose["services"]["worker"]["secrets"]
    }


def test_every_worker_of_kubernetes_is_told_its_ledger_and_its_bot() -> None:
    made = dict(re.findall(r"create secret generic (\S+) ((?:.|\\\n)*?[^\\])\n", PAGE))
    for manifest in MANIFESTS:
        pod = manifest["spec"]["template"]["spec"]
        [worker] = pod["containers"]
        variables = set(re.findall(r"=([A-Z_]+)=", made[worker["envFrom"][0]["secretRef"]["name"]]))
        variables |= {each["name"] for each in worker["env"]}
        assert {"BOTHUB_LEDGER", "BOTHUB_BOT_ID", "BOTHUB_AUTHORIZATION", "BOTHUB_PRIVATE_KEY"} <= variables
        [mounted] = worker["volumeMounts"]
        assert worker["env"][0]["value"] == f"{mounted['mountPath']}/bot.pem"
        assert made[pod["volumes"][0]["secret"]["secretName"]] == "--from-file=bot.pem"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this system has no systemd")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "bothub-worker@.service"
    unit.write_text(next(text for kind, text in BLOCKS if kind == "ini"))
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_starts_a_worker_and_gives_it_time_to_drain() -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # names of units have capitals
    unit.read_string(next(text for kind, text in BLOCKS if kind == "ini"))
    assert unit["Service"]["ExecStart"].endswith("bothub campaign worker")
    assert int(unit["Service"]["TimeoutStopSec"]) >= 60
    assert unit["Service"]["SuccessExitStatus"] == "143"


def test_each_secret_that_the_unit_names_is_handed_to_its_user() -> None:
    unit = next(text for kind, text in BLOCKS if kind == "ini")
    assert "DynamicUser=yes" in unit
    handed = set(re.findall(r"^LoadCredential=(\S+):/etc/bothub/\1$", unit, re.MULTILINE))
    assert handed == set(re.findall(r"=%d/(\S+)", unit)) == {"bot.pem", "authorization", "pgpass"}
