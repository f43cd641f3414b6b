"""The filters of templates: each takes a value and gives one, at a cost that its input bounds.

Missing on purpose: jinja2's format, center, indent, wordwrap and the like, which write as many characters as they are
told to, and attr, map and the like, which reach into objects.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bothub_cli.campaign.template.region import Region, check_day_form, needs_language
from bothub_cli.campaign.template.syntax import ExpressionError, compose
from bothub_cli.campaign.template.values import Kind, list_of, number_of, text_of
from bothub_cli.messages.limits import PAYLOAD_MAX

_DIGITS_MAX = 12  # of a rounding, either side of the point
_ITEMS_MAX = 50_000  # of a list that a filter makes
_CURRENCY = re.compile("[A-Z]{3}")
# d'Artagnan, O'Neil, L'Oréal, but not don't: one or two letters before the mark, three or more behind it
_NAME_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_COMMENT, _TAG = re.compile(r"<!--.*?-->", re.DOTALL), re.compile(r"<[^<>]*>")
_LANGUAGE_FIX = "say which: --locale fr, or --region FR"


@dataclass(frozen=True)
class Filter:
    """A filter: what it works on (CELL is anything), what it gives, what it is called with, and what it does.

    ``cost`` is that of a call, ``slowness`` that of a character: bytes of the budget, beside what it reads and writes.
    """

    takes: Kind
    gives: Kind
    apply: Callable[..., object]
    arguments: tuple[str, ...] = ()
    required: int = 0
    check: Callable[..., None] | None = None  # of arguments that are written in the template
    cost: int = 0
    slowness: int = 0


def _default(value: object, instead: object = "", always: object = False) -> object:  # noqa: FBT002, ARG001  jinja2 has it
    return instead if is_blank(value) else value


def is_blank(value: object) -> bool:
    """Tell whether a cell holds nothing that people would want to read: no text, or what programs write for none."""
    if not isinstance(value, str):
        return value is None or not isinstance(value, int | float | list | Mapping)
    return name_blank(value) is not None


_NOTHING = frozenset({"nan", "none", "null", "nil", "nat", "<na>", "undefined", "[object object]", "n/a", "#n/a", "#na",
                      "#n/d", "#nv", "#ref", "(null)"})  # fmt: skip
_SHEET_ERROR = re.compile(r"#[A-ZÀ-Þ0/]{2,10}[!?]")  # what spreadsheets write in many languages: #REF!, #NOM?, #DIV/0!


def name_blank(text: str) -> str | None:
    """Return what a cell holds instead of something: "" when it is empty, else the word; None when it holds something.

    A word of a program counts; a person may be called Null, so only ``default`` and warnings ask.
    """
    stripped = text.strip()
    if not stripped:
        return ""
    if len(stripped) <= 20 and (stripped.casefold() in _NOTHING or _SHEET_ERROR.fullmatch(stripped)):
        return stripped
    return None


def _title(value: object) -> str:
    text = text_of(value)
    _check_size(len(text))
    return _NAME_PART.sub(lambda found: _title_word(found[0]), text)


def _title_word(word: str) -> str:
    if not (word.islower() or word.isupper()):
        return word  # McDonald knows better
    parts = re.split("(['’])", word)
    written = [parts[0].capitalize()]
    for before, mark, after in zip(parts[0::2], parts[1::2], parts[2::2], strict=False):
        is_prefix = len(before) <= 2 and len(after) >= 3
        written += [mark, after.capitalize() if is_prefix else after.lower()]
    return "".join(written)


def _replace(value: object, old: object, new: object) -> str:
    """Bounded before it is made: one text may hold another's length many times over."""
    subject, sought, put = text_of(value), text_of(old), text_of(new)
    _check_size(len(subject) + subject.count(sought) * len(put))
    return subject.replace(sought, put)


def _join(value: object, separator: object = "") -> str:
    pieces, between = [text_of(item) for item in list_of(value)], text_of(separator)
    _check_size(sum(map(len, pieces)) + len(pieces) * len(between))
    return between.join(pieces)


def _check_size(size: int) -> None:
    if size > PAYLOAD_MAX:
        raise ExpressionError(f"the text grows beyond {PAYLOAD_MAX} characters")


def _split(value: object, separator: object = None) -> list[str]:
    text = text_of(value)
    if separator is None:
        _check_count(len(text) // 2)
        return text.split()
    between = text_of(separator)
    if not between:
        raise ExpressionError("nothing to split at", fix="| split(',')")
    _check_count(text.count(between))
    return [piece.strip() for piece in text.split(between) if piece.strip()]


def _list(value: object) -> list[object]:
    if isinstance(value, str):
        _check_count(len(value))
        return list(value)
    return list(list_of(value))


def _check_count(count: int) -> None:
    if count > _ITEMS_MAX:
        raise ExpressionError(f"the list grows beyond {_ITEMS_MAX} items")


def _sort(value: object, reverse: object = False) -> list[object]:  # noqa: FBT002  jinja2 has it
    items = list_of(value)
    if items and not any(isinstance(item, str) for item in items):
        return sorted(items, key=number_of, reverse=bool(reverse))
    return sorted(items, key=lambda item: compose(text_of(item)).casefold(), reverse=bool(reverse))


def _unique(value: object) -> list[object]:
    seen: dict[str, object] = {}
    for item in list_of(value):
        seen.setdefault(compose(text_of(item)).casefold(), item)
    return list(seen.values())


def _reverse(value: object) -> object:
    return value[::-1] if isinstance(value, str) else list_of(value)[::-1]


def _first(value: object) -> object:
    return _end(value, 0)


def _last(value: object) -> object:
    return _end(value, -1)


def _end(value: object, place: int) -> object:
    items = value if isinstance(value, str) else list_of(value)
    if not items:
        raise ExpressionError("it is empty and has neither first nor last")
    found: object = items[place]
    return found


def _length(value: object) -> int:
    return len(value) if isinstance(value, str) else len(list_of(value))


def _truncate(value: object, length: object = 255, killwords: object = False, end: object = "...") -> str:  # noqa: FBT002  jinja2 has it
    text, limit, tail = text_of(value), int(number_of(length)), text_of(end)
    if limit < len(tail):
        raise ExpressionError(f"{limit} characters hold not even {tail}")
    if len(text) <= limit:
        return text
    cut = text[: limit - len(tail)]
    return (cut if killwords else cut.rsplit(" ", 1)[0]) + tail


def _round(value: object, precision: object = 0, method: object = "common") -> int | float:
    places = int(number_of(precision))
    if not -_DIGITS_MAX <= places <= _DIGITS_MAX:
        raise ExpressionError(f"{places} digits: there are {-_DIGITS_MAX} to {_DIGITS_MAX}")
    number = number_of(value)
    if method == "common":
        rounded = float(Region().exact(number, places))
    elif method in {"ceil", "floor"}:
        shifted = number * 10.0**places
        rounded = (-(-shifted // 1) if method == "ceil" else shifted // 1) / 10.0**places
    else:
        raise ExpressionError(f"{method} is no way to round", fix="common, ceil or floor")
    return rounded if places > 0 else int(rounded)


def _sum(value: object) -> int | float:
    return sum(number_of(item) for item in list_of(value))


def _largest(value: object) -> int | float:
    return max(_numbers(value))


def _smallest(value: object) -> int | float:
    return min(_numbers(value))


def _numbers(value: object) -> list[int | float]:
    numbers = [number_of(item) for item in list_of(value)]
    if not numbers:
        raise ExpressionError("the list is empty")
    return numbers


def _striptags(value: object) -> str:
    from html import unescape  # a table of all entities

    text = text_of(value)
    _check_size(len(text))
    closed, end, rest = text.rpartition("-->")  # an open one would be looked for to the end of the text
    return " ".join(unescape(_TAG.sub("", _COMMENT.sub("", closed + end) + rest)).split())


def _check_currency(currency: object) -> None:
    if not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        raise ExpressionError("a currency has three letters", fix="| money('EUR')")


def _check_day_form(form: object = "medium") -> None:
    check_day_form(text_of(form))


def find_filters(region: Region) -> Mapping[str, Filter]:  # noqa: C901  one function a filter
    """Return the filters by name, with the numbers and days of this region."""

    def read(value: object) -> int | float:
        return region.read_number(value) if isinstance(value, str) else number_of(value)

    def whole(value: object, instead: object = None) -> int:
        if instead is not None and is_blank(value):
            return int(number_of(instead))
        number = read(value)
        if isinstance(value, str) and number != int(number):
            raise ExpressionError(f"'{value.strip()}' is no whole number", fix="| float, or | float | round")
        return int(number)

    def decimal(value: object, instead: object = None) -> float:
        return float(number_of(instead) if instead is not None and is_blank(value) else read(value))

    def number(value: object, decimals: object = None) -> str:
        return region.write_number(read(value), None if decimals is None else int(number_of(decimals)))

    def money(value: object, currency: object) -> str:
        _check_currency(currency)
        return region.write_money(read(value), text_of(currency))

    def day(value: object, form: object = "medium") -> str:
        _check_day_form(form)
        return region.write_day(region.read_day(text_of(value)), text_of(form))

    def plural(value: object, one: object, other: object, few: object = None, many: object = None) -> object:
        forms = {"one": one, "few": few, "many": many}
        form = forms.get(region.count_form(read(value)))
        return other if form is None else form

    def check_money(currency: object) -> None:
        _check_currency(currency)
        _need_language("money is written otherwise in each country")

    def check_day(form: object = "medium") -> None:
        _check_day_form(form)
        if needs_language(text_of(form)):
            _need_language("days are written otherwise in each language")

    def _need_language(problem: str) -> None:
        if region.name is None:
            raise ExpressionError(problem, fix=_LANGUAGE_FIX)

    return dict(_PLAIN_FILTERS) | {
        "int": Filter(Kind.CELL, Kind.NUMBER, whole, ("default",), cost=250),
        "float": Filter(Kind.CELL, Kind.NUMBER, decimal, ("default",), cost=250),
        "number": Filter(Kind.CELL, Kind.TEXT, number, ("decimals",), cost=2000),
        "money": Filter(Kind.CELL, Kind.TEXT, money, ("currency",), 1, check_money, cost=2500),
        "date": Filter(Kind.TEXT, Kind.TEXT, day, ("form",), 0, check_day, cost=10_000),
        "plural": Filter(Kind.CELL, Kind.TEXT, plural, ("one", "other", "few", "many"), 2, cost=600),
    }


def _of_text(change: Callable[[str], object]) -> Callable[[object], object]:
    return lambda value: change(text_of(value))


_TEXT = Kind.TEXT
_PLAIN_FILTERS: Mapping[str, Filter] = {
    "abs": Filter(Kind.NUMBER, Kind.NUMBER, lambda value: abs(number_of(value))),
    "capitalize": Filter(_TEXT, _TEXT, _of_text(str.capitalize)),
    "default": Filter(Kind.CELL, Kind.CELL, _default, ("value", "boolean")),
    "d": Filter(Kind.CELL, Kind.CELL, _default, ("value", "boolean")),
    "first": Filter(Kind.CELL, Kind.CELL, _first),
    "join": Filter(Kind.LIST, _TEXT, _join, ("separator",)),
    "last": Filter(Kind.CELL, Kind.CELL, _last),
    "length": Filter(Kind.CELL, Kind.NUMBER, _length),
    "list": Filter(Kind.CELL, Kind.LIST, _list),
    "lower": Filter(_TEXT, _TEXT, _of_text(str.lower)),
    "max": Filter(Kind.LIST, Kind.NUMBER, _largest),
    "min": Filter(Kind.LIST, Kind.NUMBER, _smallest),
    "replace": Filter(_TEXT, _TEXT, _replace, ("old", "new"), 2),
    "reverse": Filter(Kind.CELL, Kind.CELL, _reverse),
    "round": Filter(Kind.NUMBER, Kind.NUMBER, _round, ("precision", "method"), cost=500),
    "sort": Filter(Kind.LIST, Kind.LIST, _sort, ("reverse",)),
    "split": Filter(_TEXT, Kind.LIST, _split, ("separator",)),
    "string": Filter(_TEXT, _TEXT, text_of),
    "striptags": Filter(_TEXT, _TEXT, _striptags, slowness=5),
    "sum": Filter(Kind.LIST, Kind.NUMBER, _sum),
    "title": Filter(_TEXT, _TEXT, _title, slowness=30),
    "trim": Filter(_TEXT, _TEXT, _of_text(str.strip)),
    "truncate": Filter(_TEXT, _TEXT, _truncate, ("length", "killwords", "end")),
    "unique": Filter(Kind.LIST, Kind.LIST, _unique),
    "upper": Filter(_TEXT, _TEXT, _of_text(str.upper)),
    "urlencode": Filter(_TEXT, _TEXT, _of_text(lambda text: quote(text, safe="/"))),
    "wordcount": Filter(_TEXT, Kind.NUMBER, _of_text(lambda text: len(text.split()))),
}  # fmt: skip

# What people write after a point in Python, and the filter that does it.
METHODS = {"strip": "trim", "lstrip": "trim", "rstrip": "trim", "len": "length", "format": "number",
           "strftime": "date", "count": "length", "capitalise": "capitalize"}  # fmt: skip


def name_filters(names: Iterable[str]) -> str:
    """Return the filters' names for people."""
    return ", ".join(sorted(set(names) - {"d"}))
