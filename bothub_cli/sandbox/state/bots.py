"""The bots and applications that the sandbox knows."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from bothub_cli.config.authorization import build_authorization
from bothub_cli.protocol.keys import PublicKey, load_private_key, load_public_key, public_key_pem
from bothub_cli.redaction import Secret

DEFAULT_BOT_ID = "sandbox@bots.localhost"  # real ones may hold '@' too (Samsung, Mavenir), so clients must encode it
KEY_BITS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxIdentity:
    """Everything a client needs to speak as this bot; bots with the same ``client_id`` share one application."""

    bot_id: str
    """The bot."""
    client_id: str
    """Its application's."""
    client_secret: Secret
    """Its application's."""
    private_key_pem: Secret = field(repr=False)
    """What its assertions are signed with."""
    public_key_pem: str = field(repr=False)
    """What the sandbox checks them with."""

    @property
    def authorization(self) -> Secret:
        """The header value that Orange's console shows: ``Basic base64(client_id:client_secret)``."""
        return build_authorization(self.client_id, self.client_secret)

    @classmethod
    def generate(cls, *, bot_id: str = DEFAULT_BOT_ID, application: "SandboxIdentity | None" = None) -> Self:
        """Make new keys (about 100 ms), and new credentials unless the bot joins another's application."""
        private_pem, public_pem = _generate_key_pair()
        return cls(
            bot_id=bot_id,
            client_id=application.client_id if application else secrets.token_urlsafe(24),
            client_secret=application.client_secret if application else Secret(secrets.token_urlsafe(24)),
            private_key_pem=Secret(private_pem),
            public_key_pem=public_pem,
        )


def identity_from(*, bot_id: str, authorization: Secret, private_key_pem: bytes) -> SandboxIdentity:
    """Return the identity of a bot that was made before, from what its profile kept. Raises InputRefusedError."""
    pair = base64.b64decode(authorization.reveal().removeprefix("Basic ")).decode()
    client_id, _, client_secret = pair.partition(":")
    return SandboxIdentity(
        bot_id=bot_id,
        client_id=client_id,
        client_secret=Secret(client_secret),
        private_key_pem=Secret(private_key_pem.decode()),
        public_key_pem=public_key_pem(load_private_key(private_key_pem, validate=True)),
    )


def _generate_key_pair() -> tuple[str, str]:
    from cryptography.hazmat.primitives import serialization  # heavy: loaded when a key is made
    from cryptography.hazmat.primitives.asymmetric import rsa  # as above

    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    private_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public_pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private_pem.decode(), public_pem.decode()


class Registry:
    """Finds a bot by its id, and an application by its Basic credentials."""

    def __init__(self, identities: Iterable[SandboxIdentity]) -> None:
        self._bots: dict[str, SandboxIdentity] = {}
        self._secrets: dict[str, str] = {}
        self._keys: dict[str, PublicKey] = {}
        for identity in identities:
            self.add(identity)

    @property
    def bots(self) -> tuple[SandboxIdentity, ...]:
        """Every bot, in the order in which they came."""
        return tuple(self._bots.values())

    def add(self, identity: SandboxIdentity) -> None:
        """Accept a bot; one with a known id replaces the old one."""
        self._bots[identity.bot_id] = identity
        self._keys.pop(identity.bot_id, None)
        self._secrets[identity.client_id] = identity.client_secret.reveal()

    def bot(self, bot_id: str) -> SandboxIdentity | None:
        return self._bots.get(bot_id)

    def verifying_key(self, bot_id: str) -> PublicKey:
        """Return a known bot's public key, loaded at its first use."""
        if bot_id not in self._keys:
            self._keys[bot_id] = load_public_key(self._bots[bot_id].public_key_pem.encode())
        return self._keys[bot_id]

    def application_with(self, encoded_pair: str) -> str | None:
        """Return the application's client id when the base64 of ``id:secret`` is right, None when it is wrong.

        Raises ValueError when it is no such base64 at all.
        """
        client_id, separator, client_secret = decode_basic(encoded_pair).partition(":")
        if not separator:
            raise ValueError("no colon in the Basic credentials")
        known = self._secrets.get(client_id)
        if known is None or not hmac.compare_digest(known.encode(), client_secret.encode()):
            return None
        return client_id


def decode_basic(encoded_pair: str) -> str:
    """Decode the base64 of Basic credentials; ValueError when it is none."""
    try:
        return base64.b64decode(encoded_pair, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as exc:
        raise ValueError("not base64 of UTF-8") from exc
