"""A profile: one bot, its credentials and its habits, under a name."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path

from bothub_cli.config.key_source import KeyCommand, KeyFile, KeySource
from bothub_cli.errors import UsageError
from bothub_cli.files import is_file_name
from bothub_cli.record import record
from bothub_cli.redaction import Secret

_NAME_MAX = 64  # characters


@record
class Profile:
    """What is remembered under a name; None where nothing was said.

    ``authorization`` and ``private_key_passphrase`` are kept apart from the rest, for the owner's eyes only.
    ``key_sha256`` is the hash of the key file that was checked in full, so that signing need not check it again.
    ``stored_key`` says that ``private_key`` is our own copy; ``from_sandbox`` that ``sandbox start`` wrote it all.
    """

    name: str
    bot_id: str | None = None
    authorization: Secret | None = field(default=None, repr=False)
    private_key: Path | None = None
    stored_key: bool = False
    from_sandbox: bool = False
    key_sha256: str | None = None
    private_key_passphrase: Secret | None = field(default=None, repr=False)
    private_key_passphrase_file: Path | None = None
    authorization_command: str | None = None
    private_key_command: str | None = None
    api_base: str | None = None
    auth_base: str | None = None
    iss_as_array: bool | None = None
    traffic_type: str | None = None
    region: str | None = None
    ledger: str | None = None
    timeout: float | None = None
    connect_timeout: float | None = None
    max_wait: float | None = None
    proxy: str | None = None
    ca_bundle: Path | None = None
    output: str | None = None
    no_input: bool | None = None
    log_content: bool | None = None
    no_record: bool | None = None
    keep_texts: bool | None = None
    price_basic: float | None = None
    price_single: float | None = None
    price_rich: float | None = None
    price_rich_media: float | None = None
    currency: str | None = None
    stop_words: str | None = None
    start_words: str | None = None
    ignored_words: str | None = None

    @property
    def has_credentials(self) -> bool:
        """Whether it says where the two secrets are: kept, in a file, or given by a program."""
        return bool(self.authorization or self.authorization_command) and self.key_source is not None

    @property
    def key_source(self) -> KeySource | None:
        """Where its private key is, if it has one."""
        if self.private_key_command:
            return KeyCommand(command=self.private_key_command, setting=f"profile {self.name}: private_key_command")
        return KeyFile(path=self.private_key, stored=self.stored_key) if self.private_key else None


def check_profile_name(name: str) -> str:
    """Return the name, or raise UsageError: it becomes a file's name and a TOML key."""
    plain = name.replace(".", "").replace("_", "").replace("-", "")
    is_plain = name.isascii() and name[:1].isalnum() and plain.isalnum()
    if not (is_plain and len(name) <= _NAME_MAX and is_file_name(name)):
        raise UsageError(
            problem="a profile's name has up to 64 letters, digits, dots, dashes and underscores, and begins with a "
            "letter or a digit",
            fix="for example: --profile shop-staging",
        )
    return name
