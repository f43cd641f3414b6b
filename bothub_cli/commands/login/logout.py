"""``bothub logout``: forgets the credentials and the tokens of a profile."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.output.documents.profile import ProfileChanged


@command(
    help="Forget the credentials of a profile, our copy of its key and its cached tokens; its other settings stay.",
    examples=("bothub logout", "bothub logout --profile shop"),
    shared=("profile", *OUTPUT),
    answers=(ProfileChanged,),
)
def run(context: AppContext) -> None:
    name = context.profile_name
    context.require_profile(name)
    context.forget_tokens(name)
    context.profiles.forget_secrets(name)
    context.show(ProfileChanged(profile=name, change="logged out", stored_in=str(context.profiles.config_path)))
