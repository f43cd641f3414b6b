"""The answers about what several machines share: what a worker did, that a campaign stops, how the ledger is."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from bothub_cli.amounts import count_words
from bothub_cli.output.blocks import Block, Pairs, Raw, TextLine, Tone
from bothub_cli.output.document import document
from bothub_cli.output.documents.campaign.outcomes import Outcomes


@document
class CampaignWork:
    """What a worker did."""

    schema_name: ClassVar[str] = "campaign-work"

    campaigns: tuple[str, ...]
    sent: Annotated[int, "rows that this machine brought to an end"]
    failed: Annotated[int, "of these, rows that were not accepted"]
    ended: Annotated[Literal["finished", "stopped"], "finished: nothing was left for any machine"]

    def blocks(self) -> Iterable[Block]:
        names = ", ".join(self.campaigns) or "no campaign"
        tone = Tone.WARNING if self.failed else Tone.GOOD
        failed = f", {self.failed:,} not accepted" if self.failed else ""
        yield TextLine(f"{self.ended}: {count_words(self.sent, 'message')} of {names}{failed}", tone)


@document
class LedgerRekeyed:
    """What became of a bot's list of who said STOP after its private key changed."""

    schema_name: ClassVar[str] = "campaign-ledger-rekeyed"

    ledger: str
    outcome: Annotated[
        Literal["sealed anew", "begun anew", "unchanged"],
        "sealed anew: the same list; begun anew: an empty one; unchanged: this private key sealed it",
    ]
    people: Annotated[int, "who are on it now"]

    def blocks(self) -> Iterable[Block]:
        yield TextLine(
            f"the list of who said STOP: {self.outcome}, {count_words(self.people, 'number')} on it", Tone.GOOD
        )


@document
class CampaignStop:
    """That a campaign was asked to stop."""

    schema_name: ClassVar[str] = "campaign-stop"

    campaign: str
    outcomes: Outcomes
    resume: Annotated[str | None, "the command that goes on; null when nothing is left"]

    def blocks(self) -> Iterable[Block]:
        told = "stops everywhere" if self.outcomes.left or self.outcomes.in_flight else "has nothing left to stop"
        yield TextLine(f"campaign {self.campaign} {told}: {self.outcomes.words()}")
        if self.resume:
            yield Raw(f"go on with: {self.resume}")


@document
class CampaignForgotten:
    """That all that was known of a campaign is deleted; or would be, with ``--dry-run``."""

    schema_name: ClassVar[str] = "campaign-forgotten"

    campaign: str
    outcomes: Annotated[Outcomes, "as they were known until now"]
    where: Annotated[str, "the journal's file, or the ledger"]
    dry_run: bool

    def blocks(self) -> Iterable[Block]:
        verb = "would be forgotten" if self.dry_run else "is forgotten"
        yield TextLine(f"campaign {self.campaign} {verb}: {self.outcomes.words()}", Tone.GOOD)


@document
class LedgerState:
    """A shared ledger: its address, its version, and what it is."""

    schema_name: ClassVar[str] = "campaign-ledger"

    ledger: str
    version: int
    is_ready: bool
    cluster_id: str | None
    timeline: str | None
    statements: Annotated[str | None, "what sets it up, in SQL; null when it was applied or is there"]

    def blocks(self) -> Iterable[Block]:
        if self.statements is not None:
            yield Raw(self.statements)
            return
        yield TextLine(f"the ledger is ready, version {self.version}", Tone.GOOD)
        yield Pairs((("ledger", self.ledger), ("cluster", self.cluster_id or "-"), ("timeline", self.timeline or "-")))
