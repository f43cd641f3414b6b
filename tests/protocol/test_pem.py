"""A key is taken in every form in which people keep an intact one; of a damaged one the cause is told, not the key."""

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.errors import InputRefusedError
from bothub_cli.protocol.keys import is_encrypted, load_private_key, load_public_half, load_public_key, public_key_pem
from bothub_cli.protocol.pem import recover_pem
from bothub_cli.redaction import Secret, looks_like_key

if TYPE_CHECKING:
    from tests.protocol.conftest import KeyTexts


def body_of(pem: bytes) -> bytes:
    return b"".join(line for line in pem.splitlines() if not line.startswith(b"-"))


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda pem: pem,
    "written line ends": lambda pem: pem.replace(b"\n", rb"\n"),
    "written line ends, twice escaped": lambda pem: pem.replace(b"\n", rb"\\n"),
    "written line ends of Windows": lambda pem: pem.replace(b"\n", rb"\r\n"),
    "written line ends and a real one": lambda pem: pem.replace(b"\n", rb"\n") + b"\n",
    "carriage returns": lambda pem: pem.replace(b"\n", b"\r\n"),
    "old Mac line ends": lambda pem: pem.replace(b"\n", b"\r"),
    "quotes": lambda pem: b'"' + pem.replace(b"\n", rb"\n") + b'"',
    "single quotes": lambda pem: b"'" + pem + b"'",
    "spaces for line ends": lambda pem: pem.replace(b"\n", b" "),
    "blank lines": lambda pem: pem.replace(b"\n", b"\n\n"),
    "mail quote marks": lambda pem: b"".join(b"> " + line + b"\n" for line in pem.splitlines()),
    "mail quote marks, twice": lambda pem: b"".join(b">> " + line + b"\n" for line in pem.splitlines()),
    "indented": lambda pem: b"".join(b"    " + line + b"\n" for line in pem.splitlines()),
    "UTF-16 of PowerShell": lambda pem: pem.decode().encode("utf-16"),
    "UTF-16, big end first": lambda pem: b"\xfe\xff" + pem.decode().encode("utf-16-be"),
    "UTF-16 without its mark": lambda pem: pem.decode().encode("utf-16-le"),
    "byte order mark": lambda pem: b"\xef\xbb\xbf" + pem,
    "base64 of the whole": base64.b64encode,
    "base64 of the whole, in lines": base64.encodebytes,
    "base64 of the whole, without =": lambda pem: base64.b64encode(pem).rstrip(b"="),
    "base64 of base64": lambda pem: base64.b64encode(base64.b64encode(pem)),
    "base64 for addresses": base64.urlsafe_b64encode,
    "body alone": body_of,
    "body alone, in lines": lambda pem: b"\n".join(pem.splitlines()[1:-1]),
    "no END line": lambda pem: b"\n".join(pem.splitlines()[:-1]),
    "no BEGIN line": lambda pem: b"\n".join(pem.splitlines()[1:]),
    "words around it": lambda pem: b"Here is the key:\n\n" + pem + b"\nBest regards\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["pkcs1", "pkcs8"])
@pytest.mark.parametrize("form", FORMS)
def test_an_intact_key_is_taken_however_it_is_kept(bot_key: "KeyTexts", kind: str, form: str) -> None:
    kept = FORMS[form](getattr(bot_key, kind))
    assert public_key_pem(load_private_key(kept, validate=True)).encode() == bot_key.public


@pytest.mark.parametrize("form", FORMS)
def test_so_is_a_locked_one(bot_key: "KeyTexts", form: str) -> None:
    kept = FORMS[form](bot_key.encrypted_pkcs8)
    assert is_encrypted(recover_pem(kept))
    key = load_private_key(kept, Secret("open sesame"), validate=False)
    assert public_key_pem(key).encode() == bot_key.public


@pytest.mark.parametrize(
    "form", ["written line ends", "quotes", "blank lines", "UTF-16 of PowerShell", "base64 of the whole"]
)
def test_so_is_an_old_locked_one_with_its_headers(bot_key: "KeyTexts", form: str) -> None:
    kept = FORMS[form](bot_key.encrypted_pkcs1)
    key = load_private_key(kept, Secret("open sesame"), validate=False)
    assert public_key_pem(key).encode() == bot_key.public


def test_a_label_that_belongs_to_the_other_form_is_set_right(bot_key: "KeyTexts") -> None:
    for pem, wrong, right in (
        (bot_key.pkcs1, b"PRIVATE KEY", b"RSA PRIVATE KEY"),
        (bot_key.pkcs8, b"RSA PRIVATE KEY", b"PRIVATE KEY"),
    ):
        assert right in pem
        assert load_private_key(pem.replace(right, wrong), validate=True).bits == 2048


@pytest.mark.parametrize("form", ["base64 of the whole", "body alone", "written line ends", "UTF-16 of PowerShell"])
def test_a_public_key_is_found_in_the_same_ways(bot_key: "KeyTexts", form: str) -> None:
    assert public_key_pem(load_public_key(FORMS[form](bot_key.public))).encode() == bot_key.public
    assert public_key_pem(load_public_half(FORMS[form](bot_key.pkcs8))).encode() == bot_key.public


def _cut(pem: bytes) -> bytes:
    return pem[: len(pem) * 2 // 3]


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut off": (_cut, "missing"),
    "a character lost": (lambda pem: pem[:400] + pem[401:], "damaged"),
    "strange characters": (lambda pem: pem[:400] + b"***" + pem[403:], "3 of its"),
    "nothing inside": (lambda pem: pem.splitlines()[0] + b"\n" + pem.splitlines()[-1], "nothing between"),
    "zeros in the middle": (lambda pem: pem[:400] + b"A" * 60 + pem[460:], "damaged"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("form", ["as it is", "written line ends", "base64 of the whole"])
def test_of_a_damaged_key_the_cause_is_told_and_no_character(bot_key: "KeyTexts", damage: str, form: str) -> None:
    change, words = DAMAGES[damage]
    with pytest.raises(InputRefusedError) as refused:
        load_private_key(FORMS[form](change(bot_key.pkcs8)), validate=True)
    said = f"{refused.value.message} {refused.value.remedy}"
    assert words in said
    assert not any(said.find(piece.decode()) >= 0 for piece in bot_key.pkcs8.splitlines()[1:-1])


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_key_is_taken_for_a_path(bot_key: "KeyTexts", form: str) -> None:
    kept = FORMS[form](bot_key.pkcs8)
    if b"\0" not in kept:  # no variable holds one
        assert looks_like_key(kept.decode("utf-8", "surrogateescape"))


@pytest.mark.parametrize(
    "path", ["bot.pem", "~/keys/bot.pem", "/run/secrets/bothub_private_key", "keys/MII.key", "C:\\keys\\bot.pem"]
)
def test_a_path_is_not_taken_for_a_key(path: str) -> None:
    assert not looks_like_key(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_looked_at_without_an_error(content: bytes) -> None:
    recover_pem(content)
    recover_pem(base64.b64encode(content))
    recover_pem(b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(b"\x30\x82" + content))
