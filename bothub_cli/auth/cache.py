"""Keeps tokens in files that processes share: read without a lock, written under one, always whole."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bothub_cli.auth.token_file import TokenRow, format_token_file, parse_token_file
from bothub_cli.auth.tokens import CachedToken, CachedTokens
from bothub_cli.files import sweep_leftovers, write_private
from bothub_cli.files.locks import hold_lock
from bothub_cli.files.owners import check_owner, check_regular, read_regular
from bothub_cli.redaction import Secret

__all__ = ["TokenCache"]

_SUFFIX = ".tokens"
_FORGOTTEN_AGE = 7 * 86_400.0  # seconds; tokens live an hour: nobody has asked that API, or with that key, since


class TokenCache:
    """The cache files in one directory, named after the identity's cache key."""

    def __init__(self, directory: Path | str) -> None:
        self._directory = Path(directory)

    def path(self, key: str) -> Path:
        """Where an identity's tokens lie."""
        return self._directory / f"{key}{_SUFFIX}"

    def read(self, key: str) -> CachedTokens:
        """Return what is kept; a file that is missing, broken or not ours to read holds nothing.

        Raises ConfigurationError for one that somebody else could have written, or that is no file.
        """
        check_owner(self._directory)
        check_regular(self.path(key))
        check_owner(self.path(key))
        try:
            parsed = parse_token_file(read_regular(self.path(key)))
        except OSError:
            return CachedTokens()
        if parsed is None:
            return CachedTokens()
        rows, skew, signed_with = parsed
        tokens = CachedTokens(skew=timedelta(seconds=skew))
        for kind, (obtained, expires, value) in rows.items():
            tokens = tokens.put(
                CachedToken(
                    kind="orange_token" if kind == "orange_token" else "gsma_token",
                    value=Secret(value),
                    obtained_at=datetime.fromtimestamp(obtained, UTC),
                    expires_at=datetime.fromtimestamp(expires, UTC),
                    signed_with=None if kind == "orange_token" else signed_with,
                )
            )
        return tokens

    def write(self, key: str, tokens: CachedTokens) -> None:
        """Replace what is kept, so that any reader sees the old file or the new one. Raises OSError."""
        rows: dict[str, TokenRow] = {
            token.kind: (token.obtained_at.timestamp(), token.expires_at.timestamp(), token.value.reveal())
            for token in (tokens.orange_token, tokens.gsma_token)
            if token is not None
        }
        signed_with = tokens.gsma_token.signed_with if tokens.gsma_token else None
        content = format_token_file(rows, skew=tokens.skew.total_seconds(), signed_with=signed_with)
        check_owner(self._directory)
        self._sweep(key)
        write_private(self.path(key), content.encode("ascii"))

    @contextmanager
    def hold(self, key: str, *, wait: float) -> Iterator[None]:
        """Hold the identity's lock, whose file stays for ever. Raises LockBusyError, or OSError where none can be."""
        with hold_lock(self._directory / f"{key}.lock", wait=wait, subject="the token cache"):
            yield

    def clear(self, key: str) -> bool:
        """Take an identity's tokens away and tell whether there were any. Raises OSError when it cannot."""
        self._sweep(key)
        try:
            self.path(key).unlink()
        except FileNotFoundError:
            return False
        return True

    def _sweep(self, key: str) -> None:
        """Take away what a killed process left, and tokens of long ago: of a sandbox that is gone, of an old key."""
        sweep_leftovers(self._directory, f"{key}{_SUFFIX}", age=0)
        sweep_leftovers(self._directory)
        with suppress(OSError):
            for path in self._directory.glob(f"*{_SUFFIX}"):
                if path.stat().st_mtime < time.time() - _FORGOTTEN_AGE:
                    path.unlink(missing_ok=True)
