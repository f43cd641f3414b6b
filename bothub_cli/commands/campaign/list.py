"""``bothub campaign list``: lists the campaigns of this machine."""

from contextlib import closing

from bothub_cli.campaign.journal.interface import JournalPlace
from bothub_cli.campaign.report.status import find_state
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import ConfigurationError
from bothub_cli.output.documents.campaign import CampaignLine, CampaignList, name_outcomes


@command(
    help="List the campaigns of this machine.",
    examples=("bothub campaign list", "bothub campaign list --json"),
    shared=OUTPUT,
    answers=(CampaignList,),
)
def run(context: AppContext) -> None:
    ledger = context.ledger
    lines = tuple(_line(place) for place in ledger.places())
    context.show(CampaignList(campaigns=lines, stored_in=ledger.where))


def _line(place: JournalPlace) -> CampaignLine:
    try:
        with closing(place.open_for_reading()) as journal:
            counts = journal.counts()
            return CampaignLine(
                campaign=place.name,
                state=find_state(place, counts),
                created_at=journal.record.created_at,
                outcomes=name_outcomes(counts),
                problem=None,
            )
    except ConfigurationError as error:
        return CampaignLine(campaign=place.name, state=None, created_at=None, outcomes=None, problem=error.problem)
