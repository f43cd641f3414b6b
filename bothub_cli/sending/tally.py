"""Counts how messages ended, and decides the exit code of a command that sent many."""

from collections import Counter

from bothub_cli.errors import ExitCode, InterruptedCallError, NeverSentError
from bothub_cli.sending.deliver import Delivery, Outcome


class Tally:
    """How many messages ended how, and what ended the command early; ``is_broken``: the input could not be read on."""

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.interruption: InterruptedCallError | NeverSentError | None = None
        self.is_broken = False

    def count(self, delivery: Delivery) -> None:
        """Add what became of one message."""
        self.outcomes[delivery.outcome] += 1
        if isinstance(delivery.error, InterruptedCallError | NeverSentError):
            self.interruption = delivery.error

    @property
    def exit_code(self) -> ExitCode:
        """A signal's own; else 13 when an outcome is unknown, else 3 when any failed (help exit-codes)."""
        if self.interruption is not None:
            return self.interruption.signal_code
        if self.outcomes["unknown"]:
            return ExitCode.OUTCOME_UNKNOWN
        all_accepted = self.outcomes["accepted"] == self.outcomes.total() and not self.is_broken
        return ExitCode.DONE if all_accepted else ExitCode.SOME_FAILED
