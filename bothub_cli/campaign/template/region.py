"""How a country writes numbers, money and days: read strictly from cells, and written into messages.

babel knows it (Unicode's CLDR); it is loaded when a template first needs it: 16 ms, and 10 MB of memory.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING

from bothub_cli.campaign.template.syntax import ExpressionError
from bothub_cli.display_text import cut

if TYPE_CHECKING:
    from babel import Locale

_PLAIN = re.compile(r"[-+]?\d+(\.\d+)?", re.ASCII)
_SPACES = " \u00a0\u202f\u2009"
_APOSTROPHES = "'\u2019"
_DIGITS_MAX = 30  # digits of a number in a cell
_DECIMALS_MAX = 12
_WIDE = Context(prec=60)  # digits: more than any number here has
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)? ?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_DAY = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})\.?( \d{1,2}:\d{2}(:\d{2})?)?", re.ASCII)
LENGTHS = ("short", "medium", "long", "full")
# strftime's words, as CLDR says them (unicode.org/reports/tr35/tr35-dates.html#Date_Field_Symbol_Table)
_FIELDS = {"d": "dd", "e": "d", "m": "MM", "y": "yy", "Y": "yyyy", "B": "LLLL", "b": "MMM", "A": "EEEE", "a": "EEE",
           "H": "HH", "I": "hh", "p": "a", "M": "mm", "S": "ss", "j": "DDD"}  # fmt: skip
_FORM_MAX = 60  # characters of a form that is written with them
_WORDS = frozenset("BbAap")  # those that a language has words for


@dataclass(frozen=True)
class Region:
    """How numbers and days are written: as ``locale`` says (fr_FR), or else as in the ``country`` of the list (FR)."""

    locale: str | None = None
    country: str | None = None

    @cached_property
    def name(self) -> str | None:
        """The locale; None when nobody said which: plain numbers and ISO days alone are understood then."""
        return self.locale or find_locale(self.country)

    @cached_property
    def _locale(self) -> "Locale":
        from babel import Locale  # loaded for who needs it

        assert self.name is not None
        return Locale.parse(self.name)

    def read_number(self, text: str) -> int | float:
        """Read a cell's number. Raises ExpressionError for whatever is none, or could be two."""
        if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX:
            return int(text)
        written = text.strip().replace("\u2212", "-")
        plain = self._plain(written)
        if plain is None or len(plain) > _DIGITS_MAX:
            raise ExpressionError(f"{_show(text)} is no number", fix=self._number_fix(written))
        return float(plain) if "." in plain else int(plain)

    def _plain(self, text: str) -> str | None:
        """Return the number with a point and without marks; None when it is none."""
        if self.name is None:
            return text if _PLAIN.fullmatch(text) else None
        decimal, groups, pattern = self._marks
        if pattern.fullmatch(text):
            return re.sub(f"[{re.escape(groups)}]", "", text).replace(decimal, ".")
        if decimal == "." or "." in groups or re.search(r"\.\d{3}$", text):  # 1.250 may be two numbers
            return None
        return text if _PLAIN.fullmatch(text) else None

    @cached_property
    def _marks(self) -> tuple[str, str, re.Pattern[str]]:
        """The decimal mark, the thousands marks, and what a number looks like with them."""
        symbols = self._locale.number_symbols["latn"]
        decimal, group = symbols["decimal"], symbols["group"]
        groups = _SPACES if group in _SPACES else _APOSTROPHES if group in _APOSTROPHES else group
        second = min(self._locale.decimal_formats[None].grouping)  # 2 in India: 12,34,567
        mark = f"[{re.escape(groups)}]"
        whole = rf"\d{{1,3}}({mark}\d{{{second},3}})*{mark}\d{{3}}" if second < 3 else rf"\d{{1,3}}({mark}\d{{3}})+"
        return decimal, groups, re.compile(rf"[-+]?(\d+|{whole})({re.escape(decimal)}\d+)?", re.ASCII)

    def _number_fix(self, text: str) -> str | None:
        if not re.search(r"\d", text):
            return None
        if self.name is None:
            return "say how the list writes numbers: --locale fr"
        return f"the list is read as {self.name} writes numbers: --locale en"

    def write_number(self, value: "Decimal | float", decimals: int | None) -> str:
        """Write a number as the country does, with so many decimals, or as many as it has."""
        if decimals is not None and not 0 <= decimals <= _DECIMALS_MAX:
            raise ExpressionError(f"{decimals} decimals: there are 0 to {_DECIMALS_MAX}")
        number = self.exact(value, decimals)
        if self.name is None:
            return format(number, "f")
        from babel.numbers import format_decimal  # loaded for who needs it

        places = decimals if decimals is not None else max(0, -int(number.as_tuple().exponent))
        whole = self._locale.decimal_formats[None].pattern.split(".")[0]
        pattern = whole + ("." + "0" * places if places else "")
        return str(format_decimal(number, format=pattern, locale=self._locale, decimal_quantization=False))

    def exact(self, value: "Decimal | float", decimals: int | None) -> Decimal:
        """Round half up, as people do; fewer than no decimals are tens, hundreds …"""
        number = Decimal(str(value))
        if decimals is None:
            return number
        return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_WIDE)

    def write_money(self, value: "Decimal | float", currency: str) -> str:
        """Write an amount as the country does: 1 234,50 €."""
        from babel.numbers import format_currency, get_currency_precision  # loaded for who needs it

        number = self.exact(value, get_currency_precision(currency))
        return str(format_currency(number, currency, locale=self._locale, decimal_quantization=False))

    def read_day(self, text: str) -> datetime:
        """Read a cell's day, with or without its hour. Raises ExpressionError."""
        written = text.strip()
        try:
            if _ISO.fullmatch(written):
                return datetime.fromisoformat(written)
            if found := _DAY.fullmatch(written):
                return self._read_local_day(found)
        except ValueError as error:
            raise ExpressionError(f"{_show(text)} is no day of the calendar") from error
        fix = "write days as 2026-12-24"
        if written.isdigit():
            raise ExpressionError(f"{_show(text)} is a spreadsheet's number of a day", fix=fix)
        raise ExpressionError(f"{_show(text)} is no day", fix=fix)

    def _read_local_day(self, found: re.Match[str]) -> datetime:
        if self.name is None:
            raise ExpressionError(f"{_show(found[0])} may be two days", fix="say how the list writes days: --locale fr")
        parts = dict(zip(self._day_order, (found[1], found[3], found[4]), strict=True))
        if len(parts["y"]) != 4:
            raise ExpressionError(f"{_show(found[0])}: which century?", fix="write days as 2026-12-24")
        hour, minute, *second = (int(each) for each in (found[5] or "0:0").split(":"))
        return datetime(  # noqa: DTZ001  a day of the list, in no zone
            int(parts["y"]), int(parts["m"]), int(parts["d"]), hour, minute, sum(second)
        )

    @cached_property
    def _day_order(self) -> str:
        """The order of day, month and year: "dmy" in France, "mdy" in the United States."""
        pattern = self._locale.date_formats["short"].pattern.lower()
        return "".join(sorted("dmy", key=pattern.find))

    def write_day(self, day: datetime, form: str) -> str:
        """Write a day in one of CLDR's lengths or with strftime's words, in the country's language."""
        if self.name is None and not needs_language(form):
            return "".join(_write_field(day, field) for field in re.findall(r"%.|[^%]+", form))
        from babel.dates import format_date, format_datetime  # loaded for who needs it

        if form in LENGTHS:
            return str(format_date(day.date(), form, locale=self._locale))
        pieces = re.findall(r"%.|[^%]+", form)
        return "".join(
            str(format_datetime(day, _FIELDS[piece[1]], locale=self._locale))
            if piece[0] == "%" and piece[1] in _FIELDS
            else "%" if piece == "%%" else piece
            for piece in pieces
        )  # fmt: skip

    def count_form(self, value: float) -> str:
        """Return CLDR's word for the form that a count takes: one, few, many, other …"""
        if self.name is None:
            return "one" if value == 1 else "other"
        return str(self._locale.plural_form(Decimal(str(value))))


def check_day_form(form: str) -> None:
    """Refuse a form that means nothing. Raises ExpressionError."""
    if form in LENGTHS:
        return
    if len(form) > _FORM_MAX:
        raise ExpressionError(f"a form of a day has at most {_FORM_MAX} characters")
    words = ", ".join(f"%{word}" for word in _FIELDS)
    for piece in re.findall(r"%.?|[^%]+", form):
        if piece[0] == "%" and piece[1:] not in {*_FIELDS, "%"}:
            raise ExpressionError(f"{piece} means nothing", fix=f"there are {words}")
    if "%" not in form:
        raise ExpressionError(f"'{form}' is no form of a day", fix=f"{', '.join(LENGTHS)}, or words such as %d/%m/%Y")


def needs_language(form: str) -> bool:
    """Tell whether a form of a day holds words or an order of some language."""
    return form in LENGTHS or any(f"%{word}" in form for word in _WORDS)


def _write_field(day: date, field: str) -> str:
    if field == "%e":
        return str(day.day)
    return day.strftime(field) if field.startswith("%") else field


@cache
def find_locale(region: str | None) -> str | None:
    """Return the locale in which a country does business: fr_FR for FR; None for a country that nobody knows."""
    if region is None:
        return None
    from babel.languages import get_official_languages  # loaded for who needs it

    # The likeliest language of Senegal is Wolof, but its lists and shops write French.
    official = get_official_languages(region)
    return check_locale(f"{official[0]}_{region}") if official else check_locale(f"und_{region}")


def check_locale(name: str) -> str | None:
    """Return the locale's name as babel writes it; None when there is none of that name."""
    from babel import Locale, UnknownLocaleError  # loaded for who needs it

    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def _show(text: str) -> str:
    return f"'{cut(text, 40)}'"
