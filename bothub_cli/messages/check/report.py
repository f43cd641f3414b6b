"""What the check found: findings, in a report of bounded length."""

from collections.abc import Mapping
from dataclasses import field, fields, replace
from typing import ClassVar

from bothub_cli.errors import InputRefusedError
from bothub_cli.messages.check import rules
from bothub_cli.messages.check.rules import Rule, Severity
from bothub_cli.messages.limits import FINDINGS_MAX
from bothub_cli.messages.payload import JsonObject
from bothub_cli.record import record

# Where the rules come from; a finding names one of these.
RCC07 = "GSMA RCC.07 v10 3.6.10.4"
RCC07_V11 = "GSMA RCC.07 v11"
RCC07_V15 = "GSMA RCC.07 v15, Korean MaaP documents"
RCC07_REPORTS = "GSMA RCC.07 v10 3.6.10.6.2.2"
RCC07_TRAFFIC = "GSMA RCC.07 v10 3.6.7.2"
RCC71 = "GSMA RCC.71 v2.2"
FNW11 = "GSMA FNW.11 v1.0"
GOOGLE = "Google RCS for Business"
ORANGE = "Orange RCS BotHub, Getting started"
E164 = "ITU-T E.164"
JSON = "RFC 8259 (JSON)"
UNICODE = "Unicode"
BOTHUB = "bothub"


@record
class Finding:
    """One problem of a message; ``actual`` and ``fix`` may quote it: logs take ``rule`` and ``pointer`` only."""

    severity: Severity
    """In a word: "error": it is not sent; "warning": it is, and something is lost."""
    rule: str
    """A stable id: "text.length"."""
    pointer: str
    """Where, as an RFC 6901 pointer into what the user wrote; "" is the whole."""
    message: str
    """What is wrong, in words."""
    limit: str | None = None
    """What is allowed, with its unit."""
    actual: str | None = None
    """What was found, with its unit."""
    source: str
    """The document that says so."""
    fix: str | None = None
    """What would help."""

    def to_payload(self) -> JsonObject:
        """Return the finding as a JSON object; absent facts are null."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@record
class CheckReport:
    """Every problem of one message: the errors first, each kind in the order in which it was found.

    At most ``limits.FINDINGS_MAX`` findings, and a last one of rule ``report.more`` that counts the others.
    """

    findings: tuple[Finding, ...] = ()
    """At most 200, and a last one of rule ``report.more`` that counts the others."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "warning")

    @property
    def is_refused(self) -> bool:
        """Tell whether the message must not be sent."""
        return any(finding.severity == "error" for finding in self.findings)


NOTHING_FOUND = CheckReport()


class Findings:
    """Collects findings while a message is checked, and forgets what no report would show."""

    __slots__ = ("_errors", "_left_out", "_warnings", "content_name", "own_files")

    def __init__(self, *, content_name: str | None = None, own_files: str | None = None) -> None:
        self.content_name = content_name  # the member that holds the message's content: some fixes depend on it
        self.own_files = own_files  # how the addresses of files begin that the platform itself keeps
        self._errors: list[Finding] = []
        self._warnings: list[Finding] = []
        self._left_out: dict[Severity, int] = {"error": 0, "warning": 0}

    def report(
        self,
        rule: Rule,
        pointer: str,
        message: str,
        *,
        source: str,
        limit: str | None = None,
        actual: str | None = None,
        fix: str | None = None,
    ) -> None:
        """Add a finding."""
        kept = self._errors if rule.severity == "error" else self._warnings
        if len(kept) >= FINDINGS_MAX:
            self._left_out[rule.severity] += 1
            return
        kept.append(
            Finding(
                severity=rule.severity,
                rule=rule.id,
                pointer=pointer,
                message=message,
                limit=limit,
                actual=actual,
                source=source,
                fix=fix,
            )
        )

    def has_room(self, severity: Severity) -> bool:
        """Tell whether another finding would be shown: only then is it worth an effort to find a fix."""
        return len(self._errors if severity == "error" else self._warnings) < FINDINGS_MAX

    def close(self, *, strict: bool) -> CheckReport:
        """Return the report; ``strict`` makes every warning an error."""
        if not self._errors and not self._warnings:
            return NOTHING_FOUND
        findings = [*self._errors, *self._warnings]
        shown, hidden = findings[:FINDINGS_MAX], findings[FINDINGS_MAX:]
        left_out = len(hidden) + sum(self._left_out.values())
        if left_out:
            shown.append(_more(left_out, errors=self._left_out["error"] > 0))
        if strict:
            shown = [replace(finding, severity="error") for finding in shown]
        return CheckReport(findings=tuple(shown))


def _more(left_out: int, *, errors: bool) -> Finding:
    rule = rules.MORE_ERRORS if errors else rules.MORE_WARNINGS
    return Finding(
        severity=rule.severity,
        rule=rule.id,
        pointer="",
        message=f"and {left_out} more",
        limit=f"{FINDINGS_MAX} findings",
        actual=f"{FINDINGS_MAX + left_out} findings",
        source=BOTHUB,
        fix="mend these first, then check again",
    )


@record(frozen=False, eq=False)
class MessageRefusedError(InputRefusedError):
    """The check refused a message; ``report`` holds every finding, the sentence only rules and pointers."""

    code: ClassVar[str] = "message.refused"

    problem: str = ""
    """Why, where it is not for its findings."""
    report: CheckReport
    """Every finding; the sentence of the error holds rules and pointers alone."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of the file, by the pointer of a finding."""

    @property
    def message(self) -> str:
        errors = self.report.errors
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        first = f", first {errors[0].rule} at {errors[0].pointer or 'the whole'}" if errors else ""
        return f"{self.where or 'the message'}: {self.problem or f'{count}{first}'}"

    @property
    def remedy(self) -> str | None:
        return self.fix or next((finding.fix for finding in self.report.errors if finding.fix), None)
