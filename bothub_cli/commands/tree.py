"""The tree of commands: each name with its module and its one line of help, so that help imports none of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Leaf:
    """A command: the module under ``bothub_cli.commands`` whose ``run`` it is, and its line in a list."""

    module: str
    line: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A noun with verbs under it."""

    line: str
    children: Mapping[str, "Leaf | Branch"]


Node = Leaf | Branch


TREE: Mapping[str, Node] = MappingProxyType(
    {
        "login": Leaf("login", "Store credentials as a profile, after proving that they work."),
        "logout": Leaf("logout", "Forget the credentials and the tokens of a profile."),
        "profile": Branch(
            "Look at profiles and change them.",
            {
                "list": Leaf("profile_list", "List the profiles."),
                "show": Leaf("profile_show", "Show every setting and where it comes from."),
                "use": Leaf("profile_use", "Make a profile the default one."),
                "set": Leaf("profile_set", "Change settings of a profile."),
                "remove": Leaf("profile_remove", "Remove a profile with its secrets."),
            },
        ),
        "token": Branch(
            "Look at the two access tokens and renew them.",
            {
                "show": Leaf("token_show", "Show both tokens, masked, from the cache."),
                "refresh": Leaf("token_refresh", "Get both tokens anew."),
                "clear": Leaf("token_clear", "Forget the cached tokens."),
            },
        ),
        "jwt": Branch(
            "Make and inspect the signed assertion.",
            {
                "create": Leaf("jwt_create", "Sign an assertion and print it."),
                "decode": Leaf("jwt_decode", "Show what a JWT says, without trusting it."),
                "verify": Leaf("jwt_verify", "Check signature and claims, one by one."),
                "public-key": Leaf("jwt_public_key", "Derive the public key of a private key."),
            },
        ),
        "send": Leaf("send", "Send a message, or many."),
        "send-card": Leaf("send_card", "Send a rich card or a carousel."),
        "campaign": Branch(
            "Send to everybody on a list, each once.",
            {
                "check": Leaf("campaign_check", "Check a list and a template, and send nothing."),
                "run": Leaf("campaign_run", "Send, or go on where a run stopped."),
                "status": Leaf("campaign_status", "Show where a campaign stands."),
                "list": Leaf("campaign_list", "List the campaigns of this machine."),
                "report": Leaf("campaign_report", "Report on a campaign: JSON, CSV, or a page with charts."),
                "retry": Leaf("campaign_retry", "Send again what was refused for a time only."),
            },
        ),
        "sandbox": Branch(
            "Run a BotHub on your own machine.",
            {"start": Leaf("sandbox_start", "Start it, and write a profile for it.")},
        ),
        "help": Leaf("help", "Explain a topic: exit-codes, environment, configuration, …"),
        "schema": Leaf("schema", "Print the JSON Schema of an answer."),
        "completion": Leaf("completion", "Print the completion script of a shell."),
    }
)
