"""The error of a message that must not be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from bothub_cli.errors import InputRefusedError
from bothub_cli.messages.check.report import CheckReport


@dataclass(eq=False, kw_only=True)
class MessageRefusedError(InputRefusedError):
    """The check refused a message; ``report`` holds every finding, the sentence only rules and pointers."""

    code: ClassVar[str] = "message.refused"

    problem: str = ""
    report: CheckReport
    lines: Mapping[str, int] = field(default_factory=dict)  # of the file, by the pointer of a finding

    @property
    def message(self) -> str:
        errors = self.report.errors
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        first = f", first {errors[0].rule} at {errors[0].pointer or 'the whole'}" if errors else ""
        return f"{self.where or 'the message'}: {self.problem or f'{count}{first}'}"

    @property
    def hint(self) -> str | None:
        return self.fix or next((finding.fix for finding in self.report.errors if finding.fix), None)
