"""The one family of errors, each with its exit code, and the facts from which its sentence is made.

BothubError
├── UsageError               2  a flag, or a combination of flags, is wrong
├── CredentialsError         4
│   ├── NotLoggedInError        the profile has no credentials
│   ├── SecretCommandError      the program that gives a secret failed
│   └── CredentialsRefusedError a token or the credentials behind it were refused
├── TemporaryError           5  nothing was accepted; the same call may work later
│   ├── NetworkError            DNS, connect, TLS, proxy: the request never went out; 12 where waiting heals nothing
│   ├── RateLimitedError        429, or code 53
│   ├── ServiceUnavailableError 503, or another server error on a call that changes nothing
│   └── OutsideTimeWindowError  the call is only taken at certain hours
├── InputRefusedError        6  a file, a number, a key or a message was refused here
├── ApiRefusedError          7  the API said no, for good
│   └── UnreadableAnswerError   the answer is not what the API speaks
├── StillPendingError        8  the wait ended first
├── LimitReachedError       10  a limit that the user set stopped the work
├── LockBusyError           11  another process holds the lock or the journal
├── ConfigurationError      12  the configuration or a store is unusable
├── OutputError             12  the answer cannot be written
├── OutcomeUnknownError     13  the request went out and no answer came
│   └── InterruptedCallError    Ctrl-C or a signal came while it was under way: 128 + the signal
└── NeverSentError              the same before anything went out: 128 + the signal

A remedy may contain ``{profile}``: the edge replaces it by the option that names the current profile.
"""

from dataclasses import field
from enum import IntEnum
from typing import Any, ClassVar, Literal

from bothub_cli.record import record

__all__ = [
    "ApiRefusedError",
    "BothubError",
    "ConfigurationError",
    "CredentialsError",
    "CredentialsRefusedError",
    "CredentialsSubject",
    "ExitCode",
    "HttpFacts",
    "InputRefusedError",
    "InterruptedCallError",
    "LimitReachedError",
    "LockBusyError",
    "NetworkError",
    "NeverSentError",
    "NotLoggedInError",
    "OutcomeUnknownError",
    "OutputError",
    "OutsideTimeWindowError",
    "RateLimitedError",
    "SecretCommandError",
    "ServiceUnavailableError",
    "StillPendingError",
    "TemporaryError",
    "TerminatedError",
    "UnreadableAnswerError",
    "UsageError",
    "WaitInterruptedError",
]

_COMMAND_MARKS = ("bothub ", "{profile}")  # what only makes sense where the command is typed

CredentialsSubject = Literal["authorization header", "assertion", "orange_token", "gsma_token"]


class ExitCode(IntEnum):
    """What the process tells its caller; documented in ``bothub help exit-codes``."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    SOME_FAILED = 3
    CREDENTIALS = 4
    TEMPORARY = 5
    INPUT_REFUSED = 6
    API_REFUSED = 7
    STILL_PENDING = 8
    LIMIT_REACHED = 10
    LOCK_BUSY = 11
    CONFIGURATION = 12
    OUTCOME_UNKNOWN = 13
    HANGUP = 129  # 128 + SIGHUP
    INTERRUPTED = 130  # 128 + SIGINT
    BROKEN_PIPE = 141  # 128 + SIGPIPE
    TERMINATED = 143  # 128 + SIGTERM


@record
class HttpFacts:
    """What support needs to find a request again: its status and the gateway's ``X-OAPI-Request-Id``."""

    status: int | None = None
    """Of HTTP; None where no server answered."""
    request_id: str | None = None
    """The gateway's ``X-OAPI-Request-Id``."""


@record(frozen=False, eq=False)
class BothubError(Exception):
    """Something that the user should hear about; ``message`` says what happened, ``hint`` what helps."""

    code: ClassVar[str] = "unexpected"
    exit_code: ClassVar[ExitCode] = ExitCode.UNEXPECTED

    http: HttpFacts | None = None
    """The answer behind the error, where there was one."""

    @property
    def message(self) -> str:
        """What happened, in the user's words; never a secret, a phone number or a text."""
        return "something unexpected happened"

    @property
    def remedy(self) -> str | None:
        """What helps, for who sits at the command line: the command or the change; None when nothing here does."""
        return None

    @property
    def hint(self) -> str | None:
        """What helps, for a program in Python; None when that is a command (``remedy`` has those).

        What is a flag at the command line is a parameter, or a setting, of the same name here.
        """
        remedy = self.remedy
        if remedy is None or any(mark in remedy for mark in _COMMAND_MARKS):
            return None
        import re  # only what failed pays for it

        return re.sub(r"(?<![\w-])--([a-z][a-z-]*)", lambda flag: flag[1].replace("-", "_"), remedy)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross to another process with all facts: what may have been accepted there must be known here too."""
        return _restore, (type(self), dict(self.__dict__))


def _restore(kind: type[BothubError], facts: dict[str, Any]) -> BothubError:
    error = kind.__new__(kind)
    error.__dict__.update(facts)
    return error


@record(frozen=False, eq=False)
class UsageError(BothubError):
    """A flag, an argument or an environment value is wrong.

    ``option`` is the setting or the parameter that is meant, as Python writes it: ``max_errors``; the command line
    makes a flag of it (``output/failures``). The message begins with it, whether ``problem`` does or not.
    """

    code = "usage"
    exit_code = ExitCode.USAGE

    problem: str
    """What is wrong, in words."""
    fix: str | None = None
    """What helps, at the command line."""
    option: str | None = None
    """The setting or the parameter that is meant: ``max_errors``."""

    @property
    def message(self) -> str:
        is_named = self.option is None or self.problem.startswith(self.option)
        return self.problem if is_named else f"{self.option}: {self.problem}"

    @property
    def remedy(self) -> str | None:
        return self.fix


@record(frozen=False, eq=False)
class CredentialsError(BothubError):
    """The call needs credentials that are missing or refused."""

    exit_code = ExitCode.CREDENTIALS


@record(frozen=False, eq=False)
class SecretCommandError(CredentialsError):
    """The program that should have given a secret failed."""

    code = "auth.command"

    setting: str
    """Who named the program."""
    reason: str
    """The last line that it said."""

    @property
    def message(self) -> str:
        return f"{self.setting}: the program gave no secret: {self.reason}"

    @property
    def remedy(self) -> str | None:
        return "run it by hand: its standard output must be the secret and nothing else"


@record(frozen=False, eq=False)
class NotLoggedInError(CredentialsError):
    """The profile lacks what a token needs."""

    code = "auth.not_logged_in"

    missing: tuple[str, ...] = ()
    """One of "bot ID", "private key", "authorization"."""
    others: tuple[str, ...] = ()
    """Profiles that could have been named."""

    @property
    def message(self) -> str:
        return "not logged in" + (f": no {' and no '.join(self.missing)}" if self.missing else "")

    @property
    def remedy(self) -> str | None:
        others = f"; or say which profile with -p: {', '.join(self.others)}" if self.others else ""
        return f"bothub login{{profile}}{others}"


@record(frozen=False, eq=False)
class CredentialsRefusedError(CredentialsError):
    """The API refused credentials."""

    code = "auth.refused"

    subject: CredentialsSubject
    """What it refused."""
    reason: str
    """Its own words, without secrets."""

    @property
    def message(self) -> str:
        return f"the {self.subject} was refused: {self.reason}"

    @property
    def remedy(self) -> str | None:
        match self.subject:
            case "authorization header":
                return (
                    "copy the Authorization header again from the Orange Developer console, then: bothub login{profile}"
                )
            case "assertion":
                return "check that the bot ID and the private key belong together: bothub doctor{profile}"
            case _:
                return "bothub token refresh{profile}"


@record(frozen=False, eq=False)
class TemporaryError(BothubError):
    """Nothing was accepted, and the same call may work later."""

    exit_code = ExitCode.TEMPORARY


@record(frozen=False, eq=False)
class NetworkError(TemporaryError):
    """The request never reached the API."""

    code = "network"

    host: str
    """Host and port: no path and no query."""
    stage: Literal["dns", "connect", "tls", "proxy", "timeout", "lost"]
    """How far it came."""
    detail: str = ""
    """The cause, without a secret."""
    is_lasting: bool = False
    """Waiting does not heal it: trust that is missing, a proxy that refuses or has a wrong name."""
    advice: str | None = None
    """What helps, where the transport knows better than the stage says."""
    is_nobody_here: bool = False
    """This very machine refused the connection, so nothing listens there."""

    @property
    def exit_code(self) -> ExitCode:  # type: ignore[override]  # here what failed decides, elsewhere the class
        return ExitCode.CONFIGURATION if self.is_lasting else ExitCode.TEMPORARY

    @property
    def message(self) -> str:
        if self.is_nobody_here:
            return f"no connection to {self.host}: nothing listens there, so no sandbox runs there"
        what = {
            "dns": f"the name {self.host} cannot be resolved",
            "connect": f"no connection to {self.host}",
            "tls": f"no trusted TLS connection to {self.host}",
            "proxy": f"the proxy did not let the request through to {self.host}",
            "timeout": f"{self.host} did not answer in time",
            "lost": f"{self.host} closed the connection before it answered",
        }[self.stage]
        return f"{what} ({self.detail})" if self.detail else what

    @property
    def remedy(self) -> str | None:
        if self.advice is not None:
            return self.advice
        if self.is_nobody_here:
            return "bothub sandbox start"
        return {
            "dns": "check the network, and --api-base",
            "connect": "check the network, --api-base and --proxy",
            "tls": "if a company proxy inspects TLS, name its certificate: --ca-bundle FILE",
            "proxy": "check --proxy and the HTTPS_PROXY environment variable",
            "timeout": "try again, or allow more time: --timeout SECONDS",
            "lost": "try again",
        }[self.stage]


@record(frozen=False, eq=False)
class RateLimitedError(TemporaryError):
    """The API asked to slow down."""

    code = "api.rate_limited"

    retry_after: float | None = None
    """Seconds, when it said how long."""
    reason: str = ""
    """Its own words."""

    @property
    def message(self) -> str:
        wait = f"; it asks to wait {self.retry_after:g} s" if self.retry_after is not None else ""
        return f"too many requests{wait}" + (f" ({self.reason})" if self.reason else "")

    @property
    def remedy(self) -> str | None:
        return "wait and try again, or let the command wait longer: --max-wait SECONDS"


@record(frozen=False, eq=False)
class ServiceUnavailableError(TemporaryError):
    """The API is down or overloaded, and said so before it accepted anything."""

    code = "api.unavailable"

    reason: str
    """Its own words."""
    retry_after: float | None = None
    """Seconds, when it said how long."""

    @property
    def message(self) -> str:
        return f"the API is not available: {self.reason}"

    @property
    def remedy(self) -> str | None:
        return "try again later"


@record(frozen=False, eq=False)
class OutsideTimeWindowError(TemporaryError):
    """The API takes this call at certain hours only."""

    code = "api.time_window"

    operation: str
    """Completes "refused to …"."""
    window: str
    """The hours, in words."""

    @property
    def message(self) -> str:
        return f"the API refused to {self.operation} at this hour: it is possible {self.window}"

    @property
    def remedy(self) -> str | None:
        return f"try again {self.window}"


@record(frozen=False, eq=False)
class _PlacedError(BothubError):
    """Something is wrong at a place, and whoever raises it knows the words."""

    problem: str
    """What is wrong, in words."""
    where: str | None = None
    """A file, a line, a JSON pointer or an option."""
    fix: str | None = None
    """What helps."""

    @property
    def message(self) -> str:
        return f"{self.where}: {self.problem}" if self.where else self.problem

    @property
    def remedy(self) -> str | None:
        return self.fix


@record(frozen=False, eq=False)
class InputRefusedError(_PlacedError):
    """Input was refused here and nothing was sent."""

    code = "input"
    exit_code = ExitCode.INPUT_REFUSED


@record(frozen=False, eq=False)
class ApiRefusedError(BothubError):
    """The API refused the call for good."""

    code = "api.refused"
    exit_code = ExitCode.API_REFUSED

    operation: str
    """Completes "refused to …"."""
    reason: str
    """Its own words."""
    fault_code: str | None = None
    """Its own number for it."""
    advice: str | None = None
    """What helps."""

    @property
    def message(self) -> str:
        number = f" (code {self.fault_code})" if self.fault_code else ""
        return f"the API refused to {self.operation}: {self.reason}{number}"

    @property
    def remedy(self) -> str | None:
        explain = f"bothub explain {self.fault_code}" if self.fault_code else None
        return f"{self.advice}; more: {explain}" if self.advice and explain else self.advice or explain


@record(frozen=False, eq=False)
class UnreadableAnswerError(ApiRefusedError):
    """What came back is no answer of this API: HTML, a redirect, truncated JSON."""

    code = "api.unreadable"

    @property
    def message(self) -> str:
        return f"the answer when trying to {self.operation} is not BotHub's: {self.reason}"

    @property
    def remedy(self) -> str | None:
        return "check --api-base, and whether a proxy stands in between: bothub doctor{profile}"


@record(frozen=False, eq=False)
class StillPendingError(BothubError):
    """The wait ended before what was waited for."""

    code = "pending"
    exit_code = ExitCode.STILL_PENDING

    subject: str
    """What is pending."""
    waited: float
    """Seconds."""
    advice: str | None = None
    """What may help."""

    @property
    def message(self) -> str:
        return f"{self.subject} is still pending after {self.waited:g} s"

    @property
    def remedy(self) -> str | None:
        return self.advice


@record(frozen=False, eq=False)
class LimitReachedError(BothubError):
    """A limit that the user set stopped the work."""

    code = "limit"
    exit_code = ExitCode.LIMIT_REACHED

    limit: str
    """Which, in words."""
    option: str | None = None
    """Its name in ``limit``, as UsageError has it."""

    @property
    def message(self) -> str:
        return f"stopped: {self.limit}"


@record(frozen=False, eq=False)
class LockBusyError(BothubError):
    """Another process holds what this one needs."""

    code = "lock"
    exit_code = ExitCode.LOCK_BUSY

    subject: str
    """What it is."""

    @property
    def message(self) -> str:
        return f"{self.subject} is in use by another process"


@record(frozen=False, eq=False)
class ConfigurationError(_PlacedError):
    """The configuration, the project file or a store cannot be used."""

    code = "config"
    exit_code = ExitCode.CONFIGURATION


@record(frozen=False, eq=False)
class OutputError(BothubError):
    """The answer cannot be written: a full disk behind stdout."""

    code = "output"
    exit_code = ExitCode.CONFIGURATION

    reason: str
    """The system's words."""

    @property
    def message(self) -> str:
        return f"the answer cannot be written: {self.reason}"

    @property
    def remedy(self) -> str | None:
        return "what the command did stays done: look before you run it again"


@record(frozen=False, eq=False)
class OutcomeUnknownError(BothubError):
    """The request went out and no usable answer came: it may have been accepted, so it is not sent again."""

    code = "outcome.unknown"
    exit_code = ExitCode.OUTCOME_UNKNOWN

    operation: str
    """Completes "the request to …"."""
    cause: str = field(default="no answer came")
    """What came instead of an answer."""

    @property
    def message(self) -> str:
        return f"outcome unknown: the request to {self.operation} went out, but {self.cause}"

    @property
    def remedy(self) -> str | None:
        return (
            "it may have been accepted: look at the handset or the webhook first; "
            "to send it again all the same: --resend-unknown"
        )


@record(frozen=False, eq=False)
class InterruptedCallError(OutcomeUnknownError):
    """The user, or the system, stopped the program while a request was under way."""

    code = "interrupted"

    signal_code: ExitCode
    """128 + the signal."""

    @property
    def exit_code(self) -> ExitCode:  # type: ignore[override]  # here the signal decides, elsewhere the class
        return self.signal_code

    @property
    def message(self) -> str:
        return f"interrupted: the request to {self.operation} may have gone out, and may have been accepted"


@record(frozen=False, eq=False)
class NeverSentError(BothubError):
    """The user, or the system, stopped the program before the request was accepted."""

    code = "interrupted.not-sent"

    operation: str
    """Completes "the request to …"."""
    signal_code: ExitCode
    """128 + the signal."""

    @property
    def exit_code(self) -> ExitCode:  # type: ignore[override]  # here the signal decides, elsewhere the class
        return self.signal_code

    @property
    def message(self) -> str:
        return f"interrupted before BotHub could take the request to {self.operation}: nothing was sent"


class TerminatedError(BaseException):
    """SIGTERM or SIGHUP arrived; unwinds like a keyboard interrupt, so that everything is closed."""

    def __init__(self, exit_code: ExitCode) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


def exit_code_after(interruption: KeyboardInterrupt | TerminatedError) -> ExitCode:
    """Return 128 + the signal."""
    return interruption.exit_code if isinstance(interruption, TerminatedError) else ExitCode.INTERRUPTED


class WaitInterruptedError(TerminatedError, KeyboardInterrupt):
    """One of the two came while the client was waiting, or getting tokens: of this call nothing was accepted."""
