"""What hides numbers and texts from the database: sealed blocks, and keyed hashes of numbers.

Every worker has the bot's private key, the database never: all keys are made of it (HKDF, RFC 5869).
"""

import hashlib
import hmac
import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bothub_cli.errors import InputRefusedError
from bothub_cli.redaction import Secret

_NONCE = 12  # bytes, NIST SP 800-38D 8.2
_NUMBER_HASH = 16  # bytes of HMAC-SHA256


class SealedRow(NamedTuple):
    """What a worker needs of a row: its number in the campaign, whom it is for, and the bytes of its message."""

    seq: int
    number: str
    body: bytes


class BlockSeal:
    """Seals and opens the blocks of one campaign."""

    def __init__(self, secret: Secret, *, salt: bytes, campaign: str) -> None:
        self._cipher = AESGCM(_derive(secret, salt=salt, purpose=b"bothub campaign block"))
        self._campaign = campaign

    def seal(self, number: int, rows: Sequence[SealedRow]) -> bytes:
        """Return the rows as bytes that only this bot can read, and only in this place."""
        clear = zlib.compress(json.dumps([(seq, who, body.decode()) for seq, who, body in rows]).encode(), 6)
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, clear, self._place(number))

    def open(self, number: int, sealed: bytes) -> list[SealedRow]:
        """Return the rows. Raises InputRefusedError when another private key sealed them."""
        if not sealed:
            raise InputRefusedError(
                problem="the messages of this campaign were deleted, since nobody worked on it for a month",
                where=f"campaign {self._campaign}",
                fix=f"plan it again from its list: bothub campaign run LIST --template FILE --resume {self._campaign}"
                " --force",
            )
        try:
            clear = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._place(number))
        except InvalidTag as exc:
            raise InputRefusedError(
                problem="the bot's private key changed since this campaign was planned",
                where=f"campaign {self._campaign}",
                fix=f"plan it again from its list: bothub campaign run --resume {self._campaign} --force",
            ) from exc
        return [SealedRow(seq, who, body.encode()) for seq, who, body in json.loads(zlib.decompress(clear))]

    def _place(self, number: int) -> bytes:
        return f"{self._campaign}.{number}".encode()


class ListKeySeal:
    """Seals and opens the key of a bot's suppression list; ``first`` is the one that this private key begins with."""

    def __init__(self, secret: Secret, *, bot: str) -> None:
        self._cipher = AESGCM(_derive(secret, salt=b"", purpose=b"bothub suppression list key"))
        self._bot = bot.encode()
        self.first = _derive(secret, salt=b"", purpose=b"bothub suppression")

    def seal(self, key: bytes) -> str:
        """Return a key as a text that only this bot can read."""
        nonce = os.urandom(_NONCE)
        return b64encode(nonce + self._cipher.encrypt(nonce, key, self._bot)).decode()

    def open(self, sealed: str) -> bytes | None:
        """Return the key; None when another private key sealed it."""
        content = b64decode(sealed)
        try:
            return self._cipher.decrypt(content[:_NONCE], content[_NONCE:], self._bot)
        except InvalidTag:
            return None


class NumberHash:
    """Turns a number into what the ledger's suppression list holds: it cannot be turned back without the list's key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, number: str) -> bytes:
        return hmac.digest(self._key, number.encode(), "sha256")[:_NUMBER_HASH]


def name_bot(api_base: str, bot_id: str) -> str:
    """Return the name under which the ledger knows a bot: the same on every machine, whatever its profile says."""
    return hashlib.sha256(f"{api_base}\n{bot_id}".encode()).hexdigest()[:32]


def _derive(secret: Secret, *, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=purpose).derive(secret.reveal().encode())
