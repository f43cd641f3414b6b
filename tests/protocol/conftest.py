"""Keys that are slow to make, made once."""

from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from bothub_cli.protocol.keys import PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTexts:
    """One RSA key in the forms in which people have it."""

    key: PrivateKey
    pkcs1: bytes
    pkcs8: bytes
    encrypted_pkcs8: bytes  # passphrase "open sesame"
    encrypted_pkcs1: bytes  # the same
    openssh: bytes
    der: bytes
    public: bytes


@pytest.fixture(scope="session")
def bot_key() -> KeyTexts:
    return make_key_texts()


@pytest.fixture(scope="session")
def other_key() -> KeyTexts:
    return make_key_texts()


def make_key_texts() -> KeyTexts:
    native = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    locked = BestAvailableEncryption(b"open sesame")
    return KeyTexts(
        key=PrivateKey(native=native),
        pkcs1=native.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        pkcs8=native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        encrypted_pkcs8=native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked),
        encrypted_pkcs1=native.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, locked),
        openssh=native.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()),
        der=native.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        public=native.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    )
