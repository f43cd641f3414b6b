"""The bot's key: what is refused, in which words, and what is taken."""

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.errors import InputRefusedError
from bothub_cli.protocol.keys import (
    is_encrypted,
    load_private_key,
    load_public_half,
    load_public_key,
    public_key_pem,
)
from bothub_cli.redaction import Secret

if TYPE_CHECKING:
    from tests.protocol.conftest import KeyTexts

CERTIFICATE = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def refusal_of(pem: bytes, passphrase: str | None = None) -> str:
    with pytest.raises(InputRefusedError) as refused:
        load_private_key(pem, Secret(passphrase) if passphrase else None, validate=True)
    return refused.value.message


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        (b"", "the private key is empty"),
        (b" \n\t", "the private key is empty"),
        (b"hello", "no line starts with -----BEGIN"),
        (CERTIFICATE, "this is a certificate, not a private key"),
        (b"-----BEGIN PGP MESSAGE-----\nx\n-----END PGP MESSAGE-----", "of another kind (PGP MESSAGE)"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "its content is damaged"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA", "its content is damaged"),
    ],
)
def test_what_is_no_private_key_is_refused_in_clear_words(pem: bytes, words: str) -> None:
    assert words in refusal_of(pem)


def test_a_public_key_is_not_taken_for_a_private_one(bot_key: "KeyTexts") -> None:
    assert refusal_of(bot_key.public) == "this is a public key, not a private one"


def test_a_private_key_is_not_taken_for_a_public_one(bot_key: "KeyTexts") -> None:
    with pytest.raises(InputRefusedError, match="this is a private key, not a public one"):
        load_public_key(bot_key.pkcs8)


def test_a_key_in_der_is_refused_with_the_command_that_converts_it(bot_key: "KeyTexts") -> None:
    with pytest.raises(InputRefusedError, match="is in DER") as refused:
        load_private_key(bot_key.der, validate=True)
    assert refused.value.remedy == "openssl rsa -inform DER -in KEY -out KEY.pem"


def test_a_key_in_openssh_form_is_refused_with_the_command_that_converts_it(bot_key: "KeyTexts") -> None:
    with pytest.raises(InputRefusedError, match="OpenSSH") as refused:
        load_private_key(bot_key.openssh, validate=True)
    assert refused.value.remedy == "ssh-keygen -p -m PEM -f KEY"


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_an_elliptic_key_is_refused_because_the_bot_signs_with_rsa(form: PrivateFormat) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, form, NoEncryption())
    assert "signs with RSA (RS256)" in refusal_of(pem)


def test_an_elliptic_key_with_its_parameters_block_is_refused_as_elliptic() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    parameters = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    assert refusal_of(parameters + pem).startswith("this is an EC key")


def test_an_edwards_key_is_refused_by_its_name() -> None:
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert "(Ed25519)" in refusal_of(pem)


def test_a_public_key_that_is_not_rsa_is_refused_by_its_name() -> None:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(InputRefusedError, match=r"not an RSA key \(EllipticCurve\)|not an RSA key \(EC\)"):
        load_public_key(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def test_a_key_of_1024_bits_is_refused_although_the_signing_library_would_take_it() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert refusal_of(private) == "the RSA key has 1024 bits, and RS256 needs 2048 or more (RFC 7518 3.3)"
    with pytest.raises(InputRefusedError, match="1024 bits"):
        load_public_key(public)


def test_two_keys_in_one_file_are_refused_rather_than_one_of_them_chosen(
    bot_key: "KeyTexts", other_key: "KeyTexts"
) -> None:
    assert refusal_of(bot_key.pkcs8 + other_key.pkcs8).startswith("2 PEM blocks where one private key is expected")
    with pytest.raises(InputRefusedError, match="2 PEM blocks"):
        load_public_key(bot_key.public + other_key.public)


def test_an_encrypted_key_without_passphrase_says_so(bot_key: "KeyTexts") -> None:
    for pem in (bot_key.encrypted_pkcs8, bot_key.encrypted_pkcs1):
        assert is_encrypted(pem)
        assert refusal_of(pem) == "the private key is encrypted, and no passphrase was given"


def test_a_wrong_passphrase_says_so_without_quoting_it(bot_key: "KeyTexts") -> None:
    for pem in (bot_key.encrypted_pkcs8, bot_key.encrypted_pkcs1):
        words = refusal_of(pem, "hunter2")
        assert "the passphrase is wrong" in words
        assert "hunter2" not in words


def test_a_key_whose_numbers_do_not_fit_is_refused_when_it_is_validated(bot_key: "KeyTexts") -> None:
    numbers = bot_key.key.native.private_numbers()
    broken = rsa.RSAPrivateNumbers(
        numbers.p, numbers.q, numbers.d, numbers.dmp1 + 2, numbers.dmq1, numbers.iqmp, numbers.public_numbers
    ).private_key(unsafe_skip_rsa_key_validation=True)
    pem = broken.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    assert "damaged" in refusal_of(pem)


@given(content=st.binary(max_size=400))
def test_no_bytes_at_all_escape_as_another_error(content: bytes) -> None:
    for label in (b"", b"-----BEGIN PRIVATE KEY-----\n", b"-----BEGIN RSA PRIVATE KEY-----\n"):
        with pytest.raises(InputRefusedError):
            load_private_key(label + content, validate=False)
    with pytest.raises(InputRefusedError):
        load_public_key(b"-----BEGIN PUBLIC KEY-----\n" + content)


@pytest.mark.parametrize("form", ["pkcs1", "pkcs8", "encrypted_pkcs1", "encrypted_pkcs8"])
@pytest.mark.parametrize("validate", [True, False])
def test_every_rsa_form_loads_to_the_same_key(bot_key: "KeyTexts", form: str, validate: bool) -> None:
    key = load_private_key(getattr(bot_key, form), Secret("open sesame"), validate=validate)
    assert key.bits == 2048
    assert public_key_pem(key).encode() == bot_key.public


def test_what_editors_and_environment_variables_do_to_a_key_is_undone(bot_key: "KeyTexts") -> None:
    for pem in (b"\xef\xbb\xbf" + bot_key.pkcs8, bot_key.pkcs8.strip().replace(b"\n", b"\\n")):
        assert load_private_key(pem, validate=True).bits == 2048
    assert load_private_key(bot_key.pkcs8.replace(b"\n", b"\r\n"), validate=True).bits == 2048


def test_either_half_of_a_key_verifies(bot_key: "KeyTexts") -> None:
    halves = (load_public_half(bot_key.public), load_public_half(bot_key.encrypted_pkcs8, Secret("open sesame")))
    assert [public_key_pem(half).encode() for half in halves] == [bot_key.public, bot_key.public]


def test_a_key_shows_nothing_of_itself(bot_key: "KeyTexts") -> None:
    assert repr(bot_key.key) == "PrivateKey()"
