"""Faults on purpose: which calls fail, how often, and in which of the ways that networks know."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class FaultKind(StrEnum):
    """One way to fail; the first group refuses, the second accepts and then spoils the answer or the webhook."""

    RATE_LIMITED = "429"
    RATE_LIMITED_RETRY_AFTER = "429-retry-after"
    QUOTA = "403-quota"
    ORANGE_TOKEN_EXPIRED = "401-orange"  # noqa: S105 -- a fault's name
    GSMA_TOKEN_EXPIRED = "401-gsma"  # noqa: S105 -- a fault's name
    SPAM = "400-spam"
    NOT_RCS = "404-not-rcs"
    INTERNAL_ERROR = "500"
    UNAVAILABLE = "503"
    REDIRECT = "redirect"
    CUT_BEFORE = "cut-before"

    BAD_GATEWAY = "502-html"
    GATEWAY_TIMEOUT = "504"
    SLOW = "slow"
    NEVER_ANSWERS = "no-answer"
    CUT = "cut"
    TRUNCATED = "truncated"
    HTML = "html"
    EMPTY = "empty"
    DUPLICATE_WEBHOOKS = "duplicate-webhooks"
    SHUFFLED_WEBHOOKS = "shuffled-webhooks"

    @property
    def accepts(self) -> bool:
        """Tell whether the call was carried out in spite of the fault."""
        return self in _ACCEPTING


_ACCEPTING = frozenset(
    {
        FaultKind.BAD_GATEWAY,
        FaultKind.GATEWAY_TIMEOUT,
        FaultKind.SLOW,
        FaultKind.NEVER_ANSWERS,
        FaultKind.CUT,
        FaultKind.TRUNCATED,
        FaultKind.HTML,
        FaultKind.EMPTY,
        FaultKind.DUPLICATE_WEBHOOKS,
        FaultKind.SHUFFLED_WEBHOOKS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectedFault:
    """A fault that hits one call; ``delay`` in seconds, for the kinds that have one."""

    kind: FaultKind
    delay: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """When a fault strikes: an absent ``operation``, ``number``, ``bot_id`` or ``text`` means any.

    ``text`` must stand in the message, in any case; ``every`` 3 passes two such calls and strikes the third; ``times``
    None is for ever.
    """

    fault: InjectedFault
    operation: str | None = "messages"
    number: str | None = None
    bot_id: str | None = None
    text: str | None = None
    every: int = 1
    probability: float = 1.0
    times: int | None = None
    passed: int = 0  # such calls since the last turn of ``every``
    rule_id: str = ""

    def concerns(self, occasion: "Occasion") -> bool:
        return (
            self.operation in (None, occasion.operation)
            and self.number in (None, occasion.number)
            and self.bot_id in (None, occasion.bot_id)
            and (self.text is None or self.text.casefold() in occasion.words)
            and self.times != 0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A call that a fault may hit; ``words`` are the texts of its message, in small letters."""

    operation: str
    number: str | None = None
    bot_id: str | None = None
    words: str = ""


class FaultBook:
    """The rules in force, tried in the order in which they were added; ``on_change`` hears which one counted."""

    def __init__(self, source: random.Random, *, on_change: Callable[[str], None]) -> None:
        self._source = source
        self._on_change = on_change
        self._rules: dict[str, FaultRule] = {}
        self._last_name = 0

    def add(self, rule: FaultRule) -> FaultRule:
        """Put a rule into force; the one that comes back has its ``rule_id``."""
        self._last_name += 1
        named = replace(rule, rule_id=f"fault-{self._last_name}")
        self._rules[named.rule_id] = named
        return named

    def put(self, rule: FaultRule) -> None:
        """Take in a rule that has its name already."""
        self._rules[rule.rule_id] = rule
        self._last_name = max(self._last_name, int(rule.rule_id.rpartition("-")[2]))

    def find(self, rule_id: str) -> FaultRule | None:
        return self._rules.get(rule_id)

    def remove(self, rule_id: str) -> bool:
        """End a rule; False when there is none of that name."""
        return self._rules.pop(rule_id, None) is not None

    def draw(self, occasion: Occasion) -> InjectedFault | None:
        """Return the fault that hits this call, None for a call that goes well."""
        for rule in list(self._rules.values()):
            if rule.concerns(occasion) and self._has_its_turn(rule) and self._source.random() < rule.probability:
                if rule.times is not None:
                    self._count(replace(self._rules[rule.rule_id], times=rule.times - 1))
                return rule.fault
        return None

    def _has_its_turn(self, rule: FaultRule) -> bool:
        if rule.every == 1:
            return True
        self._count(replace(rule, passed=(rule.passed + 1) % rule.every))
        return self._rules[rule.rule_id].passed == 0

    def _count(self, rule: FaultRule) -> None:
        self._rules[rule.rule_id] = rule
        self._on_change(rule.rule_id)

    def __iter__(self) -> Iterator[FaultRule]:
        return iter(self._rules.values())

    def __bool__(self) -> bool:
        return bool(self._rules)

    def clear(self) -> None:
        self._rules.clear()
