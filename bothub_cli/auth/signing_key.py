"""Loads the bot's key, and asks for its passphrase when it needs one."""

from collections.abc import Callable
from pathlib import Path

from bothub_cli.auth.signing import check_private_key, needs_passphrase, read_pem
from bothub_cli.config.key_source import KeyFile, KeySource
from bothub_cli.config.settings import Settings
from bothub_cli.errors import NotLoggedInError
from bothub_cli.protocol import keys
from bothub_cli.redaction import Secret

AskPassphrase = Callable[[KeySource], Secret]  # raises UsageError when nobody can be asked


def load_signing_key(settings: Settings, *, ask: AskPassphrase) -> keys.PrivateKey:
    """Return the profile's private key, checked in full. Raises NotLoggedInError, InputRefusedError."""
    source = settings.private_key.value
    if source is None:
        raise NotLoggedInError(missing=("private key",))
    passphrase = find_passphrase(source, known=settings.private_key_passphrase.value, ask=ask)
    return check_private_key(source, passphrase=passphrase).key


def load_verifying_key(settings: Settings, path: Path | None, *, ask: AskPassphrase) -> keys.PublicKey:
    """Return the public half of the key in a file, private or public, or else of the profile's private key."""
    if path is None:
        return load_signing_key(settings, ask=ask).public()
    source = KeyFile(path=path)
    pem = read_pem(source)
    known = settings.private_key_passphrase.value
    passphrase = find_passphrase(source, known=known, ask=ask) if keys.is_encrypted(pem) else None
    return keys.load_public_half(pem, passphrase)


def find_passphrase(source: KeySource, *, known: Secret | None, ask: AskPassphrase) -> Secret | None:
    """Return the passphrase that is known already, or ask for it when the key needs one."""
    if known is not None or not needs_passphrase(source):
        return known
    return ask(source)
