"""Reads the text of one setting into its value, or says what was expected instead."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from bothub_cli.command_lines import split_words
from bothub_cli.display_text import quote
from bothub_cli.urls import is_loopback

TIMEOUT_MAX = 86_400.0  # seconds; a day, so that a slip of the keyboard is noticed
TEXT_MAX = 512  # characters; no identifier that we know of comes near it

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_PROXY_SCHEMES = frozenset({"http", "https"})
_SOCKS = frozenset({"socks", "socks4", "socks4a", "socks5", "socks5h"})
# As text: the re module compiles and keeps what a setting needs, and most are not set.
_LEDGER = r"\s*(postgres(ql)?://.|\w+\s*=)"  # an address, or libpq's words: "host=db dbname=bothub"
_LEDGER_PASSWORD = r"(?i)//[^/@]*:[^/@]*@|password\s*="  # noqa: S105 -- what one looks like
_REGION = r"[A-Za-z]{2}"
_PRICE = r"[0-9]{1,6}(?:\.[0-9]{1,4})?"
_CURRENCY = r"[A-Za-z]{3}"


class BadValueError(Exception):
    """A value is not what its setting takes; never leaves ``config``, where its origin turns it into our own error."""

    def __init__(self, problem: str, *, fix: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


def read_flag(text: str) -> bool:
    """Read a yes or a no."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadValueError(f"expected true or false, found {quote(text)}")


def read_timeout(text: str) -> float:
    """Read a duration above zero, in seconds."""
    return _read_seconds(text, zero=False)


def read_wait(text: str) -> float:
    """Read a duration that may be zero, in seconds."""
    return _read_seconds(text, zero=True)


def _read_seconds(text: str, *, zero: bool) -> float:
    from bothub_cli.durations import DurationError, parse_duration  # most settings files name no time

    try:
        seconds = parse_duration(text, zero=zero).total_seconds()
    except DurationError as exc:
        raise BadValueError(exc.problem, fix=exc.fix) from exc
    if seconds > TIMEOUT_MAX:
        raise BadValueError(f"expected at most {TIMEOUT_MAX:g} seconds (1d), found {quote(text)}")
    return seconds


def read_word(text: str) -> str:
    """Read an identifier: visible characters, no spaces."""
    word = text.strip()
    if not word:
        raise BadValueError("expected a value, found nothing")
    if len(word) > TEXT_MAX:
        raise BadValueError(f"expected at most {TEXT_MAX} characters, found {len(word)}")
    if word.split() != [word] or not word.isprintable():
        raise BadValueError("expected one word, found spaces or control characters in it")
    return word


def read_phrases(text: str) -> str:
    """Read words or short sentences, separated by commas; they stay one text, as TOML and variables hold them."""
    phrases = [" ".join(phrase.split()) for phrase in text.split(",")]
    if not any(phrases) or not text.isprintable() or len(text) > TEXT_MAX:
        raise BadValueError(f"expected words separated by commas, up to {TEXT_MAX} characters")
    return ", ".join(phrase for phrase in phrases if phrase)


def read_price(text: str) -> float:
    """Read what one billed unit costs, in the profile's currency."""
    if not re.fullmatch(_PRICE, text.strip()):
        raise BadValueError(f"expected a price such as 0.04, found {quote(text)}")
    return float(text)


def read_currency(text: str) -> str:
    """Read the three letters of a currency."""
    if not re.fullmatch(_CURRENCY, text.strip()):
        raise BadValueError(
            f"expected the three letters of a currency (ISO 4217), such as EUR or USD, found {quote(text)}"
        )
    return text.strip().upper()


def read_region(text: str) -> str:
    """Read a two-letter region; whether it exists is known where numbers are read."""
    if not re.fullmatch(_REGION, text.strip()):
        raise BadValueError(f"expected the two letters of a country (ISO 3166), such as FR or BE, found {quote(text)}")
    return text.strip().upper()


def read_ledger(text: str) -> str:
    """Read the address of the database that several machines share; a password has no place in it."""
    if not text.isprintable() or not re.match(_LEDGER, text):
        raise BadValueError("expected an address such as postgresql://bothub@db.internal/bothub")
    if re.search(_LEDGER_PASSWORD, text):
        raise BadValueError("a password has no place in the address", fix="put it into ~/.pgpass or PGPASSWORD")
    return text.strip()


def read_output(text: str) -> str:
    """Read the form of the answers on stdout."""
    word = text.strip().lower()
    if word not in {"human", "json"}:
        raise BadValueError(f"expected human or json, found {quote(text)}")
    return word


def read_command(text: str) -> str:
    """Read a command line that is cut into words without a shell; it stays one text."""
    try:
        words = split_words(text)
    except ValueError as exc:
        raise BadValueError(f"the command cannot be read: {exc}") from exc
    if not words or not text.isprintable():
        raise BadValueError("expected a command, such as: op read op://shop/bothub/key")
    return text.strip()


def read_path(text: str) -> Path:
    """Read a path; it stays as written, whoever knows its origin makes it absolute."""
    if not text.strip():
        raise BadValueError("expected a path, found nothing")
    if "\0" in text:
        raise BadValueError("expected a path, found a NUL character in it")
    return Path(text)


def read_base(text: str) -> str:
    """Read the address under which the API hangs: https, or http to this very machine; without a final slash."""
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as exc:
        raise BadValueError("expected an address such as https://api.orange.com") from exc
    if not address.isprintable() or " " in address or not host or port == 0 or parts.scheme not in {"http", "https"}:
        raise BadValueError("expected an address such as https://api.orange.com")
    if parts.username is not None or parts.password is not None:
        raise BadValueError("expected an address without user name and password")
    if parts.query or parts.fragment:
        raise BadValueError("expected an address without ? and #")
    if parts.scheme == "http" and not is_loopback(host):
        raise BadValueError(
            "expected https: over http the credentials could be read on the way",
            fix=f"write https://{parts.netloc}{parts.path}; http is only for this machine (localhost, 127.0.0.1)",
        )
    return address


def read_proxy(text: str) -> str:
    """Read a proxy address such as ``http://proxy.example:8080``."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        scheme = parts.scheme
        usable = bool(parts.hostname) and parts.port != 0 and scheme in _PROXY_SCHEMES
    except ValueError:
        scheme, usable = "", False
    if scheme in _SOCKS:
        raise BadValueError("SOCKS proxies are not supported", fix="name an HTTP proxy: http://proxy.example:8080")
    if not usable or not address.isprintable() or " " in address:
        raise BadValueError("expected a proxy address such as http://proxy.example:8080")
    return address


def has_password(address: str) -> bool:
    """Tell whether an address carries a password, which makes it a secret."""
    return read_password(address) is not None


def read_password(address: str) -> str | None:
    """Return the password that an address carries."""
    return urlsplit(address).password


def mask_password(address: str) -> str:
    """Return an address with its password masked."""
    parts = urlsplit(address)
    if parts.password is None:
        return address
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username}:***@{host}").geturl()
