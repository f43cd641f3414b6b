"""Takes a template's text apart with jinja2's parser, whose nodes here say the character that they begin at.

What cannot be understood is told in the user's words, with the tag that it stands in; jinja2's own words never show.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from bothub_cli.display_text import cut

STATEMENTS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "raw", "endraw")
_OPENING = {"if": "endif", "for": "endfor"}
_RAW = re.compile(r"\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\}", re.DOTALL)  # what stands in it is text
_TAG = re.compile(_RAW.pattern + r"|\{%[-+]?.*?[-+]?%\}|\{\{.*?\}\}|\{#.*?#\}|\{%.*|\{\{.*|\{#.*", re.DOTALL)
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_TRIPLE = re.compile(r"\{\{\{\s*([^\W\d][\w .-]*?)\s*\}\}\}")
_WORD = re.compile(r"\w+")
_TAG_MAX = 2000  # characters of one tag: what is longer takes long to take apart
_LONG_NUMBER = re.compile(r"[\d_]{40}")
_LONG = 60  # characters of a tag that an error shows
_ENVIRONMENT = Environment(keep_trailing_newline=True, autoescape=False, cache_size=0)  # noqa: S701  makes JSON, not HTML


class ExpressionError(Exception):
    """A tag cannot be understood, or not be worked out for a row; ``tag`` is its text, once that is known."""

    def __init__(self, problem: str, *, fix: str | None = None, tag: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix
        self.tag = tag

    def __str__(self) -> str:
        return f"{shorten_tag(self.tag)}: {self.problem}" if self.tag else self.problem


def has_tags(text: str) -> bool:
    return "{{" in text or "{%" in text or "{#" in text


def parse(text: str) -> nodes.Template:
    """Return the tree of a text; each node's ``lineno`` is its offset in the text. Raises ExpressionError."""
    if found := _TRIPLE.search(text):
        name = make_name(found[1])
        raise ExpressionError("it is another tool's tag", fix=f"write {{{{ {name} }}}}", tag=found[0])
    _check_statements(text)
    parser = Parser(_ENVIRONMENT, "")
    tokens = _Tokens(text)
    parser.stream = TokenStream(_ENVIRONMENT.lexer.wrap(tokens.read()), None, None)
    try:
        return parser.parse()
    except RecursionError as error:
        raise ExpressionError("it is nested too deeply", tag=Tags(text).find(tokens.offset)) from error
    except TemplateSyntaxError as error:
        raise _explain(text, min(error.lineno, len(text)) if tokens.is_finished else tokens.offset) from error
    except ValueError as error:  # int() takes 4,300 digits at most
        raise ExpressionError("a number too long", tag=Tags(text).find(tokens.offset)) from error


def compose(text: str) -> str:
    """Return the text with its accents composed: a letter and its accent are one character, however they were typed."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


class Tags:
    """The tags of a text, to find the one that holds a character."""

    def __init__(self, text: str) -> None:
        found = list(_TAG.finditer(text))
        self._starts = [match.start() for match in found]
        self._texts = [match[0] for match in found]

    def find(self, offset: int) -> str | None:
        """Return the tag that holds this character, or else the last one before it."""
        place = bisect_right(self._starts, offset) - 1
        return self._texts[place] if place >= 0 else None


def shorten_tag(tag: str) -> str:
    return cut(" ".join(tag.split()), _LONG)


class _Tokens:
    """jinja2's tokens of a text, with offsets for lines; spaces that a ``-`` strips are in no token."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.offset = 0
        self.is_finished = False

    def read(self) -> Iterator[tuple[int, str, str]]:
        end = 0
        for _, kind, value in _ENVIRONMENT.lexer.tokeniter(self._text, None):
            begin = self._text.find(value, end)
            end = begin + len(value)
            self.offset = begin
            yield begin, kind, value
        self.is_finished = True


def _check_statements(text: str) -> None:
    """Refuse tags that do not exist, that have no end, or that close nothing."""
    opened: list[tuple[str, str]] = []
    for match in _TAG.finditer(text):
        tag = match[0]
        if not tag.endswith(_CLOSING[tag[:2]]):
            raise ExpressionError(f"it has no end: {_CLOSING[tag[:2]]}", tag=tag)
        _check_size(tag)
        if not tag.startswith("{%") or _RAW.fullmatch(tag):
            continue
        found = _WORD.search(tag)
        word = found[0] if found else ""
        if word not in STATEMENTS:
            raise ExpressionError(f"there is no such tag; there are {', '.join(STATEMENTS)}", tag=tag)
        if word in _OPENING or (word == "set" and "=" not in tag):
            opened.append((_OPENING.get(word, "endset"), tag))
        elif word.startswith("end") and (not opened or opened.pop()[0] != word):
            raise ExpressionError("it closes nothing that is open", tag=tag)
    if opened:
        raise ExpressionError(f"it is never closed: {{% {opened[-1][0]} %}}", tag=opened[-1][1])


def _check_size(tag: str) -> None:
    if _RAW.fullmatch(tag) or tag.startswith("{#"):
        return
    if len(tag) > _TAG_MAX:
        raise ExpressionError(f"a tag of more than {_TAG_MAX:,} characters", tag=tag)
    if _LONG_NUMBER.search(tag):  # which also takes jinja2 the square of its length to read
        raise ExpressionError("a number too long", tag=tag)


def _explain(text: str, offset: int) -> ExpressionError:
    tag = Tags(text).find(offset)
    if tag is None or not tag.startswith("{{"):
        return ExpressionError("this tag cannot be understood", tag=tag)
    inside = tag[2:-2].strip("-+ \t\n")
    name, bar, filters = inside.partition("|")
    if not name.strip():
        return ExpressionError("a column's name is missing", fix="write {{ first_name }}", tag=tag)
    if bar and not filters.strip():
        return ExpressionError("a filter's name is missing", fix=f"write {{{{ {name.strip()} }}}}", tag=tag)
    if re.search(r"['\"].*['\"]|[\[\]{}=<>~*,]", name) or not (plain := make_name(name)):
        return ExpressionError("this cannot be understood", fix="write {{ column }} or {{ column | filter }}", tag=tag)
    return column_error(name.strip(), plain, tag=tag, rest=f" | {filters.strip()}" if bar else "")


def column_error(column: str, plain: str, *, tag: str | None, rest: str = "") -> ExpressionError:
    """Tell how to use a column whose name is no single word."""
    return ExpressionError(
        "a column's name that is not one word has to be mapped to one",
        fix=f"--map {plain}={quote_word(column)}, and {{{{ {plain}{rest} }}}}",
        tag=tag,
    )


def quote_word(word: str) -> str:
    """Write a word so that a shell takes it as one."""
    if re.fullmatch(r"[\w.@%+=:,/-]+", word):
        return word
    return f"'{word}'" if "'" not in word else f'"{word}"'


def make_name(column: str) -> str:
    """Return a name that an expression can hold, made of a column's: ``First Name`` is ``first_name``."""
    name = "_".join(re.findall(r"\w+", compose(column))).lower()
    return f"n_{name}" if name[:1].isdigit() else name
