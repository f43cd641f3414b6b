"""The check: every problem of a message, before it goes out."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bothub_cli.errors import InputRefusedError
from bothub_cli.messages.check import rules
from bothub_cli.messages.check.names import guess_member, guess_word
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.numbers import check_receiver
from bothub_cli.messages.check.report import FNW11, GOOGLE, RCC07_TRAFFIC, CheckReport, Findings
from bothub_cli.messages.check.show import shorten, show, show_length
from bothub_cli.messages.check.text import check_values
from bothub_cli.messages.check.times import check_time
from bothub_cli.messages.limits import (
    EXPIRY_ADVISED_MIN_SECONDS,
    EXPIRY_MAX_DAYS,
    TEXT_ADVISED_MAX,
    TEXT_MAX,
    UNKNOWN_MEMBERS_MAX,
)
from bothub_cli.messages.payload import json_type
from bothub_cli.messages.vocabulary import (
    CONTENT_NAMES,
    MESSAGE_STATUSES,
    RCS_MESSAGE_NAMES,
    TRAFFIC_TYPES,
    is_bare,
    plain_word,
)


def check_text(rcs_message: Node) -> None:
    """Check ``textMessage``."""
    text = rcs_message.text("textMessage", maximum=TEXT_MAX)
    if text is not None and TEXT_ADVISED_MAX < len(text) <= TEXT_MAX:
        rcs_message.report(
            rules.TEXT_LONG,
            "textMessage",
            "longer than advised for plain text",
            limit=f"{TEXT_ADVISED_MAX} characters advised, {TEXT_MAX} at most",
            actual=show_length(text),
            source=GOOGLE,
            fix="shorten it, or send a card",
        )


def check_typing(rcs_message: Node) -> None:
    """Check ``isTyping``."""
    value = rcs_message.members.get("isTyping")
    if isinstance(value, bool):
        word = "active" if value else "idle"
        rcs_message.report(
            rules.MEMBER_TYPE,
            "isTyping",
            "isTyping is a word, not a boolean",
            actual=show(value),
            fix=f'write "{word}"',
        )
    else:
        rcs_message.word("isTyping", ("active", "idle"))


_BODY = frozenset({"RCSMessage", "messageContact", "msgId"})
_CONTACT = frozenset({"userContact", "chatId"})
_RCS_MESSAGE = frozenset(RCS_MESSAGE_NAMES)
_CARD_HOMES = {
    "message": '{"RCSMessage": {"richcardMessage": …}}',
    "generalPurposeCard": '{"RCSMessage": {"richcardMessage": {"message": …}}}',
    "generalPurposeCardCarousel": '{"RCSMessage": {"richcardMessage": {"message": …}}}',
}


def check_payload(
    payload: object,
    *,
    now: datetime,
    strict: bool = False,
    needs_contact: bool = True,
    bare: bool | None = None,
    own_files: str | None = None,
) -> CheckReport:
    """Report every problem of a message as the user wrote it: a full body, or an RCSMessage alone.

    ``payload`` is a message, or its JSON value, of whatever shape: nothing in it makes this raise, recurse or take
    long. ``now`` (aware) decides what has expired; ``strict`` makes warnings errors; without ``needs_contact`` a full
    body may lack ``messageContact``; ``bare`` says which of the two forms it is, when the payload itself should not
    decide; files whose address begins with ``own_files`` are the platform's own, and need not be public.
    """
    if not isinstance(now, datetime):
        raise InputRefusedError(problem="the check takes a datetime for now", fix="write datetime.now(UTC)")
    if now.tzinfo is None:
        raise InputRefusedError(problem="the check was given a time without a zone", fix="write datetime.now(UTC)")
    if hasattr(payload, "to_payload"):
        payload = payload.to_payload()
    findings = Findings(content_name=_find_content_name(payload), own_files=own_files)
    if not isinstance(payload, Mapping):
        findings.report(
            rules.MEMBER_TYPE,
            "",
            f"a message must be an object, not {json_type(payload)}",
            actual=show(payload),
            source=FNW11,
            fix='begin with {"textMessage": "Hello"}',
        )
        return findings.close(strict=strict)
    if "RCSMessage" not in payload and _is_google_format(payload):
        findings.report(
            rules.MESSAGE_GOOGLE,
            "",
            "this is Google's own format (RCS for Business), and BotHub takes GSMA's (FNW.11)",
            source=GOOGLE,
            fix="make FNW.11 of it: bothub message convert FILE",
        )
        return findings.close(strict=strict)
    body = Node(findings, payload, "", FNW11)
    if is_bare(payload) if bare is None else bare:
        _check_rcs_message(body, now)
    else:
        _check_body(body, now, needs_contact=needs_contact)
    check_values(findings, payload)
    return findings.close(strict=strict)


def _is_google_format(payload: Mapping[str, object]) -> bool:
    from bothub_cli.messages.google_format import is_google_format  # a full body of ours needs no word of Google's

    return is_google_format(payload)


def _find_content_name(payload: object) -> str | None:
    holder = payload.get("RCSMessage", payload) if isinstance(payload, Mapping) else None
    if not isinstance(holder, Mapping):
        return None
    return next((name for name in CONTENT_NAMES if holder.get(name) is not None), None)


def _check_body(body: Node, now: datetime, *, needs_contact: bool) -> None:
    body.only(_BODY)
    if (rcs_message := _find_rcs_message(body)) is not None:
        _check_rcs_message(rcs_message, now)
    if (contact := body.child("messageContact", required=needs_contact, fix=_fix_contact(body))) is not None:
        _check_contact(contact)
    body.text("msgId")


def _find_rcs_message(body: Node) -> Node | None:
    if "RCSMessage" in body:
        fix = 'write {"textMessage": "…"}' if isinstance(body.members["RCSMessage"], str) else None
        return body.child("RCSMessage", fix=fix)
    if card := next((name for name in _CARD_HOMES if isinstance(body.members.get(name), Mapping)), None):
        fix = f'put "{card}" in {_CARD_HOMES[card]}'
        body.report(rules.MEMBER_MISSING, "", "RCSMessage is missing around the card", fix=fix)
        return None
    body.require("RCSMessage", fix=_fix_missing_message(body))
    written = next((name for name in list(body.members)[:UNKNOWN_MEMBERS_MAX] if plain_word(name) == "rcsmessage"), "")
    return body.child(written)  # checked all the same, so that one look shows every problem


def _fix_missing_message(body: Node) -> str | None:
    """Help who wrote the members of an RCSMessage beside its contact, or a content by another name."""
    names = list(body.members)[:UNKNOWN_MEMBERS_MAX]
    inside = [name for name in names if name in _RCS_MESSAGE - _BODY]
    if inside:
        return f'put {", ".join(inside)} into "RCSMessage": {{…}}'
    slip = next(((name, meant) for name in names if (meant := guess_member(name, CONTENT_NAMES))), None)
    return f'write "{slip[1]}" for "{shorten(slip[0])}", in "RCSMessage": {{…}}' if slip else None


def _fix_contact(body: Node) -> str | None:
    if isinstance(body.members.get("messageContact"), str):
        return 'write {"userContact": "+33…"}'
    return 'say who gets it: --to NUMBER, or add "messageContact": {"userContact": "+33…"}'


def _check_contact(contact: Node) -> None:
    contact.only(_CONTACT)
    present = [name for name in ("userContact", "chatId") if name in contact]
    if len(present) != 1:
        contact.report(
            rules.CONTACT_ONE,
            "",
            "a message goes to one contact",
            limit="exactly one of userContact and chatId",
            actual=" and ".join(present) or "neither",
        )
    check_receiver(contact, "userContact")
    contact.text("chatId")


def _check_rcs_message(rcs_message: Node, now: datetime) -> None:
    rcs_message.only(_RCS_MESSAGE)
    present = [name for name in CONTENT_NAMES if name in rcs_message]
    if len(present) != 1:
        _report_content_count(rcs_message, present)
    for name in present:
        _check_content(rcs_message, name, now)
    if "suggestedChipList" in rcs_message:
        _check_chips(rcs_message, present, now)
    _check_travel(rcs_message, now)


def _check_content(rcs_message: Node, name: str, now: datetime) -> None:
    """Judge one content by the module that knows it; a text does not wait for those of cards and files (6 ms)."""
    match name:
        case "textMessage":
            check_text(rcs_message)
        case "isTyping":
            check_typing(rcs_message)
        case "richcardMessage":
            from bothub_cli.messages.check.cards import check_rich_card  # a text has no card

            check_rich_card(rcs_message, now)
        case _:
            from bothub_cli.messages.check.files import check_attachment  # a text has no file

            check_attachment(rcs_message, name)


def _report_content_count(rcs_message: Node, present: list[str]) -> None:
    names = list(rcs_message.members)[:UNKNOWN_MEMBERS_MAX]
    guesses = ((name, guess_member(name, CONTENT_NAMES)) for name in names if name not in _RCS_MESSAGE)
    slip = next(((name, meant) for name, meant in guesses if meant), None)
    rcs_message.report(
        rules.CONTENT_ONE,
        "",
        "a message has exactly one content",
        limit=f"exactly one of {', '.join(CONTENT_NAMES)}",
        actual=" and ".join(present) or "none",
        fix=f'rename "{shorten(slip[0])}" to "{slip[1]}"' if slip and not present else None,
    )


def _check_chips(rcs_message: Node, present: list[str], now: datetime) -> None:
    from bothub_cli.messages.check.suggestions import check_chip_list  # most texts have no suggestions

    check_chip_list(rcs_message, now)
    if not present or present == ["isTyping"]:
        rcs_message.report(
            rules.CHIPS_ALONE,
            "suggestedChipList",
            "chips come with a text, a card or a file",
            actual="with isTyping" if present else "without content",
            source=f"{FNW11} (Samsung 42014)",
            fix='add "textMessage"',
        )


def _check_travel(rcs_message: Node, now: datetime) -> None:
    rcs_message.text("msgId")
    check_time(rcs_message, "timestamp")
    _check_expiry(rcs_message, now)
    for name, known, rule, source in (
        ("trafficType", TRAFFIC_TYPES, rules.TRAFFIC_TYPE_UNKNOWN, RCC07_TRAFFIC),
        ("status", MESSAGE_STATUSES, rules.STATUS_UNKNOWN, FNW11),
    ):
        word = rcs_message.text(name)
        if word and word not in known:
            meant = guess_word(word, known)
            rcs_message.report(
                rule,
                name,
                f"not a {name} that is known; it is sent as it is",
                limit=", ".join(known),
                actual=show(word),
                source=source,
                fix=f'did you mean "{meant}"?' if meant else None,
            )


def _check_expiry(rcs_message: Node, now: datetime) -> None:
    expiry = check_time(rcs_message, "expiry", now=now)
    if expiry is None:
        return
    left = expiry - now
    if left <= timedelta():
        rule, problem, limit = rules.EXPIRY_PAST, "the message has expired already", "later than now"
    elif left > timedelta(days=EXPIRY_MAX_DAYS):
        rule, problem, limit = rules.EXPIRY_LONG, "longer than Google keeps a message", f"{EXPIRY_MAX_DAYS} days"
    elif left < timedelta(seconds=EXPIRY_ADVISED_MIN_SECONDS):
        rule, problem, limit = rules.EXPIRY_SHORT, "hardly time to deliver", f"{EXPIRY_ADVISED_MIN_SECONDS} s or more"
    else:
        return
    source = f"{FNW11} (Samsung 42208)" if rule is rules.EXPIRY_PAST else GOOGLE
    rcs_message.report(rule, "expiry", problem, limit=limit, actual=show(rcs_message.members["expiry"]), source=source)
