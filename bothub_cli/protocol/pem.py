r"""Finds the PEM in what people keep as one: a variable, a one-line secret, a mail, a file of PowerShell.

Seen in the issues of many tools: ``\n``, ``\\n`` or ``\r\n`` written out, quotes, spaces for line ends, base64 of the
whole PEM, its body without BEGIN and END, UTF-16, mail quote marks, blank lines, PKCS#1 under PKCS#8's label.
"""

import binascii
import re
from typing import NamedTuple

_WRITTEN_LINE_END = re.compile(rb"\\+r\\+n|\\+n|\\+r")
_QUOTE_MARKS = re.compile(rb"(?m)^[ \t>|]+")
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)(?:-----END ([A-Z0-9 ]{1,40})-----|\Z)", re.DOTALL)
_STRAY_LABEL = re.compile(rb"-+(BEGIN|END) [A-Z0-9 ]{1,40}-+")
_HEADER = re.compile(rb"(?m)^((?:Proc-Type|DEK-Info):[^\n]*)$")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_WIDTH = 64  # RFC 7468 2

_SEQUENCE, _INTEGER, _OCTETS, _BITS = 0x30, 0x02, 0x04, 0x03  # X.690 8


def recover_pem(content: bytes) -> bytes:
    """Return the PEM that the content stands for, in its usual form; the content itself when there is none in it."""
    text = _clean(content)
    for _ in range(2):  # base64 of base64 happens, further is nobody's habit
        blocks = _BLOCK.findall(text)
        if len(blocks) > 1:
            return text
        if blocks:
            return _rebuild(blocks[0][0], blocks[0][1]) or text
        inner = _decode(_STRAY_LABEL.sub(b"", text))
        if inner is None:
            return text
        if label := _find_label(inner):
            return _write(label, (), inner)
        text = _clean(inner)
    return text


def _clean(content: bytes) -> bytes:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            content = content.decode(encoding, "replace").encode()
            break
    else:
        if content[1:2] == b"\0" or content[:1] == b"\0":  # UTF-16 without its mark
            content = content.replace(b"\0", b"")
    text = content.strip().strip(b"\"'`").strip()
    if content[:1] == bytes([_SEQUENCE]):
        return content.strip()  # DER: bytes, in which nothing means what it does in a text
    text = _WRITTEN_LINE_END.sub(b"\n", text).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _QUOTE_MARKS.sub(b"", text).strip()


def _rebuild(label: bytes, inside: bytes) -> bytes | None:
    headers = tuple(header.strip() for header in _HEADER.findall(inside))
    body = _decode(_HEADER.sub(b"", inside))
    if body is None or not body:
        return None
    name = label.decode()
    if not headers and name in {"PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}:
        name = _find_label(body) or name
    return _write(name, headers, body)


def _write(label: str, headers: tuple[bytes, ...], body: bytes) -> bytes:
    encoded = binascii.b2a_base64(body, newline=False)
    lines = [encoded[start : start + _WIDTH] for start in range(0, len(encoded), _WIDTH)]
    head = [*headers, b""] if headers else []
    return b"\n".join((f"-----BEGIN {label}-----".encode(), *head, *lines, f"-----END {label}-----".encode(), b""))


def _decode(text: bytes) -> bytes | None:
    """Return what a base64 text stands for, None for another text."""
    plain = b"".join(text.split()).replace(b"-", b"+").replace(b"_", b"/")
    if not _BASE64.fullmatch(plain):
        return None
    plain = plain.rstrip(b"=")
    try:
        return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4), strict_mode=True)
    except binascii.Error:
        return None


class _Element(NamedTuple):
    tag: int
    start: int
    end: int


def _find_label(der: bytes) -> str | None:
    """Return the label that belongs to a key's own structure (RFC 8017 A.1, RFC 5958 2 and 3); None for another."""
    outer = _read_element(der, 0)
    if outer is None or outer.tag != _SEQUENCE or outer.end != len(der):
        return None
    first = _read_element(der, outer.start)
    second = _read_element(der, first.end) if first else None
    if first is None or second is None:
        return None
    match first.tag, second.tag:
        case (0x02, 0x02) if first.end - first.start == 1:  # version, modulus
            return "RSA PRIVATE KEY"
        case (0x02, 0x30):  # version, algorithm
            return "PRIVATE KEY"
        case (0x02, 0x04):  # version, private key: RFC 5915 3
            return "EC PRIVATE KEY"
        case (0x30, 0x04):  # algorithm, encrypted data
            return "ENCRYPTED PRIVATE KEY"
        case (0x30, 0x03):  # algorithm, public key
            return "PUBLIC KEY"
        case (0x02, 0x02):  # modulus, exponent
            return "RSA PUBLIC KEY"
        case _:
            return None


def _read_element(der: bytes, at: int) -> _Element | None:
    if at + 2 > len(der):
        return None
    length, start = der[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > len(der):
            return None
        length, start = int.from_bytes(der[start : start + count]), start + count
    end = start + length
    return _Element(der[at], start, end) if end <= len(der) else None


def describe_damage(pem: bytes) -> str:
    """Say, without a character of it, what is wrong with a key that cannot be read."""
    blocks = _BLOCK.findall(pem)
    _, inside, end = blocks[0] if blocks else (b"", pem, b"none")
    plain = b"".join(_HEADER.sub(b"", inside).split())
    if not plain:
        return "there is nothing between its BEGIN and END lines"
    if strange := len(re.findall(rb"[^A-Za-z0-9+/=]", plain)):
        return f"its content is damaged: {strange} of its {len(plain)} characters are no base64"
    body = _decode(plain)
    if body is None:
        return "its content is damaged: a character is missing, or there is one too many"
    outer = _length_of(body)
    if outer is not None and outer > len(body):
        cut = "" if end else ", and so is its END line"
        return f"its content is damaged: {outer - len(body)} of its {outer} bytes are missing{cut}"
    return "its content is damaged"


def _length_of(der: bytes) -> int | None:
    """Return how many bytes the outermost element says that it takes."""
    if len(der) < 6 or der[0] != _SEQUENCE:
        return None
    count = der[1] & 0x7F
    if not der[1] & 0x80:
        return der[1] + 2
    return int.from_bytes(der[2 : 2 + count]) + 2 + count if 1 <= count <= 4 else None
