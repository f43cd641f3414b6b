"""Writes values of a message for people: printable, short, and with their unit."""

from bothub_cli.display_text import cut, escape_unprintable
from bothub_cli.messages.limits import INTEGER_BITS_MAX, TEXT_READ_MAX
from bothub_cli.messages.payload import child_pointer, json_type

SHOWN_MAX = 60  # characters of a wrong value that a finding quotes
_NAME_MAX = 200  # characters of an unknown member's name in a pointer


def shorten(value: object, *, length: int = SHOWN_MAX) -> str:
    """Return a value as printable text of bounded length: what nobody can see is written as an escape."""
    text = value if isinstance(value, str) else show(value)
    return escape_unprintable(cut(text, length))


def pointer_to(parent: str, key: object) -> str:
    """Return the pointer of any member, whatever its name holds; very long names are cut."""
    return child_pointer(parent, key if isinstance(key, int) else shorten(key, length=_NAME_MAX))


def show(value: object) -> str:
    """Return a JSON value as a person would write it, in bounded length; objects and lists by their kind."""
    match value:
        case str():
            return f'"{shorten(value)}"'
        case bool():
            return str(value).lower()
        case int() if value.bit_length() > INTEGER_BITS_MAX:
            return f"a number of {value.bit_length()} bits"  # str() of a huge one raises ValueError
        case int() | float():
            return str(value)
        case _:
            return json_type(value)


def show_length(text: str) -> str:
    """Return a text's length in code points, and in UTF-16 units where they differ."""
    length = len(text)
    if length > TEXT_READ_MAX or text.isascii() or (units := utf16_length(text)) == length:
        return f"{length} characters"
    return f"{length} characters (code points; {units} UTF-16 units)"


def utf16_length(text: str) -> int:
    """Count UTF-16 units: what Java, JavaScript and many phones call characters."""
    return len(text) + sum(character > "\uffff" for character in text)
