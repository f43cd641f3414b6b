"""Stores credentials as a profile, after proving that they work, and forgets them."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API, OUTPUT
from bothub_cli.config.origin import Setting
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.config.settings import Settings
from bothub_cli.config.sources import FlagValue
from bothub_cli.context import AppContext
from bothub_cli.output.documents.profile import LoggedIn, ProfileChanged
from bothub_cli.workflows.login import check_private_key_of, complete_settings, is_ours_to_keep, profile_of

if TYPE_CHECKING:
    from datetime import datetime


@command(
    help="Store the credentials of a bot as a profile. What is not given is asked for, without echo.\n\n"
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
        typer.Option("--client-id", metavar="ID", help="Instead of the Authorization header: its first half."),
    ] = None,
    client_secret_file: Annotated[
        str | None,
        typer.Option("--client-secret-file", metavar="FILE|-", help="A file with its second half; - is stdin."),
    ] = None,
    private_key_passphrase_file: Annotated[
        str | None,
        typer.Option("--private-key-passphrase-file", metavar="FILE|-", help="A file with the key's passphrase."),
    ] = None,
    iss_as_array: Annotated[
        bool | None,
        typer.Option("--iss-as-array/--iss-as-string", help="How the assertion names the bot. [default: as a string]"),
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
    settings = complete_settings(context, said)
    key = check_private_key_of(context, settings)
    settings = replace(settings, private_key_passphrase=Setting(value=key.passphrase))
    verified_until = None if no_verify else _prove(context, settings)
    profile = profile_of(settings, key, keeps_passphrase=store_passphrase)
    store = ProfileStore(settings.directories.config)
    saved = store.save(profile, key_pem=key.pem if store_key or is_ours_to_keep(settings) else None)
    if context.options.sandbox:
        context.printer.note("nothing is kept: the sandbox and this profile end with the command")
    context.show(
        LoggedIn(
            profile=saved.name,
            bot_id=str(saved.bot_id),
            api_base=settings.api_base.value,
            verified=not no_verify,
            stored_in=str(store.config_path),
            tokens_expire_at=verified_until,
        )
    )


def _prove(context: AppContext, settings: Settings) -> "datetime | None":
    """Get both tokens with these credentials; return when the first of them ends. Raises what the API refuses."""
    chain = context.make_tokens(settings)
    chain.refresh()
    tokens = chain.status().tokens
    instants = [token.expires_at for token in (tokens.orange_token, tokens.gsma_token) if token is not None]
    return min(instants, default=None)


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
