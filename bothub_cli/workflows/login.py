"""Collects the credentials for ``login``: flags, files, standard input, environment, then questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bothub_cli.config.authorization import read_authorization
from bothub_cli.config.key_source import InlineKey, KeyFile
from bothub_cli.config.origin import Origin, Setting
from bothub_cli.config.profile import Profile
from bothub_cli.config.settings import Settings
from bothub_cli.config.sources import FlagValue
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.redaction import Secret
from bothub_cli.workflows.signing_key import passphrase_for

_ASKED = Origin(kind="flag", name="asked")
_KEPT_ORIGINS = frozenset({"flag", "environment"})
# What login writes into the profile when a flag or a variable said it; the rest of the profile stays as it is.
_HABITS = (
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


def complete_settings(context: AppContext, said: Mapping[str, FlagValue]) -> Settings:
    """Return settings with bot ID, authorization and key, asking for what nobody said.

    Raises UsageError when something is missing and nobody can be asked.
    """
    settings = context.log_in_settings(_read_stdin(context, said))
    missing = [name for name in ("bot_id", "authorization", "private_key") if getattr(settings, name).value is None]
    if missing and not context.questions.may_ask:
        ways = {
            "bot_id": "--bot-id ID",
            "authorization": "--authorization-file FILE",
            "private_key": "--private-key FILE",
        }
        raise UsageError(
            problem=f"missing: {', '.join(name.replace('_', ' ') for name in missing)}",
            fix=" ".join(ways[name] for name in missing) + ", or the environment: bothub help environment",
        )
    for name in missing:
        settings = _ask(context, settings, name)
    return settings


def check_private_key_of(context: AppContext, settings: Settings) -> LoginKey:
    """Check the key in full, asking for its passphrase when it has one. Raises InputRefusedError."""
    from bothub_cli.auth.signing import check_private_key

    source = settings.private_key.value
    if source is None:
        raise UsageError(problem="missing: private key", fix="--private-key FILE")
    passphrase = passphrase_for(context, source, known=settings.private_key_passphrase.value)
    checked = check_private_key(source, passphrase=passphrase)
    for warning in checked.warnings:
        context.printer.warn(warning)
    return LoginKey(pem=checked.pem, sha256=checked.sha256, passphrase=passphrase if checked.is_encrypted else None)


def is_ours_to_keep(settings: Settings) -> bool:
    """Tell whether the key has no file of the user's own: it came through a pipe, or is our copy of last time."""
    match settings.private_key.value:
        case KeyFile(stored=stored):
            return stored
        case InlineKey():
            return True
        case None:
            return False


def profile_of(settings: Settings, key: LoginKey, *, keeps_passphrase: bool) -> Profile:
    """Return the profile to save: the credentials, and the habits that flags or variables named."""
    source = settings.private_key.value
    profile = settings.stored_profile or Profile(name=settings.profile.value)
    habits = {
        name: getattr(settings, name).value for name in _HABITS if getattr(settings, name).origin.kind in _KEPT_ORIGINS
    }
    return replace(
        profile,
        bot_id=settings.bot_id.value,
        authorization=settings.authorization.value,
        private_key=source.path if isinstance(source, KeyFile) else None,
        stored_key=False,
        key_sha256=key.sha256,
        private_key_passphrase=key.passphrase if keeps_passphrase else None,
        **habits,
    )


def _read_stdin(context: AppContext, said: Mapping[str, FlagValue]) -> dict[str, FlagValue]:
    """Replace each ``-`` by what standard input holds; the second one is a usage error."""
    flags: dict[str, FlagValue] = {
        name: value for name, value in (context.options.flags() | dict(said)).items() if value is not None
    }
    for name in [name for name, value in flags.items() if value == "-"]:
        option = f"--{name.replace('_', '-')}"
        secret = Secret(context.stdin.read(option))
        context.printer.redactor.learn(secret)
        del flags[name]
        flags[name.removesuffix("_file")] = secret
    return flags


def _ask(context: AppContext, settings: Settings, name: str) -> Settings:
    match name:
        case "bot_id":
            bot_id = context.questions.ask("Bot ID", instead="--bot-id")
            return replace(settings, bot_id=Setting(value=bot_id, origin=_ASKED))
        case "authorization":
            question = "Authorization header of the Orange Developer console (Basic …)"
            answer = context.questions.ask_secret(question, instead="--authorization-file")
            authorization = read_authorization(answer.reveal(), where="the answer")
            return replace(settings, authorization=Setting(value=authorization, origin=_ASKED))
        case _:
            path = context.questions.ask("Path of the private key (PEM)", instead="--private-key")
            return replace(settings, private_key=Setting(value=KeyFile(path=Path(path).expanduser()), origin=_ASKED))
