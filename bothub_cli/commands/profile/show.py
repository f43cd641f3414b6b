"""``bothub profile show``: shows every setting and where it comes from."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import NETWORK, OUTPUT, PROFILE
from bothub_cli.context import AppContext
from bothub_cli.output.documents.profile import ProfileSettings, SettingLine


@command(
    help="Show every setting as a command would see it, and whether a flag, an environment variable, the project\n"
    "file, the profile or a default set it. Secrets are masked.",
    examples=("bothub profile show", "bothub profile show --profile shop --json"),
    shared=(*PROFILE, "traffic_type", "region", *NETWORK, "no_input", *OUTPUT),
    answers=(ProfileSettings,),
)
def run(context: AppContext) -> None:
    settings = context.settings
    lines = tuple(
        SettingLine(name=name, value=_shown(setting.shown), origin=str(setting.origin))
        for name, setting in settings.each()
    )
    profile = settings.stored_profile.name if settings.stored_profile else None
    context.show(ProfileSettings(profile=profile, settings=lines, stored_in=str(context.profiles.config_path)))


def _shown(value: object) -> str | None:
    """Return a value as ``profile set`` takes it."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case _:
            return str(value)
