"""The bots and applications that the sandbox knows."""

import base64
import binascii
import hmac
from collections.abc import Iterable

from bothub_cli.protocol.keys import PublicKey, load_public_key
from bothub_cli.sandbox.state.bots.identity import SandboxIdentity


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
