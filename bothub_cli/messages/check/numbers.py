"""Judges phone numbers: the receiver's must be one that the API takes, a button's one that a phone dials."""

import re

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.report import E164, FNW11, GOOGLE
from bothub_cli.messages.check.show import show
from bothub_cli.messages.limits import E164_DIGITS_MAX, E164_DIGITS_MIN, INTEGER_BITS_MAX
from bothub_cli.phone_numbers.written import NUMBER_MAX, NumberRefusedError, check_damage, unwrap

# As text: the re module compiles and keeps what is asked for.
_URI = r"(?i)(tel:\+?[0-9.()*#;=a-z-]{2,60}|sips?:[^\s@]{1,100}@[^\s@]{1,200})"
_SHORT_CODE = r"[0-9*#]{2,8}"
_SEPARATORS = str.maketrans("", "", " .-()/\u00a0\u202f\u2011")


def check_receiver(node: Node, name: str) -> None:
    """Check a ``userContact``: E.164 with "+", or a tel: or sip: URI."""
    value = node.members.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= INTEGER_BITS_MAX:
        node.report(
            rules.MEMBER_TYPE,
            name,
            f"{name} must be a string, not a number",
            actual=show(value),
            fix=f'write "{_mend(str(value)).rpartition(" ")[2]}", in quotes and with its plus',
        )
        return
    written = node.text(name)
    if not written:
        return
    if _is_e164(written):
        if written.startswith("+330"):
            node.report(
                rules.CONTACT_TRUNK_ZERO,
                name,
                "the 0 of a French number is not dialled after +33",
                actual=show(written),
                source=E164,
                fix=f"write +33{written[4:]}",
            )
    elif not re.fullmatch(_URI, written[:300]):
        node.report(
            rules.CONTACT_NUMBER,
            name,
            "not an international number",
            limit=f'"+" and {E164_DIGITS_MIN} to {E164_DIGITS_MAX} digits, or a tel: or sip: URI',
            actual=show(written),
            source=f"{FNW11}, {E164}",
            fix=_mend(written),
        )


def check_dialled(node: Node, name: str) -> None:
    """Check a button's number: E.164, or a short code."""
    written = node.text(name, required=True)
    if not written or "{{" in written or _is_e164(written) or re.fullmatch(_SHORT_CODE, written[:40]):
        return
    node.report(
        rules.ACTION_PHONE_NUMBER,
        name,
        "not an international number, so it may not dial from abroad or at all",
        limit=f'"+" and {E164_DIGITS_MIN} to {E164_DIGITS_MAX} digits',
        actual=show(written),
        source=f"{GOOGLE}, {E164}",
        fix=_mend(written),
    )


def _is_e164(written: str) -> bool:
    digits = written[1:]
    return (
        written[:1] == "+"
        and E164_DIGITS_MIN <= len(digits) <= E164_DIGITS_MAX
        and digits[0] != "0"
        and digits.isascii()
        and digits.isdigit()
    )


def _mend(written: str) -> str:
    """Say how the number is to be written, or why it is none."""
    unwrapped = unwrap(written[: NUMBER_MAX + 1])
    try:
        check_damage(unwrapped, None)
    except NumberRefusedError as error:
        return f"{error.problem}; {error.fix}" if error.fix else error.problem
    plain = unwrapped.translate(_SEPARATORS)
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    if _is_e164(plain):
        return f"write {plain}"
    if _is_e164(f"+{plain}"):
        return f"if this is an international number, write +{plain}"
    if re.fullmatch(r"0[1-9]\d{8}", plain, re.ASCII):
        return f"for a French number, write +33{plain[1:]}"
    return 'write it with "+" and the country code'
