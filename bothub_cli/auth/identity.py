"""Who calls whom: what a pair of tokens belongs to."""

from dataclasses import field
from typing import Self

from bothub_cli.config.key_source import KeySource
from bothub_cli.config.settings import Settings
from bothub_cli.errors import ConfigurationError, NotLoggedInError
from bothub_cli.field_check import check_fields
from bothub_cli.record import record
from bothub_cli.redaction import ProgramSecret, Secret

__all__ = ["Identity", "Secret"]

_SEPARATOR = "\x1f"  # ASCII "unit separator": in no identifier


@record
class Identity:
    """Everything from which both tokens are made."""

    api_base: str
    """Such as "https://api.orange.com"."""
    auth_base: str
    """The authorization server, mostly the same."""
    authorization: Secret | None = field(default=None, repr=False)
    """The console's header value, ``Secret("Basic …")``."""
    bot_id: str | None = None
    """Such as "bot@botplatform.…"."""
    private_key: KeySource | None = None
    """Where the key is that signs for the bot."""
    passphrase: Secret | None = field(default=None, repr=False)
    """The key's own, where it has one."""
    iss_as_array: bool = False
    """Write the assertion's issuer as a list, as some platforms want it."""
    validated_key_sha256: str | None = None
    """The hash of a key file that was checked in full, so that signing may load it fast."""

    def __post_init__(self) -> None:
        check_fields(self)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Take the identity out of the settings.

        Raises ConfigurationError when a project file would send the credentials where they were never meant to go.
        """
        if settings.stray_base is not None:
            raise ConfigurationError(
                where=str(settings.stray_base.origin),
                problem=f"a project file may not send your credentials to {settings.stray_base.value}",
                fix="if you trust this address, put it into the profile: bothub profile set api_base=…",
            )
        return cls(
            api_base=settings.api_base.value,
            auth_base=settings.auth_base.value,
            authorization=settings.authorization.value,
            bot_id=settings.bot_id.value,
            private_key=settings.private_key.value,
            passphrase=settings.private_key_passphrase.value,
            iss_as_array=settings.iss_as_array.value,
            validated_key_sha256=settings.validated_key_sha256,
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """What is needed for both tokens and is not there, in a person's words."""
        facts = {
            "bot ID": self.bot_id,
            "authorization": self.authorization,
            "private key": self.private_key,
        }
        return tuple(name for name, fact in facts.items() if not fact)

    def cache_key(self) -> str:
        """Return a name for the identity's cache file, from which nothing secret can be found out.

        The private key is not part of it, so that a bot has one file whatever key it uses: a token knows which key it
        was obtained with. Two profiles with the same credentials share their tokens.
        """
        import hashlib  # 3 ms, which a fast path that knows the name need not pay

        match self.authorization:
            case ProgramSecret(name=name):  # cached tokens need no program
                authorization = name
            case secret:
                authorization = secret.reveal() if secret else ""
        facts = (self.api_base, self.auth_base, authorization, self.bot_id or "", "array" if self.iss_as_array else "")
        return hashlib.sha256(_SEPARATOR.join(facts).encode()).hexdigest()[:40]

    def require(self) -> None:
        """Raise NotLoggedInError when something is missing."""
        if self.missing:
            raise NotLoggedInError(missing=self.missing)
