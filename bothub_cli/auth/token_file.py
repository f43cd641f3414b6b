"""The text of a cache file: a line for each token, so simple that reading it needs no library.

    bothub-tokens 1
    orange_token <obtained> <expires> <value>
    gsma_token <obtained> <expires> <value>
    skew <seconds>
    signed_with <sha256 of the private key that the GSMA token was obtained with>
    end

Instants are seconds since 1970. A file without its last line broke off, and counts as not there.
"""

from typing import Final

_HEAD = "bothub-tokens 1"
_TAIL = "end"
TOKEN_KINDS: Final = ("orange_token", "gsma_token")

TokenRow = tuple[float, float, str]  # obtained, expires, value

_INSTANT_MAX = 32_503_680_000.0  # the year 3000: beyond it no date can be made of it on every platform


def format_token_file(rows: dict[str, TokenRow], *, skew: float, signed_with: str | None = None) -> str:
    """Write the tokens, by kind, the skew in seconds, and which key the GSMA token was obtained with."""
    lines = [_HEAD]
    lines += [f"{kind} {obtained!r} {expires!r} {value}" for kind, (obtained, expires, value) in rows.items()]
    lines += [f"skew {skew!r}"]
    if signed_with is not None:
        lines += [f"signed_with {signed_with}"]
    lines += [_TAIL, ""]
    return "\n".join(lines)


def parse_token_file(content: bytes) -> tuple[dict[str, TokenRow], float, str | None] | None:
    """Read the tokens, by kind, the skew, and the GSMA token's key; None for whatever is not such a file, whole."""
    try:
        lines = content.decode("ascii").split("\n")
        if lines[0] != _HEAD or lines[-2:] != [_TAIL, ""] or not all(map(str.isprintable, lines)):
            return None  # a control character, such as an editor's line end, would go into a header of every call
        rows: dict[str, TokenRow] = {}
        skew, signed_with = 0.0, None
        for line in lines[1:-2]:
            name, *rest = line.split(" ")
            if name == "skew":
                (skew,) = map(_read_number, rest)
            elif name == "signed_with":
                (signed_with,) = rest
            elif name in TOKEN_KINDS:
                obtained, expires, value = rest
                rows[name] = (_read_number(obtained), _read_number(expires), value)
    except ValueError:
        return None
    return (rows, skew, signed_with) if all(row[0] <= row[1] and row[2] for row in rows.values()) else None


def _read_number(text: str) -> float:
    number = float(text)
    if not -_INSTANT_MAX < number < _INSTANT_MAX:  # false for NaN too
        raise ValueError(text)
    return number
