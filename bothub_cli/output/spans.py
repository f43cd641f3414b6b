"""Says how long something takes, roughly, as people do."""


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
