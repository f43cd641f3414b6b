"""Says in words why a row was not accepted; the cause itself stays what programs read."""

_STAGES = {
    "rate": "the API asked to slow down",
    "credentials": "a token was refused",
    "interrupted": "in flight when the program ended",
}


def describe_cause(cause: str) -> str:
    """Return what a cause of the journal means, followed by the code that ``bothub explain`` knows, if there is one."""
    kind, _, rest = cause.partition(".")
    match kind:
        case "http":
            return _describe_answer(*rest.partition(".")[::2])
        case "answer":
            return "no answer came" if rest == "lost" else f"no answer came ({rest})"
        case "network":
            return f"not sent: no connection ({rest})"
        case _:
            return _STAGES.get(cause, cause)


def _describe_answer(status: str, code: str) -> str:
    from bothub_cli.protocol.fault_codes import find_codes  # only an error of the API has codes

    known = [entry for entry in find_codes(code) if entry.http is None or str(entry.http) == status] if code else []
    place = f"HTTP {status}, code {code}" if code else f"HTTP {status}"
    return f"{known[0].meaning} ({place})" if known else place


def describe_span(seconds: float) -> str:
    """Return the two largest units of a time: ``1 h 5 min``, ``42 s``."""
    if seconds < 9.95:  # what would be written as 10.0
        return f"{seconds:.1f} s"
    whole = round(seconds)
    days, rest = divmod(whole, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    first = next(index for index, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count)
