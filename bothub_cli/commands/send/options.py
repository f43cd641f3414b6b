"""The options that ``send`` and ``send-card`` share: whom to address, what to suggest, how to check and send."""

from dataclasses import field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bothub_cli.cli.list_options import DelimiterOption, EncodingOption, ListOptions
from bothub_cli.cli.shared_options import API, RECORDING
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.messages import MessageContact
from bothub_cli.phone_numbers import read_number
from bothub_cli.record import record
from bothub_cli.sending.check import CheckRules
from bothub_cli.sending.compose import Overrides
from bothub_cli.sending.deliver import Preparation

if TYPE_CHECKING:
    from bothub_cli.messages import Suggestion

PhoneProfile = Literal["classic", "google", "ios"]  # preview.forecast.phones has them, and would be loaded for nothing
DEFAULT_MAX_WAIT = "60s"
SHARED = ("traffic_type", "region", "dry_run", "curl", *RECORDING, *API)

ToOption = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="NUMBER", help="Who gets it: +33…, or a national number with --region. Repeatable."),
]
ToFileOption = Annotated[
    str | None,
    typer.Option("--to-file", metavar="FILE|-", help="Who gets it: numbers, one a line, CSV or JSON Lines."),
]
ToColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="to=COLUMN",
        help="Of --to-file: the column with the number; region=COLUMN for its country. Repeatable.",
    ),
]
ChatIdOption = Annotated[
    list[str] | None,
    typer.Option("--to-chat-id", metavar="ID", help="Who gets it: an anonymous user's chatId. Repeatable."),
]
ReplyOption = Annotated[
    list[str] | None,
    typer.Option("--reply", metavar="LABEL[=POSTBACK]", help="A suggested reply; the postback is what you get back."),
]
OpenUrlOption = Annotated[
    list[str] | None, typer.Option("--open-url", metavar="LABEL=URL", help="An action that opens a page.")
]
DialOption = Annotated[
    list[str] | None, typer.Option("--dial", metavar="LABEL=NUMBER", help="An action that calls a number.")
]
ShowLocationOption = Annotated[
    list[str] | None,
    typer.Option(
        "--show-location",
        metavar="LABEL=LAT,LON[,NAME]",
        help="An action that shows a place, or LABEL=WORDS to find it.",
    ),
]
CalendarOption = Annotated[
    list[str] | None,
    typer.Option(
        "--calendar", metavar="LABEL=START/END/TITLE[/TEXT]", help="An action that makes a calendar entry (ISO 8601)."
    ),
]
CopyOption = Annotated[
    list[str] | None,
    typer.Option("--copy", metavar="LABEL=TEXT", help="An action that puts a text, as a code, on the clipboard."),
]
PostbackOption = Annotated[
    list[str] | None,
    typer.Option(
        "--postback", metavar="LABEL=DATA", help="What you get back when that action is tapped. [default: its label]"
    ),
]
InReplyToOption = Annotated[
    str | None, typer.Option("--in-reply-to", metavar="MSGID", help="The msgId of the user's message this answers.")
]
ExpiryOption = Annotated[
    str | None,
    typer.Option("--expiry", metavar="WHEN", help="Do not deliver later than this: 2h, 3d, or 2026-12-24T18:00+01:00."),
]
FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE|-]", help="Messages in JSON, JSON Lines or YAML; - is standard input."),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Treat warnings of the check as errors.")]
NoCheckOption = Annotated[bool, typer.Option("--no-check", help="Send the message as it is, unchecked.")]
SkipInvalidOption = Annotated[
    bool,
    typer.Option(
        "--skip-invalid",
        help="Of many messages, send those that the check accepts; leave out what is no number in --to-file.",
    ),
]
PreviewOption = Annotated[
    bool, typer.Option("--preview", help="Draw it as the phone will, then send it; with -n only draw.")
]
PhoneOption = Annotated[
    PhoneProfile,
    typer.Option("--phone", help="What it is drawn as: by GSMA's rules, as Google Messages, or as an iPhone."),
]
StreamOption = Annotated[
    bool,
    typer.Option(
        "--stream",
        help="Send each message as soon as it is read. A line that cannot be read is told, and the stream goes on.",
    ),
]
IgnoreSuppressionOption = Annotated[
    bool, typer.Option("--ignore-suppression", help="Send also to people who said STOP, against their wish.")
]
WaitOption = Annotated[
    str | None,
    typer.Option(
        "--wait", metavar="STATUS", help="Then wait until it is sent, delivered or displayed; needs a listener."
    ),
]
WaitTimeoutOption = Annotated[
    str, typer.Option("--wait-timeout", metavar="TIME", help="With --wait: this long at most, in all: 30s, 5m.")
]
ResendUnknownOption = Annotated[
    bool,
    typer.Option(
        "--resend-unknown", help="Send again when no answer came, although the message may have been accepted."
    ),
]


@record
class Goal:
    """What ``--wait`` waits for, and how long in all, in seconds."""

    status: str
    max_wait: float


@record
class SendChoices:
    """How the user wants messages to be checked, shown and sent; ``prepare`` uploads the files of a checked one."""

    rules: CheckRules = field(default_factory=CheckRules)
    stream: bool = False
    preview: bool = False
    phone: PhoneProfile = "classic"
    resend_unknown: bool = False
    ignore_suppression: bool = False
    wait: Goal | None = None
    prepare: Preparation | None = None


@record
class AddressOptions:
    """Whom a message goes to."""

    to: ToOption = None
    to_file: ToFileOption = None
    columns: ToColumnOption = None
    encoding: EncodingOption = None
    delimiter: DelimiterOption = None
    chat_ids: ChatIdOption = None

    def read_numbers(self, context: AppContext, *, skip_invalid: bool) -> list[str]:
        """Return the numbers as they are written, and those of the file. Raises InputRefusedError, UsageError."""
        written = ListOptions(columns=self.columns, encoding=self.encoding, delimiter=self.delimiter)
        if self.to_file is None:
            if written != ListOptions():
                raise UsageError(problem="--map, --encoding and --delimiter say how a list is written: --to-file FILE")
            return self.to or []
        from bothub_cli.lists.numbers import collect_numbers, read_numbers  # few messages go to a file of people

        name, warn = "standard input" if self.to_file == "-" else self.to_file, context.printer.warn
        rules = written.rules(region=context.settings.region.value, note=warn)
        source = context.stdin.open_file(Path(self.to_file), wanted_by="--to-file")
        found = read_numbers(source, rules=rules, name=name)
        listed = collect_numbers(found, name=name, skip_invalid=skip_invalid, warn=warn, consequence="nothing was sent")
        return [*(self.to or []), *listed]


@record
class SuggestionOptions:
    """The suggestions under a message or on a card, in the order in which they are written."""

    replies: ReplyOption = None
    open_urls: OpenUrlOption = None
    dials: DialOption = None
    show_locations: ShowLocationOption = None
    calendars: CalendarOption = None
    copies: CopyOption = None
    postbacks: PostbackOption = None
    order: tuple[str, ...] = ()

    def read(self) -> "tuple[Suggestion, ...]":
        """Return the suggestions in their order. Raises UsageError for one that cannot be read."""
        if self == SuggestionOptions():
            return ()  # who gives none does not wait for their readers
        from bothub_cli.authoring.suggestion_flags import read_suggestion_flags  # and with it all actions

        return read_suggestion_flags(
            replies=self.replies or (),
            open_urls=self.open_urls or (),
            dials=self.dials or (),
            show_locations=self.show_locations or (),
            calendars=self.calendars or (),
            copies=self.copies or (),
            postbacks=self.postbacks or (),
            order=self.order,
        )


@record
class SendingOptions:
    """How messages are checked, shown and sent."""

    in_reply_to: InReplyToOption = None
    expiry: ExpiryOption = None
    preview: PreviewOption = False
    phone: PhoneOption = "classic"
    strict: StrictOption = False
    no_check: NoCheckOption = False
    skip_invalid: SkipInvalidOption = False
    stream: StreamOption = False
    resend_unknown: ResendUnknownOption = False
    ignore_suppression: IgnoreSuppressionOption = False
    wait: WaitOption = None
    wait_timeout: WaitTimeoutOption = DEFAULT_MAX_WAIT

    def choices(self) -> SendChoices:
        """Return them as ``send_and_show`` takes them. Raises UsageError for a wait that cannot be."""
        return SendChoices(
            rules=CheckRules(check=not self.no_check, strict=self.strict, skip_invalid=self.skip_invalid),
            stream=self.stream,
            preview=self.preview,
            phone=self.phone,
            resend_unknown=self.resend_unknown,
            ignore_suppression=self.ignore_suppression,
            wait=self._read_wait(),
        )

    def _read_wait(self) -> Goal | None:
        if self.wait is None:
            return None
        if self.stream:
            raise UsageError(problem="--wait and --stream exclude each other", fix="bothub event wait --help")
        from bothub_cli.durations import read_max_wait  # who does not wait loads neither events nor durations
        from bothub_cli.sending.wait import read_status_goal  # loads sqlite3

        max_wait = read_max_wait(self.wait_timeout, option="--wait-timeout")
        return Goal(status=read_status_goal(self.wait), max_wait=max_wait)

    def overrides(
        self, context: AppContext, address: AddressOptions, *, chips: "tuple[Suggestion, ...]" = ()
    ) -> Overrides:
        """Return what is laid over a message; with ``--no-check`` nothing that the user did not say."""
        return Overrides(
            contacts=find_contacts(
                context,
                numbers=address.read_numbers(context, skip_invalid=self.skip_invalid),
                chat_ids=address.chat_ids or [],
            ),
            traffic_type=context.options.traffic_type,
            default_traffic_type=None if self.no_check else context.settings.traffic_type.value,
            chips=chips,
            expiry=self._read_expiry(context),
            in_reply_to=self.in_reply_to,
            read_number=None if self.no_check else partial(read_number, region=context.settings.region.value),
        )

    def _read_expiry(self, context: AppContext) -> str | None:
        if self.expiry is None:
            return None
        from bothub_cli.durations import read_expiry  # few messages expire

        return read_expiry(self.expiry, now=context.clock.now())


def find_contacts(context: AppContext, *, numbers: list[str], chat_ids: list[str]) -> tuple[MessageContact, ...]:
    """Return one contact for each person; say it when somebody is named twice. Raises InputRefusedError."""
    if not numbers and not chat_ids:
        return ()
    from bothub_cli.sending import contacts  # a message that names its people needs no reader of numbers

    region = context.settings.region.value if numbers else None
    different = contacts.read_contacts(numbers=numbers, chat_ids=chat_ids, region=region)
    if len(different) < len(numbers) + len(chat_ids):
        context.printer.warn("somebody is named twice: everybody gets one message")
    return different
