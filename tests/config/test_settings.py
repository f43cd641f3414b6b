"""Which of flag, environment, project file, profile and default counts, and that each value knows where it is from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bothub_cli.config.key_source import InlineKey, KeyFile
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.config.settings import Settings, resolve
from bothub_cli.config.sources import FlagValue
from bothub_cli.errors import ConfigurationError, InputRefusedError, UsageError
from bothub_cli.redaction import Secret

HEADER_A = "Basic YTpwbGFudGVkLWE="  # a:planted-a
HEADER_B = "Basic YjpwbGFudGVkLWI="  # b:planted-b


class Machine:
    """A machine with its environment, its profiles and a folder to work in."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self.environ = environ
        self.folder = folder
        self.store = ProfileStore(Path(environ["BOTHUB_CONFIG_DIR"]))

    def project(self, text: str) -> Path:
        path = self.folder.parent.parent / ".bothub.toml"
        path.write_text(text)
        return path

    def settings(self, **flags: FlagValue) -> Settings:
        return resolve(flags=flags, environ=self.environ, cwd=self.folder)

    def login_settings(self, **flags: FlagValue) -> Settings:
        return resolve(flags=flags, environ=self.environ, cwd=self.folder, purpose="login")


@pytest.fixture
def machine(environ: dict[str, str], folder: Path) -> Machine:
    return Machine(environ, folder)


# --- what is refused


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("timeout", "soon", '--timeout: "soon" is no duration'),
        ("api_base", "http://api.example", "--api-base: expected https"),
        ("output", "xml", "--output: expected human or json"),
        ("region", "France", "--region: expected the two letters"),
        ("ca_bundle", "nowhere.pem", "nowhere.pem: there is no such file"),
        ("profile", "shop", "--profile: there is no profile 'shop'; there are no profiles yet"),
        ("authorization_file", "nowhere", "--authorization-file: there is no such file"),
        ("client_id", "me", "--client-id is given without --client-secret"),
        ("private_key", "-----BEGIN PRIVATE KEY-----\nplanted", "takes the path of a file, not the key"),
    ],
)
def test_a_wrong_flag_is_usage_and_named(machine: Machine, name: str, value: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        machine.settings(**{name: value})
    assert words in caught.value.message
    assert "planted" not in caught.value.message


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("BOTHUB_TIMEOUT", "soon", 'BOTHUB_TIMEOUT: "soon" is no duration'),
        ("BOTHUB_API_BASE", "http://api.example", "BOTHUB_API_BASE: expected https"),
        ("BOTHUB_NO_INPUT", "perhaps", "BOTHUB_NO_INPUT: expected true or false"),
        ("BOTHUB_PROFILE", "shop", "BOTHUB_PROFILE: there is no profile 'shop'"),
        ("BOTHUB_AUTHORIZATION", "Bearer planted", "BOTHUB_AUTHORIZATION: the authorization is a Bearer token"),
        ("BOTHUB_AUTHORIZATION_FILE", "nowhere", "BOTHUB_AUTHORIZATION_FILE: "),
        ("BOTHUB_CLIENT_ID", "me", "BOTHUB_CLIENT_ID is given without BOTHUB_CLIENT_SECRET"),
        ("BOTHUB_CLIENT_SECRET", "planted", "BOTHUB_CLIENT_SECRET is given without BOTHUB_CLIENT_ID"),
    ],
)
def test_a_wrong_variable_is_usage_and_named(machine: Machine, variable: str, value: str, words: str) -> None:
    machine.environ[variable] = value
    with pytest.raises(UsageError) as caught:
        machine.settings()
    assert words in caught.value.message
    assert "planted" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("authorization = 'Basic planted'", ", line 1: authorization: a secret does not belong in a project file"),
        ("\npassword = 'planted'", ", line 2: password: a secret does not belong"),
        ("private_key = '-----BEGIN RSA PRIVATE KEY-----planted'", "a private key does not belong"),
        ("proxy = 'http://me:planted@proxy.example'", "a password does not belong"),
        ("ignored_words = 'stop'", "ignored_words: a project file may not decide this"),
        ("start_words = 'hello'", "start_words: a project file may not decide this"),
        ("log_content = true", "log_content: a project file may not decide this"),
        ("keep_texts = true", "keep_texts: a project file may not decide this"),
        ("ca_bundle = 'mine.pem'", "ca_bundle: a project file may not decide this"),
        ("timeout = true", ", line 1: timeout: expected a number of seconds, or a duration in quotes, found true"),
        ("profile = 'shop'", ", line 1: there is no profile 'shop'"),
        ("timeout 5", ", line 1, column 9: is not TOML"),
    ],
)
def test_a_wrong_project_file_is_configuration_with_its_line(machine: Machine, text: str, words: str) -> None:
    path = machine.project(text)
    with pytest.raises(ConfigurationError) as caught:
        machine.settings()
    assert caught.value.message.startswith(str(path))
    assert words in caught.value.message
    assert "planted" not in caught.value.message


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_certificates_of_the_whole_machine_are_trusted_where_nothing_else_is_said(
    machine: Machine, variable: str
) -> None:
    machine.environ |= {variable: "company.pem", "BOTHUB_CA_BUNDLE": ""}
    (machine.folder / "own.pem").touch()
    found, own = machine.settings().ca_bundle, machine.settings(ca_bundle="own.pem").ca_bundle
    assert (found.value, str(found.origin)) == (machine.folder / "company.pem", variable)
    assert own.value == machine.folder / "own.pem"


def test_of_several_variables_for_certificates_the_one_of_requests_counts(machine: Machine) -> None:
    machine.environ |= {"SSL_CERT_FILE": "/c.pem", "CURL_CA_BUNDLE": "/b.pem", "REQUESTS_CA_BUNDLE": "/a.pem"}
    assert machine.settings().ca_bundle.value == Path("/a.pem")


def test_a_secret_given_twice_is_refused(machine: Machine) -> None:
    machine.environ |= {"BOTHUB_AUTHORIZATION": HEADER_A, "BOTHUB_AUTHORIZATION_FILE": "x"}
    with pytest.raises(UsageError, match="BOTHUB_AUTHORIZATION and BOTHUB_AUTHORIZATION_FILE are both set"):
        machine.settings()


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "is empty"), (b"\n", "is empty"), (b"\xff", "not UTF-8"), (b"x" * 70_000, "too large")]
)
def test_a_secret_file_with_nothing_usable_is_refused(machine: Machine, content: bytes, words: str) -> None:
    (machine.folder / "secret").write_bytes(content)
    with pytest.raises(UsageError, match=words):
        machine.settings(authorization_file="secret")


def test_a_default_profile_that_is_gone_is_said(machine: Machine) -> None:
    machine.store.save(Profile(name="shop"))
    machine.store.config_path.write_text(machine.store.config_path.read_text().replace('"shop"', '"shoop"'))
    with pytest.raises(ConfigurationError, match="there is no profile 'shoop'; the profiles are: shop"):
        machine.settings()


def test_a_passphrase_file_that_is_gone_names_the_profile(machine: Machine) -> None:
    machine.store.save(Profile(name="shop", private_key_passphrase_file=Path("/nowhere/pass")))
    with pytest.raises(ConfigurationError, match="profile shop: /nowhere/pass: there is no such file"):
        machine.settings()


def test_a_damaged_authorization_in_a_profile_says_how_to_replace_it(machine: Machine) -> None:
    machine.store.save(Profile(name="shop", authorization=Secret("Bearer planted")))
    with pytest.raises(ConfigurationError, match="profile shop: the authorization is a Bearer token") as caught:
        machine.settings()
    assert caught.value.remedy == "bothub login --profile shop"


def test_a_client_id_with_a_colon_is_refused(machine: Machine) -> None:
    with pytest.raises(InputRefusedError, match="colon"):
        machine.settings(client_id="a:b", client_secret=Secret("s"))


# --- what counts


def test_with_nothing_said_every_value_is_the_default(machine: Machine) -> None:
    settings = machine.settings()
    assert {str(setting.origin) for _, setting in settings.each()} == {"default"}
    assert settings.api_base.value == settings.auth_base.value == "https://api.orange.com"
    assert (settings.timeout.value, settings.output.value, settings.no_input.value) == (30.0, "human", False)
    assert settings.profile.value == "default"


def test_each_place_yields_to_the_one_before_it(machine: Machine) -> None:
    machine.store.save(Profile(name="shop", timeout=1.0))
    told = [machine.settings().timeout]
    project = machine.project("timeout = 2")
    told.append(machine.settings().timeout)
    machine.environ["BOTHUB_TIMEOUT"] = "3"
    told.append(machine.settings().timeout)
    told.append(machine.settings(timeout="4").timeout)
    assert [(setting.value, str(setting.origin)) for setting in told] == [
        (1.0, "profile shop"),
        (2.0, f"{project}, line 1"),
        (3.0, "BOTHUB_TIMEOUT"),
        (4.0, "--timeout"),
    ]


def test_an_empty_variable_counts_as_not_set(machine: Machine) -> None:
    machine.environ |= {"BOTHUB_TIMEOUT": "", "BOTHUB_AUTHORIZATION": "", "BOTHUB_PROFILE": "", "BOTHUB_BOT_ID": ""}
    assert machine.settings().timeout.value == 30.0


def test_a_false_from_a_nearer_place_beats_a_true(machine: Machine) -> None:
    machine.store.save(Profile(name="shop", no_input=True))
    machine.environ["BOTHUB_NO_INPUT"] = "0"
    assert machine.settings().no_input.value is False


def test_the_nearest_project_file_above_the_folder_counts(machine: Machine) -> None:
    machine.project("region = 'FR'\ntraffic_type = 'payment'")
    (machine.folder.parent / ".bothub.toml").write_text("region = 'BE'")
    settings = machine.settings()
    assert (settings.region.value, settings.traffic_type.value) == ("BE", "advertisement")


def test_paths_hang_under_the_place_where_they_are_written(machine: Machine) -> None:
    assert machine.settings(private_key="bot.pem").private_key.value == KeyFile(path=machine.folder / "bot.pem")


def test_the_environment_alone_is_enough_and_nothing_is_written(machine: Machine) -> None:
    machine.environ |= {
        "BOTHUB_BOT_ID": "bot",
        "BOTHUB_AUTHORIZATION": HEADER_A,
        "BOTHUB_PRIVATE_KEY": "/keys/bot.pem",
        "BOTHUB_PRIVATE_KEY_PASSPHRASE": "planted",
        "BOTHUB_API_BASE": "http://127.0.0.1:8080",
    }
    settings = machine.settings()
    assert settings.authorization.value == Secret(HEADER_A)
    assert settings.private_key_passphrase.value == Secret("planted")
    assert settings.auth_base.value == "http://127.0.0.1:8080"
    assert not Path(machine.environ["BOTHUB_CONFIG_DIR"]).exists()


def test_a_profile_named_by_flag_beats_credential_variables(machine: Machine) -> None:
    machine.store.save(Profile(name="shop", bot_id="shop", authorization=Secret(HEADER_A), timeout=9.0))
    machine.environ |= {
        "BOTHUB_BOT_ID": "other",
        "BOTHUB_AUTHORIZATION": HEADER_B,
        "BOTHUB_API_BASE": "http://127.0.0.1:1",
        "BOTHUB_TIMEOUT": "5",
    }
    named = machine.settings(profile="shop")
    assert (named.bot_id.value, named.authorization.value) == ("shop", Secret(HEADER_A))
    assert named.api_base.value == "https://api.orange.com"
    assert named.timeout.value == 5.0


@pytest.mark.parametrize("chosen_by", ["environment", "project", "default"])
def test_a_profile_not_named_by_flag_yields_to_credential_variables(machine: Machine, chosen_by: str) -> None:
    machine.store.save(Profile(name="shop", bot_id="shop", authorization=Secret(HEADER_A), region="FR"))
    machine.environ |= {"BOTHUB_BOT_ID": "other", "BOTHUB_AUTHORIZATION": HEADER_B}
    if chosen_by == "environment":
        machine.environ["BOTHUB_PROFILE"] = "shop"
    if chosen_by == "project":
        machine.project("profile = 'shop'")
    settings = machine.settings()
    assert (settings.bot_id.value, settings.authorization.value) == ("other", Secret(HEADER_B))
    assert (settings.profile.value, settings.region.value) == ("shop", "FR")


def test_what_a_named_profile_lacks_still_comes_from_the_environment(machine: Machine) -> None:
    machine.store.save(Profile(name="shop", bot_id="shop", private_key=Path("/keys/shop.pem")))
    machine.environ["BOTHUB_PRIVATE_KEY_PASSPHRASE"] = "planted"
    assert machine.settings(profile="shop").private_key_passphrase.value == Secret("planted")


def test_logging_in_takes_variables_over_the_profile_it_replaces(machine: Machine) -> None:
    machine.store.save(Profile(name="shop", authorization=Secret(HEADER_A), region="FR"))
    machine.environ["BOTHUB_AUTHORIZATION"] = HEADER_B
    settings = machine.login_settings(profile="shop")
    assert settings.authorization.value == Secret(HEADER_B)
    assert settings.region.value == "FR"
    assert machine.login_settings(profile="new").profile.value == "new"


def test_a_nearer_address_takes_the_authorization_server_with_it(machine: Machine) -> None:
    machine.store.save(Profile(name="shop", auth_base="https://auth.example"))
    assert machine.settings().auth_base.value == "https://auth.example"
    assert machine.settings(api_base="http://127.0.0.1:8080").auth_base.value == "http://127.0.0.1:8080"


def test_an_address_from_a_project_file_is_marked_when_the_profile_does_not_know_it(machine: Machine) -> None:
    machine.project("api_base = 'https://elsewhere.example'")
    stray = machine.settings().stray_base
    assert stray is not None
    assert stray.value == "https://elsewhere.example"
    machine.store.save(Profile(name="shop", api_base="https://elsewhere.example"))
    assert machine.settings().stray_base is None


@pytest.mark.parametrize("setting", ["api_base", "auth_base"])
def test_a_project_file_may_lead_to_this_machine_only_what_is_meant_for_it(machine: Machine, setting: str) -> None:
    machine.project(f"profile = 'shop'\n{setting} = 'http://127.0.0.1:8080'")
    machine.store.save(Profile(name="shop", bot_id="real"))
    assert machine.settings().stray_base is not None
    machine.store.save(Profile(name="shop", bot_id="sandbox", api_base="http://127.0.0.1:8808"))
    assert machine.settings().stray_base is None


@pytest.mark.parametrize("line", ["proxy = 'http://proxy.example:3128'", "private_key = 'bot.pem'", "ca_bundle = 'x'"])
def test_a_project_file_decides_neither_the_way_nor_the_key(machine: Machine, line: str) -> None:
    machine.project(line)
    with pytest.raises(ConfigurationError, match="a project file may not decide this"):
        machine.settings()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
def test_a_project_file_of_another_user_is_ignored_by_root_too_and_that_is_said(machine: Machine) -> None:
    path = machine.project("region = 'FR'")
    os.chown(path, 65534, 65534)
    settings = machine.settings()
    assert settings.region.value is None
    assert any("belongs to another user" in warning for warning in settings.warnings)


def test_secrets_come_from_files_without_their_last_line_end(machine: Machine) -> None:
    for name, content in (("header", HEADER_A + "\n"), ("pass", "two words \r\n")):
        (machine.folder / name).write_text(content)
        (machine.folder / name).chmod(0o600)
    machine.environ["BOTHUB_PRIVATE_KEY_PASSPHRASE_FILE"] = "pass"
    settings = machine.settings(authorization_file="header")
    assert settings.authorization.value == Secret(HEADER_A)
    assert str(settings.authorization.origin) == "--authorization-file"
    assert settings.private_key_passphrase.value == Secret("two words ")
    assert settings.warnings == ()


@pytest.mark.skipif(os.name != "posix", reason="no such permission bits")
def test_a_secret_file_that_others_may_read_is_a_warning(machine: Machine) -> None:
    path = machine.folder / "header"
    path.write_text(HEADER_A)
    path.chmod(0o644)
    assert machine.settings(authorization_file="header").warnings == (
        f"{path} can be read by other users: chmod 600 {path}",
    )


def test_a_profile_may_name_the_file_of_its_passphrase(machine: Machine) -> None:
    path = machine.folder / "pass"
    path.write_text("planted\n")
    machine.store.save(Profile(name="shop", private_key_passphrase_file=path))
    assert machine.settings().private_key_passphrase.value == Secret("planted")


def test_client_id_and_secret_are_joined_from_wherever_they_come(machine: Machine) -> None:
    assert machine.settings(client_id="a", client_secret=Secret("planted-a")).authorization.value == Secret(HEADER_A)
    machine.environ["BOTHUB_CLIENT_SECRET"] = "planted-b"
    assert machine.settings(client_id="b").authorization.value == Secret(HEADER_B)
    machine.environ["BOTHUB_CLIENT_ID"] = "b"
    assert str(machine.settings().authorization.origin) == "BOTHUB_CLIENT_ID"


def test_a_key_may_stand_in_the_environment_itself(machine: Machine) -> None:
    machine.environ["BOTHUB_PRIVATE_KEY"] = "-----BEGIN PRIVATE KEY-----\\nplanted\\n-----END PRIVATE KEY-----"
    setting = machine.settings().private_key
    assert isinstance(setting.value, InlineKey)
    assert "planted" in setting.value.pem.reveal()
    assert setting.shown == "in BOTHUB_PRIVATE_KEY"


def test_unknown_keys_of_a_project_file_are_told(machine: Machine) -> None:
    path = machine.project("regoin = 'FR'")
    assert machine.settings().warnings == (f"{path}, line 1: unknown key 'regoin' is ignored; did you mean region?",)


def test_what_is_shown_holds_no_secret(machine: Machine) -> None:
    machine.environ |= {
        "BOTHUB_AUTHORIZATION": HEADER_A,
        "BOTHUB_PRIVATE_KEY_PASSPHRASE": "planted",
        "BOTHUB_PROXY": "http://me:planted@proxy.example:8080",
    }
    settings = machine.settings()
    shown = {name: setting.shown for name, setting in settings.each()}
    assert shown["proxy"] == "http://me:***@proxy.example:8080"
    assert "planted" not in str(shown)
    assert HEADER_A.removeprefix("Basic ") not in f"{shown} {settings.authorization!r}"
    assert set(settings.secrets()) == {Secret(HEADER_A), Secret("planted")}


def test_deciding_with_named_directories_loads_no_heavy_library(machine: Machine) -> None:
    heavy = ("platformdirs", "tomlkit", "filelock", "requests", "jose", "cryptography", "phonenumbers", "rich")
    code = (
        "import sys; from bothub_cli.config.settings import resolve; resolve(flags={}); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env={**machine.environ, "PATH": os.environ["PATH"]},
        cwd=machine.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "[]\n"
