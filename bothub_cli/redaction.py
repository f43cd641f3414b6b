"""Keeps secrets, phone numbers and texts out of everything that is printed or logged."""

import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import field
from typing import Any
from urllib.parse import quote, unquote

from bothub_cli.display_text import escape_unprintable, replace_unprintable
from bothub_cli.record import record

MASK = "***"

# As text: the re module compiles and keeps them when something is first redacted, which most commands never need.
_BESIDE_A_KEY = (
    r"""(?ix) (authorization|access_?token|jwt\ ?(%20)?token|assertion|client_secret|password|passphrase|secret_?key)"""
    r"""(["']?\s*[:=]\s*["']?(?:basic|bearer)?\s*) ([^\s"'&,}]+)"""
)
_SCHEME = r"(?i)\b(basic|bearer)(\s+)([\w+/=.~-]{6,})"
_JWT = r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"
# An RSA private key's body in base64, as PKCS#1 and PKCS#8 begin (never a public key's), and base64 of a whole PEM.
_KEY_BODY = r"\bMII[A-Za-z0-9+/]{3}IBA[A-Za-z0-9+/=]{16,}"
_KEY_IN_BASE64 = r"\bLS0tLS1CRUdJTi[A-Za-z0-9+/=]{16,}"
_PEM = r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)"


@record(kw_only=False)
class Secret:
    """A string that shows itself only to who asks by name: no ``str``, no ``repr``, no format."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def masked(self) -> str:
        """Return enough to tell two secrets apart: the last four characters of a long one."""
        return f"{MASK}{self._value[-4:]}" if len(self._value) >= 24 else MASK

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __bool__(self) -> bool:
        return bool(self._value)


class ProgramSecret(Secret):
    """A secret that a program gives when it is first needed, and only then: a safe may ask its owner.

    ``name`` tells it from another without the program.
    """

    name: str

    def __init__(self, *, name: str, read: Callable[[], str]) -> None:
        super().__init__("")
        self.__dict__.update(name=name, _read=read, _known=None, _learn=None)

    def tell(self, learn: Callable[[Secret], None]) -> None:
        """Give the secret to ``learn`` as soon as it is known."""
        self.__dict__["_learn"] = learn

    def reveal(self) -> str:
        """Return the secret, from the program the first time. Raises what ``read`` raises."""
        facts = self.__dict__
        if facts["_known"] is None:
            known: str = facts["_read"]()
            facts["_known"] = known
            if facts["_learn"]:
                facts["_learn"](Secret(known))
        return str(facts["_known"])

    def masked(self) -> str:
        """Say which program knows it."""
        return f"from the program {self.name.split()[0]}"

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ProgramSecret) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


def mask_number(number: str) -> str:
    """Mask a phone number but for its country and its last two digits: ``+336••••••78``."""
    if len(number) < 8:
        return "•" * len(number)
    return f"{number[:4]}{'•' * (len(number) - 6)}{number[-2:]}"


# Members of messages and answers whose values say nothing about a person (FNW.11, RCC.07, Orange's error envelope).
_OPEN_MEMBERS = frozenset(
    {
        "trafficType", "msgId", "status", "timestamp", "expiry", "isTyping", "cardOrientation", "imageAlignment",
        "cardWidth", "height", "mediaContentType", "thumbnailContentType", "fileMIMEType", "thumbnailMIMEType",
        "application", "viewMode", "code", "message", "description", "reason", "text", "error", "error_description",
        "expires_in", "expiresIn", "token_type", "tokenType", "scope", "timeStamp",
    }
)  # fmt: skip


def is_open_member(name: str) -> bool:
    """Tell whether the values of a member say nothing about a person."""
    return name in _OPEN_MEMBERS


def mask_content(value: Any, member: str = "") -> Any:  # Any: a JSON value in, the same shape out
    """Return a JSON value of the same shape in which texts, numbers of people and tokens are only counted."""
    match value:
        case dict():
            return {name: mask_content(item, name) for name, item in value.items()}
        case list():
            return [mask_content(item, member) for item in value]
        case str() if member not in _OPEN_MEMBERS:
            return f"({len(value)}-characters)"
        case _:
            return value


# What the environment may hold that nobody must see; each also as …_FILE, which is a path and no secret.
SECRET_VARIABLES = (
    "BOTHUB_AUTHORIZATION", "BOTHUB_CLIENT_SECRET", "BOTHUB_PRIVATE_KEY_PASSPHRASE", "BOTHUB_AUTH_TOKEN",
    "BOTHUB_SANDBOX_TOKEN",
)  # fmt: skip
_LONG = 100  # characters; only keys and tokens are as long
_PIECE = 20  # characters
_PART = 12  # characters
_SHORTEST, _SHORTEST_WORD = 6, 4  # characters of a secret that is masked everywhere, or as a word of its own
_CREDENTIALS_MIN = 16  # characters of base64
_CUT = "…"  # how a sentence says that it left something out
_RUN = r"[A-Za-z0-9+=_%-]{12,}"  # a part of a secret, in a sentence that cut it or in an address
KEY_STARTS = ("MII", "LS0tLS1CRUdJTi")  # a key in DER, a whole PEM; both in base64


def looks_like_key(text: str) -> bool:
    """Tell key material, whole or damaged, from the path of a file."""
    if "-----" in text or "\n" in text or "PRIVATE KEY" in text or "\\n" in text:
        return True
    plain = "".join(text.split())
    is_base64 = re.fullmatch(r"[A-Za-z0-9+/_=-]+", plain) is not None
    starts_as_key = plain.startswith(KEY_STARTS)
    return (is_base64 and starts_as_key and len(plain) >= 24) or ((is_base64 or starts_as_key) and len(plain) >= 200)


def find_secrets(environ: Mapping[str, str], words: Iterable[str] = ()) -> Iterator[Secret]:
    """Yield the secrets that an environment and a command line hold, whatever becomes of them.

    Beside those in their own variables, whatever is a secret by its form: it was put where something else belongs.
    """
    for name in SECRET_VARIABLES:
        if value := environ.get(name):
            yield Secret(value)
    key = environ.get("BOTHUB_PRIVATE_KEY", "")
    if len(key) >= _LONG or "-----" in key:  # else it is the path of a file
        yield Secret(key)
    ours = (value for name, value in environ.items() if name.startswith("BOTHUB_"))
    for word in (*ours, *words):
        for value in (word.lstrip("-"), word.partition("=")[2]):
            if is_secret_by_form(value):
                yield Secret(value)


def is_secret_by_form(text: str) -> bool:
    """Tell a private key, damaged ones too, or the console's Authorization value from any other word."""
    plain = text.strip().strip("\"'`")
    if len(plain) < _PIECE:
        return False
    if "PRIVATE KEY-----" in plain or plain.startswith(KEY_STARTS):
        return True
    *scheme, credentials = plain.split()
    whole = credentials.rstrip("=").replace("-", "+").replace("_", "/")
    is_base64 = whole.isascii() and whole.replace("+", "").replace("/", "").isalnum()
    if [word.lower() for word in scheme] not in ([], ["basic"]) or len(whole) < _CREDENTIALS_MIN or not is_base64:
        return False
    if len(credentials) - len(whole) > 2:  # more of the signs that fill base64 up than there can be
        return False
    try:
        decoded = binascii.a2b_base64(whole[: len(whole) // 4 * 4]).decode("ascii")  # it may be cut off
    except ValueError:
        return False
    return ":" in decoded and decoded.isprintable()


class Redactor:
    """Replaces known secret values, and whatever looks like a secret, in a text.

    ``find_more`` knows of others; it is asked once, when there is first something to look through.
    """

    def __init__(self, secrets: Iterable[Secret] = (), *, find_more: Callable[[], Iterable[Secret]] = tuple) -> None:
        self._values: list[str] = []
        self._words: list[str] = []  # so short that they are masked only where they stand alone
        self._find_more: Callable[[], Iterable[Secret]] | None = find_more
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: Secret) -> None:
        """Remember a value; values under four characters would mask ordinary words and are left out."""
        for form in _parts(secret.reveal()):
            for value in _spellings(form):
                known = self._values if len(value) >= _SHORTEST else self._words
                if len(value) >= _SHORTEST_WORD and value not in known:
                    known.append(value)
        self._values.sort(key=len, reverse=True)

    def redact(self, text: str) -> str:
        """Return the text without secrets: first by value, then by the shape and the key beside it."""
        self._learn_more()
        for value in self._values:
            text = text.replace(value, MASK)
        if self._words:
            text = re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, self._words))})(?!\w)", MASK, text)
        if self._values:
            text = self._mask_cut(text)
            text = re.sub(_RUN, self._mask_part, text)
        text = re.sub(_PEM, f"-----PRIVATE KEY {MASK}-----", text)
        text = re.sub(_KEY_IN_BASE64, MASK, text)
        text = re.sub(_KEY_BODY, MASK, text)
        text = re.sub(_JWT, MASK, text)
        text = re.sub(_SCHEME, _mask_after_scheme, text)
        return re.sub(_BESIDE_A_KEY, _mask_beside_key, text)

    def mask_values(self, text: str) -> str:
        """Return an answer without the secrets that are known, but for those that could be a part of something else.

        A passphrase of digits, or one that is a word, would take pieces out of numbers and texts that programs read.
        """
        self._learn_more()
        for value in self._values:
            if value in text and _is_unmistakable(value):
                text = text.replace(value, MASK)
        return text

    def _learn_more(self) -> None:
        if self._find_more is not None:
            find, self._find_more = self._find_more, None
            for secret in find():
                self.learn(secret)

    def _mask_cut(self, text: str) -> str:
        """Mask the beginning of a secret that a sentence cut off."""
        if _CUT not in text:
            return text
        pieces = text.split(_CUT)
        return _CUT.join([*map(self._mask_beginning, pieces[:-1]), pieces[-1]])

    def _mask_beginning(self, piece: str) -> str:
        for value in self._values:
            if value[:6].lower() == "basic ":
                continue  # of a header the secret part is known by itself, and "Basic" is no secret
            at = piece.find(value[:_SHORTEST])
            while at >= 0:
                if value.startswith(piece[at:]):
                    return f"{piece[:at]}{MASK}"
                at = piece.find(value[:_SHORTEST], at + 1)
        return piece

    def _mask_part(self, found: re.Match[str]) -> str:
        """Mask what is a part of a long secret: a sentence has cut it, or an address has it with its signs encoded."""
        part = unquote(found[0]) if "%" in found[0] else found[0]
        is_part = len(part) >= _PART and _looks_random(part) and any(part in value for value in self._values)
        return MASK if is_part else found[0]


def _mask_after_scheme(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}{MASK}" if _looks_random(found[3]) else found[0]


def _mask_beside_key(found: re.Match[str]) -> str:
    """Mask a value that is written as one; a sentence may have a word after a colon ("authorization: expected …")."""
    is_sentence = found[3] == ": " and not _looks_random(found[4])
    return found[0] if is_sentence else f"{found[1]}{found[3]}{MASK}"


def _looks_random(text: str) -> bool:
    """Tell what a machine drew from a word: digits or signs in it, capitals inside it, or no word's length."""
    word = text.strip(".,;:!?()")
    return len(word) > 20 or not word.isalpha() or any(map(str.isupper, word[1:]))


def _is_unmistakable(value: str) -> bool:
    return not value.isdigit() and (len(value) >= _PART or (len(value) > _SHORTEST and not value.isalpha()))


def _spellings(value: str) -> Iterator[str]:
    """Yield a secret as it is, and as sentences, JSON, Python and addresses write it."""
    yield value
    yield " ".join(value.split())
    if value.isascii() and value.isprintable() and not any(sign in value for sign in "'\"\\"):
        yield quote(value, safe="")  # the others write it as it is
    else:
        import json  # whoever shows a cached token learns no secret

        yield from (repr(value)[1:-1], json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
        yield from (replace_unprintable(value), escape_unprintable(value), quote(value, safe=""))


def _parts(value: str) -> Iterator[str]:
    """Yield a secret, and of a Basic header also its base64 alone and the password inside it."""
    yield value
    if len(value) >= _LONG:  # a key: its lines are shown apart from each other, or with other line ends
        yield from (piece for piece in re.split(r"\s+|\\+[rn]", value) if len(piece) >= _PIECE and "-----" not in piece)
    scheme, _, credentials = value.partition(" ")
    if scheme.lower() != "basic":
        return
    yield credentials
    with suppress(ValueError):
        yield binascii.a2b_base64(credentials).decode().partition(":")[2]
