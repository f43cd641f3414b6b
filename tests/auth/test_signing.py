"""The private key: read from where it is, checked in full once, and signed with."""

import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from bothub_cli.auth.identity import Identity
from bothub_cli.auth.signing import check_private_key, needs_passphrase, sign_assertion
from bothub_cli.config.key_source import InlineKey, KeyFile
from bothub_cli.errors import InputRefusedError, NotLoggedInError
from bothub_cli.files import SECRET_MAX
from bothub_cli.protocol.assertion import verify
from bothub_cli.redaction import Secret

if TYPE_CHECKING:
    from tests.fake_clock import FakeClock


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"hello", "not a private key"),
        (b"-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----\n", "damaged"),
        (b"x" * (SECRET_MAX + 1), "too large"),
    ],
)
def test_a_file_that_holds_no_key_is_refused_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bot.pem"
    path.write_bytes(content)
    with pytest.raises(InputRefusedError, match=words) as caught:
        check_private_key(KeyFile(path=path))
    assert caught.value.where == str(path)


def test_a_directory_in_place_of_the_key_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match="is a directory"):
        check_private_key(KeyFile(path=tmp_path))


def test_a_bad_key_in_the_environment_is_named_by_its_variable() -> None:
    source = InlineKey(pem=Secret("-----BEGIN PRIVATE KEY-----\nplanted\n"), variable="BOTHUB_PRIVATE_KEY")
    with pytest.raises(InputRefusedError) as caught:
        check_private_key(source)
    assert caught.value.where == "BOTHUB_PRIVATE_KEY"
    assert "planted" not in f"{caught.value.message}{source!r}"


def test_an_encrypted_key_asks_for_its_passphrase_and_refuses_a_wrong_one(tmp_path: Path) -> None:
    path = tmp_path / "bot.pem"
    encryption = BestAvailableEncryption(b"planted-passphrase")
    path.write_bytes(generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    source = KeyFile(path=path)
    assert needs_passphrase(source)
    with pytest.raises(InputRefusedError, match="no passphrase was given"):
        check_private_key(source)
    with pytest.raises(InputRefusedError, match="the passphrase is wrong"):
        check_private_key(source, passphrase=Secret("wrong"))
    assert check_private_key(source, passphrase=Secret("planted-passphrase")).is_encrypted


@pytest.mark.skipif(os.name != "posix", reason="no such permission bits")
def test_a_key_that_others_may_read_is_a_warning(key_path: Path) -> None:
    assert check_private_key(KeyFile(path=key_path)).warnings == ()
    key_path.chmod(0o644)
    assert check_private_key(KeyFile(path=key_path)).warnings == (
        f"{key_path} can be read by other users: chmod 600 {key_path}",
    )


def test_without_bot_or_key_nothing_is_signed(identity: Identity, clock: "FakeClock") -> None:
    with pytest.raises(NotLoggedInError):
        sign_assertion(replace(identity, private_key=None), now=clock.now())


def test_a_checked_key_signs_what_bothub_accepts(identity: Identity, key_path: Path, clock: "FakeClock") -> None:
    checked = check_private_key(KeyFile(path=key_path))
    assert checked.sha256 == sha256(key_path.read_bytes()).hexdigest()
    known = replace(identity, validated_key_sha256=checked.sha256)
    assertion = sign_assertion(known, now=clock.now())
    assert verify(assertion.reveal(), checked.key, now=clock.now(), bot_id="bot").ok


def test_a_key_file_that_changed_since_it_was_checked_is_checked_again(
    identity: Identity, key_path: Path, clock: "FakeClock"
) -> None:
    remembered = check_private_key(KeyFile(path=key_path)).sha256
    key_path.write_bytes(_make_inconsistent_key())
    with pytest.raises(InputRefusedError, match=r"bot\.pem"):
        sign_assertion(replace(identity, validated_key_sha256=remembered), now=clock.now())


def _make_inconsistent_key() -> bytes:
    """Return a key whose private exponent belongs to another modulus: it loads, unless its numbers are checked."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers

    one, other = (generate_private_key(65537, 2048).private_numbers() for _ in range(2))
    mixed = RSAPrivateNumbers(
        p=one.p, q=one.q, d=other.d, dmp1=one.dmp1, dmq1=one.dmq1, iqmp=one.iqmp, public_numbers=one.public_numbers
    )
    key = mixed.private_key(unsafe_skip_rsa_key_validation=True)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
