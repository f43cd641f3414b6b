"""What each code of our own errors means, and who can mend it: what ``bothub explain`` says of it."""

from bothub_cli.record import record

# Who can mend an error, in a reader's words; the API's own codes name the same people.
MENDERS = {
    "sender": "you, in what you send",
    "account": "you or Orange, in the account and its credentials",
    "service": "Orange",
    "time": "time",
    "recipient": "nobody: it is about the recipient",
}
_YOU, _ACCOUNT, _TIME, _MACHINE = MENDERS["sender"], MENDERS["account"], MENDERS["time"], "you, on this machine"
READ_MESSAGE = "bothub message check FILE"
_READ_ERROR = "do what its hint says"


@record
class OwnCode:
    """A code of our own errors; ``retryable``: the same call may work later."""

    code: str
    meaning: str
    mended_by: str
    remedy: str
    retryable: bool


def _own(code: str, meaning: str, mended_by: str, remedy: str, *, retryable: bool = False) -> OwnCode:
    return OwnCode(code=code, meaning=meaning, mended_by=mended_by, remedy=remedy, retryable=retryable)


# A test looks for those that are missing.
OWN_CODES: dict[str, OwnCode] = {
    each.code: each
    for each in (
        _own("usage", "an option, an argument or a variable is wrong", _YOU, "bothub COMMAND --help"),
        _own("input", "a file or a text was refused here; nothing was sent", _YOU, _READ_ERROR),
        _own(
            "input.number", "what was written is no phone number", _YOU, "write it as +33612345678, or add --region FR"
        ),
        _own("message.refused", "the check refused the message; nothing was sent", _YOU, READ_MESSAGE),
        _own("message.malformed", "the message has a wrong shape; nothing was sent", _YOU, READ_MESSAGE),
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
