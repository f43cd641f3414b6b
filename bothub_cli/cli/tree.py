"""The tree of commands: each name with its module and its one line of help, so that help imports none of them."""

from collections.abc import Mapping
from types import MappingProxyType


class Leaf:
    """A command: its module under ``bothub_cli.commands``, its line in a list, and its function in the module."""

    def __init__(self, module: str, line: str, function: str = "run") -> None:
        self.module = module
        self.line = line
        self.function = function


class Branch:
    """A noun with verbs under it."""

    def __init__(self, line: str, children: Mapping[str, "Leaf | Branch"]) -> None:
        self.line = line
        self.children = children


Node = Leaf | Branch


TREE: Mapping[str, Node] = MappingProxyType(
    {
        "login": Leaf("login", "Store credentials as a profile, after proving that they work.", "login"),
        "logout": Leaf("login", "Forget the credentials and the tokens of a profile.", "logout"),
        "profile": Branch(
            "Look at profiles and change them.",
            {
                "list": Leaf("profile", "List the profiles.", "list_all"),
                "show": Leaf("profile", "Show every setting and where it comes from.", "show"),
                "use": Leaf("profile", "Make a profile the default one.", "use"),
                "set": Leaf("profile", "Change settings of a profile.", "set_values"),
                "remove": Leaf("profile", "Remove a profile with its secrets.", "remove"),
            },
        ),
        "token": Branch(
            "Look at the two access tokens and renew them.",
            {
                "show": Leaf("token", "Show both tokens, masked, from the cache.", "show"),
                "refresh": Leaf("token", "Get both tokens anew.", "refresh"),
                "clear": Leaf("token", "Forget the cached tokens.", "clear"),
            },
        ),
        "jwt": Branch(
            "Make and inspect the signed assertion.",
            {
                "create": Leaf("jwt", "Sign an assertion and print it.", "create"),
                "decode": Leaf("jwt", "Show what a JWT says, without trusting it.", "decode"),
                "verify": Leaf("jwt", "Check signature and claims, one by one.", "verify"),
                "public-key": Leaf("jwt", "Derive the public key of a private key.", "public_key"),
            },
        ),
        "send": Leaf("send.send", "Send a message, or many."),
        "send-card": Leaf("send.card", "Send a rich card or a carousel."),
        "typing": Leaf("typing", "Show that an answer is being written."),
        "message": Branch(
            "Write, check and draw messages; ask where one is.",
            {
                "new": Leaf("message.new", "Print a commented message to start from."),
                "check": Leaf("message.check", "Tell every problem of messages, and what phones will cut."),
                "preview": Leaf("message.preview", "Draw messages as phones will show them."),
                "convert": Leaf("message.convert", "Make FNW.11 of messages in Google's format."),
                "status": Leaf("message.status", "Show where a message is."),
                "cancel": Leaf("message.cancel", "Take back a message that has not arrived."),
                "read": Leaf("message.read", "Tell a user that their message was read."),
            },
        ),
        "file": Branch(
            "Keep files with the platform, for messages to show.",
            {
                "upload": Leaf("file", "Store a file, or let the platform fetch one.", "upload"),
                "show": Leaf("file", "Show what became of a stored file.", "show"),
                "delete": Leaf("file", "Delete a stored file.", "delete"),
            },
        ),
        "capability": Branch(
            "Find out who can get RCS messages.",
            {"check": Leaf("capability", "Ask which numbers can get RCS, one or many.")},
        ),
        "listen": Leaf("listen", "Receive the webhook's events: keep, show and forward them."),
        "event": Branch(
            "Look at what the webhook heard, wait for it, replay it, make it up.",
            {
                "list": Leaf("event.list", "List events; or the whole life of a message."),
                "show": Leaf("event.show", "Show one event with its body."),
                "wait": Leaf("event.wait", "Wait until a message is delivered, or a user answers."),
                "chat": Leaf("event.chat", "Show a conversation, both sides in order."),
                "replay": Leaf("event.replay", "Post stored events to a webhook again."),
                "queue": Leaf("event.queue", "List what forwarding has not delivered; retry it, or drop it."),
                "trigger": Leaf("event.trigger", "Make an event up and post it to a webhook."),
                "purge": Leaf("event.purge", "Delete what is old."),
            },
        ),
        "suppression": Branch(
            "The numbers that must not be written to: users who said STOP.",
            {
                "list": Leaf("suppression", "List the numbers.", "list_all"),
                "add": Leaf("suppression", "Put numbers on the list.", "add"),
                "remove": Leaf("suppression", "Take numbers off the list.", "remove"),
                "import": Leaf("suppression", "Put the numbers of a file on the list.", "import_file"),
                "export": Leaf("suppression", "Print the list as CSV.", "export"),
            },
        ),
        "campaign": Branch(
            "Send to everybody on a list, each once.",
            {
                "new": Leaf("campaign.new", "Write a list and a message to start from."),
                "check": Leaf("campaign.check", "Check a list and a template, and send nothing."),
                "run": Leaf("campaign.run", "Send, or go on where a run stopped."),
                "status": Leaf("campaign.status", "Show where a campaign stands."),
                "list": Leaf("campaign.list", "List the campaigns of this machine."),
                "report": Leaf("campaign.report", "Report on a campaign: JSON, CSV, or a page with charts."),
                "retry": Leaf("campaign.retry", "Send again what was refused for a time only."),
                "handover": Leaf("campaign.handover", "Say what became of rows that a fallback command left in doubt."),
                "worker": Leaf("campaign.worker", "Take part in what several machines send."),
                "stop": Leaf("campaign.stop", "Let every machine stop once its answers are there."),
                "forget": Leaf("campaign.forget", "Delete all that is known of a campaign."),
                "ledger": Branch(
                    "The database that several machines share.",
                    {
                        "init": Leaf("campaign.ledger", "Show the tables and rights it needs, or make them.", "init"),
                        "check": Leaf("campaign.ledger", "Check that it is there, ready and safe.", "check"),
                        "rekey": Leaf("campaign.ledger", "Keep the list of who said STOP with a new key.", "rekey"),
                    },
                ),
            },
        ),
        "sandbox": Branch(
            "Run a BotHub on your own machine.",
            {
                "start": Leaf("sandbox.start", "Start it, and write a profile for it."),
                "status": Leaf("sandbox.status", "Tell whether one runs, and what it refused."),
                "credentials": Leaf("sandbox.credentials", "Show how to log in from code of your own."),
                "inbox": Leaf("sandbox.inbox", "List what arrived, or wait for it."),
                "act": Leaf("sandbox.act", "Let a phone's user tap, write, share, stop."),
                "numbers": Leaf("sandbox.numbers", "List the numbers with a meaning."),
                "fault": Branch(
                    "Make calls fail on purpose.",
                    {
                        "add": Leaf("sandbox.fault", "Let calls fail, always or by chance.", "add"),
                        "list": Leaf("sandbox.fault", "List the faults in force.", "list_all"),
                        "clear": Leaf("sandbox.fault", "End one fault, or all.", "clear"),
                    },
                ),
                "clock": Branch(
                    "The sandbox's own time.",
                    {"advance": Leaf("sandbox.clock", "Move it forward, so that tokens expire.")},
                ),
                "reset": Leaf("sandbox.reset", "Forget all messages, phones and faults."),
            },
        ),
        "demo": Leaf("demo.demo", "See the whole loop on a sandbox of its own, in a minute."),
        "doctor": Leaf("doctor", "Check everything that a message needs, link by link."),
        "explain": Leaf("explain", "Explain an error code of the API."),
        "help": Leaf("help", "Show a page of the manual, or the help of a command."),
        "schema": Leaf("schema", "Print the JSON Schema of an answer."),
        "completion": Leaf("completion", "Print the completion script of a shell."),
    }
)
