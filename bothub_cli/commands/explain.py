"""``bothub explain``: explains an error code of the API."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.misspellings import find_near
from bothub_cli.output.documents.reference import CodeMeaning, Explanation
from bothub_cli.output.failures import with_profile
from bothub_cli.protocol.fault_codes import FAULT_CODES, find_codes

if TYPE_CHECKING:
    from bothub_cli.protocol.fault_codes import FaultCode

# Who speaks each dialect, in a reader's words.
_SPEAKERS = {
    "orange": "Orange's gateway",
    "oauth": "Orange's OAuth server",
    "fnw11": "the messaging platform (FNW.11)",
    "google": "Google's RCS platform",
    "dotgo": "Dotgo, in its delivery reports",
}
_MENDERS = {
    "sender": "you, in what you send",
    "account": "you or Orange, in the account and its credentials",
    "service": "Orange",
    "time": "time",
    "recipient": "nobody: it is about the recipient",
}
_NEAR_MAX = 5
_READ_MESSAGE, _READ_ERROR = "bothub message check FILE", "do what its hint says"


def _own(code: str, meaning: str, mender: str, remedy: str, *, retryable: bool = False) -> CodeMeaning:
    return CodeMeaning(
        code=code,
        said_by="bothub itself, as the code of an error in JSON",
        http_status=None,
        meaning=meaning,
        retryable=retryable,
        mended_by=mender,
        remedy=remedy,
    )


_YOU, _ACCOUNT, _TIME, _MACHINE = _MENDERS["sender"], _MENDERS["account"], _MENDERS["time"], "you, on this machine"
# Every code of our own errors; a test looks for those that are missing.
OWN_CODES: dict[str, CodeMeaning] = {
    each.code: each
    for each in (
        _own("usage", "an option, an argument or a variable is wrong", _YOU, "bothub COMMAND --help"),
        _own("input", "a file or a text was refused here; nothing was sent", _YOU, _READ_ERROR),
        _own(
            "input.number", "what was written is no phone number", _YOU, "write it as +33612345678, or add --region FR"
        ),
        _own("message.refused", "the check refused the message; nothing was sent", _YOU, _READ_MESSAGE),
        _own("message.malformed", "the message has a wrong shape; nothing was sent", _YOU, _READ_MESSAGE),
        _own(
            "message.suppressed", "the receiver said STOP; nothing was sent", "the receiver", "bothub suppression list"
        ),
        _own(
            "message.failed",
            "the awaited status will never come: the delivery failed",
            "nobody",
            "bothub message status MSGID",
        ),
        _own("auth.not_logged_in", "credentials are missing", _ACCOUNT, "bothub login"),
        _own("auth.refused", "the API refused the credentials", _ACCOUNT, "bothub doctor"),
        _own("auth.command", "the program that gives a secret failed", _MACHINE, "run that program by hand"),
        _own("network", "the request never reached the API", _TIME, "bothub doctor", retryable=True),
        _own(
            "api.rate_limited",
            "the API asked to slow down; nothing was accepted",
            _TIME,
            "wait and try again",
            retryable=True,
        ),
        _own(
            "api.unavailable",
            "the API is down or overloaded; nothing was accepted",
            _TIME,
            "wait and try again",
            retryable=True,
        ),
        _own(
            "api.time_window",
            "the API takes this call at certain hours only",
            _TIME,
            "run it at that hour, or --wait",
            retryable=True,
        ),
        _own(
            "api.refused",
            "the API refused the call for good",
            _YOU,
            "look up the code that it names: bothub explain CODE",
        ),
        _own(
            "api.refused.numbers",
            "a check of many numbers was refused for some of them",
            _YOU,
            "--skip-invalid leaves them out",
        ),
        _own(
            "api.unreadable",
            "what came back is no answer of this API",
            _YOU,
            "check --api-base, --proxy: bothub doctor",
        ),
        _own("pending", "the wait ended before what was waited for", _TIME, "ask again later", retryable=True),
        _own("limit", "a limit that you set stopped the work", _YOU, "raise the limit that it names"),
        _own("lock", "another process holds what this one needs", _TIME, "wait until it ends", retryable=True),
        _own("config", "the configuration or a store cannot be used", _MACHINE, "bothub doctor"),
        _own("output", "the answer cannot be written", _MACHINE, "make room on the disk behind the output"),
        _own(
            "outcome.unknown",
            "the request went out and no answer came: it may have been accepted",
            "nobody from here",
            "look at the handset or the webhook first: bothub help sending-once",
        ),
        _own("interrupted", "the program was stopped while a request was under way", _YOU, "as outcome.unknown"),
        _own(
            "interrupted.not-sent",
            "the program was stopped before anything was accepted",
            _YOU,
            "run it again",
            retryable=True,
        ),
        _own("webhook.refused", "your webhook did not take the event", "your webhook", "look at its log"),
        _own(
            "listener.broken",
            "the listener ended by itself",
            _MACHINE,
            "look at what it said before, and start it again",
        ),
        _own("unexpected", "a fault of bothub itself", "the makers of bothub", "report it with what -v says"),
    )
}


@command(
    help="Explain an error code: what happened, whether trying again helps, and who can mend it.\n\n"
    "Several services use the same numbers: then each meaning is told. An HTTP status works too.",
    examples=("bothub explain 42050", "bothub explain invalid_client", "bothub explain 53 --json"),
    shared=OUTPUT,
    answers=(Explanation,),
)
def run(
    context: AppContext, *, code: Annotated[str, typer.Argument(metavar="CODE", help="As an error names it.")]
) -> None:
    wanted = code.strip().removeprefix("#")
    by_status = tuple(entry for entry in FAULT_CODES if wanted in map(str, (entry.http, *entry.also_http)))
    found = tuple(dict.fromkeys((*find_codes(wanted), *by_status)))
    if not found:  # "410 opted_out", as vendors write it: what all its words are codes of
        told = [set(find_codes(word)) for word in wanted.split()]
        found = tuple(entry for entry in FAULT_CODES if told and all(entry in each for each in told))
    if not found and wanted.casefold() in OWN_CODES:
        context.show(Explanation(code=wanted, meanings=(OWN_CODES[wanted.casefold()],)))
        return
    if not found:
        raise UsageError(problem=f"no code {wanted!r} is known", fix=_suggest(wanted))
    meanings = tuple(
        CodeMeaning(
            code=entry.label,
            said_by=_SPEAKERS[entry.dialect],
            http_status=entry.http,
            meaning=entry.meaning,
            retryable=entry.retryable,
            mended_by=_MENDERS[entry.mender],
            remedy=with_profile(entry.remedy, None),
        )
        for entry in found
    )
    context.show(Explanation(code=wanted, meanings=meanings))


def _suggest(wanted: str) -> str:
    near = list(dict.fromkeys(_near(wanted)))[:_NEAR_MAX]
    if near:
        return f"near: {', '.join(near)}"
    if re.fullmatch(r"[a-z0-9]+(\.[a-z0-9-]+)+", wanted):
        return f"a rule of the check tells its limit and its fix where it is broken: {_READ_MESSAGE}"
    return "an error names its code in parentheses: (code 42050)"


def _near(wanted: str) -> list[str]:
    """Return the codes that are spelled like it, and of a number those that lie around it."""
    names = {name.casefold(): entry.label for entry in FAULT_CODES for name in _names(entry)}
    names |= {code: code for code in OWN_CODES}
    spelled = [names[name] for name in find_near(wanted, names, most=_NEAR_MAX)]
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 6):
        return spelled
    numbers = sorted(
        (entry for entry in FAULT_CODES if entry.code.isdigit() and len(entry.code) == len(wanted)),
        key=lambda entry: abs(int(entry.code) - int(wanted)),
    )
    return [entry.label for entry in numbers[:3]] + spelled


def _names(entry: "FaultCode") -> tuple[str, ...]:
    return (entry.code, entry.alias) if entry.alias else (entry.code,)
