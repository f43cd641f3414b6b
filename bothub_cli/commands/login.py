"""Stores credentials as a profile, after proving that they work, and forgets them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.auth.login import log_in
from bothub_cli.auth.signing import check_form
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API, OUTPUT
from bothub_cli.config.authorization import read_authorization
from bothub_cli.config.fields import BOT_ID
from bothub_cli.config.key_source import KeyFile
from bothub_cli.config.origin import Origin, Setting
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.config.settings import Settings
from bothub_cli.config.sources import FlagValue, read_text
from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, UsageError
from bothub_cli.output.documents.profile import LoggedIn, ProfileChanged

_ASKED = Origin(kind="flag", name="the answer")
_PASTED = " \t'\""  # what stands around a value that was copied from elsewhere


@command(
    help="Store the credentials of a bot as a profile. What is not given is asked for; secrets without echo.\n\n"
    "The key is checked, and both tokens are obtained, before anything is saved; when that fails nothing is.",
    examples=(
        "bothub login",
        "bothub login --profile shop --bot-id MyBot --private-key ~/keys/bot.pem --authorization-file auth.txt",
        "vault read -field=auth bothub | bothub login --bot-id MyBot --private-key bot.pem --authorization-file -",
        "bothub login --client-id ID --client-secret-file secret.txt --bot-id MyBot --private-key bot.pem --store-key",
    ),
    shared=("traffic_type", "region", "no_input", *API),
    answers=(LoggedIn,),
)
def login(
    context: AppContext,
    *,
    client_id: Annotated[
        str | None,
        typer.Option(
            "--client-id", metavar="ID", help="The application's client ID, in place of the Authorization header."
        ),
    ] = None,
    client_secret_file: Annotated[
        str | None,
        typer.Option(
            "--client-secret-file", metavar="FILE|-", help="A file with the application's client secret; - is stdin."
        ),
    ] = None,
    private_key_passphrase_file: Annotated[
        str | None,
        typer.Option("--private-key-passphrase-file", metavar="FILE|-", help="A file with the key's passphrase."),
    ] = None,
    iss_as_array: Annotated[
        bool | None,
        typer.Option(
            "--iss-as-array/--iss-as-string",
            help="How the assertion, with which a token is asked for, names the bot. [default: as a string]",
        ),
    ] = None,
    store_key: Annotated[
        bool, typer.Option("--store-key", help="Copy the private key into the configuration directory (mode 0600).")
    ] = False,
    store_passphrase: Annotated[
        bool, typer.Option("--store-passphrase", help="Keep the key's passphrase too, for use without a person.")
    ] = False,
    no_verify: Annotated[bool, typer.Option("--no-verify", help="Save without asking BotHub for tokens.")] = False,
) -> None:
    said: dict[str, FlagValue] = {
        "client_id": client_id,
        "client_secret_file": client_secret_file,
        "private_key_passphrase_file": private_key_passphrase_file,
        "iss_as_array": iss_as_array,
    }
    settings = _complete_settings(context, said)
    done = log_in(
        settings,
        make_tokens=None if no_verify else context.make_tokens,
        ask=context.questions.ask_passphrase,
        warn=context.printer.warn,
        store_key=store_key,
        store_passphrase=store_passphrase,
    )
    if context.options.sandbox:
        context.printer.note("nothing is kept: the sandbox and this profile end with the command")
    context.show(
        LoggedIn(
            profile=done.profile.name,
            bot_id=str(done.profile.bot_id),
            api_base=settings.api_base.value,
            verified=not no_verify,
            stored_in=str(ProfileStore(settings.directories.config).config_path),
            tokens_expire_at=done.tokens_end_at,
        )
    )


def _complete_settings(context: AppContext, said: Mapping[str, FlagValue]) -> Settings:
    """Return settings with bot ID, authorization and key, asking for what nobody said.

    Raises UsageError when something is missing and nobody can be asked.
    """
    given = (context.options.flags() | dict(said)).items()
    settings = context.log_in_settings({name: value for name, value in given if value is not None})
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


def _ask(context: AppContext, settings: Settings, name: str) -> Settings:
    """Ask for one of the three, and again after an answer that cannot be used."""
    while True:
        try:
            return _ask_once(context, settings, name)
        except BothubError as error:
            if not context.questions.may_ask:  # the terminal is gone
                raise
            context.printer.fail(error)


def _ask_once(context: AppContext, settings: Settings, name: str) -> Settings:
    match name:
        case "bot_id":
            question = "Onboarding portal, Bot Manager > Configuration Summary: Bot ID"
            bot_id = context.questions.ask(question, instead="--bot-id").strip(_PASTED)
            return replace(settings, bot_id=read_text(BOT_ID, bot_id, origin=_ASKED, base=Path()))
        case "authorization":
            question = "Authorization header of the Orange Developer console (Basic …)"
            answer = context.questions.ask_secret(question, instead="--authorization-file")
            authorization = read_authorization(answer.reveal().strip(_PASTED), where="the answer")
            return replace(settings, authorization=Setting(value=authorization, origin=_ASKED))
        case _:
            question = "Onboarding portal, Configuration Summary: path of the private key (PEM)"
            path = context.questions.ask(question, instead="--private-key")
            key = KeyFile(path=Path(path.strip(_PASTED)).expanduser())
            check_form(key)
            return replace(settings, private_key=Setting(value=key, origin=_ASKED))


@command(
    help="Forget the credentials of a profile, our copy of its key and its cached tokens; its other settings stay.",
    examples=("bothub logout", "bothub logout --profile shop"),
    shared=("profile", *OUTPUT),
    answers=(ProfileChanged,),
)
def logout(context: AppContext) -> None:
    name = context.profile_name
    context.require_profile(name)
    context.forget_tokens(name)
    context.profiles.forget_secrets(name)
    context.show(ProfileChanged(profile=name, change="logged out", stored_in=str(context.profiles.config_path)))
