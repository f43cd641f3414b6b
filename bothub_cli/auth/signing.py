"""Reads the bot's private key from where it is, and signs the assertion with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bothub_cli.auth.identity import Identity
from bothub_cli.config.key_source import InlineKey, KeyCommand, KeyFile, KeySource, shown_place
from bothub_cli.errors import InputRefusedError, NotLoggedInError
from bothub_cli.files import SECRET_MAX, read_secret, say_unreadable
from bothub_cli.files.owners import check_folder, check_owner, check_regular, describe_readers
from bothub_cli.protocol.assertion import ASSERTION_TTL, build_claims, sign
from bothub_cli.protocol.keys import PrivateKey, check_private_form, is_encrypted, load_private_key, private_key_bytes
from bothub_cli.protocol.pem import recover_pem
from bothub_cli.redaction import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedKey:
    """A private key that was checked in full.

    ``sha256`` is the file's, to be remembered with the profile; ``pem`` is what ``login --store-key`` copies.
    """

    key: PrivateKey
    sha256: str
    pem: bytes = field(repr=False)
    is_encrypted: bool
    warnings: tuple[str, ...] = ()


def check_private_key(source: KeySource, *, passphrase: Secret | None = None) -> CheckedKey:
    """Check a private key in full (40 ms), as ``login`` and ``doctor`` do. Raises InputRefusedError."""
    pem = read_pem(source)
    key = _load(source, pem, passphrase, validate=True)
    said = describe_readers(source.path) if isinstance(source, KeyFile) else None
    warnings = (said,) if said else ()
    return CheckedKey(
        key=key, sha256=sha256(pem).hexdigest(), pem=pem, is_encrypted=is_encrypted(pem), warnings=warnings
    )


def check_form(source: KeySource) -> None:
    """Refuse what is no private key, before its passphrase is known. Raises InputRefusedError that names the file."""
    with _naming(source):
        check_private_form(read_pem(source))


def read_key_material(source: KeySource, *, passphrase: Secret | None = None) -> Secret:
    """Return the key itself, the same in whatever form its PEM is kept, to make others of. Raises InputRefusedError."""
    return private_key_bytes(_load(source, read_pem(source), passphrase, validate=False))


def needs_passphrase(source: KeySource) -> bool:
    """Tell whether a key can only be used with a passphrase. Raises InputRefusedError when it cannot be read."""
    return is_encrypted(read_pem(source))


def sign_assertion(identity: Identity, *, now: datetime, ttl: timedelta = ASSERTION_TTL) -> Secret:
    """Sign an assertion for the server's ``now``; BotHub's protocol back-dates it by 30 s.

    The key's numbers are checked unless its file is still the one that ``login`` checked.
    Raises NotLoggedInError, InputRefusedError.
    """
    if identity.bot_id is None or identity.private_key is None:
        identity.require()
        raise NotLoggedInError(missing=("bot ID", "private key"))
    pem = read_pem(identity.private_key)
    known = identity.validated_key_sha256 == sha256(pem).hexdigest()
    key = _load(identity.private_key, pem, identity.passphrase, validate=not known)
    return sign(build_claims(identity.bot_id, now=now, ttl=ttl, iss_as_array=identity.iss_as_array), key)


def read_pem(source: KeySource) -> bytes:
    """Return a key's PEM, in its usual form. Raises InputRefusedError that names the file."""
    match source:
        case InlineKey():
            return recover_pem(source.pem.reveal().encode("utf-8", "surrogateescape"))
        case KeyCommand():
            return recover_pem(source.read())
        case KeyFile():
            return recover_pem(_read_key_file(source))


def _read_key_file(source: KeyFile) -> bytes:
    if source.stored:
        check_folder(source.path.parent)
        check_regular(source.path)
        check_owner(source.path)
    try:
        pem = _read_once(source.path)
    except OSError as exc:
        raise InputRefusedError(
            where=shown_place(source.path),
            problem=f"the private key: {say_unreadable(exc)}",
            fix="name the key's file: --private-key PATH, or: bothub login{profile}",
        ) from exc
    if len(pem) > SECRET_MAX:
        raise InputRefusedError(where=str(source), problem="is too large for a private key")
    return pem


_PIPES: dict[Path, bytes] = {}  # what came through them: a pipe gives it once, and a key is looked at more often


def _read_once(path: Path) -> bytes:
    if not path.is_fifo():
        return read_secret(path)
    if path not in _PIPES:
        _PIPES[path] = read_secret(path)
    return _PIPES[path]


def _load(source: KeySource, pem: bytes, passphrase: Secret | None, *, validate: bool) -> PrivateKey:
    with _naming(source):
        return load_private_key(pem, passphrase, validate=validate)


@contextmanager
def _naming(source: KeySource) -> Iterator[None]:
    """Say in an error of the block which key is meant."""
    try:
        yield
    except InputRefusedError as exc:
        where = source.variable if isinstance(source, InlineKey) else str(source)
        raise InputRefusedError(where=exc.where or where, problem=exc.problem, fix=exc.fix) from exc
