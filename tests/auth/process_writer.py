"""Run as a process by test_processes, which kills it: writes one pair of tokens after another, until then."""

import sys
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.tokens import CachedToken, CachedTokens
from bothub_cli.redaction import Secret


def main() -> None:
    cache = TokenCache(Path(sys.argv[1]))
    now = datetime.now(UTC)
    for generation in count(1):
        tokens = CachedTokens()
        for kind in ("orange_token", "gsma_token"):
            value = Secret(f"{generation}." + "x" * 2000)
            expires_at = now + timedelta(hours=1)
            tokens = tokens.put(CachedToken(kind=kind, value=value, obtained_at=now, expires_at=expires_at))
        with cache.hold("key", wait=5):
            cache.write("key", tokens)
        if generation == 1:
            sys.stdout.write("ready\n")
            sys.stdout.flush()


main()
