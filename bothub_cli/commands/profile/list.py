"""``bothub profile list``: lists the profiles."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.config.fields import DEFAULT_API_BASE
from bothub_cli.context import AppContext
from bothub_cli.output.documents.profile import ProfileLine, ProfileList


@command(
    help="List the profiles; a star marks the default one.",
    examples=("bothub profile list", "bothub profile list --json"),
    shared=OUTPUT,
    answers=(ProfileList,),
)
def run(context: AppContext) -> None:
    store = context.profiles
    default = store.default_name()
    stored = [profile for name in store.names() if (profile := store.get(name)) is not None]
    lines = tuple(
        ProfileLine(
            name=profile.name,
            default=profile.name == default,
            bot_id=profile.bot_id,
            api_base=profile.api_base or DEFAULT_API_BASE,
            logged_in=profile.authorization is not None and profile.private_key is not None,
        )
        for profile in stored
    )
    context.show(ProfileList(profiles=lines, stored_in=str(store.config_path)))
