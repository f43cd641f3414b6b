"""The story of a login: the key is checked, both tokens are obtained, and only then a profile is saved."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bothub_cli.auth.chain import TokenChain
from bothub_cli.auth.signing import check_private_key
from bothub_cli.auth.signing_key import AskPassphrase, find_passphrase
from bothub_cli.config.key_source import InlineKey, KeyCommand, KeyFile
from bothub_cli.config.origin import Setting
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.config.settings import Settings
from bothub_cli.errors import UsageError
from bothub_cli.redaction import Secret

_KEPT_ORIGINS = frozenset({"flag", "environment"})
# What login writes into the profile when a flag or a variable said it; the rest of the profile stays as it is.
_KEPT_SETTINGS = (
    "api_base",
    "auth_base",
    "iss_as_array",
    "traffic_type",
    "region",
    "timeout",
    "max_wait",
    "proxy",
    "ca_bundle",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginKey:
    """The private key that login checked in full; ``passphrase`` is None for a key that needs none."""

    pem: bytes = field(repr=False)
    sha256: str
    passphrase: Secret | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a login saved, and when the first of the tokens that proved it ends (None: unproved)."""

    profile: Profile
    tokens_end_at: datetime | None


def log_in(
    settings: Settings,
    *,
    make_tokens: Callable[[Settings], TokenChain] | None,
    ask: AskPassphrase,
    warn: Callable[[str], None],
    store_key: bool,
    store_passphrase: bool,
) -> Login:
    """Save the credentials as a profile, after proving them; without ``make_tokens`` they are not proved.

    Raises InputRefusedError for a key that cannot be used, and what the API refuses; nothing is saved then.
    """
    key = _check_key(settings, ask=ask, warn=warn)
    settings = replace(settings, private_key_passphrase=Setting(value=key.passphrase))
    tokens_end_at = None if make_tokens is None else _prove(make_tokens(settings))
    profile = profile_of(settings, key, keeps_passphrase=store_passphrase)
    store = ProfileStore(settings.directories.config)
    saved = store.save(profile, key_pem=key.pem if store_key or _is_ours_to_keep(settings) else None)
    return Login(profile=saved, tokens_end_at=tokens_end_at)


def _check_key(settings: Settings, *, ask: AskPassphrase, warn: Callable[[str], None]) -> LoginKey:
    """Check the key in full, asking for its passphrase when it has one. Raises InputRefusedError."""
    source = settings.private_key.value
    if source is None:
        raise UsageError(problem="missing: private key", fix="--private-key FILE")
    passphrase = find_passphrase(source, known=settings.private_key_passphrase.value, ask=ask)
    checked = check_private_key(source, passphrase=passphrase)
    for warning in checked.warnings:
        warn(warning)
    return LoginKey(pem=checked.pem, sha256=checked.sha256, passphrase=passphrase if checked.is_encrypted else None)


def _prove(tokens: TokenChain) -> datetime | None:
    """Get both tokens; return when the first of them ends. Raises what the API refuses."""
    tokens.refresh()
    held = tokens.status().tokens
    instants = [token.expires_at for token in (held.orange_token, held.gsma_token) if token is not None]
    return min(instants, default=None)


def _is_ours_to_keep(settings: Settings) -> bool:
    """Tell whether the key has no file of the user's own: it came through a pipe, or is our copy of last time."""
    match settings.private_key.value:
        case KeyFile(stored=stored, path=path):
            return stored or path.is_fifo()
        case InlineKey():
            return True
        case KeyCommand() | None:
            return False


def profile_of(settings: Settings, key: LoginKey, *, keeps_passphrase: bool) -> Profile:
    """Return the profile to save: the credentials, and the settings that flags or variables named."""
    source = settings.private_key.value
    profile = settings.stored_profile or Profile(name=settings.profile.value)
    kept = {
        name: getattr(settings, name).value
        for name in _KEPT_SETTINGS
        if getattr(settings, name).origin.kind in _KEPT_ORIGINS
    }
    return replace(
        profile,
        bot_id=settings.bot_id.value,
        authorization=None if settings.authorization.origin.command else settings.authorization.value,
        authorization_command=settings.authorization.origin.command or None,
        private_key_command=source.command if isinstance(source, KeyCommand) else None,
        private_key=source.path if isinstance(source, KeyFile) else None,
        stored_key=False,
        from_sandbox=False,
        key_sha256=key.sha256,
        private_key_passphrase=key.passphrase if keeps_passphrase else None,
        **kept,
    )
