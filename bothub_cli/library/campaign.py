"""Sends a campaign of a program with what its client knows, and keeps it where the command keeps its own."""

from functools import partial

from bothub_cli.campaign.definition import CampaignRequest, define_campaign, find_known
from bothub_cli.campaign.journal.files import FileLedger
from bothub_cli.campaign.requirements import require_templates
from bothub_cli.campaign.run.start import Destination
from bothub_cli.campaign.send import CampaignEnd, Equipment, Listeners, RunChoices, send_campaign
from bothub_cli.child_processes import child_environment
from bothub_cli.client import BothubClient
from bothub_cli.errors import UsageError
from bothub_cli.events.store.listed_numbers import ListedNumbers
from bothub_cli.events.store.reach import find_reported_status
from bothub_cli.library.assembly import (
    campaign_max_wait,
    campaign_pace_file,
    campaign_prices,
    campaign_sender,
    campaign_surroundings,
)
from bothub_cli.library.setup import ClientSetup
from bothub_cli.lists.recipients import RowProblem
from bothub_cli.transport.traced import LOGGER


def run(
    client: BothubClient,
    setup: ClientSetup,
    request: CampaignRequest,
    *,
    destination: Destination,
    choices: RunChoices | None,
    listeners: Listeners | None,
) -> CampaignEnd:
    """Send what is left of the campaign, and say how that ended.

    Raises UsageError for a client whose campaigns several machines share, ConfigurationError for who has no home.
    """
    settings = setup.settings
    require_templates()
    setup.require_home()
    if settings.ledger.value is not None:
        raise UsageError(
            option="ledger",
            problem="ledger names what several machines share: a program sends the campaigns of its own machine alone",
            fix="send it with the command: bothub campaign run",
        )
    listed = ListedNumbers(setup.find_store, profile=settings.profile.value)
    ledger = FileLedger(settings.directories.campaigns)
    campaign = define_campaign(
        request,
        find_known(request, ledger),
        ledger,
        find_sender=lambda: campaign_sender(settings, bot_id=setup.bot_id),
        surroundings=campaign_surroundings(settings, listed=listed, note=_warn),
        now=setup.clock.now(),
    )
    received = setup.find_store()
    equipment = Equipment(
        destination=destination,
        clock=setup.clock,
        listeners=listeners or Listeners(note=_note, warn=_warn, problem=_warn_of_row),
        pace_file=campaign_pace_file(settings),
        max_wait=campaign_max_wait(settings),
        prices=campaign_prices(settings),
        client=lambda: client,
        find_status=partial(find_reported_status, received) if received is not None else None,
        environment=child_environment(setup.environ),
    )
    return send_campaign(campaign, choices or RunChoices(), equipment)


def _note(text: str) -> None:
    LOGGER.info("%s", text)


def _warn(text: str) -> None:
    LOGGER.warning("%s", text)


def _warn_of_row(problem: RowProblem) -> None:
    LOGGER.warning("line %d: %s", problem.line, problem.kind)  # its words may quote the list
