"""Loads the bot's RSA key from PEM, refusing in clear words whatever is not one.

``cryptography`` is imported inside the functions: it takes 60 ms, and most commands find their tokens in the cache.
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bothub_cli.errors import InputRefusedError
from bothub_cli.protocol.pem import describe_damage, recover_pem
from bothub_cli.redaction import KEY_STARTS, Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

RSA_BITS_MIN = 2048  # RFC 7518 3.3: RS256 MUST use 2048 bits or more

_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_PRIVATE_LABELS = frozenset({"RSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})  # PKCS#1, PKCS#8
_PUBLIC_LABELS = frozenset({"RSA PUBLIC KEY", "PUBLIC KEY"})
_COPY_AGAIN = "copy the whole key, its BEGIN and END lines too"
_DER_SEQUENCE = b"\x30\x82"  # ASN.1: a SEQUENCE of 256 bytes or more, as every RSA key in DER starts


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateKey:
    """A loaded RSA private key of at least 2048 bits; ``native`` is cryptography's own object."""

    native: "RSAPrivateKey" = field(repr=False)

    @property
    def bits(self) -> int:
        """The length of the modulus."""
        return self.native.key_size

    def public(self) -> "PublicKey":
        """Return the public half."""
        return PublicKey(native=self.native.public_key())


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A loaded RSA public key of at least 2048 bits."""

    native: "RSAPublicKey" = field(repr=False)

    @property
    def bits(self) -> int:
        """The length of the modulus."""
        return self.native.key_size


def is_encrypted(pem: bytes) -> bool:
    """Tell whether a private key in PEM needs a passphrase."""
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in pem or b"Proc-Type: 4,ENCRYPTED" in pem


def load_private_key(pem: bytes, passphrase: Secret | None = None, *, validate: bool) -> PrivateKey:
    """Load an RSA private key, PKCS#1 or PKCS#8.

    ``validate=True`` proves that its numbers fit (40 ms with OpenSSL 3): do it once, when a key is first seen.
    ``validate=False`` is for a key that was validated before: signing with broken numbers may hang.
    Raises InputRefusedError.
    """
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # 80 ms that a cached token need not pay

    pem = recover_pem(pem)
    _check_labels(pem, expected=_PRIVATE_LABELS, other=_PUBLIC_LABELS)
    key = _parse_private_key(pem, passphrase if is_encrypted(pem) else None, validate=validate)
    if not isinstance(key, RSAPrivateKey):
        raise _refuse_kind(key)
    _check_size(key.key_size)
    return PrivateKey(native=key)


def check_private_form(content: bytes) -> None:
    """Refuse what is no private key, as far as that is seen without a passphrase. Raises InputRefusedError.

    Whether its numbers fit is proved by whoever validates it.
    """
    pem = recover_pem(content)
    if not is_encrypted(pem):
        load_private_key(pem, validate=False)


def load_public_key(pem: bytes) -> PublicKey:
    """Load an RSA public key in PEM. Raises InputRefusedError."""
    from cryptography.exceptions import UnsupportedAlgorithm  # 80 ms that a cached token need not pay
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # 80 ms that a cached token need not pay
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # as above

    pem = recover_pem(pem)
    _check_labels(pem, expected=_PUBLIC_LABELS, other=_PRIVATE_LABELS)
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputRefusedError(
            problem=f"the public key cannot be read: {describe_damage(pem)}", fix=_COPY_AGAIN
        ) from error
    if not isinstance(key, RSAPublicKey):
        raise _refuse_kind(key)
    _check_size(key.key_size)
    return PublicKey(native=key)


def load_public_half(pem: bytes, passphrase: Secret | None = None) -> PublicKey:
    """Load the public half of either a public or a private key. Raises InputRefusedError."""
    if any(label in _PRIVATE_LABELS for label in _labels(recover_pem(pem))):
        return load_private_key(pem, passphrase, validate=True).public()
    return load_public_key(pem)


def public_key_pem(key: PrivateKey | PublicKey) -> str:
    """Return the public half as PEM (SubjectPublicKeyInfo), which is what BotHub's portal holds."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # heavy

    native = key.public().native if isinstance(key, PrivateKey) else key.native
    return native.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def private_key_bytes(key: PrivateKey) -> Secret:
    """Return the private key in its one canonical form (PKCS#8, DER), as hexadecimal digits."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # heavy

    return Secret(key.native.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex())


def _labels(pem: bytes) -> tuple[str, ...]:
    return tuple(label.decode("ascii") for label in _LABEL.findall(pem))


def _check_labels(pem: bytes, *, expected: frozenset[str], other: frozenset[str]) -> None:
    kind = "private" if expected is _PRIVATE_LABELS else "public"
    labels = _labels(pem)
    if not labels:
        raise _refuse_shape(pem, kind)
    if len(labels) > 1 and not any(label.startswith("EC ") for label in labels):
        raise InputRefusedError(
            problem=f"{len(labels)} PEM blocks where one {kind} key is expected ({', '.join(labels)[:120]})",
            fix="keep only the bot's own key in the file",
        )
    if labels[0] in expected:
        return
    if labels[0] in other:
        raise InputRefusedError(
            problem=f"this is a {'public' if kind == 'private' else 'private'} key, not a {kind} one"
        )
    raise _refuse_label(labels[-1], kind)


def _refuse_shape(pem: bytes, kind: str) -> InputRefusedError:
    if not pem:
        return InputRefusedError(problem=f"the {kind} key is empty")
    if pem.startswith(_DER_SEQUENCE):
        option = "-pubin " if kind == "public" else ""
        return InputRefusedError(
            problem=f"the {kind} key is in DER, and PEM is needed",
            fix=f"openssl rsa {option}-inform DER -in KEY -out KEY.pem",
        )
    if pem.startswith(tuple(start.encode() for start in KEY_STARTS)):
        return _refuse_damage(pem, kind)
    return InputRefusedError(
        problem=f"this is not a {kind} key in PEM: no line starts with -----BEGIN",
        fix=_COPY_AGAIN,
    )


def _refuse_damage(pem: bytes, kind: str) -> InputRefusedError:
    return InputRefusedError(problem=f"the {kind} key cannot be read: {describe_damage(pem)}", fix=_COPY_AGAIN)


def _refuse_label(label: str, kind: str) -> InputRefusedError:
    if label == "OPENSSH PRIVATE KEY":
        return InputRefusedError(
            problem="the key is in OpenSSH's own format, and PEM is needed", fix="ssh-keygen -p -m PEM -f KEY"
        )
    if "CERTIFICATE" in label:
        return InputRefusedError(
            problem=f"this is a certificate, not a {kind} key",
            fix="openssl x509 -pubkey -noout -in CERTIFICATE" if kind == "public" else None,
        )
    if label.startswith(("EC ", "DSA ")):
        return InputRefusedError(problem=f"this is an {label[:3].strip()} key, and BotHub signs with RSA (RS256)")
    return InputRefusedError(problem=f"this is a PEM block of another kind ({label}), not a {kind} key")


def _parse_private_key(pem: bytes, passphrase: Secret | None, *, validate: bool) -> object:
    from cryptography.exceptions import UnsupportedAlgorithm  # 80 ms that a cached token need not pay
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # as above

    if is_encrypted(pem) and not passphrase:
        raise InputRefusedError(
            problem="the private key is encrypted, and no passphrase was given",
            fix="give it in BOTHUB_PRIVATE_KEY_PASSPHRASE, or type it when asked",
        )
    password = passphrase.reveal().encode() if passphrase else None
    try:
        return load_pem_private_key(pem, password, unsafe_skip_rsa_key_validation=not validate)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if passphrase:
            raise InputRefusedError(
                problem="the private key cannot be decrypted: the passphrase is wrong, or the file is damaged"
            ) from error
        raise InputRefusedError(
            problem=f"the private key cannot be read: {describe_damage(pem)}", fix=_COPY_AGAIN
        ) from error


def _refuse_kind(key: object) -> InputRefusedError:
    kind = type(key).__name__.removesuffix("PublicKey").removesuffix("PrivateKey").lstrip("_")
    return InputRefusedError(problem=f"this is not an RSA key ({kind}), and BotHub signs with RSA (RS256)")


def _check_size(bits: int) -> None:
    # python-jose signs with any size, so the minimum is kept here.
    if bits < RSA_BITS_MIN:
        raise InputRefusedError(
            problem=f"the RSA key has {bits} bits, and RS256 needs {RSA_BITS_MIN} or more (RFC 7518 3.3)",
            fix="ask for a new key on the BotHub onboarding portal",
        )
