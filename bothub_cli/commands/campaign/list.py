"""``bothub campaign list``: lists the campaigns of this machine."""

from contextlib import closing

from bothub_cli.campaign.journal.interface import JournalPlace
from bothub_cli.campaign.report.status import find_state
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE
from bothub_cli.context import AppContext
from bothub_cli.errors import ConfigurationError
from bothub_cli.output.documents.campaign.outcomes import name_outcomes
from bothub_cli.output.documents.campaign.status import CampaignLine, CampaignList


@command(
    help="List the campaigns of this machine, and those of the ledger that several share.",
    examples=("bothub campaign list", "bothub campaign list --json"),
    shared=("ledger", *PROFILE, *OUTPUT),
    answers=(CampaignList,),
)
def run(context: AppContext) -> None:
    own, shared = context.own_ledger, context.shared_ledger
    places = [*own.places(), *(shared.places() if shared is not None else ())]
    lines = tuple(_line(place) for place in places)
    stored_in = own.where if shared is None else f"{own.where} and {shared.where}"
    context.show(CampaignList(campaigns=lines, stored_in=stored_in))


def _line(place: JournalPlace) -> CampaignLine:
    try:
        with closing(place.open_for_reading()) as journal:
            counts = journal.counts()
            return CampaignLine(
                campaign=place.name,
                state=find_state(place, counts),
                created_at=journal.record.created_at,
                outcomes=name_outcomes(counts),
                where=place.where,
                problem=None,
            )
    except ConfigurationError as error:
        return CampaignLine(
            campaign=place.name, state=None, created_at=None, outcomes=None, where=place.where, problem=error.problem
        )
