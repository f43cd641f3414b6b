"""Reads one JSON object while it is checked: each typed read reports what is wrong and returns what is usable."""

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.names import find_home, guess_member, guess_word, is_suggestions
from bothub_cli.messages.check.report import UNICODE, Findings
from bothub_cli.messages.check.show import SHOWN_MAX, pointer_to, shorten, show, show_length, utf16_length
from bothub_cli.messages.limits import (
    ELEMENTS_READ_MAX,
    TEXT_READ_MAX,
    UNKNOWN_MEMBERS_MAX,
)
from bothub_cli.messages.payload import json_type

_EXAMPLES = {"a string": '"…"', "an object": "{…}", "a list": "[…]"}


class Node:
    """One object of the message: its members, its pointer, the document that describes it."""

    __slots__ = ("findings", "members", "pointer", "source")

    def __init__(self, findings: Findings, members: Mapping[str, Any], pointer: str, source: str) -> None:
        self.findings = findings
        self.members = members  # Any: a JSON value of whatever type the user wrote
        self.pointer = pointer
        self.source = source

    def __contains__(self, name: str) -> bool:
        """Tell whether a member is there; null stands for one that is not."""
        return self.members.get(name) is not None

    def at(self, name: str) -> str:
        """Return the pointer of a known member."""
        return f"{self.pointer}/{name}"

    def only(self, known: frozenset[str]) -> None:
        """Tell of members that are not known here, with the one that was probably meant, and of those that are null."""
        if None in self.members.values():
            self._report_null(known)
        if self.members.keys() <= known:
            return
        unknown = [name for name in self.members if name not in known]
        for name in unknown[:UNKNOWN_MEMBERS_MAX]:
            self._report_unknown(name, known)
        if len(unknown) > UNKNOWN_MEMBERS_MAX:
            self.findings.report(
                rules.MEMBER_UNKNOWN,
                self.pointer,
                f"and {len(unknown) - UNKNOWN_MEMBERS_MAX} more unknown members",
                source=self.source,
            )

    def require(self, name: str, *, fix: str | None = None) -> bool:
        """Report a member that is missing; tell whether it is there."""
        if name in self:
            return True
        others = islice(self.members, UNKNOWN_MEMBERS_MAX if self.findings.has_room("error") else 0)
        written = next((other for other in others if guess_member(other, {name})), None)
        if written is not None:
            fix = f'rename "{shorten(written)}" to "{name}"'
        elif fix is None:
            fix = f'add "{name}"'
        if name in self.members:
            fix = f"give {name} a value"
        self.findings.report(rules.MEMBER_MISSING, self.pointer, f"{name} is missing", source=self.source, fix=fix)
        return False

    def text(self, name: str, *, maximum: int | None = None, minimum: int = 1, required: bool = False) -> str | None:
        """Read a string and check its length in characters; None when there is no usable one."""
        value = self.members.get(name)
        if not isinstance(value, str):
            self._report_unusable(name, "a string", required=required)
            return None
        length = len(value)
        if length < minimum or (minimum and length < TEXT_READ_MAX and not value.strip()):
            self._report_empty(name, length)
        if maximum is not None and 2 * length > maximum:
            self._check_length(name, value, maximum)
        return value

    def integer(self, name: str, *, required: bool = False) -> int | None:
        """Read a whole number that is not negative."""
        value = self.members.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            self._report_unusable(name, "a whole number", required=required)
            return None
        if value < 0:
            self.report(rules.NUMBER_RANGE, name, f"{name} is negative", limit="0 or more", actual=show(value))
            return None
        return value

    def number(self, name: str, *, largest: float | None = None, unit: str = "") -> float | None:
        """Read a number between -``largest`` and +``largest``."""
        value = self.members.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            self._report_unusable(name, "a number", required=False)
            return None
        if largest is not None and not -largest <= value <= largest:
            self.report(
                rules.NUMBER_RANGE,
                name,
                f"{name} is out of range",
                limit=f"-{largest} to {largest} {unit}".rstrip(),
                actual=show(value),
            )
        return value

    def word(self, name: str, words: Collection[str], *, required: bool = False, is_open: bool = False) -> str | None:
        """Read a string that must be one of some words; where ``is_open``, another word is only doubtful."""
        value = self.members.get(name)
        if not isinstance(value, str):
            self._report_unusable(name, "a string", required=required)
            return None
        if value not in words:
            meant = guess_word(value, words)
            self.report(
                rules.VALUE_UNKNOWN if is_open else rules.VALUE_NOT_ALLOWED,
                name,
                f"{name} has a value that the standard does not know" + ("; it is sent as it is" if is_open else ""),
                limit=" or ".join(words),
                actual=show(value),
                fix=f'did you mean "{meant}"?' if meant else None,
            )
            return None
        return value

    def child(self, name: str, *, required: bool = False, fix: str | None = None) -> "Node | None":
        """Read an object; ``fix`` helps who wrote something else there."""
        value = self.members.get(name)
        if not isinstance(value, Mapping):
            self._report_unusable(name, "an object", required=required, fix=fix)
            return None
        return Node(self.findings, value, self.at(name), self.source)

    def elements(self, name: str, *, minimum: int, maximum: int, fix: str | None = None) -> list[tuple[str, object]]:
        """Read a list as (pointer, element) pairs and check how many there are; absent is empty.

        Only the first ``limits.ELEMENTS_READ_MAX`` are returned: a longer list is refused here already.
        """
        value = self.members.get(name)
        if not isinstance(value, list | tuple):
            self._report_unusable(name, "a list", required=False, fix=fix)
            return []
        self._check_count(name, len(value), minimum, maximum)
        pointer = self.at(name)
        return [(f"{pointer}/{index}", element) for index, element in enumerate(value[:ELEMENTS_READ_MAX])]

    def element_node(self, pointer: str, element: object, *, fix: str | None = None) -> "Node | None":
        """Read an element of a list as an object; ``fix`` helps who wrote something else there."""
        if isinstance(element, Mapping):
            return Node(self.findings, element, pointer, self.source)
        self.findings.report(
            rules.MEMBER_TYPE, pointer, f"must be an object, not {json_type(element)}", source=self.source, fix=fix
        )
        return None

    def report(
        self,
        rule: rules.Rule,
        name: str,
        message: str,
        *,
        limit: str | None = None,
        actual: str | None = None,
        fix: str | None = None,
        source: str | None = None,
    ) -> None:
        """Report a problem of the member ``name``; "" means the object itself."""
        pointer = self.at(name) if name else self.pointer
        self.findings.report(rule, pointer, message, source=source or self.source, limit=limit, actual=actual, fix=fix)

    def _check_length(self, name: str, value: str, maximum: int) -> None:
        length = len(value)
        if length > maximum:
            self.report(
                rules.TEXT_TOO_LONG,
                name,
                f"{name} is {length - maximum} character{'s' if length - maximum > 1 else ''} too long",
                limit=f"{maximum} characters",
                actual=show_length(value),
                fix=f"shorten {name} to {maximum} characters",
            )
        elif not value.isascii() and (units := utf16_length(value)) > maximum:
            self.report(
                rules.TEXT_UTF16,
                name,
                f"{name} fits as the standard counts (code points), but not for phones that count UTF-16 units",
                limit=f"{maximum} UTF-16 units",
                actual=f"{units} UTF-16 units",
                fix="use fewer emoji, or a shorter text",
                source=UNICODE,
            )

    def _check_count(self, name: str, count: int, minimum: int, maximum: int) -> None:
        if count < minimum:
            self.report(
                rules.LIST_TOO_SHORT,
                name,
                f"{name} has too few elements",
                limit=f"{minimum} to {maximum}",
                actual=str(count),
                fix=f"leave {name} out, or fill it" if minimum == 1 else None,
            )
        elif count > maximum:
            self.report(
                rules.LIST_TOO_LONG,
                name,
                f"{name} has {count - maximum} elements too many",
                limit=f"{minimum} to {maximum}",
                actual=str(count),
                fix=f"keep {maximum} of them",
            )

    def _report_empty(self, name: str, length: int) -> None:
        self.report(
            rules.TEXT_EMPTY,
            name,
            f"{name} is empty" if not length else f"{name} holds only spaces",
            limit="at least 1 character",
            actual=f"{length} characters",
            fix=f"fill {name}, or leave it out",
        )

    def _report_unusable(self, name: str, wanted: str, *, required: bool, fix: str | None = None) -> None:
        if name not in self:
            if required:
                self.require(name, fix=fix)
            return
        value = self.members[name]
        self.report(
            rules.MEMBER_TYPE,
            name,
            f"{name} must be {wanted}, not {json_type(value)}",
            actual=show(value),
            fix=fix or _convert(value, wanted),
        )

    def _report_null(self, known: frozenset[str]) -> None:
        for name in sorted(known):
            if name in self.members and self.members[name] is None:
                self.report(
                    rules.MEMBER_NULL, name, f"{name} is null, which some platforms refuse", fix=f"leave {name} out"
                )

    def _report_unknown(self, name: object, known: frozenset[str]) -> None:
        pointer = pointer_to(self.pointer, name)
        if is_suggestions(name, self.members[name]):  # type: ignore[index]  # a name of the object itself
            self.findings.report(
                rules.SUGGESTIONS_LOST,
                pointer,
                f'suggestions stand in "{shorten(name)}", where nobody looks for them: phones would show none',
                source=self.source,
                fix=self._suggestions_home(name, known),
            )
            return
        if not self.findings.has_room("warning"):
            rule, fix = rules.MEMBER_UNKNOWN, None
        elif meant := guess_member(name, known):
            is_flat = meant == "postback" and isinstance(self.members[name], str)  # type: ignore[index]  # as above
            fix = 'write "postback": {"data": "…"}' if is_flat else f'did you mean "{meant}"?'
            rule = rules.MEMBER_UNKNOWN
        elif home := find_home(str(name)):
            rule, fix = rules.MEMBER_MISPLACED, f"it belongs {home}"
        else:
            rule, fix = rules.MEMBER_UNKNOWN, None
        problem = f'"{shorten(name)}" is not a member that the standard knows here'
        self.findings.report(rule, pointer, problem, source=self.source, fix=fix)

    def _suggestions_home(self, name: object, known: frozenset[str]) -> str:
        if "suggestions" in known:
            return f'rename "{shorten(name)}" to "suggestions", a list: "suggestions": […]'
        if "/suggestions/" in self.pointer:
            return 'each suggestion is an element of the list: "suggestions": [{"reply": …}, {"action": …}]'
        if "/richcardMessage" in self.pointer:
            return 'the buttons of a card stand in its content: "content": {"title": …, "suggestions": […]}'
        match self.findings.content_name:
            case "richcardMessage":
                return (
                    'put buttons into the content of the card: "content": {"title": …, "suggestions": […]}; '
                    'chips under the card into RCSMessage: "suggestedChipList": {"suggestions": […]}'
                )
            case "isTyping":
                return "leave them out: a typing sign takes no suggestions"
            case other:
                beside = f"RCSMessage, beside {other or 'its content'}"
                return f'put them into {beside}: "suggestedChipList": {{"suggestions": […]}}'


def _convert(value: object, wanted: str) -> str | None:
    match value:
        case str() if "number" in wanted and value.strip().lstrip("-").isdigit() and len(value) < SHOWN_MAX:
            return f"write {value.strip()} without quotes"
        case float() if wanted == "a whole number" and value.is_integer() and abs(value) < 2**53:
            return f"write {int(value)}"
        case int() | float() if wanted == "a string" and not isinstance(value, bool):
            return f'write "{show(value)}" in quotes'
        case _:
            return f"write {_EXAMPLES[wanted]}" if wanted in _EXAMPLES else None
