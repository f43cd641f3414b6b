"""Loads the bot's key for a command, and asks for its passphrase when it needs one."""

from pathlib import Path
from typing import TYPE_CHECKING

from bothub_cli.context import AppContext
from bothub_cli.errors import NotLoggedInError

if TYPE_CHECKING:
    from bothub_cli.config.key_source import KeySource
    from bothub_cli.protocol.keys import PrivateKey, PublicKey
    from bothub_cli.redaction import Secret


def load_signing_key(context: AppContext) -> "PrivateKey":
    """Return the profile's private key, checked in full. Raises NotLoggedInError, InputRefusedError."""
    from bothub_cli.auth.signing import check_private_key

    source = context.settings.private_key.value
    if source is None:
        raise NotLoggedInError(missing=("private key",))
    passphrase = passphrase_for(context, source, known=context.settings.private_key_passphrase.value)
    return check_private_key(source, passphrase=passphrase).key


def load_verifying_key(context: AppContext, path: Path | None) -> "PublicKey":
    """Return the public half of the key in a file, private or public, or else of the profile's private key."""
    from bothub_cli.auth.signing import read_pem
    from bothub_cli.config.key_source import KeyFile
    from bothub_cli.protocol import keys

    if path is None:
        return load_signing_key(context).public()
    source = KeyFile(path=path)
    pem = read_pem(source)
    known = context.settings.private_key_passphrase.value
    passphrase = passphrase_for(context, source, known=known) if keys.is_encrypted(pem) else None
    return keys.load_verifying_key(pem, passphrase)


def passphrase_for(context: AppContext, source: "KeySource", *, known: "Secret | None") -> "Secret | None":
    """Return the passphrase that is known already, or ask for it when the key needs one."""
    from bothub_cli.auth.signing import needs_passphrase

    if known is not None or not needs_passphrase(source):
        return known
    return context.questions.ask_secret(f"Passphrase of {source}", instead="BOTHUB_PRIVATE_KEY_PASSPHRASE")
