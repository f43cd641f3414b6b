"""Reads the arguments of the sandbox's own API, and says clearly which one is wrong."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, cast

from starlette.requests import Request

from bothub_cli.errors import UsageError
from bothub_cli.misspellings import did_you_mean
from bothub_cli.record import record
from bothub_cli.sandbox.state.phones import phone_number
from bothub_cli.strict_json import parse_json

Arguments = Mapping[str, Any]  # JSON from outside: any value

ARGUMENTS_MAX = 1024 * 1024  # bytes


@record(frozen=False, eq=False)
class ControlError(UsageError):
    """The call to the sandbox's own API is wrong; ``status`` is its HTTP answer."""

    status: int = 400


async def read_arguments(request: Request) -> Arguments:
    """Return the JSON object in the body, an empty one for no body. Raises ControlError."""
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > ARGUMENTS_MAX:
            raise ControlError(problem="the body is too large", status=413)
    try:
        arguments = parse_json(bytes(body).decode() or "{}")
    except ValueError as exc:
        raise ControlError(problem="the body is not JSON") from exc
    if not isinstance(arguments, dict):
        raise ControlError(problem="the body is not a JSON object")
    return arguments


def text(arguments: Arguments, name: str) -> str:
    """Return a text that must be there."""
    value = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise ControlError(problem=f"{name}: a text is required")
    return value


def optional_text(arguments: Arguments, name: str) -> str | None:
    """Return a text, None when it is absent or null."""
    return None if arguments.get(name) is None else text(arguments, name)


def choice(arguments: Arguments, name: str, allowed: Collection[str]) -> str:
    """Return one of the allowed words."""
    value = text(arguments, name)
    if value not in allowed:
        raise not_one_of(name, value, allowed)
    return value


def not_one_of(name: str, value: str, allowed: Collection[str]) -> ControlError:
    """Return the error of a word that is none of those there are."""
    near = did_you_mean(value, allowed)
    return ControlError(problem=f"{name}: must be one of {', '.join(allowed)}" + (f"; {near}" if near else ""))


def flag(arguments: Arguments, name: str) -> bool:
    """Return true or false."""
    value = arguments.get(name)
    if not isinstance(value, bool):
        raise ControlError(problem=f"{name}: true or false is required")
    return value


def number(arguments: Arguments, name: str, *, minimum: float, maximum: float, default: float | None = None) -> float:
    """Return a number within bounds."""
    value = arguments.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ControlError(problem=f"{name}: a number is required")
    if not minimum <= value <= maximum:  # nor does anything infinite, or NaN
        raise ControlError(problem=f"{name}: must lie between {minimum:g} and {maximum:g}")
    return cast("float", value)


def number_in_query(
    query: Mapping[str, str], name: str, *, default: float, minimum: float = 0.0, maximum: float
) -> float:
    """Return a number of the query string within bounds."""
    try:
        value = float(query.get(name, default))
    except ValueError as exc:
        raise ControlError(problem=f"{name}: a number is required") from exc
    return value if name not in query else number({name: value}, name, minimum=minimum, maximum=maximum)


def phone(written: str, name: str = "number", *, status: int = 400) -> str:
    """Return the number of a phone."""
    found = phone_number(written)
    if found is None:
        raise ControlError(problem=f"{name}: an E.164 number with '+' is required", status=status)
    return found


def whole_number(arguments: Arguments, name: str, *, minimum: int, maximum: int) -> int | None:
    """Return a whole number within bounds, None when it is absent or null."""
    if arguments.get(name) is None:
        return None
    value = number(arguments, name, minimum=minimum, maximum=maximum)
    if value != int(value):
        raise ControlError(problem=f"{name}: a whole number is required")
    return int(value)


def seconds(arguments: Arguments, name: str, *, maximum: float) -> timedelta | None:
    """Return a duration given in seconds, None when it is null."""
    if arguments.get(name) is None:
        return None
    return timedelta(seconds=number(arguments, name, minimum=0, maximum=maximum))
