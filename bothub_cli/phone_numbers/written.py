"""Takes off what people, address books, browsers and spreadsheets write around a phone number."""

import re
import unicodedata

_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # seen by nobody, although they are letters or marks
_QUOTES = "\"'`“”„‟‘’‚‛«»‹›‘′″"
_BEFORE = rf"^(?:[\s{_QUOTES}=:;,<\[{{\\]|[•▪▫‣◦●·*\-–—]\s)+"
_AFTER = rf"[\s{_QUOTES};,.:>\]}}\\]+$"
# signs that are no plus, or no sign of their own, where NFKC leaves them or makes something else of them
_SIGNS = str.maketrans({"➕": "+", "´": "'", "｀": "`"})
_ENCODED = (("(?i)%2b|&#43;|&#x2b;|&plus;", "+"), ("(?i)%20|&nbsp;|&#160;", " "))  # of a URL or a web page
_NAMED_ADDRESS = r"([^<>]*)<([^<>]*)>\s*(?:;[^<>]*)?"  # Ann <tel:+33…>, as mail and SIP (RFC 3261, 20.10) write it
_LABEL_WORDS = (
    "tel|tél|tfno|tlf|fon|phone|ph|telefon|telephone|téléphone|telefono|teléfono|telefone|mobile|mobil|mob|movil|móvil"
    "|portable|port|handy|handynummer|mobilnummer|rufnummer|telefonnummer|cell|cel|cellphone|cellulare|celular|gsm"
    "|msisdn|number|nummer|numero|numéro|número|num|nr|no|n°|contact|call|callto|sms|smsto|mms|mmsto|rcs|im|whatsapp"
    "|viber|signal|telegram|facetime|p|t|m"
)
# tel: (RFC 3966), sms: (RFC 5724), p: of lead forms, TEL;TYPE=CELL: of a vCard, and what people write in front
_LABEL = (
    rf"(?i)(?:(?:{_LABEL_WORDS})(?![^\W\d_])[\s._()/\-]*?(?:(?:de|du|of)\s+)?){{1,4}}"
    r"(?:\s*[.)]?\s*[:=]\s*(?://)?|[.)\s]+(?=[+(\d<])|(?=\+))|tel;[^:]*:"
)
_PARAMETERS = r"(?i)(?:;\s*[a-z][\w\-]*(?:=[^;]*)?)+$|\?.*$"
_TEXT_OF_SMSTO = r"(?s)(\+?[\d\s.()\-]{7,}):.*"  # SMSTO:+33…:Hello, as in QR codes
_CONTEXT = r"(?i);\s*phone-context=(\+[0-9.()\-]+)"


def unwrap(written: str) -> str:
    """Return what is left without quotes, brackets, labels, bullets, marks that nobody sees, and a URI's parameters."""
    text = written.translate(_SIGNS)
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFKC", text) if not _is_invisible(each))
    for encoded, sign in _ENCODED if "%" in text or "&" in text else ():
        text = re.sub(encoded, sign, text)
    before = None
    while text != before:
        before, text = text, _take_off(text)
    return text


def _take_off(text: str) -> str:
    named = re.fullmatch(_NAMED_ADDRESS, text)
    if named is not None and sum(map(str.isdecimal, named[1])) <= 6:
        return named[2]
    text = re.sub(_BEFORE, "", text)
    if (label := re.match(_LABEL, text)) is not None:
        text = _without_parameters(text[label.end() :])
    return re.sub(_AFTER, "", text)


def _without_parameters(text: str) -> str:
    """Return the number of a tel: or sms: address; a local one says its country as phone-context (RFC 3966, 5.1.5)."""
    context = re.search(_CONTEXT, text)
    text = re.sub(_PARAMETERS, "", text)
    if (with_text := re.fullmatch(_TEXT_OF_SMSTO, text)) is not None:
        text = with_text[1]
    return f"{context[1]}{text}" if context is not None and not text.startswith("+") else text


def _is_invisible(character: str) -> bool:
    if character in _BLANKS or "\ufe00" <= character <= "\ufe0f":
        return True
    return unicodedata.category(character) == "Cf"
