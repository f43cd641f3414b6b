"""Reads and writes a place as FNW.11 does: latitude, one space, longitude."""


def read_position(pos: str) -> tuple[float, float] | None:
    """Read "latitude longitude"; None when it is not two finite decimal numbers."""
    if len(pos) > 100 or "_" in pos:  # float() takes 1_0, the standard does not
        return None
    try:
        latitude, longitude = (float(word) for word in pos.split())
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) < 1e6 and abs(longitude) < 1e6 else None


def format_position(latitude: float, longitude: float) -> str:
    """Write "latitude longitude", one space, never with an exponent."""
    return f"{_decimal(float(latitude))} {_decimal(float(longitude))}"


def _decimal(degrees: float) -> str:
    shortest = repr(degrees)
    if "e" not in shortest:
        return shortest
    from decimal import Decimal  # only a place within 11 metres of the equator or Greenwich needs it

    return format(Decimal(shortest), "f")
