"""What the tests of campaigns ask of a journal in one step."""

from collections.abc import Sequence

from bothub_cli.campaign.journal.interface import Claims, Outcome


def exchange(journal: Claims, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> list[int | None]:
    """Write outcomes and claims, and wait until they are durable."""
    return journal.stage(outcomes, wanted)()


def claim_all(journal: Claims, wanted: Sequence[int]) -> list[int]:
    """Claim rows that the journal must give."""
    tickets = exchange(journal, [], wanted)
    assert None not in tickets
    return [ticket for ticket in tickets if ticket is not None]
