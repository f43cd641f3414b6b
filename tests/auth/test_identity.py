"""What tokens belong to: the same for the same credentials, and nothing in its name gives them away."""

from dataclasses import replace
from pathlib import Path

import pytest

from bothub_cli.auth.identity import Identity
from bothub_cli.config.key_source import KeyFile
from bothub_cli.config.settings import resolve
from bothub_cli.errors import ConfigurationError, NotLoggedInError
from bothub_cli.redaction import Secret


def test_credentials_never_go_where_only_a_project_file_sends_them(tmp_path: Path) -> None:
    (tmp_path / ".bothub.toml").write_text("api_base = 'https://elsewhere.example'\n")
    settings = resolve(flags={}, environ={"BOTHUB_CONFIG_DIR": "/none", "BOTHUB_STATE_DIR": "/none"}, cwd=tmp_path)
    with pytest.raises(ConfigurationError, match=r"may not send your credentials to https://elsewhere\.example"):
        Identity.from_settings(settings)


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(NotLoggedInError, match="not logged in: no bot ID and no authorization and no private key"):
        Identity(api_base="https://a", auth_base="https://a").require()


@pytest.mark.parametrize(
    "changed",
    [
        {"bot_id": "other"},
        {"authorization": Secret("Basic b3RoZXI6eA==")},
        {"api_base": "https://other.example"},
        {"auth_base": "https://other.example"},
        {"iss_as_array": True},
    ],
)
def test_another_caller_or_another_service_has_other_tokens(identity: Identity, changed: dict[str, str]) -> None:
    assert replace(identity, **changed).cache_key() != identity.cache_key()  # type: ignore[arg-type]  # a table of fields


def test_two_profiles_with_the_same_credentials_share_their_tokens(identity: Identity) -> None:
    copy = replace(identity, private_key=KeyFile(path=Path("/elsewhere/bot.pem"), stored=True))
    assert copy.cache_key() == identity.cache_key()


def test_neither_the_name_nor_the_repr_gives_a_secret_away(identity: Identity) -> None:
    assert len(identity.cache_key()) == 40
    assert set(identity.cache_key()) <= set("0123456789abcdef")
    assert "aWQ6cGxhbnRlZC1zZWNyZXQ" not in repr(replace(identity, passphrase=Secret("planted")))
    assert "planted" not in repr(replace(identity, passphrase=Secret("planted")))


def test_settings_become_an_identity(tmp_path: Path) -> None:
    environ = {
        "BOTHUB_CONFIG_DIR": str(tmp_path),
        "BOTHUB_STATE_DIR": str(tmp_path),
        "BOTHUB_BOT_ID": "bot",
        "BOTHUB_AUTHORIZATION": "Basic aWQ6c2VjcmV0",
        "BOTHUB_PRIVATE_KEY": "/keys/bot.pem",
        "BOTHUB_ISS_AS_ARRAY": "1",
    }
    assert Identity.from_settings(resolve(flags={}, environ=environ, cwd=tmp_path)) == Identity(
        api_base="https://api.orange.com",
        auth_base="https://api.orange.com",
        authorization=Secret("Basic aWQ6c2VjcmV0"),
        bot_id="bot",
        private_key=KeyFile(path=Path("/keys/bot.pem")),
        iss_as_array=True,
    )
