"""Changes a running sandbox: its settings, its phones, its faults."""

from dataclasses import replace
from datetime import timedelta
from typing import cast, get_args

from bothub_cli.sandbox.bothub.operations import OPERATIONS
from bothub_cli.sandbox.control import arguments
from bothub_cli.sandbox.control.arguments import Arguments, ControlError
from bothub_cli.sandbox.people.lifecycle import come_online
from bothub_cli.sandbox.state.faults import FaultKind, FaultRule, InjectedFault
from bothub_cli.sandbox.state.phones import Phone, System
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.settings import BulkWindow, PhonePace, SandboxSettings

RATE_MAX = 1_000_000
PAUSE_MAX = timedelta(days=30).total_seconds()
DELAY_MAX = 600.0  # seconds
ANY_OPERATION = "any"
FAULT_OPERATIONS = (*dict.fromkeys(operation.name for operation in OPERATIONS), ANY_OPERATION)

_SETTINGS = frozenset(
    {
        "requests_per_second",
        "token_requests_per_minute",
        "rate_limit_status",
        "sent_after",
        "delivered_after",
        "displayed_after",
        "bulk_window",
    }
)


def change_settings(settings: SandboxSettings, given: Arguments) -> SandboxSettings:
    """Return the settings with what was given changed; null switches a limit or a step off. Raises ControlError."""
    _refuse_unknown(given, _SETTINGS)
    changed = replace(
        settings, rate_limits=_change_limits(settings.rate_limits, given), pace=_change_pace(settings.pace, given)
    )
    if "bulk_window" in given:
        window = arguments.choice(given, "bulk_window", get_args(BulkWindow))
        changed = replace(changed, bulk_window=cast("BulkWindow", window))
    return changed


def change_phone(sandbox: Sandbox, phone: Phone, given: Arguments) -> None:
    """Switch a phone on or off, take it off RCS, make it an iPhone. Raises ControlError, and then changes nothing."""
    _refuse_unknown(given, {"system", "is_rcs", "is_online"})
    system = arguments.choice(given, "system", ("android", "ios")) if "system" in given else phone.system
    is_rcs = arguments.flag(given, "is_rcs") if "is_rcs" in given else phone.is_rcs
    is_online = arguments.flag(given, "is_online") if "is_online" in given else phone.is_online
    phone.system = cast("System", system)
    phone.is_rcs = is_rcs
    if is_online and not phone.is_online:
        come_online(sandbox, phone)
    phone.is_online = is_online
    sandbox.note("phone", phone.number)


def read_fault_rule(given: Arguments) -> FaultRule:
    """Read a rule: its ``kind``, and what it may be narrowed to. Raises ControlError."""
    _refuse_unknown(given, {"kind", "operation", "number", "bot_id", "text", "every", "probability", "times", "delay"})
    kind = FaultKind(arguments.choice(given, "kind", [kind.value for kind in FaultKind]))
    operation = arguments.choice({"operation": "messages", **given}, "operation", FAULT_OPERATIONS)
    return FaultRule(
        fault=InjectedFault(
            kind=kind, delay=arguments.number(given, "delay", minimum=0, maximum=DELAY_MAX, default=5.0)
        ),
        operation=None if operation == ANY_OPERATION else operation,
        number=None if given.get("number") is None else arguments.phone(arguments.text(given, "number")),
        bot_id=arguments.optional_text(given, "bot_id"),
        text=arguments.optional_text(given, "text"),
        every=arguments.whole_number(given, "every", minimum=1, maximum=RATE_MAX) or 1,
        probability=arguments.number(given, "probability", minimum=0, maximum=1, default=1.0),
        times=arguments.whole_number(given, "times", minimum=1, maximum=RATE_MAX),
    )


def _change_limits(limits: RateLimits, given: Arguments) -> RateLimits:
    if "rate_limit_status" in given:
        if given["rate_limit_status"] not in (403, 429):
            raise ControlError(problem="rate_limit_status: must be one of 403, 429")
        limits = replace(limits, refusal_status=int(given["rate_limit_status"]))
    if "requests_per_second" in given:
        limits = replace(limits, requests_per_second=_read_rate(given, "requests_per_second"))
    if "token_requests_per_minute" in given:
        limits = replace(limits, token_requests_per_minute=_read_rate(given, "token_requests_per_minute"))
    return limits


def _read_rate(given: Arguments, name: str) -> int | None:
    return arguments.whole_number(given, name, minimum=1, maximum=RATE_MAX)


def _change_pace(pace: PhonePace, given: Arguments) -> PhonePace:
    steps = {
        step: arguments.seconds(given, f"{step}_after", maximum=PAUSE_MAX)
        for step in ("sent", "delivered", "displayed")
        if f"{step}_after" in given
    }
    return replace(pace, **steps)


def _refuse_unknown(given: Arguments, known: set[str] | frozenset[str]) -> None:
    unknown = set(given) - known
    if unknown:
        raise ControlError(problem=f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")
